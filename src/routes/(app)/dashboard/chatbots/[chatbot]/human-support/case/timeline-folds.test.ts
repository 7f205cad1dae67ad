import { expect, it } from 'vitest';
import type { TimelineEntry } from '$lib/server/cases';
import { fold, summary } from './timeline-folds';

const timeline = (...types: string[]) =>
  types.map((type, id) => ({ id, type, created_at: `2026-05-0${id + 1}` }) as TimelineEntry);

it('folds the deliveries between two things that people did into one line', () => {
  const lines = fold(
    timeline(
      'conversation.escalated',
      'mail.sent',
      'webhook.delivered',
      'mail.bounced',
      'escalation.opened',
      'mail.sent',
    ),
  );
  expect(lines.map(({ entries }) => entries.map(({ type }) => type))).toEqual([
    ['conversation.escalated'],
    ['mail.sent', 'webhook.delivered', 'mail.bounced'],
    ['escalation.opened'],
    ['mail.sent'],
  ]);
  expect(summary(lines[1]!)).toBe('3 e-mail and webhook updates, 1 failed');
});

it('says how many of one kind there were', () => {
  expect(summary(fold(timeline('mail.sent', 'mail.delivered'))[0]!)).toBe('2 e-mail updates');
});
