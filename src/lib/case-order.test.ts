import { expect, test } from 'vitest';
import { belongs, compare, cursorOf } from './case-order.ts';

const row = (id: string, status: 'open' | 'resolved', escalated_at: string, due_order_at: string) => ({
  id,
  escalation_status: status,
  escalated_at,
  last_activity_at: escalated_at,
  due_order_at,
});
const view = { filter: 'all', sort: 'due', days: 30, search: '' } as const;
const rows = [
  row('late', 'open', '2026-11-20T10:00:00+00:00', '2026-11-20T11:00:00+00:00'),
  row('soon', 'open', '2026-11-19T10:00:00+00:00', '2026-11-22T09:00:00+00:00'),
  row('old', 'open', '2026-11-01T10:00:00+00:00', '3026-11-01T10:00:00+00:00'),
  row('young', 'open', '2026-11-21T10:00:00+00:00', '3026-11-21T10:00:00+00:00'),
  row('done', 'resolved', '2026-11-21T12:00:00+00:00', '3026-11-21T12:00:00+00:00'),
  row('over', 'resolved', '2026-11-02T12:00:00+00:00', '3026-11-02T12:00:00+00:00'),
];

test('due next puts what is due first on top, then what has no due time, then what is resolved', () => {
  const mixed = [3, 5, 0, 4, 2, 1].map((at) => rows[at]!);
  expect(mixed.sort((a, b) => compare(view, a, b)).map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
});

test('the page after a row begins at what the order goes by', () => {
  expect(cursorOf(view, rows[2]!).at).toBe('3026-11-01T10:00:00+00:00');
  expect(cursorOf(view, rows[5]!).at).toBe('2026-11-02T12:00:00+00:00');
  expect(cursorOf({ ...view, sort: 'waiting' }, rows[2]!).at).toBe('2026-11-01T10:00:00+00:00');
});

test('what is resolved leaves the lists of what waits', () => {
  const since = '2026-11-10T00:00:00+00:00';
  const shown = (filter: 'due' | 'unseen' | 'past_due' | 'seen' | 'within_target') =>
    rows.filter((one) => belongs({ ...view, filter }, one, since)).map(({ id }) => id);
  expect(shown('due')).toEqual(['late', 'soon', 'young']);
  expect(shown('unseen')).toEqual(['late', 'soon', 'young']);
  expect(shown('past_due')).toEqual(['late', 'soon', 'old', 'young']);
  expect(shown('seen')).toEqual(['late', 'soon', 'young', 'done']);
});
