// T1: whether what is due later leaves when it is due: the first retry after a failure, the word that a case is resolved once its undo
// is over, held alerts and reminders. On a quiet stack, where nothing else wakes the sender, and on one on which many are due at once.
import type { Sql } from 'postgres';
import { connectSql, rpc, waitFor } from '../support/clients.ts';
import {
  addEndpoint,
  escalate,
  makeChatbot,
  startReceiver,
  webhookOf,
  type OwnedChatbot,
  type Receiver,
} from '../support/outbox.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';
import { CASES_PER_CHATBOT, makeHoldingChatbot, timeAlerts, type AlertTiming } from './in-time-alerts.ts';
import { report, type Check, type Figure } from './harness.ts';
import { quantile } from './numbers.ts';

const QUIET = 10;
const BUSY = 200;
const BUSY_AT_ONCE = 20;
/** Longer than the sender stays awake for what becomes due. */
const QUIET_ALERTS_EVERY_MS = 13_000;
/** Of five seconds. */
const RETRY_MS = { least: 4000, most: 6000 };
const LATE_AT_MOST_MS = 1000;

/** All in milliseconds. */
interface Timing {
  /** From the commit to the first call. */
  first: number;
  /** From the failure to when the second call was planned, and from then to when it came. */
  pause: number;
  retryLate: number;
  /** From the end of the undo to the call. */
  resolvedLate: number;
}

export async function t1(): Promise<void> {
  const own = await startOwnStack();
  const stack = describeStack(own);
  const sql = connectSql(stack);
  const failed = new Set<string>();
  const receiver = await startReceiver((response, { id }) => {
    response.statusCode = failed.has(id) ? 200 : 500;
    failed.add(id);
    response.end();
  });
  try {
    const chatbot = await makeChatbot(stack);
    await rpc(chatbot.owner.db, 'save_profile', { profile: { notify_escalation: false } });
    await addEndpoint(chatbot, receiver.url, ['conversation.escalated', 'conversation.resolved']);
    const quiet: Timing[] = [];
    while (quiet.length < QUIET) quiet.push(await time(sql, receiver, chatbot.id));
    const busy: Timing[] = [];
    const lanes = Array.from({ length: BUSY_AT_ONCE }, async () => {
      for (let left = BUSY / BUSY_AT_ONCE; left > 0; left -= 1)
        busy.push(await time(sql, receiver, chatbot.id));
    });
    await Promise.all(lanes);
    await tell({ quiet, busy }, { quiet: await quietAlerts(stack, sql), busy: await busyAlerts(stack, sql) });
  } finally {
    await receiver.stop();
    await sql.end({ timeout: 1 });
    await own.stop();
  }
}

/** A pair of cases every few seconds: their mails are due long after one another. */
async function quietAlerts(stack: TestStack, sql: Sql): Promise<AlertTiming[]> {
  const chatbots = await Promise.all([makeHoldingChatbot(stack), makeHoldingChatbot(stack)]);
  const begun: Promise<AlertTiming>[] = [];
  while (begun.length < QUIET) {
    begun.push(timeAlerts(stack, sql, chatbots[begun.length % 2]!));
    await new Promise((resolve) => setTimeout(resolve, QUIET_ALERTS_EVERY_MS));
  }
  return await Promise.all(begun);
}

/** All at once, so that hundreds of mails are due within the same second. */
async function busyAlerts(stack: TestStack, sql: Sql): Promise<AlertTiming[]> {
  const chatbots: OwnedChatbot[] = [];
  while (chatbots.length < BUSY_AT_ONCE) chatbots.push(await makeHoldingChatbot(stack));
  const pairs = chatbots.flatMap((chatbot) => Array.from({ length: CASES_PER_CHATBOT / 2 }, () => chatbot));
  return await Promise.all(pairs.map((chatbot) => timeAlerts(stack, sql, chatbot)));
}

