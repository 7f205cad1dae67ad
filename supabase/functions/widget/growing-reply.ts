// An answer while it is being written: every piece says what is new of its text, and what that changes in what is drawn.
import { contentOf } from '../_shared/content.ts';
import type { ReplyDelta } from '../_shared/contract.ts';

/** Words that come within this time of each other travel together. */
export const PIECE_MS = 50;
/** What parsing takes is followed by so many times that without it: processor time is counted, and a text may be made to be slow. */
const PAUSES = 50;

export class GrowingReply {
  #text = '';
  #content = '';
  #waiting = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextAt = 0;

  constructor(readonly send: (piece: ReplyDelta) => void) {}

  /** Sends the piece, or keeps it for those that follow in a moment. */
  push(piece: string): void {
    this.#waiting += piece;
    const wait = this.#nextAt - performance.now();
    if (wait <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), wait);
  }

  /** Sends what is kept. */
  flush(): void {
    this.stop();
    if (!this.#waiting) return;
    const began = performance.now();
    const text = this.#waiting;
    this.#waiting = '';
    this.#text += text;
    const before = this.#content;
    this.#content = contentOf('assistant', this.#text) ?? '';
    const at = commonLength(before, this.#content);
    this.send({ text, at, content: this.#content.slice(at) });
    const ended = performance.now();
    this.#nextAt = ended + Math.max(PIECE_MS, (ended - began) * PAUSES);
  }

  /** Whatever is kept, nothing is sent by itself any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** How far two texts are the same. */
function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
