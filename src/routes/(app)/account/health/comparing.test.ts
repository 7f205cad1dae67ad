import { describe, expect, it } from 'vitest';
import type { Zone } from '$lib/time';
import { compare } from './comparing';

const seconds = (iso: string) => Date.parse(iso) / 1000;
const BEGINS = seconds('2026-11-29T00:00Z');
const zone: Zone = { name: 'America/Vancouver', changes: [[BEGINS, -25_200]] };

describe('the health page', () => {
  it('says that clocks are the same, differ now or later, or are unknown', () => {
    expect(compare(zone, zone.changes)).toEqual({ words: 'the same', isSame: true });
    expect(compare(zone, [[BEGINS, -28_800]]).words).toBe('GMT-8 instead of GMT-7, now');
    expect(compare(zone, [...zone.changes, [seconds('2027-03-14T10:00Z'), -28_800]])).toEqual({
      words: 'GMT-8 instead of GMT-7, from Sun 14 Mar 2027, 10:00:00 UTC on',
      isSame: false,
    });
    expect(compare(zone, null)).toEqual({ words: 'doesn’t know this zone', isSame: false });
    // Who could not be asked does not differ.
    expect(compare(zone, undefined)).toEqual({ words: 'not asked', isSame: true });
  });
});
