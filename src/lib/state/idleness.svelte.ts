// Whether the person at this window has left it: a case that is merely open somewhere is not being looked after.

/** Nothing pressed, moved or scrolled for so long is idle. */
const IDLE_MILLISECONDS = 3 * 60_000;

const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

export class Idleness {
  isIdle = $state(false);
  #lastSign = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to watch the window; returns how to stop. */
  watch(): () => void {
    const sign = () => {
      this.#lastSign = performance.now();
      if (!this.isIdle) return;
      this.isIdle = false;
      this.#wait(IDLE_MILLISECONDS);
    };
    sign();
    this.#wait(IDLE_MILLISECONDS);
    for (const name of SIGNS) addEventListener(name, sign, { passive: true, capture: true });
    return () => {
      clearTimeout(this.#timer);
      for (const name of SIGNS) removeEventListener(name, sign, { capture: true });
    };
  }

  /** One timer for any number of signs: it goes off, and waits on for what is left since the latest. */
  #wait(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      const left = this.#lastSign + IDLE_MILLISECONDS - performance.now();
      if (left > 0) this.#wait(left);
      else this.isIdle = true;
    }, milliseconds);
  }
}
