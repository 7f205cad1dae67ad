// An import under way: batch after batch, counting what became of each entry. It is given how a batch is sent, and stops between
// two batches when it is told to.
import { sentenceOf } from '$lib/ask';
import { batches, type ImportedEntry, type SkippedEntry } from '$lib/answer-import';

export interface BatchReport {
  added: number;
  updated: number;
  skipped: { index: number; reason: string }[];
}

export class Importing {
  readonly total: number;
  done = $state(0);
  added = $state(0);
  updated = $state(0);
  skipped = $state<SkippedEntry[]>([]);
  outcome = $state<'running' | 'finished' | 'cancelled' | 'failed'>('running');
  /** Why it stopped, when it failed. */
  message = $state('');
  #batches: ImportedEntry[][];

  constructor(entries: ImportedEntry[]) {
    this.total = entries.length;
    this.#batches = batches(entries);
  }

  cancel(): void {
    if (this.outcome === 'running') this.outcome = 'cancelled';
  }

  /** What is in by now stays in, whatever happens to the rest. */
  async run(send: (entries: { question: string; answer: string }[]) => Promise<BatchReport>): Promise<void> {
    for (const batch of this.#batches) {
      if (this.outcome !== 'running') return;
      try {
        const report = await send(batch.map(({ question, answer }) => ({ question, answer })));
        this.added += report.added;
        this.updated += report.updated;
        this.done += batch.length;
        this.skipped = [
          ...this.skipped,
          ...report.skipped.map(({ index, reason }) => {
            const { line = 0, question = '' } = batch[index] ?? {};
            return { line, question, reason };
          }),
        ];
      } catch (error) {
        this.outcome = 'failed';
        this.message = sentenceOf(error);
        return;
      }
    }
    if (this.outcome === 'running') this.outcome = 'finished';
  }
}
