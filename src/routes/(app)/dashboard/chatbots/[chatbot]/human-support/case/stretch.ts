/**
 * How much of a transcript is drawn at a time. A long text takes as long to draw as many short ones, so a stretch of items is as long as
 * its texts together, not as their number.
 */
import { TEXT_MAX_LENGTH } from '#shared/contract.ts';
import type { Item } from '$lib/state/transcript-items';
import { FOLDED_LENGTH } from '../desk/sizes';

/** Characters that take as long to draw as what stands around them. */
const UNIT_LENGTH = 200;

/** What it costs to draw an item; a short one is 1. */
export function weightOf(item: Item): number {
  const { length } = textOf(item);
  return 1 + Math.floor((length > TEXT_MAX_LENGTH ? FOLDED_LENGTH : length) / UNIT_LENGTH);
}

function textOf(item: Item): string {
  if (item.kind === 'message') return item.message.text;
  if (item.kind === 'outgoing') return item.outgoing.text;
  return item.kind === 'entry' ? String(item.entry.data['text'] ?? '') : '';
}

export const weightOfAll = (items: Item[]): number => items.reduce((sum, item) => sum + weightOf(item), 0);

/** How many of the items before `end` weigh no more than `weight` together; where there is one, at least that. */
export function countBefore(items: Item[], end: number, weight: number): number {
  let left = weight;
  let count = 0;
  while (count < end && ((left -= weightOf(items[end - count - 1]!)) >= 0 || count === 0)) count += 1;
  return count;
}

/** How many of the items from `start` on weigh no more than `weight` together; where there is one, at least that. */
export function countFrom(items: Item[], start: number, weight: number): number {
  let left = weight;
  let count = 0;
  while (start + count < items.length && ((left -= weightOf(items[start + count]!)) >= 0 || count === 0))
    count += 1;
  return count;
}
