// A CSV on its way from our server to the person's disk, with the rows that have arrived and a way to stop it. The browser keeps
// the pieces and may put them on disk; a file is only saved when it is whole.
import { CsvCount } from '$lib/csv-count';

export type Ending =
  { kind: 'saved'; rows: number; name: string } | { kind: 'cancelled' } | { kind: 'failed'; rows: number };

export class CsvDownload {
  #rows = $state(0);
  #isRunning = $state(false);
  #stopping: AbortController | null = null;

  /** Rows that have arrived so far. */
  get rows(): number {
    return this.#rows;
  }

  get is_running(): boolean {
    return this.#isRunning;
  }

  /** Fetches the file at `address` and hands it to the browser's downloads. One at a time: a second call stops the first. */
  async start(address: string): Promise<Ending> {
    this.cancel();
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#rows = 0;
    this.#isRunning = true;
    try {
      const response = await fetch(address, { signal: stopping.signal });
      if (!response.ok || !response.body) return { kind: 'failed', rows: 0 };
      const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
      const pieces = await this.#read(response.body);
      save(new Blob(pieces, { type: 'text/csv' }), name ?? 'handoff.csv');
      return { kind: 'saved', rows: this.#rows, name: name ?? 'handoff.csv' };
    } catch {
      return stopping.signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', rows: this.#rows };
    } finally {
      if (this.#stopping === stopping) this.#isRunning = false;
    }
  }

  /** Stops what is under way; nothing of it is saved, and the database stops reading, too. */
  cancel(): void {
    this.#stopping?.abort();
  }

  async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Blob[]> {
    const count = new CsvCount();
    const pieces: Blob[] = [];
    const reader = body.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return pieces;
      count.take(value);
      this.#rows = count.rows;
      pieces.push(new Blob([value]));
    }
  }
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken it over by the next turn of the loop.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
