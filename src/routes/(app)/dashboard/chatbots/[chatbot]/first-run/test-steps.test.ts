import { describe, expect, it } from 'vitest';
import type { TestDelivery } from '$lib/server/test-escalation';
import { stepsOf } from './test-steps';

function delivery(
  kind: TestDelivery['kind'],
  status: string,
  times: Partial<TestDelivery> = {},
): TestDelivery {
  return {
    kind,
    to: `${kind}@x`,
    status,
    reason: null,
    queued_ms: 0,
    sent_ms: null,
    delivered_ms: null,
    last_error: null,
    ...times,
  };
}
const states = (deliveries: TestDelivery[], seen: number | null = 5) =>
  stepsOf(deliveries, 10, seen, true).map(({ state }) => state);

describe('the way of a test escalation', () => {
  it('waits for every mail, and counts from the tap to the last of them', () => {
    const first = delivery('email', 'delivered', { sent_ms: 100, delivered_ms: 200 });
    expect(states([first, delivery('email', 'queued')])).toEqual([
      'done',
      'done',
      'waiting',
      'waiting',
      'none',
      'done',
    ]);
    const steps = stepsOf(
      [first, delivery('email', 'delivered', { sent_ms: 300, delivered_ms: 400 })],
      10,
      5,
      true,
    );
    expect(steps[2]).toMatchObject({ state: 'done', ms: 310, words: '2 of 2' });
    expect(steps[3]).toMatchObject({ state: 'done', ms: 410 });
  });

  it('takes an answered webhook as delivered', () => {
    expect(stepsOf([delivery('webhook', 'sent', { sent_ms: 40 })], 10, 5, true)[4]).toMatchObject({
      state: 'done',
      ms: 50,
    });
  });

  it('names who bounced, though the mail had left', () => {
    const steps = stepsOf(
      [delivery('email', 'bounced', { sent_ms: 9, last_error: 'no such mailbox' })],
      10,
      5,
      true,
    );
    expect(steps.slice(2, 4).map(({ state }) => state)).toEqual(['done', 'failed']);
    expect(steps[3]?.words).toContain('no such mailbox');
  });

  it('leaves out who was skipped, and says so', () => {
    const steps = stepsOf([delivery('email', 'skipped')], 10, null, true);
    expect(steps[1]?.words).toContain('1 skipped');
    expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'none', 'none', 'none', 'waiting']);
  });

  it('waits to be seen live only while the page could see it', () => {
    const seen = (seen_ms: number | null, is_live: boolean) => stepsOf([], 10, seen_ms, is_live).at(-1);
    expect(seen(null, true)).toMatchObject({ state: 'waiting' });
    expect(seen(null, false)).toMatchObject({
      state: 'failed',
      words: expect.stringContaining('wasn’t connected'),
    });
    expect(seen(7, false)).toMatchObject({ state: 'done', ms: 7 });
  });
});
