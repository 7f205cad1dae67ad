// A line between a page and its server on which anything may go wrong that goes wrong on real ones: answers and notices come
// late, twice, in another order or never, the connection is cut and comes back. It decides nothing; a schedule does.

/** What becomes of one answer or notice. */
export type Fate = 'now' | 'late' | 'twice' | 'lost';

export class BadLine {
  #late: (() => void)[] = [];
  #waiting = 0;
  /** The fates of the answers and notices to come, in order; when they are used up everything goes well. */
  fates: Fate[] = [];
  isCut = false;

  /** Questions that the page has asked and that are not answered yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Tells the page something; while the line is cut it hears nothing. */
  tell(hear: () => void): void {
    const fate = this.#next();
    if (this.isCut || fate === 'lost') return;
    if (fate !== 'late') hear();
    if (fate !== 'now') this.#late.push(() => !this.isCut && hear());
  }

  /** Asks the server: the question may get lost on its way there, the answer on its way back. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const fate = this.#next();
    this.#waiting += 1;
    try {
      if (this.isCut) throw new Error('There’s no connection right now.');
      const answer = await question();
      if (fate === 'late') await new Promise<void>((resolve) => this.#late.push(resolve));
      if (fate === 'lost') throw new Error('The answer was lost.');
      return answer;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Lets what is late arrive, the latest first when the order is turned around. */
  deliver(count: number, isTurned: boolean): void {
    for (let left = count; left > 0 && this.#late.length > 0; left--)
      (isTurned ? this.#late.pop() : this.#late.shift())?.();
  }

  /** From here on everything goes well, and all that was late arrives. */
  mend(): void {
    this.isCut = false;
    this.fates = [];
    this.deliver(Infinity, false);
  }

  #next(): Fate {
    return this.fates.shift() ?? 'now';
  }
}
