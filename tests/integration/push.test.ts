// Notifications as push services and browsers meet them: the real sender in its real runtime, a push service that checks and decrypts,
// cases by plain SQL. What is said, what each answer means, a burst, a service that hangs, and that no address is left anywhere.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../supabase/local/index.ts';
import { connectSql, rpc, waitFor } from '../support/clients.ts';
import {
  deliveriesOf,
  escalate,
  mailsTo,
  makeChatbot,
  makeDue,
  sweep,
  type OwnedChatbot,
} from '../support/outbox.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';
import {
  startPushService,
  type Browser,
  type PushAnswer,
  type PushService,
} from '../support/push-service.ts';

let running: Stack;
let stack: TestStack;
let sql: Sql;
let service: PushService;

beforeAll(async () => {
  service = await startPushService();
  running = await startOwnStack({ seed: false });
  stack = describeStack(running);
  sql = connectSql(stack);
  await sweep(stack, sql);
}, 240_000);

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await running.stop();
  await service.stop();
});

async function addDevice(
  { owner }: OwnedChatbot,
  label = 'Phone',
): Promise<{ id: string; browser: Browser }> {
  const browser = service.subscribe();
  const device = { ...browser.subscription, label };
  const { id } = await rpc<{ id: string }>(owner.db, 'save_push_device', { device });
  return { id, browser };
}

/** A chatbot whose owner is told on one device, by that alone. */
async function chatbotWithDevice(name = 'Acme Help') {
  const chatbot = await makeChatbot(stack, { name });
  const settings = { rungs: [{ after_minutes: 0, target: 'owner', by: 'push' }] };
  await rpc(chatbot.owner.db, 'save_alerts', { chatbot_id: chatbot.id, settings });
  return { chatbot, ...(await addDevice(chatbot)) };
}

const pushOf = async (escalationId: string) =>
  (await deliveriesOf(sql, escalationId)).find(({ kind }) => kind === 'push')!;

async function settled(escalationId: string, attempts = 1) {
  return await waitFor('the attempt to be written down', async () => {
    const receipt = await pushOf(escalationId);
    return receipt.attempts.filter(({ finished_at }) => finished_at).length >= attempts && receipt;
  });
}

const pushedTo = (browser: Browser) => service.pushed.filter((push) => push.browser === browser);

it('the keys were made by the first sweep, and every person reads the public one', async () => {
  const { owner } = await makeChatbot(stack);
  expect(await rpc<string>(owner.db, 'push_public_key', {})).toMatch(/^B[\w-]{86}$/);
  const stored = await sql`select decrypted_secret from vault.decrypted_secrets where name = 'push_keys'`;
  expect(stored).toHaveLength(1);
});

it('a device is told of a case within seconds: chatbot and reference, never what the visitor typed', async () => {
  const { chatbot, browser } = await chatbotWithDevice('Café Açaí');
  const { escalation_id, conversation_id } = await escalate(sql, chatbot.id, 'My SECRET question');
  expect(await settled(escalation_id)).toMatchObject({ purpose: 'alert', status: 'sent', reason: null });
  const [push] = pushedTo(browser);
  const [row] = await sql<
    { reference: string }[]
  >`select reference from conversations where id = ${conversation_id}`;
  expect(push!.json).toEqual({
    web_push: 8030,
    notification: {
      title: 'Café Açaí: a visitor asked for a person',
      body: row!.reference,
      navigate: `${stack.app_url}/dashboard/chatbots/${chatbot.id}/human-support?conv=${conversation_id}`,
      lang: 'en',
      dir: 'auto',
      tag: conversation_id,
      silent: false,
    },
    app_badge: 1,
  });
  expect(push!.text).not.toContain('SECRET');
  expect(push!.headers).toMatchObject({ urgency: 'high', topic: conversation_id.replaceAll('-', '') });
  expect(push!.claims.key).toBe(await rpc<string>(chatbot.owner.db, 'push_public_key', {}));
  expect(await mailsTo(stack, chatbot.owner.email)).toEqual([]);
});

