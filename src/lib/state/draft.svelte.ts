// What a person is editing, beside what is saved. Made in the component of a settings form; it never saves anything itself.

/** An edited copy of what `saved` returns. */
export class Draft<Value> {
  readonly #saved: () => Value;
  value: Value = $state() as Value;
  /** Whether the person tried to save, after which every field shows what is wrong with it. */
  is_tried = $state(false);
  is_sending = $state(false);

  constructor(saved: () => Value) {
    this.#saved = saved;
    this.value = saved();
  }

  /** Whether leaving now would lose something. */
  get is_dirty(): boolean {
    return JSON.stringify(this.value) !== JSON.stringify(this.#saved());
  }

  /** Starts again from what is saved now. */
  reset(): void {
    this.value = this.#saved();
    this.is_tried = false;
  }
}
