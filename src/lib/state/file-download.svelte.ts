// A file on its way from our server to the person's disk, with what has arrived and a way to stop it. The browser keeps the pieces
// and may put them on disk; a file is only saved when it is whole.
import { CsvCount } from '$lib/csv-count';

export type Ending =
  | { kind: 'saved'; rows: number | null; name: string }
  | { kind: 'cancelled' }
  | { kind: 'failed'; rows: number | null };

export class FileDownload {
  #rows = $state<number | null>(null);
  #bytes = $state(0);
  #isRunning = $state(false);
  #stopping: AbortController | null = null;

  /** Rows that have arrived so far; null when the file does not show them, as a compressed one. */
  get rows(): number | null {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get is_running(): boolean {
    return this.#isRunning;
  }

  /** Fetches the file at `address` and hands it to the browser's downloads. One at a time: a second call stops the first. */
  async start(address: string): Promise<Ending> {
    this.cancel();
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#rows = null;
    this.#bytes = 0;
    this.#isRunning = true;
    try {
      const response = await fetch(address, { signal: stopping.signal });
      if (!response.ok || !response.body) return { kind: 'failed', rows: null };
      const { headers } = response;
      const name = /filename="([^"]+)"/.exec(headers.get('content-disposition') ?? '')?.[1] ?? 'handoff';
      const type = headers.get('content-type') ?? '';
      const pieces = await this.#read(response.body, type.startsWith('text/csv') ? new CsvCount() : null);
      save(new Blob(pieces, { type }), name);
      return { kind: 'saved', rows: this.#rows, name };
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

  async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>, count: CsvCount | null): Promise<Blob[]> {
    const pieces: Blob[] = [];
    const reader = body.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return pieces;
      this.#bytes += value.length;
      if (count) {
        count.take(value);
        this.#rows = count.rows;
      }
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
