// The long version: FAULT_RUNS kills at each point (100 for the published figures), half as many crashes and stopped sweeps.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stack } from '../../supabase/local/index.ts';
import { connectSql, waitFor } from '../support/clients.ts';
import {
  addEndpoint,
  escalate,
  makeChatbot,
  startReceiver,
  webhookOf,
  type Receiver,
} from '../support/outbox.ts';
import { describeStack, startOwnStack } from '../support/own-stack.ts';
import { describeFaults } from './dispatch-suite.ts';

const runs = Number(process.env['FAULT_RUNS'] ?? 10);

describeFaults({ kills: runs, repeats: Math.ceil(runs / 2), deliveries: runs * 50 });

let own: Stack;
let receiver: Receiver;

beforeAll(async () => {
  own = await startOwnStack();
  receiver = await startReceiver(() => undefined);
});

afterAll(async () => {
  await receiver?.stop();
  await own?.stop();
});

it('what a killed sweep held is sent within 90 seconds, by cron alone', { timeout: 120_000 }, async () => {
  const stack = describeStack(own);
  const sql = connectSql(stack);
  const chatbot = await makeChatbot(stack, { hasReminders: false });
  await addEndpoint(chatbot, receiver.url);
  const { escalation_id } = await escalate(sql, chatbot.id);
  await waitFor('the first call', () => receiver.received.length === 1);
  own.programs.get('function-dispatch')!.kill('SIGKILL');
  const killedAt = Date.now();
  receiver.answer = (response) => response.end();
  await waitFor(
    'the second call',
    async () => (await webhookOf(sql, escalation_id)).status === 'delivered',
    95_000,
  );
  expect(Date.now() - killedAt).toBeLessThanOrEqual(90_000);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
  expect(receiver.received).toHaveLength(2);
  await sql.end({ timeout: 1 });
});