describe('what a push service answers', () => {
  it.each([404, 410])('%i: the device is removed, and its person told by mail', async (status) => {
    const { chatbot, browser } = await chatbotWithDevice();
    service.answers.set(browser, { status });
    const { escalation_id } = await escalate(sql, chatbot.id);
    expect(await settled(escalation_id)).toMatchObject({ status: 'failed', reason: 'gone' });
    expect(await sql`select from push_devices where user_id = ${chatbot.owner.id}`).toHaveLength(0);
    await waitFor('the mail', async () => (await mailsTo(stack, chatbot.owner.email)).length === 1);
  });

  it.each([400, 403, 413])(
    '%i: it ends, the device is known to fail, and its person is told by mail',
    async (status) => {
      const { chatbot, browser } = await chatbotWithDevice();
      service.answers.set(browser, { status });
      const { escalation_id } = await escalate(sql, chatbot.id);
      expect(await settled(escalation_id)).toMatchObject({ status: 'failed', reason: 'permanent' });
      const [device] =
        await sql`select failing_since is not null as fails, last_failure from push_devices where user_id = ${chatbot.owner.id}`;
      expect(device).toMatchObject({
        fails: true,
        last_failure: `The service refused the message (${status}).`,
      });
      await waitFor('the mail', async () => (await mailsTo(stack, chatbot.owner.email)).length === 1);
    },
  );

  it.each<[PushAnswer, number]>([
    [{ status: 429, headers: { 'retry-after': '90' } }, 80],
    [{ status: 500 }, 5],
    [{ status: 503, headers: { 'retry-after': '120' } }, 110],
  ])('%o: it is tried again, not before it was asked to', async (answer, seconds) => {
    const { chatbot, browser } = await chatbotWithDevice();
    service.answers.set(browser, answer);
    const { escalation_id } = await escalate(sql, chatbot.id);
    const receipt = await settled(escalation_id);
    expect(receipt).toMatchObject({ status: 'queued', attempt_count: 1 });
    expect(receipt.seconds_to_next).toBeGreaterThan(seconds);
    service.answers.delete(browser);
    await makeDue(sql, receipt.id);
    await sweep(stack, sql);
    expect(await settled(escalation_id, 2)).toMatchObject({ status: 'sent' });
    expect(pushedTo(browser)).toHaveLength(2);
    expect(await mailsTo(stack, chatbot.owner.email)).toEqual([]);
  });

  it('nothing at all: it may have arrived, is tried again, and holds up nobody', async () => {
    const slow = await chatbotWithDevice();
    const quick = await chatbotWithDevice();
    service.answers.set(slow.browser, { status: 201, hangs: true });
    const hung = await escalate(sql, slow.chatbot.id);
    await waitFor('the call', () => pushedTo(slow.browser).length > 0);
    const other = await escalate(sql, quick.chatbot.id);
    expect(await settled(other.escalation_id)).toMatchObject({ status: 'sent' });
    const receipt = await settled(hung.escalation_id);
    expect(receipt.attempts[0]).toMatchObject({ outcome: 'unclear', error_code: 'TIMEOUT' });
  });
});

it('a reminder has the case’s topic and tag, so that it takes the alert’s place; a look spares it', async () => {
  const { chatbot, browser } = await chatbotWithDevice();
  const rungs = [0, 15, 30].map((after_minutes) => ({ after_minutes, target: 'owner', by: 'push' }));
  await rpc(chatbot.owner.db, 'save_alerts', { chatbot_id: chatbot.id, settings: { rungs } });
  const { escalation_id, conversation_id } = await escalate(sql, chatbot.id);
  await settled(escalation_id);
  await sql`update deliveries set next_attempt_at = now() where escalation_id = ${escalation_id} and rung = 2`;
  await sweep(stack, sql);
  const [alert, reminder] = await waitFor(
    'the reminder',
    () => pushedTo(browser).length === 2 && pushedTo(browser),
  );
  expect(reminder!.headers['topic']).toBe(alert!.headers['topic']);
  expect(reminder!.json.notification).toMatchObject({
    tag: conversation_id,
    title: expect.stringContaining('nobody has looked') as string,
  });
  await rpc(chatbot.owner.db, 'open_case', { conversation_id });
  const receipts = await deliveriesOf(sql, escalation_id);
  expect(receipts.map(({ status, reason }) => reason ?? status)).toEqual(['sent', 'sent', 'seen']);
});

