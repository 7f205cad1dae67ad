// What is pressed holds still until it is let go: a row that moves between the pointer's going down and coming up leaves the
// click to another row, or to none. What has changed meanwhile is shown afterwards.

/** A mouse's click comes with its going up, a finger's a little later. */
const CLICK_MILLISECONDS = 100;
/** A pointer that is down for so long has been lost, to a menu for instance, and nobody may hear of it again. */
const LONGEST_MILLISECONDS = 10_000;

export class HeldStill<Value> {
  readonly #live: () => Value;
  #held = $state.raw<{ value: Value } | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(live: () => Value) {
    this.#live = live;
  }

  /** What is to be shown: the present or, while it is pressed, what was there then. */
  get value(): Value {
    return this.#held ? this.#held.value : this.#live();
  }

  press(): void {
    this.#held = { value: this.#live() };
    this.#letGoAfter(LONGEST_MILLISECONDS);
  }

  /** The pointer is up; its click may be still to come. */
  release(pointer: string): void {
    if (this.#held) this.#letGoAfter(pointer === 'mouse' ? 0 : CLICK_MILLISECONDS);
  }

  /** There will be no click. */
  cancel = (): void => {
    clearTimeout(this.#timer);
    this.#held = null;
  };

  #letGoAfter(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.cancel, milliseconds);
  }
}
