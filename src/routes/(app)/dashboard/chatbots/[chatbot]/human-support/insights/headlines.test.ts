import { describe, expect, it } from 'vitest';
import type { Charts } from '$lib/server/insights';
import { asked, busiest, firstReply, inTime, mostUsed, underAnswers } from './headlines';

const charts: Charts = {
  days: 30,
  since: '2026-10-30T12:00:00Z',
  time_zone: 'UTC',
  per_day: [],
  by_trigger: [
    { trigger: 'inline_cta', count: 90 },
    { trigger: 'api', count: 42 },
  ],
  hour_of_week: [
    { weekday: 2, hour: 9, count: 6 },
    { weekday: 4, hour: 14, count: 6 },
  ],
  durations: [{ measure: 'first_reply', median_hours: 0.2, p90_hours: 3, count: 100 }],
  targets: [
    { day: '2026-11-03', within: 40, missed: 10, due: 0, within_rate: 0.8 },
    { day: '2026-11-29', within: 5, missed: 0, due: 7, within_rate: 1 },
  ],
  answers: [
    { answer_id: 'a', question: 'A?', positive: 1, needs_human: 20 },
    { answer_id: 'b', question: 'B?', positive: 4, needs_human: 3 },
  ],
  before: {
    by_trigger: [
      { trigger: 'api', count: 60 },
      { trigger: 'inline_cta', count: 60 },
    ],
    durations: [{ measure: 'first_reply', median_hours: 0.25, p90_hours: 3, count: 90 }],
    targets: [{ day: '2026-10-03', within: 3, missed: 1, due: 0, within_rate: 0.75 }],
  },
};
const nothing = { by_trigger: [], durations: [], targets: [] };

describe('the number a card is about', () => {
  it('stands beside what it was in as many days before', () => {
    expect(asked(charts)).toEqual({
      value: '132',
      words: 'escalations',
      change: '↑ 10 % from 120 in the 30 days before',
    });
    expect(mostUsed(charts)).toEqual({
      value: '68 %',
      words: 'under an answer',
      change: '↑ from 50 % in the 30 days before',
    });
    expect(firstReply(charts)).toEqual({
      value: '12 min',
      words: 'median to the first reply',
      change: '↓ from 15 min in the 30 days before',
    });
    const received = { measure: 'first_received', median_hours: 0.4, p90_hours: 3, count: 80 } as const;
    expect(firstReply({ ...charts, durations: [...charts.durations, received] })?.words).toBe(
      'median to the first reply, 24 min until one was received',
    );
    expect(inTime(charts)).toEqual({
      value: '82 %',
      words: 'within target, 45 of 55',
      change: '↑ from 75 % in the 30 days before',
    });
    expect(asked({ ...charts, before: charts }).change).toBe('the same in the 30 days before');
  });

  it('stands alone where there was nothing to compare', () => {
    const first = { ...charts, before: nothing };
    expect(asked(first).change).toBe('↑ from 0 in the 30 days before');
    expect([mostUsed(first)?.change, firstReply(first)?.change, inTime(first)?.change]).toEqual([
      null,
      null,
      null,
    ]);
    const none = { ...charts, ...nothing };
    expect([mostUsed(none), firstReply(none), inTime(none)]).toEqual([null, null, null]);
  });

  it('names the busiest hour, the first of several', () => {
    expect(busiest(charts)).toEqual({
      value: 'Tuesday 09:00',
      words: 'is the busiest hour, with 6 escalations',
      change: null,
    });
    expect(busiest({ ...charts, hour_of_week: [] })).toBeNull();
  });

  it('counts how often answers led to a person', () => {
    expect(underAnswers(charts)).toMatchObject({ value: '23', words: 'times an answer led to a person' });
  });
});
