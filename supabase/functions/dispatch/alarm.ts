/** Does something at the earliest of the times it has been told, once; until that is done the process is kept alive. */
export class Alarm {
  #at = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #done: () => void = () => undefined;

  constructor(
    private readonly now: () => number,
    private readonly wake: () => Promise<void>,
    private readonly keepAlive: (work: Promise<unknown>) => void,
  ) {}

  /** Asks to be woken in so many milliseconds; an earlier time stands, a later one gives way. */
  set(inMs: number): void {
    const at = this.now() + inMs;
    if (at >= this.#at) return;
    if (this.#at === Infinity) this.keepAlive(new Promise<void>((resolve) => (this.#done = resolve)));
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(() => this.#ring(), inMs);
  }

  #ring(): void {
    this.#at = Infinity;
    void this.wake().finally(this.#done);
  }
}
