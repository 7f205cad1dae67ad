// What the page says about being live. It distinguishes joined, joining and lost, holds a loss back for a moment so that brief drops
// do not flash, and counts what changed while nobody could see it. The page tells it what happened and owns the timers.

/** How long a loss is kept to ourselves. */
export const HOLD_BACK_MILLISECONDS = 1500;

export class Connection {
  #isJoined = $state(false);
  #isVisible = $state(true);
  #isLossShown = $state(false);
  #missed = $state(0);
  #wasAway = false;

  /** `live`, or `lost` once a loss has lasted; in between nothing has changed for the reader. */
  get status(): 'live' | 'lost' {
    return this.#isLossShown ? 'lost' : 'live';
  }

  /** Cases that changed while the page was hidden or not connected; 0 when nothing was missed. */
  get missed(): number {
    return this.#missed;
  }

  joined(): void {
    this.#isJoined = true;
    this.#isLossShown = false;
  }

  lost(): void {
    this.#isJoined = false;
    this.#wasAway = true;
  }

  /** The hold-back is over: from now on a loss that still lasts is shown. */
  holdBackOver(): void {
    this.#isLossShown = !this.#isJoined;
  }

  seen(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    if (!isVisible) {
      this.#wasAway = true;
      this.#missed = 0;
    }
  }

  /** Counts what an answer of the server brought while away, up to and including the first one after coming back. */
  caughtUp(changed: number): void {
    if (!this.#wasAway) return;
    this.#missed += changed;
    if (this.#isVisible && this.#isJoined) this.#wasAway = false;
  }

  acknowledge(): void {
    this.#missed = 0;
  }
}
