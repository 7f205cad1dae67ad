import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ago,
  clock,
  clockBeside,
  count,
  dayKey,
  dayName,
  exact,
  hours,
  instantOf,
  left,
  localStamp,
  momentOf,
  percent,
  relative,
  type Zone,
} from './time.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const before = (ms: number) => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;

const seconds = (iso: string) => Date.parse(iso) / 1000;
const UTC: Zone = { name: 'UTC', changes: [[0, 0]] };
const KOLKATA: Zone = { name: 'Asia/Kolkata', changes: [[0, 19_800]] };
const BERLIN: Zone = {
  name: 'Europe/Berlin',
  changes: [
    [seconds('2026-01-01T00:00Z'), 3600],
    [seconds('2026-03-29T01:00Z'), 7200],
    [seconds('2026-10-25T01:00Z'), 3600],
  ],
};

describe('time', () => {
  it('names the day of what happened on another one than what it stands beside', () => {
    expect(clockBeside('2026-11-22T14:05:09Z', '2026-11-22T09:00:00Z', UTC)).toBe('14:05');
    expect(clockBeside('2026-11-22T18:45:00Z', '2026-11-22T18:15:00Z', KOLKATA)).toBe('23 Nov 00:15');
  });

  it('writes an age in its largest unit, and the date after a week', () => {
    expect(relative(before(5_000), NOW, UTC)).toBe('now');
    expect(relative(before(4 * MINUTE), NOW, UTC)).toBe('4m');
    expect(relative(before(3 * 60 * MINUTE), NOW, UTC)).toBe('3h');
    expect(relative(before(50 * 60 * MINUTE), NOW, UTC)).toBe('2d');
    expect(relative('2026-11-02T12:00:00Z', NOW, UTC)).toBe('2 Nov');
    expect(relative('2024-11-02T12:00:00Z', NOW, UTC)).toBe('2 Nov 2024');
  });

  it('calls what the database dates a moment ahead of this clock now', () => {
    expect(relative(new Date(NOW + 3_000).toISOString(), NOW, UTC)).toBe('now');
    expect(ago(new Date(NOW + 3_000).toISOString(), NOW)).toBe('just now');
  });

  it('puts midnight where the zone has it', () => {
    expect(dayKey('2026-11-21T23:30:00Z', BERLIN)).toBe('2026-11-22');
    expect(dayName('2026-11-21T23:30:00Z', NOW, BERLIN)).toBe('Today');
    expect(dayName('2026-11-21T23:30:00Z', NOW, UTC)).toBe('Yesterday');
    expect(dayName('2026-11-01T10:00:00Z', NOW, UTC)).toBe('Sunday 1 November 2026');
  });

  it('finds yesterday across the change to winter time', () => {
    const monday = Date.parse('2026-10-26T00:30:00+01:00');
    expect(dayName('2026-10-25T00:10:00+02:00', monday, BERLIN)).toBe('Yesterday');
  });

  it('names the zone in the exact time', () => {
    expect(exact('2026-07-01T10:00:00Z', UTC)).toBe('Wed 1 Jul 2026, 10:00:00 UTC');
    expect(exact('2026-07-01T10:00:00Z', BERLIN)).toBe('Wed 1 Jul 2026, 12:00:00 GMT+2');
    expect(exact('2026-07-01T10:00:00Z', KOLKATA)).toBe('Wed 1 Jul 2026, 15:30:00 GMT+5:30');
    expect(clock('2026-07-01T10:00:00Z', KOLKATA)).toBe('15:30');
    expect(momentOf('2026-07-01T09:05:00')).toBe('Wednesday 1 July, 09:05');
  });

  it('goes by the clock that the database tells, whatever this runtime knows of the zone', () => {
    const elsewhere: Zone = { name: 'Europe/Berlin', changes: [[0, 5 * 3600]] };
    const at = '2026-07-01T20:00:00Z';
    expect(clock(at, elsewhere)).toBe('01:00');
    expect(clockBeside(at, '2026-07-01T10:00:00Z', elsewhere)).toBe('2 Jul 01:00');
    expect(exact(at, elsewhere)).toBe('Thu 2 Jul 2026, 01:00:00 GMT+5');
    expect(localStamp(at, elsewhere)).toBe('2026-07-02 01:00:00');
    expect(dayKey(at, elsewhere)).toBe('2026-07-02');
    expect(dayName(at, NOW, elsewhere)).toBe('Thursday 2 July 2026');
    expect(relative(at, NOW, elsewhere)).toBe('2 Jul');
    expect(instantOf('2026-07-02T01:00', elsewhere)).toBe('2026-07-01T20:00:00.000Z');
  });

  it('stamps local time so that it sorts, with midnight as 00', () => {
    expect(localStamp('2026-11-21T23:00:07Z', BERLIN)).toBe('2026-11-22 00:00:07');
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
        expect(localStamp(date.toISOString(), UTC)).toBe(date.toISOString().slice(0, 19).replace('T', ' '));
      }),
    );
  });

  it('says what is left in hours and minutes, and never nothing', () => {
    expect(left(before(-24 * 60 * MINUTE), NOW)).toBe('24 h');
    // Clocks of pages lag a little behind.
    expect(left(before(-(24 * 60 * MINUTE + 12_000)), NOW)).toBe('24 h');
    expect(left(before(-(23 * 60 + 11.5) * MINUTE), NOW)).toBe('23 h 12 min');
    expect(left(before(-4 * MINUTE), NOW)).toBe('4 min');
    expect(left(before(5_000), NOW)).toBe('1 min');
  });

  it('reads the clock before, in and after the night in which it is changed', () => {
    expect(localStamp('2026-03-29T00:59:59Z', BERLIN)).toBe('2026-03-29 01:59:59');
    expect(localStamp('2026-03-29T01:00:00Z', BERLIN)).toBe('2026-03-29 03:00:00');
    expect(localStamp('2026-10-25T00:59:59Z', BERLIN)).toBe('2026-10-25 02:59:59');
    expect(localStamp('2026-10-25T01:00:00Z', BERLIN)).toBe('2026-10-25 02:00:00');
    // Before the first change that is known the clocks went as they did then.
    expect(localStamp('1999-07-01T10:00:00Z', BERLIN)).toBe('1999-07-01 11:00:00');
  });

  it('finds the instant of a time that was typed, whatever the clocks did that day', () => {
    const read = (wall: string) => instantOf(wall, BERLIN);
    expect(read('2026-03-29T01:59')).toBe('2026-03-29T00:59:00.000Z');
    expect(read('2026-03-29T03:00')).toBe('2026-03-29T01:00:00.000Z');
    expect(read('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z');
    expect(read('2026-10-25T03:10')).toBe('2026-10-25T02:10:00.000Z');
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0) / 60_000, max: Date.UTC(2030, 0) / 60_000 }),
        (minute) => {
          const wall = localStamp(new Date(minute * 60_000).toISOString(), BERLIN);
          // Of an hour that comes twice, or of one that never came, another instant may be meant; the clock shows the same.
          expect(localStamp(read(wall.replace(' ', 'T')), BERLIN)).toBe(wall);
        },
      ),
    );
  });

  it('writes durations, counts and rates as people say them', () => {
    expect(hours(0.5)).toBe('30 min');
    expect(hours(2.44)).toBe('2.4 h');
    expect(hours(72)).toBe('3 days');
    expect(count(1, 'reply', 'replies')).toBe('1 reply');
    expect(count(1234, 'case')).toBe('1,234 cases');
    expect(percent(null)).toBe('—');
    expect(percent(0.0412)).toBe('4.1 %');
    expect(percent(1)).toBe('100 %');
  });
});
