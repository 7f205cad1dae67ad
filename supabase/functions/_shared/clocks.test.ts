import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockChanges, comingYear, firstDifference, offsetName, secondsAhead } from './clocks.ts';

const seconds = (iso: string) => Date.parse(iso) / 1000;
const SINCE = seconds('2016-01-07T00:00Z');
const UNTIL = seconds('2029-01-04T00:00Z');

describe('the clocks of a zone', () => {
  it('are told by the instants at which they are changed', () => {
    expect(clockChanges('Europe/Berlin', seconds('2026-01-01T00:00Z'), seconds('2027-01-01T00:00Z'))).toEqual(
      [
        [seconds('2026-01-01T00:00Z'), 3600],
        [seconds('2026-03-29T01:00Z'), 7200],
        [seconds('2026-10-25T01:00Z'), 3600],
      ],
    );
    expect(clockChanges('America/St_Johns', SINCE, SINCE + 60)).toEqual([[SINCE, -12_600]]);
    expect(clockChanges('Mars/Olympus', SINCE, UNTIL)).toBeNull();
  });

  it('are, in every zone and at every instant, those that Intl shows', () => {
    const kept = new Map<string, ReturnType<typeof clockChanges>>();
    const known = (zone: string) => {
      if (!kept.has(zone)) kept.set(zone, clockChanges(zone, SINCE, UNTIL));
      return kept.get(zone)!;
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.integer({ min: SINCE, max: UNTIL - 1 }),
        (zone, at) => {
          const shown = new Intl.DateTimeFormat('sv-SE', {
            timeZone: zone,
            dateStyle: 'short',
            timeStyle: 'medium',
          }).format(at * 1000);
          const local = new Date((at + secondsAhead(known(zone), at)) * 1000).toISOString();
          expect(local.slice(0, 19).replace('T', ' ')).toBe(shown);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('are compared over twelve months from the beginning of the day', () => {
    const [since, until] = comingYear(Date.parse('2026-11-29T21:03:49.123Z'));
    expect([since, until]).toEqual([seconds('2026-11-29T00:00Z'), seconds('2027-11-30T00:00Z')]);
  });

  it('differ from the first instant at which one list says otherwise', () => {
    expect(firstDifference([[0, 3600]], [[0, 3600]])).toBeNull();
    expect(
      firstDifference(
        [
          [0, 3600],
          [500, 7200],
        ],
        [
          [0, 3600],
          [500, 7200],
          [900, 3600],
        ],
      ),
    ).toEqual({ at: 900, one: 7200, other: 3600 });
    expect(firstDifference([[0, 0]], [[0, 3600]])).toEqual({ at: 0, one: 0, other: 3600 });
  });

  it('are named by how far they are ahead', () => {
    expect([0, 3600, 19_800, -12_600].map(offsetName)).toEqual(['GMT', 'GMT+1', 'GMT+5:30', 'GMT-3:30']);
  });
});
