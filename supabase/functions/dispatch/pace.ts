/**
 * How many mails go into one call. Few after a start and after a call that nobody answered, twice as many after each that was: what
 * was in flight when the process died is sent again, so a process that keeps dying must never have much in flight.
 */
export class Pace {
  static readonly FIRST = 5;
  static readonly MOST = 100;
  #size = Pace.FIRST;

  get size(): number {
    return this.#size;
  }

  /** Tells it what became of a call. */
  heard(wasAnswered: boolean): void {
    this.#size = wasAnswered ? Math.min(this.#size * 2, Pace.MOST) : Pace.FIRST;
  }
}
