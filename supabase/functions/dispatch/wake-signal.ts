/** A signal that stays raised until somebody has waited for it, so that none that comes between two waits is lost. */
export class WakeSignal {
  #isRaised = false;
  #wake: (() => void) | undefined;

  get isRaised(): boolean {
    return this.#isRaised;
  }

  raise(): void {
    this.#isRaised = true;
    this.#wake?.();
  }

  /** Resolves when it is raised, at once if it has been since the last wait, or when `timeoutMs` have passed. */
  async wait(timeoutMs: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (!this.#isRaised) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, timeoutMs);
      });
    }
    clearTimeout(timer);
    this.#wake = undefined;
    this.#isRaised = false;
  }
}
