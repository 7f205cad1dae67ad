// What an import would do, entry by entry, as the database sees it: which questions are new, which have an answer that would go, and
// which would change nothing.
import { batches } from '$lib/answer-import';
import type { ImportedEntry, LeftOut } from '$lib/answer-import-found';
import type { Comparison } from '$lib/server/answers';

export interface Replacement {
  entry: ImportedEntry;
  existing: NonNullable<Comparison['existing']>;
}

export interface Review {
  added: ImportedEntry[];
  replaced: Replacement[];
  left_out: LeftOut[];
}

/** Asks about all entries, batch by batch; the first of two entries with the same question counts. */
export async function review(
  entries: ImportedEntry[],
  compare: (questions: string[]) => Promise<Comparison[]>,
): Promise<Review> {
  const result: Review = { added: [], replaced: [], left_out: [] };
  const lines = new Map<string, number>();
  for (const batch of batches(entries, 1000)) {
    const known = await compare(batch.map(({ question }) => question));
    batch.forEach((entry, index) => {
      const { key, existing } = known[index]!;
      const { line, last_line, question } = entry;
      const leave = (reason: string) => result.left_out.push({ line, last_line, text: question, reason });
      const before = lines.get(key);
      if (before !== undefined) leave(`The same question is in line ${before}; that one is used.`);
      else if (existing?.answer === entry.answer) leave('You already have this answer, word for word.');
      else if (existing) result.replaced.push({ entry, existing });
      else result.added.push(entry);
      if (before === undefined) lines.set(key, line);
    });
  }
  return result;
}
