// Writes results back under their lease, many in one call. It is what makes a sent delivery stay sent, so it tries on for as long
// as the lease lasts when the database is away; after that another sweep will send again, under the same id. A result that is
// refused for good is written without its texts: that it was sent matters more than what was said about it.
import type { Rpc } from '../_shared/rpc.ts';
import type { AttemptResult, Delivery } from './delivery.ts';
import { isAway, patiently } from './patience.ts';

/** How long results are gathered before they are written, in milliseconds, and how many go into one call. */
const GATHER_MS = 5;
const BATCH_MAX = 250;

interface Entry {
  id: string;
  lease_token: string;
  /** When the lease ends, by our clock. */
  until: number;
  result: AttemptResult;
}

export class ResultWriter {
  /** How many results changed nothing, because their lease had gone to another sweep. */
  late = 0;
  /** How many results could not be written while their lease lasted. */
  unwritten = 0;
  #waiting: Entry[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing = new Set<Promise<void>>();

  constructor(
    private readonly rpc: Rpc,
    private readonly now: () => number,
    /** Called after each write with the number of deliveries that are done with. */
    private readonly onWritten: (count: number) => void,
  ) {}

  add({ id, lease_token }: Delivery, until: number, result: AttemptResult): void {
    this.#waiting.push({ id, lease_token, until, result });
    if (this.#waiting.length >= BATCH_MAX) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#waiting.splice(0);
    if (entries.length === 0) return;
    const writing = this.#write(entries).then(() => {
      this.#writing.delete(writing);
      this.onWritten(entries.length);
    });
    this.#writing.add(writing);
  }

  async #write(entries: Entry[]): Promise<void> {
    const until = Math.min(...entries.map((entry) => entry.until));
    const p_results = entries.map(({ id, lease_token, result }) => {
      // No wish of the receiver is a wait of nothing, so that only the database's own schedule counts.
      return { id, lease_token, ...result, retry_after_seconds: result.retry_after_seconds ?? 0 };
    });
    try {
      const write = () => this.rpc<number>('finish_deliveries', { p_results });
      this.late += entries.length - (await patiently(write, until, this.now));
    } catch (error) {
      if (!isAway(error) && entries.length > 1) {
        // One result that the database cannot take must not hold up the others.
        await Promise.all(entries.map((entry) => this.#write([entry])));
      } else if (!isAway(error) && entries.some(hasTexts)) {
        await this.#write(entries.map(withoutTexts));
      } else {
        console.error('results could not be written:', entries.map(({ id }) => id).join(' '));
        this.unwritten += entries.length;
      }
    }
  }
}

function hasTexts({ result }: Entry): boolean {
  return Object.values(result).some((value) => typeof value === 'string' && value !== result.outcome);
}

function withoutTexts(entry: Entry): Entry {
  const { outcome, status_code, duration_ms, retry_after_seconds } = entry.result;
  const result = { outcome, status_code, duration_ms, retry_after_seconds, error_code: null, error: null };
  return { ...entry, result };
}
