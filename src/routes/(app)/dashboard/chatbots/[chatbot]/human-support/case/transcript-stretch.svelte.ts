import type { Item } from '$lib/state/transcript-items';
import { DRAWN_WEIGHT, FIRST_WEIGHT, STEP_WEIGHT } from '../desk/sizes';
import { countBefore, countFrom, weightOfAll } from './stretch';

/** What has been read of a transcript: its items in order, and the number of its first message. */
export interface ReadItems {
  readonly items: Item[];
  readonly first_seq: number;
}

/** Whether the last so many of the drawn items are so far from what is seen that they can go. */
export type AreFar = (last: number) => boolean;

/**
 * The stretch of a transcript's items that is drawn, counted from their end, so that reading older ones does not change it. At first it
 * is only what can be seen, so that it is there at once; it grows and moves by no more than one frame can draw.
 */
export class TranscriptStretch {
  #transcript: () => ReadItems;
  #drawn = $state(0);
  /** Items after those drawn. */
  #skipped = $state(0);
  #end = $derived.by(() => this.#transcript().items.length - this.#skipped);
  readonly items = $derived.by(() =>
    this.#transcript().items.slice(Math.max(0, this.#end - this.#drawn), this.#end),
  );
  /** Where `follow` was last. */
  #followed: { length: number; first_seq: number; last: string | undefined };

  /** A transcript that the server drew begins with as much as one frame adds; unread messages, if there are any, begin it. */
  constructor(transcript: () => ReadItems, isServerDrawn: boolean) {
    this.#transcript = transcript;
    const { items, first_seq } = transcript();
    const { length } = items;
    this.#followed = { length, first_seq, last: items.at(-1)?.key };
    this.#drawn = countBefore(items, length, isServerDrawn ? STEP_WEIGHT : FIRST_WEIGHT);
    // Few of them may fit as a whole, and then stand at the top.
    if (countBefore(items, length, 2 * FIRST_WEIGHT) === length) this.#drawn = length;
    const unread = items.findIndex(({ kind }) => kind === 'unread');
    if (unread > 0 && length - unread + 1 > this.#drawn) {
      this.#drawn = countFrom(items, unread - 1, STEP_WEIGHT);
      this.#skipped = length - unread + 1 - this.#drawn;
    }
  }

  /** Whether the first item is drawn. */
  get isBegun(): boolean {
    return this.#skipped + this.#drawn >= this.#transcript().items.length;
  }

  /** Whether the last item is drawn. */
  get isEnded(): boolean {
    return this.#skipped === 0;
  }

  /** Whether there is as much as there should be, or all there is. */
  get isFull(): boolean {
    return weightOfAll(this.items) >= DRAWN_WEIGHT || (this.isBegun && this.isEnded);
  }

  /** Goes to the last item. */
  toEnd(): void {
    const { items } = this.#transcript();
    this.#skipped = 0;
    this.#drawn = countBefore(items, items.length, STEP_WEIGHT);
  }

  /** Draws on below; what is far above goes, once there is enough. */
  drawNewer(): void {
    const { items } = this.#transcript();
    const added = countFrom(items, this.#end, STEP_WEIGHT);
    const weight = weightOfAll(items.slice(this.#end, this.#end + added));
    const gone = weightOfAll(this.items) < DRAWN_WEIGHT ? 0 : countFrom(this.items, 0, weight);
    this.#drawn = this.items.length + added - gone;
    this.#skipped -= added;
  }

  /** Draws on above; what is far below goes. */
  drawOlder(areFar: AreFar): void {
    const { length } = this.items;
    const last = countBefore(this.items, length, STEP_WEIGHT);
    const gone = last < length && areFar(last) ? last : 0;
    const added = countBefore(this.#transcript().items, Math.max(0, this.#end - this.#drawn), STEP_WEIGHT);
    this.#drawn += added - gone;
    this.#skipped += gone;
  }

  /**
   * After the transcript has changed: what has come is drawn beside what is there, and so are the nearest of older ones that were read,
   * for what stood first may get lower for them, and were nothing above it, all would move. Who is at the end keeps no more than twice
   * what there should be.
   */
  follow(areFar: AreFar, isAtEnd: boolean): void {
    const { items, first_seq } = this.#transcript();
    const { length } = items;
    const before = this.#followed;
    const added = Math.max(0, length - before.length);
    this.#followed = { length, first_seq, last: items.at(-1)?.key };
    if (first_seq !== before.first_seq) this.drawOlder(areFar);
    else if (this.isEnded) this.#drawn += added;
    else this.#skipped += Math.min(added, length - 1 - items.findLastIndex(({ key }) => key === before.last));
    if (isAtEnd && weightOfAll(this.items) > 2 * DRAWN_WEIGHT)
      this.#drawn = countBefore(items, length, DRAWN_WEIGHT);
  }
}
