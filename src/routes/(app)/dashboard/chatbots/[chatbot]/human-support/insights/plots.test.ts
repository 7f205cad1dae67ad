import { describe, expect, it } from 'vitest';
import type { Charts } from '$lib/server/insights';
import { byTrigger, calendar, durations, exactHours, hourOfWeek, perDay, total } from './plots';

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
    ...some,
  };
}

const at = (text: string) => Date.parse(text);

describe('per day', () => {
  it('has every day of the window, those without rows as zero', () => {
    const plot = perDay(
      charts({ per_day: [{ day: '2026-11-17', escalations: 3, resolutions: 1 }] }),
      at('2026-11-22T12:00:00Z'),
    );
    expect(plot.labels).toEqual([
      '15 Nov',
      '16 Nov',
      '17 Nov',
      '18 Nov',
      '19 Nov',
      '20 Nov',
      '21 Nov',
      '22 Nov',
    ]);
    expect(plot.series.map(({ values }) => values)).toEqual([
      [0, 0, 3, 0, 0, 0, 0, 0],
      [0, 0, 1, 0, 0, 0, 0, 0],
    ]);
    expect(plot.titles[2]).toBe('Tue 17 Nov 2026');
  });

  it.each([
    ['spring', '2026-03-26T23:30:00Z', '2026-03-31T22:30:00Z', ['27 Mar', '1 Apr'], 6],
    ['autumn', '2026-10-22T22:30:00Z', '2026-10-27T22:59:00Z', ['23 Oct', '27 Oct'], 5],
  ])('names each day once when clocks change in %s', (_, since, now, [first, last], length) => {
    const { labels } = perDay(charts({ since, time_zone: 'Europe/Berlin' }), at(now));
    expect(new Set(labels).size).toBe(labels.length);
    expect([labels[0], labels.at(-1), labels.length]).toEqual([first, last, length]);
  });

  it('begins and ends with the days of the person looking, not of UTC', () => {
    const { labels } = perDay(
      charts({ since: '2026-11-15T12:00:00Z', time_zone: 'Pacific/Kiritimati' }),
      at('2026-11-16T12:00:00Z'),
    );
    expect(labels).toEqual(['16 Nov', '17 Nov']);
  });

  it('keeps a day the server counted after the page was made', () => {
    const { titles, series } = perDay(
      charts({ per_day: [{ day: '2026-11-23', escalations: 1, resolutions: 0 }] }),
      at('2026-11-22T23:59:59Z'),
    );
    expect([titles.at(-1), series[0]?.values.at(-1)]).toEqual(['Mon 23 Nov 2026', 1]);
  });

  it('is drawn with lines where columns would be too thin to see', () => {
    const now = at('2026-11-22T12:00:00Z');
    expect(perDay(charts(), now).kind).toBe('columns');
    expect(perDay(charts({ since: '2026-08-24T12:00:00Z' }), now).kind).toBe('lines');
  });
});

it('a calendar crosses the ends of months and leap years', () => {
  expect(calendar('2028-02-28', '2028-03-01')).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
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
    expect(hours.map((cells) => cells.length)).toEqual(Array(24).fill(7));
    expect(hours[0]?.[0]).toEqual({ count: 1, level: 1 });
    expect(hours[23]?.[6]).toEqual({ count: 8, level: 4 });
    expect(hours.flat().reduce((sum, { count }) => sum + count, 0)).toBe(9);
  });

  it('is unshaded when there is nothing', () => {
    expect(hourOfWeek(charts()).flat()).toEqual(Array(168).fill({ count: 0, level: 0 }));
  });
});
