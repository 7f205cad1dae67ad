/**
 * Puts work off until the frame is painted that answers a press, so that the press is answered at once. What waits is replaced by
 * what is asked for next; `flush` does it now, for whoever must not meet the state before it.
 */
export class AfterPaint {
  #waiting: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Does `work` after the next frame, or when nothing else has been asked for during `quiet` milliseconds. */
  request(work: () => void, quiet = 0): void {
    this.#waiting = work;
    clearTimeout(this.#timer);
    const soon = () => (this.#timer = setTimeout(this.flush, quiet));
    // A hidden tab paints nothing.
    if (document.hidden || quiet > 0) soon();
    else requestAnimationFrame(soon);
  }

  flush = (): void => {
    const work = this.#waiting;
    this.cancel();
    work?.();
  };

  cancel(): void {
    clearTimeout(this.#timer);
    this.#waiting = null;
  }
}
