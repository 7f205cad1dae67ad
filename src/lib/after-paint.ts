/**
 * Puts work off until the frame is painted that answers a press, so that the press is answered at once. What waits is replaced by
 * what is asked for next; `flush` does it now, for whoever must not meet the state before it.
 */
export class AfterPaint {
  #waiting: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  /** Does `work` after the next frame. */
  request(work: () => void): void {
    // A hidden tab paints nothing.
    if (document.hidden) return this.requestQuiet(work, 0);
    this.cancel();
    this.#waiting = work;
    this.#frame = requestAnimationFrame(() => (this.#timer = setTimeout(this.flush)));
  }

  /** Does `work` when nothing else has been asked for during `quiet` milliseconds. */
  requestQuiet(work: () => void, quiet: number): void {
    this.cancel();
    this.#waiting = work;
    this.#timer = setTimeout(this.flush, quiet);
  }

  flush = (): void => {
    const work = this.#waiting;
    this.cancel();
    work?.();
  };

  cancel(): void {
    if (this.#waiting) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#waiting = null;
  }
}
