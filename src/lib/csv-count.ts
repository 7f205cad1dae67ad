// Counts the rows of a CSV while it passes by, in pieces cut anywhere.

const QUOTE = 34;
const NEWLINE = 10;

export class CsvCount {
  #lines = 0;
  #isQuoted = false;

  /** Rows that have passed whole, without the header. A line break inside quotes ends none. */
  get rows(): number {
    return Math.max(0, this.#lines - 1);
  }

  /** Takes the next bytes of the file, UTF-8; a doubled quote closes and opens again. */
  take(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      else if (byte === NEWLINE && !this.#isQuoted) this.#lines += 1;
    }
  }
}