async function time(sql: Sql, receiver: Receiver, chatbotId: string): Promise<Timing> {
  const { escalation_id } = await escalate(sql, chatbotId);
  const committedAt = Date.now();
  const [asked] = await sql<{ id: string }[]>`
    select id from public.events where escalation_id = ${escalation_id} and type = 'conversation.escalated'`;
  const callsOf = (id: string) => receiver.received.filter((call) => call.id === id);
  const nth = (id: string, count: number) => waitFor(`call ${count}`, () => callsOf(id)[count - 1], 30_000);
  const first = await nth(asked!.id, 1);
  await waitFor('the failure to be written', async () => {
    const { attempts } = await webhookOf(sql, escalation_id);
    return attempts[0]?.finished_at;
  });
  const [planned] = await sql<{ failed_at: Date; due_at: Date }[]>`
    select a.finished_at as failed_at, d.next_attempt_at as due_at from public.deliveries d
    join public.delivery_attempts a on a.delivery_id = d.id and a.number = 1
    where d.escalation_id = ${escalation_id} and d.kind = 'webhook'`;
  const second = await nth(asked!.id, 2);

  await sql`update public.escalations set status = 'resolved' where id = ${escalation_id}`;
  const [resolved] = await sql<{ id: string; available_at: Date }[]>`
    select id, available_at from public.events
    where escalation_id = ${escalation_id} and type = 'conversation.resolved'`;
  const told = await nth(resolved!.id, 1);
  return {
    first: first.at - committedAt,
    pause: planned!.due_at.getTime() - planned!.failed_at.getTime(),
    retryLate: second.at - planned!.due_at.getTime(),
    resolvedLate: told.at - resolved!.available_at.getTime(),
  };
}

async function tell(
  timings: Record<'quiet' | 'busy', Timing[]>,
  alerts: Record<'quiet' | 'busy', AlertTiming[]>,
): Promise<void> {
  const figures: Figure[] = [];
  const checks: Check[] = [];
  for (const [state, all] of Object.entries(timings)) {
    const p95 = (of: keyof Timing) =>
      quantile(
        all.map((timing) => timing[of]),
        0.95,
      );
    const when = state === 'quiet' ? 'one after the other' : `${BUSY_AT_ONCE} at once`;
    figures.push(
      { name: `first call after the commit, p95, ${when}`, value: p95('first'), unit: 'ms' },
      {
        name: `first retry, late by, p95, ${when}`,
        value: p95('retryLate'),
        unit: 'ms',
        atMost: LATE_AT_MOST_MS,
      },
      {
        name: `“resolved”, late by, p95, ${when}`,
        value: p95('resolvedLate'),
        unit: 'ms',
        atMost: LATE_AT_MOST_MS,
      },
    );
    checks.push(
      {
        name: `${when}: every first retry is planned 5 s ± 20 % after the failure`,
        isTrue: all.every(({ pause }) => pause >= RETRY_MS.least && pause <= RETRY_MS.most),
      },
      {
        name: `${when}: nothing leaves before it is due`,
        isTrue: all.every(({ retryLate, resolvedLate }) => Math.min(retryLate, resolvedLate) >= 0),
      },
    );
  }
  for (const [state, all] of Object.entries(alerts)) {
    const when = state === 'quiet' ? 'one after the other' : `${all.length * 2} cases at once`;
    const parts = { held: 'held alert', reminder: 'reminder', followUp: 'reminder after words' } as const;
    for (const [of, name] of Object.entries(parts) as [keyof AlertTiming, string][]) {
      const late = all.map((timing) => timing[of]);
      const value = quantile(late, 0.95);
      figures.push({ name: `${name}, late by, p95, ${when}`, value, unit: 'ms', atMost: LATE_AT_MOST_MS });
      checks.push({ name: `${name}, ${when}: none before its time`, isTrue: Math.min(...late) >= 0 });
    }
    checks.push({
      name: `${when}: each case has its alert and one reminder, and no more`,
      isTrue: all.every(({ mails }) => mails === 4),
    });
  }
  await report({
    metric: 'T1',
    title: 'what is due later leaves when it is due',
    how:
      `A receiver refuses each first call and takes the second; the case is resolved then, and its undo runs out. ${QUIET} cases ` +
      `one after the other on a stack that does nothing else, then ${BUSY}, ${BUSY_AT_ONCE} at once. Alerts are held for three seconds ` +
      `and followed by a reminder after a minute; half of the cases are seen in time, and the visitor writes again.`,
    claims: [],
    checks,
    figures,
    rates: {},
  });
}
