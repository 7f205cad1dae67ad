// Begins to read a case that is about to be opened, since a mouse that rests on its row comes before the press.
import type { OpenedCase } from '$lib/server/opened-case';

/** What was read ahead may be as old as this; a notice in between makes it worthless at once. */
const FRESH_MILLISECONDS = 2000;

export class ReadAhead {
  readonly #read: (id: string) => Promise<OpenedCase>;
  #latest: { id: string; at: number; reading: Promise<OpenedCase>; found: OpenedCase | null } | null = null;

  constructor(read: (id: string) => Promise<OpenedCase>) {
    this.#read = read;
  }

  begin(id: string): void {
    if (this.#fresh(id)) return;
    const latest = { id, at: performance.now(), reading: this.#read(id), found: null };
    this.#latest = latest;
    latest.reading.then(
      (found) => Object.assign(latest, { found }),
      // Opening asks again, and says it when that fails, too.
      () => {
        if (this.#latest === latest) this.#latest = null;
      },
    );
  }

  /** What has been read of this case already, once; null when it is not here, or not any more. */
  take(id: string): OpenedCase | null {
    const found = this.#fresh(id)?.found ?? null;
    if (found) this.#latest = null;
    return found;
  }

  /** The case as it is being read already, else as it is read now. */
  read(id: string): Promise<OpenedCase> {
    const reading = this.#fresh(id)?.reading;
    this.#latest = null;
    return reading ?? this.#read(id);
  }

  /** What was read of this case, or of any, is worth nothing any more. */
  forget(id?: string): void {
    if (id === undefined || id === this.#latest?.id) this.#latest = null;
  }

  #fresh(id: string) {
    const latest = this.#latest;
    return latest?.id === id && performance.now() - latest.at < FRESH_MILLISECONDS ? latest : null;
  }
}
