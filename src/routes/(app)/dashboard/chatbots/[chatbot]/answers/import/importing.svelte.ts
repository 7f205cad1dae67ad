// An import under way: batch after batch, counting what became of each entry. It is given how a batch is sent, and stops between
// two batches when it is told to.
import { sentenceOf } from '$lib/ask';
import { batches } from '$lib/answer-import';
import type { ImportedEntry, LeftOut } from '$lib/answer-import-found';
import type { ImportReport } from '$lib/server/answers';
import type { Review } from './review';

/** An entry on its way: `seen` names the answer that it replaces, as the person was shown it. */
export interface Sent {
  question: string;
  answer: string;
  seen: string | null;
}

export class Importing {
  readonly total: number;
  done = $state(0);
  added = $state(0);
  updated = $state(0);
  left_out = $state<LeftOut[]>([]);
  outcome = $state<'running' | 'finished' | 'cancelled' | 'failed'>('running');
  /** Why it stopped, when it failed. */
  message = $state('');
  #batches: (ImportedEntry & Sent)[][];

  constructor({ added, replaced }: Review) {
    const entries = [
      ...added.map((entry) => ({ ...entry, seen: null })),
      ...replaced.map(({ entry, existing }) => ({ ...entry, seen: existing.seen })),
    ];
    this.total = entries.length;
    this.#batches = batches(entries);
  }

  cancel(): void {
    if (this.outcome === 'running') this.outcome = 'cancelled';
  }

  /** What is in by now stays in, whatever happens to the rest. */
  async run(send: (entries: Sent[]) => Promise<ImportReport>): Promise<void> {
    for (const batch of this.#batches) {
      if (this.outcome !== 'running') return;
      try {
        const report = await send(batch.map(({ question, answer, seen }) => ({ question, answer, seen })));
        this.added += report.added;
        this.updated += report.updated;
        this.done += batch.length;
        const refused = report.skipped.map(({ index, reason }) => {
          const { line, last_line, question } = batch[index]!;
          return { line, last_line, text: question, reason };
        });
        this.left_out = [...this.left_out, ...refused];
      } catch (error) {
        this.outcome = 'failed';
        this.message = sentenceOf(error);
        return;
      }
    }
    if (this.outcome === 'running') this.outcome = 'finished';
  }
}
