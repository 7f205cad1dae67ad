/** Events per second, averaged over a sliding window of whole seconds. */
export class Rate {
  #counts: number[];
  #second = 0;
  #sum = 0;

  constructor(windowSeconds: number) {
    this.#counts = new Array<number>(windowSeconds).fill(0);
  }

  add(count = 1): void {
    this.#advance();
    const slot = this.#second % this.#counts.length;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
    this.#sum += count;
  }

  get perSecond(): number {
    this.#advance();
    return this.#sum / this.#counts.length;
  }

  #advance(): void {
    const now = Math.floor(performance.now() / 1000);
    const size = this.#counts.length;
    const from = Math.max(this.#second + 1, now - size + 1);
    for (let second = from; second <= now; second += 1) {
      this.#sum -= this.#counts[second % size] ?? 0;
      this.#counts[second % size] = 0;
    }
    this.#second = now;
  }
}
