import { describe, expect, it } from 'vitest';
import type { Item } from '$lib/state/transcript-items';
import { TranscriptStretch } from './transcript-stretch.svelte';

const at = '2026-06-01T08:00:00Z';
const said = (n: number, length = 20): Item =>
  ({
    key: `m${n}`,
    kind: 'message',
    at,
    message: { text: 'x'.repeat(length) },
    isFollowing: false,
    receipt: null,
  }) as Item;
const from = (first: number, to: number, length?: number): Item[] =>
  Array.from({ length: to - first + 1 }, (_, n) => said(first + n, length));
const isNear = () => false;
const isFar = () => true;

/** A transcript that has been read from its message `first` on, and what is drawn of it: its ends and their number. */
function begun(first: number, items: Item[]) {
  const read = { items, first_seq: first };
  const stretch = new TranscriptStretch(() => read, false);
  const drawn = () => [stretch.items[0]?.key, stretch.items.at(-1)?.key, stretch.items.length];
  const fill = () => {
    let frames = 0;
    for (; !stretch.isFull; frames += 1) stretch[stretch.isEnded ? 'drawOlder' : 'drawNewer'](isNear);
    return frames;
  };
  const change = (first_seq: number, items: Item[], isAtEnd = true) => {
    Object.assign(read, { items, first_seq });
    stretch.follow(isNear, isAtEnd);
  };
  return { stretch, drawn, fill, change };
}

describe('the stretch of a transcript that is drawn', () => {
  it('begins with its end, and grows by what one frame can draw until there is enough', () => {
    const { drawn, fill } = begun(1, from(1, 300));
    expect(drawn()).toEqual(['m291', 'm300', 10]);
    expect(fill()).toBe(5);
    expect(drawn()).toEqual(['m91', 'm300', 210]);
  });

  it('has the fewer items the longer their texts are', () => {
    const { drawn, fill } = begun(1, from(1, 60, 4000));
    expect(drawn()).toEqual(['m60', 'm60', 1]);
    fill();
    expect(drawn()).toEqual(['m51', 'm60', 10]);
  });

  it('begins as a whole where it is short, and with the line above the new messages where there are more of them', () => {
    expect(begun(1, from(1, 15)).drawn()).toEqual(['m1', 'm15', 15]);
    const unread: Item = { key: 'unread', kind: 'unread', count: 100 };
    const { drawn, fill } = begun(1, [...from(1, 50), unread, ...from(51, 150)]);
    expect(drawn()).toEqual(['m50', 'm88', 40]);
    fill();
    expect(drawn()).toEqual(['m1', 'm150', 151]);
  });

  it('lets go below what has been drawn above, and above what has been drawn below', () => {
    const { stretch, drawn, fill } = begun(1, from(1, 1000));
    fill();
    stretch.drawOlder(isFar);
    expect(drawn()).toEqual(['m751', 'm960', 210]);
    stretch.drawNewer();
    expect(drawn()).toEqual(['m791', 'm1000', 210]);
    stretch.drawOlder(isFar);
    stretch.toEnd();
    expect(drawn()).toEqual(['m961', 'm1000', 40]);
  });

  it('keeps what it has when something comes at its end or within', () => {
    const { drawn, change } = begun(1, from(1, 15));
    change(1, from(1, 17));
    expect(drawn()).toEqual(['m1', 'm17', 17]);
    change(1, [...from(1, 5), said(99), ...from(6, 17)]);
    expect(drawn()).toEqual(['m1', 'm17', 18]);
  });

  it('stays where somebody reads when something comes below', () => {
    const { stretch, drawn, fill, change } = begun(1, from(1, 1000));
    fill();
    stretch.drawOlder(isFar);
    change(1, from(1, 1003), false);
    expect(drawn()).toEqual(['m751', 'm960', 210]);
  });

  it('takes the nearest of older ones that are read, and at the end no more than twice what there should be', () => {
    const { drawn, fill, change } = begun(101, from(101, 250));
    fill();
    change(1, from(1, 250));
    expect(drawn()).toEqual(['m61', 'm250', 190]);
    change(1, from(1, 500));
    expect(drawn()).toEqual(['m301', 'm500', 200]);
  });
});
