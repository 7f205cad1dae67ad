import { describe, expect, it } from 'vitest';
import type { Item } from '$lib/state/transcript-items';
import { countBefore, countFrom, weightOf } from './stretch';

const at = '2026-06-01T08:00:00Z';
const said = (length: number): Item =>
  ({
    key: 'm',
    kind: 'message',
    at,
    message: { text: 'x'.repeat(length) },
    isFollowing: false,
    receipt: null,
  }) as Item;
const short = said(20);
const long = said(4000);

describe('how much of a transcript is drawn at a time', () => {
  it('is as many items as there are, while they are short', () => {
    expect(countBefore(Array<Item>(300).fill(short), 300, 200)).toBe(200);
    expect(countBefore(Array<Item>(300).fill(short), 120, 200)).toBe(120);
    expect(countFrom(Array<Item>(300).fill(short), 290, 40)).toBe(10);
  });

  it('is the fewer the longer their texts are', () => {
    expect(countBefore([short, long, long, short], 4, 40)).toBe(2);
    expect(countFrom([short, long, long, short], 0, 40)).toBe(2);
  });

  it('is never nothing where there is something, and nothing where there is nothing', () => {
    expect(countBefore([long], 1, 10)).toBe(1);
    expect(countFrom([long], 0, 10)).toBe(1);
    expect(countBefore([long], 0, 10)).toBe(0);
    expect(countFrom([long], 1, 10)).toBe(0);
  });

  it('counts a text that is folded by what is shown of it, and a day or a step of the timeline as one', () => {
    expect(weightOf(said(200_000))).toBeLessThan(weightOf(long));
    expect(weightOf({ key: 'd', kind: 'day', at })).toBe(1);
  });
});
