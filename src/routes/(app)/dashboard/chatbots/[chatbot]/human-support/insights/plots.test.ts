import { describe, expect, it } from 'vitest';
import type { Charts } from '$lib/server/insights';
import { byTrigger, durations, exactHours, hourOfWeek, perDay, total } from './plots';

function charts(some: Partial<Charts> = {}): Charts {
  return {
    days: 7,
    since: '2026-11-15T12:00:00Z',
    time_zone: 'UTC',
    per_day: [],
    by_trigger: [
      { trigger: 'inline_cta', count: 0 },
      { trigger: 'api', count: 0 },
    ],
    hour_of_week: [],
    durations: [],
    answers: [],
    targets: [],
    before: { by_trigger: [], durations: [], targets: [] },
    ...some,
  };
}

describe('per day', () => {
  const days = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      day: new Date(Date.UTC(2026, 10, 15 + n)).toISOString().slice(0, 10),
      escalations: n,
      resolutions: 0,
    }));

  it('has the days of the database, which are those of the person looking', () => {
    const plot = perDay(
      charts({
        per_day: [
          { day: '2026-11-16', escalations: 0, resolutions: 0 },
          { day: '2026-11-17', escalations: 3, resolutions: 1 },
        ],
      }),
    );
    expect(plot.labels).toEqual(['16 Nov', '17 Nov']);
    expect(plot.titles).toEqual(['Mon 16 Nov 2026', 'Tue 17 Nov 2026']);
    expect(plot.series.map(({ values }) => values)).toEqual([
      [0, 3],
      [0, 1],
    ]);
  });

  it('is drawn with lines where columns would be too thin to see', () => {
    expect(perDay(charts({ per_day: days(31) })).kind).toBe('columns');
    expect(perDay(charts({ per_day: days(91) })).kind).toBe('lines');
  });
});

describe('by trigger', () => {
  it('gives each way its share', () => {
    const plot = byTrigger(
      charts({
        by_trigger: [
          { trigger: 'inline_cta', count: 2 },
          { trigger: 'api', count: 1 },
        ],
      }),
    );
    expect(plot.series[0]?.values).toEqual([2, 1]);
    expect(plot.columns[0]?.values).toEqual(['66.7 %', '33.3 %']);
  });

  it('divides nothing by nothing', () => {
    expect(total(charts())).toBe(0);
    expect(byTrigger(charts()).columns[0]?.values).toEqual(['—', '—']);
  });
});

describe('durations', () => {
  it('says that nothing was measured instead of zero hours', () => {
    const plot = durations(
      charts({
        durations: [
          { measure: 'first_open', median_hours: 0.05, p90_hours: 2.37, count: 4 },
          { measure: 'first_reply', median_hours: null, p90_hours: null, count: 0 },
        ],
      }),
    );
    expect(plot.labels).toEqual([
      ['First open', '3 min / 2.4 h'],
      ['First reply', 'none yet'],
    ]);
    expect(plot.series.map(({ values }) => values)).toEqual([
      [0.05, null],
      [2.37, null],
    ]);
    expect(plot.columns[0]?.values).toEqual(['4', '0']);
  });

  it.each([
    [0, '0 h (0 min)'],
    [0.05, '0.05 h (3 min)'],
    [2.37, '2.37 h'],
    [60.25, '60.25 h (2.5 days)'],
    [null, '—'],
  ])('writes %s hours as %s', (value, words) => {
    expect(exactHours(value)).toBe(words);
  });
});

describe('hour of the week', () => {
  it('has all 168 hours, from Monday', () => {
    const hours = hourOfWeek(
      charts({
        hour_of_week: [
          { weekday: 1, hour: 0, count: 1 },
          { weekday: 7, hour: 23, count: 8 },
        ],
      }),
    );
    expect(hours.map((cells) => cells.length)).toEqual(Array(7).fill(24));
    expect(hours[0]?.[0]).toEqual({ count: 1, level: 1 });
    expect(hours[6]?.[23]).toEqual({ count: 8, level: 4 });
    expect(hours.flat().reduce((sum, { count }) => sum + count, 0)).toBe(9);
  });

  it('is unshaded when there is nothing', () => {
    expect(hourOfWeek(charts()).flat()).toEqual(Array(168).fill({ count: 0, level: 0 }));
  });
});
