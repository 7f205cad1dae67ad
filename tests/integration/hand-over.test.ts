// A sweep does its share and has another call follow it, so that none takes more of the processor than a platform grants. Without the
// clock: what is left when a sweep has done its share leaves by the calls that sweeps ask for themselves.
import { afterAll, expect, it } from 'vitest';
import { connectSql, waitFor } from '../support/clients.ts';
import { makeChatbot, startReceiver } from '../support/outbox.ts';
import { describeStack, startOwnStack } from '../support/own-stack.ts';

const ENDPOINTS = 40;
const EACH = 40;
/** What a sweep may take, by its own count. */
const SHARE = 280;

const own = await startOwnStack({ seed: false });
const stack = describeStack(own);
const sql = connectSql(stack);
const receiver = await startReceiver();
afterAll(async () => {
  await receiver.stop();
  await sql.end({ timeout: 1 });
  await own.stop();
});

it('sixteen hundred webhooks at once are shared by several calls, and each is sent once', async () => {
  await sql`select cron.unschedule(jobname) from cron.job`;
  const { id } = await makeChatbot(stack);
  await sql`
    insert into webhook_endpoints (chatbot_id, url, events, secret_id)
    select ${id}, ${receiver.url} || '/' || n, '{conversation.escalated}',
      vault.create_secret('whsec_' || encode(extensions.gen_random_bytes(32), 'base64'))
    from generate_series(1, ${ENDPOINTS}::int) n`;
  await sql`
    insert into deliveries (chatbot_id, kind, purpose, endpoint_id, body)
    select w.chatbot_id, 'webhook', 'test', w.id, '{}' from webhook_endpoints w, generate_series(1, ${EACH}::int) where w.chatbot_id = ${id}`;
  const made = ENDPOINTS * EACH;
  await waitFor(
    'all of them to be delivered',
    async () => {
      const [left] = await sql<{ count: number }[]>`
        select count(*)::int from deliveries where chatbot_id = ${id} and status <> 'delivered'`;
      return left!.count === 0;
    },
    120_000,
  );
  expect(receiver.received).toHaveLength(made);
  expect(new Set(receiver.received.map((call) => call.id)).size).toBe(made);
  const [tried] = await sql<{ count: number }[]>`
    select count(*)::int from delivery_attempts where chatbot_id = ${id}`;
  expect(tried!.count).toBe(made);
  // What the database's own calls were answered.
  const reports = await waitFor('what each call did', async () => {
    const rows = await sql<{ claimed: number }[]>`
      select (content::jsonb ->> 'claimed')::int as claimed from net._http_response
      where status_code = 200 and content::jsonb ->> 'is_joined' = 'false'`;
    return rows.reduce((sum, { claimed }) => sum + claimed, 0) >= made && rows;
  });
  expect(Math.max(...reports.map(({ claimed }) => claimed))).toBeLessThanOrEqual(SHARE);
  expect(reports.filter(({ claimed }) => claimed > 0).length).toBeGreaterThan(made / SHARE);
});
