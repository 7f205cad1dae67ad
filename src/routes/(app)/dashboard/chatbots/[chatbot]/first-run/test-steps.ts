import type { TestDelivery } from '$lib/server/test-escalation';

export interface Step {
  name: string;
  state: 'done' | 'waiting' | 'failed' | 'none';
  /** When the last of its parts was done, after the tap. */
  ms: number | null;
  words: string;
}

/** A webhook has arrived when its receiver said so; a mail has only left until the mailbox does. */
const HAS_LEFT = ['sent', 'delivered', 'bounced', 'complained'];
const HAS_FAILED = ['failed', 'bounced', 'complained'];

function latest(times: (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === times.length && known.length > 0 ? Math.max(...known) : null;
}

function stepOf(
  name: string,
  parts: TestDelivery[],
  at: (delivery: TestDelivery) => number | null,
  is_done: (delivery: TestDelivery) => boolean,
  none: string,
  recorded_ms: number,
): Step {
  if (parts.length === 0) return { name, state: 'none', ms: null, words: none };
  const failed = parts.filter((delivery) => HAS_FAILED.includes(delivery.status) && !is_done(delivery));
  const done = parts.filter(is_done);
  const words = parts.length === 1 ? parts[0]!.to : `${done.length} of ${parts.length}`;
  if (failed.length > 0) {
    const { to, last_error, reason } = failed[0]!;
    return { name, state: 'failed', ms: null, words: `${to}: ${last_error ?? reason ?? 'failed'}` };
  }
  if (done.length < parts.length) return { name, state: 'waiting', ms: null, words };
  const ms = latest(parts.map(at));
  return { name, state: 'done', ms: ms === null ? null : ms + recorded_ms, words };
}

function seenLive(seen_ms: number | null, is_live: boolean): Step {
  const state = seen_ms !== null ? 'done' : is_live ? 'waiting' : 'failed';
  const words =
    state === 'failed'
      ? 'This page wasn’t connected. Run the test again.'
      : 'On this page, and on every open dashboard';
  return { name: 'Seen live', state, ms: seen_ms, words };
}

/**
 * The way of a test escalation, step by step. Times count from the tap; `seen_ms` is when this page heard of it, which it cannot
 * unless it `is_live` all the time.
 */
export function stepsOf(
  deliveries: TestDelivery[],
  recorded_ms: number,
  seen_ms: number | null,
  is_live: boolean,
): Step[] {
  const wanted = deliveries.filter(({ status }) => status !== 'skipped');
  const mails = wanted.filter(({ kind }) => kind === 'email');
  const hooks = wanted.filter(({ kind }) => kind === 'webhook');
  const channels = wanted.filter(({ kind }) => kind === 'channel');
  const skipped = deliveries.length - wanted.length;
  const no_mail =
    skipped > 0 ? 'Every recipient was skipped; the receipts say why.' : 'There’s nobody to alert.';
  const left = (delivery: TestDelivery) => HAS_LEFT.includes(delivery.status);
  const arrived = (delivery: TestDelivery) => delivery.status === 'delivered';
  const answered = (delivery: TestDelivery) => ['sent', 'delivered'].includes(delivery.status);
  const no_hook = 'No endpoint is subscribed to conversation.escalated.';
  return [
    { name: 'Recorded', state: 'done', ms: recorded_ms, words: 'Saved before the visitor reads “Sent!”' },
    {
      name: 'Alert queued',
      state: deliveries.length > 0 ? 'done' : 'none',
      // Written by the same commit, so it is no later than the answer.
      ms: deliveries.length > 0 ? recorded_ms : null,
      words: `${wanted.length} to send${skipped > 0 ? `, ${skipped} skipped` : ''}, in the same transaction`,
    },
    stepOf('E-mail sent', mails, (delivery) => delivery.sent_ms, left, no_mail, recorded_ms),
    stepOf('E-mail delivered', mails, (delivery) => delivery.delivered_ms, arrived, no_mail, recorded_ms),
    ...(channels.length > 0
      ? [stepOf('Channel told', channels, (delivery) => delivery.sent_ms, answered, '', recorded_ms)]
      : []),
    stepOf(
      'Webhook delivered',
      hooks,
      (delivery) => delivery.sent_ms ?? delivery.delivered_ms,
      answered,
      no_hook,
      recorded_ms,
    ),
    seenLive(seen_ms, is_live),
  ];
}
