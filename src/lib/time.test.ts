import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ago,
  clock,
  count,
  dayKey,
  dayName,
  exact,
  hours,
  left,
  localStamp,
  percent,
  relative,
} from './time.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const before = (ms: number) => new Date(NOW - ms).toISOString();
const MINUTE = 60_000;

describe('time', () => {
  it('writes an age in its largest unit, and the date after a week', () => {
    expect(relative(before(5_000), NOW, 'UTC')).toBe('now');
    expect(relative(before(4 * MINUTE), NOW, 'UTC')).toBe('4m');
    expect(relative(before(3 * 60 * MINUTE), NOW, 'UTC')).toBe('3h');
    expect(relative(before(50 * 60 * MINUTE), NOW, 'UTC')).toBe('2d');
    expect(relative('2026-11-02T12:00:00Z', NOW, 'UTC')).toBe('2 Nov');
    expect(relative('2024-11-02T12:00:00Z', NOW, 'UTC')).toBe('2 Nov 2024');
  });

  it('calls what the database dates a moment ahead of this clock now', () => {
    expect(relative(new Date(NOW + 3_000).toISOString(), NOW, 'UTC')).toBe('now');
    expect(ago(new Date(NOW + 3_000).toISOString(), NOW)).toBe('just now');
  });

  it('puts midnight where the zone has it', () => {
    expect(dayKey('2026-11-21T23:30:00Z', 'Europe/Berlin')).toBe('2026-11-22');
    expect(dayName('2026-11-21T23:30:00Z', NOW, 'Europe/Berlin')).toBe('Today');
    expect(dayName('2026-11-21T23:30:00Z', NOW, 'UTC')).toBe('Yesterday');
    expect(dayName('2026-11-01T10:00:00Z', NOW, 'UTC')).toBe('Sunday 1 November 2026');
  });

  it('finds yesterday across the change to winter time', () => {
    const monday = Date.parse('2026-10-26T00:30:00+01:00');
    expect(dayName('2026-10-25T00:10:00+02:00', monday, 'Europe/Berlin')).toBe('Yesterday');
  });

  it('names the zone in the exact time', () => {
    expect(exact('2026-07-01T10:00:00Z', 'UTC')).toBe('Wed 1 Jul 2026, 10:00:00 UTC');
    expect(clock('2026-07-01T10:00:00Z', 'Asia/Kolkata')).toBe('15:30');
  });

  it('stamps local time so that it sorts, with midnight as 00', () => {
    expect(localStamp('2026-11-21T23:00:07Z', 'Europe/Berlin')).toBe('2026-11-22 00:00:07');
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
        expect(localStamp(date.toISOString(), 'UTC')).toBe(date.toISOString().slice(0, 19).replace('T', ' '));
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

  it('reads the clock as Intl does, in every zone, all through the night in which it is changed', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const anywhere = fc.record({
      zone: fc.constantFrom(...zones),
      at: fc.oneof(
        fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }),
        // Around the changes of Berlin, New York and Lord Howe, whose clocks move by half an hour.
        fc
          .record({
            change: fc.constantFrom(
              '2026-03-29T01:00Z',
              '2026-10-25T01:00Z',
              '2026-11-01T06:00Z',
              '2026-10-03T15:30Z',
            ),
            around: fc.integer({ min: -3 * 60 * MINUTE, max: 3 * 60 * MINUTE }),
          })
          .map(({ change, around }) => Date.parse(change) + around),
      ),
    });
    fc.assert(
      fc.property(anywhere, ({ zone, at }) => {
        const iso = new Date(at).toISOString();
        const expected = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'medium',
        });
        expect(localStamp(iso, zone)).toBe(expected.format(at));
      }),
      {
        numRuns: 2_000,
        examples: [
          [{ zone: 'Europe/Berlin', at: Date.parse('2026-10-25T00:59:59Z') }],
          [{ zone: 'Europe/Berlin', at: Date.parse('2026-10-25T01:00:00Z') }],
          [{ zone: 'Australia/Lord_Howe', at: Date.parse('2026-10-03T15:30:00Z') }],
          // Some change their clocks a minute after the hour.
          [{ zone: 'America/St_Johns', at: Date.parse('2011-03-13T03:30:59Z') }],
          [{ zone: 'America/St_Johns', at: Date.parse('2011-03-13T03:31:00Z') }],
          [{ zone: 'Antarctica/Casey', at: Date.parse('2022-10-01T16:05:00Z') }],
        ],
      },
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
