// What can still be taken back. Z takes back the latest, and once more the one before it; a single toast counts them all and takes
// back whatever it counts.
import { isolate } from '#shared/isolate.ts';
import type { Toasts } from '$lib/state/toasts.svelte';

/** As long as the server gives. */
const UNDO_SECONDS = 10;

/** A resolve, of one case or of many. */
export interface Undoable {
  /** What the cases are called. */
  names: string[];
  takeBack: () => void;
}

interface Offer extends Undoable {
  at: number;
}

export class Undos {
  readonly #toasts: Toasts;
  #offers: Offer[] = [];
  #toast: number | null = null;

  constructor(toasts: Toasts) {
    this.#toasts = toasts;
  }

  /** Offers an undo for ten seconds; `withdraw` takes the offer away and tells whether it still stood. */
  offer(undoable: Undoable): { withdraw: () => boolean } {
    const now = Date.now();
    const offer = { ...undoable, at: now };
    const standing = this.#isShown ? this.#offers.filter(({ at }) => now - at < UNDO_SECONDS * 1000) : [];
    this.#offers = [...standing, offer];
    this.#show();
    return {
      withdraw: () => {
        const stood = this.#isShown && this.#offers.includes(offer);
        if (stood) this.#drop([offer]);
        return stood;
      },
    };
  }

  /** Takes back the latest resolve that still can be. */
  undo(): void {
    const latest = this.#isShown ? this.#offers.at(-1) : undefined;
    if (latest) this.#take([latest]);
  }

  /** Whoever lets the message go, or is too late, has no undo any more. */
  get #isShown(): boolean {
    return this.#toasts.list.some(({ id }) => id === this.#toast);
  }

  #take(offers: Offer[]): void {
    this.#drop(offers);
    for (const { takeBack } of offers) takeBack();
  }

  #drop(offers: Offer[]): void {
    this.#offers = this.#offers.filter((offer) => !offers.includes(offer));
    this.#show();
  }

  #show(): void {
    const latest = this.#offers.at(-1);
    const names = this.#offers.flatMap((offer) => offer.names);
    const replaced = this.#toast;
    if (replaced !== null) this.#toasts.dismiss(replaced);
    this.#toast = null;
    if (!latest) return;
    const isOne = this.#offers.length === 1;
    const text =
      names.length === 1 ? `${isolate(names[0] ?? '')} resolved.` : `${names.length} cases resolved.`;
    this.#toast = this.#toasts.show(text, {
      seconds: Math.max(1, UNDO_SECONDS - (Date.now() - latest.at) / 1000),
      action: {
        label: isOne ? 'Undo' : 'Undo all',
        run: () => this.#take(this.#offers.toReversed()),
        key: 'Z',
        keyDoes: isOne ? 'undo' : 'undo the last',
      },
    });
  }
}