it('of a thousand cases a device is told twenty, and of the others once', async () => {
  const { chatbot, browser, id } = await chatbotWithDevice();
  await sql`insert into conversations (chatbot_id) select ${chatbot.id} from generate_series(1, 1000)`;
  const ids = (
    await sql<{ id: string }[]>`select id from conversations where chatbot_id = ${chatbot.id}`
  ).map((row) => row.id);
  const ask = async () => {
    for (let next = ids.pop(); next; next = ids.pop()) {
      await sql`insert into escalations (conversation_id, trigger) values (${next}, 'inline_cta')`;
    }
  };
  await Promise.all(Array.from({ length: 6 }, ask));
  const counted = async () => {
    const [row] = await sql<{ sent: number; held: number }[]>`
      select count(*) filter (where status = 'sent')::int as sent, count(*) filter (where reason = 'in_summary')::int as held
      from deliveries where device_id = ${id} and purpose = 'alert'`;
    return row!;
  };
  await waitFor(
    'the twenty',
    async () => {
      const { sent, held } = await counted();
      return sent === 20 && held === 980;
    },
    90_000,
  );
  expect(pushedTo(browser)).toHaveLength(20);
  await sql`update deliveries set next_attempt_at = now() where device_id = ${id} and purpose = 'summary' and status = 'queued'`;
  await sweep(stack, sql);
  await waitFor('the summary', async () => (await counted()).sent === 1000, 30_000);
  expect(pushedTo(browser)).toHaveLength(21);
  expect(pushedTo(browser)[20]!.json.notification['title']).toContain('980 more requests for a person');
  const sums = await rpc<object>(chatbot.owner.db, 'reconciliation', { chatbot_id: chatbot.id, days: 30 });
  expect(sums).toMatchObject({ unexplained: 0, accepted: 1000 });
  expect(await mailsTo(stack, chatbot.owner.email)).toEqual([]);
}, 240_000);

it('a test reaches the device and says that it is one', async () => {
  const { chatbot, id, browser } = await chatbotWithDevice();
  const { delivery_id } = await rpc<{ delivery_id: string }>(chatbot.owner.db, 'try_push_device', { id });
  await waitFor('the end of the test', async () => {
    const test = await rpc<{ status: string }>(chatbot.owner.db, 'push_test', { delivery_id });
    return test.status === 'sent';
  });
  const [push] = pushedTo(browser);
  expect(push!.json.notification).toMatchObject({ tag: 'test', navigate: `${stack.app_url}/account` });
  expect(push!.headers['ttl']).toBe('60');
});

it('no address, no key and no word of a visitor stands in any row that can be read, or in a log', async () => {
  const [keys] = await sql<
    { keys: string }[]
  >`select decrypted_secret as keys from vault.decrypted_secrets where name = 'push_keys'`;
  const devices = await sql<{ endpoint: string; auth: string }[]>`select endpoint, auth from push_devices`;
  const { private_key } = JSON.parse(keys!.keys) as { private_key: string };
  const secrets = [
    private_key,
    ...devices.flatMap(({ endpoint, auth }) => [new URL(endpoint).pathname, auth]),
  ];
  const [said] = await sql<{ all: string }[]>`
    select concat((select string_agg(to_jsonb(a)::text, '') from delivery_attempts a), (select string_agg(to_jsonb(d)::text, '') from deliveries d),
      (select string_agg(to_jsonb(t)::text, '') from timeline_entries t)) as all`;
  expect(secrets.filter((secret) => said!.all.includes(secret))).toEqual([]);
  const logs = join(running.stateDir, 'logs');
  for (const file of readdirSync(logs)) {
    const log = readFileSync(join(logs, file), 'utf8');
    expect(
      secrets.filter((secret) => log.includes(secret)),
      file,
    ).toEqual([]);
  }
});
