// Visitors keep asking while the sender is killed forty times and the Data API ten times. Nothing may be lost, and what arrives twice
// must have been on its way when a sender was killed: a result that was known is written when the Data API is back.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stack } from '../../supabase/local/index.ts';
import { connectSql, rpc, waitFor } from '../support/clients.ts';
import {
  addEndpoint,
  escalate,
  mailsTo,
  makeChatbot,
  startReceiver,
  type OwnedChatbot,
  type Receiver,
} from '../support/outbox.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';

const SENDER_KILLS = 40;
const API_KILLS = 10;
/** How many sent deliveries there are between two kills, at least. */
const SENT_BETWEEN = 15;
/** How many deliveries wait to be sent at most: as fast as they are sent, new ones come. */
const WAITING_MAX = 60;
const RECIPIENTS = ['kim@load.example', 'noor@load.example', 'ines@load.example'];

let own: Stack;
let stack: TestStack;
let sql: Sql;
let receiver: Receiver;

beforeAll(async () => {
  own = await startOwnStack({ seed: false });
  stack = describeStack(own);
  sql = connectSql(stack);
  // Slow enough that several are on their way at any moment.
  receiver = await startReceiver((response) => setTimeout(() => response.end(), 40));
});

afterAll(async () => {
  await receiver?.stop();
  await sql?.end({ timeout: 1 });
  await own?.stop();
});

it(
  'nothing is lost, and nothing but what a killed sender held comes twice',
  { timeout: 1_800_000 },
  async () => {
    const chatbot = await makeChatbot(stack, { recipients: RECIPIENTS });
    await rpc(chatbot.owner.db, 'save_profile', { profile: { notify_escalation: false } });
    await addEndpoint(chatbot, receiver.url, ['conversation.escalated', 'message.sent']);
    await rpc(chatbot.owner.db, 'save_replies', {
      chatbot_id: chatbot.id,
      settings: { reply_mail_wait_minutes: 0 },
    });
    const sender = own.programs.get('function-dispatch')!;
    const api = own.programs.get('rest')!;

    let isLoaded = true;
    const visitors = (async () => {
      while (isLoaded) {
        // An hour with more than twenty mails to one address would be summed up.
        await sql`delete from private.mail_quota where true`;
        await escalate(sql, chatbot.id);
        await answer(chatbot);
        await waitFor('room for more', async () => !isLoaded || (await countOf('queued')) < WAITING_MAX);
      }
    })();

    /** How often a delivery was held by a sender when that was killed. */
    const heldAtKill = new Map<string, number>();
    for (let kill = 1; kill <= SENDER_KILLS + API_KILLS; kill += 1) {
      const isApi = kill % 5 === 0;
      const program = isApi ? api : sender;
      const before = await countOf('sent', 'delivered');
      await waitFor(
        'more to be sent',
        async () => (await countOf('sent', 'delivered')) >= before + SENT_BETWEEN,
      );
      await waitFor('something to be on its way', async () => program.pid && (await held()).length > 0);
      const { pid } = program;
      program.kill('SIGKILL');
      await waitFor('the program to be dead', () => program.pid !== pid);
      if (!isApi) {
        const ids = await held();
        for (const id of ids) heldAtKill.set(id, (heldAtKill.get(id) ?? 0) + 1);
        // Whose leases these are is dead; the minute until they end need not be waited for.
        await sql`update public.deliveries set leased_until = now() - interval '1 second', next_attempt_at = now()
        where id = any (${ids}::uuid[]) and status = 'queued'`;
      }
    }
    isLoaded = false;
    await visitors;
    await waitFor('the rest to be sent', async () => (await countOf('queued')) === 0, 300_000);

    const arrived = await arrivals(chatbot.id);
    const rows = await sql<{ id: string; status: string; reason: string | null; what: string }[]>`
      select id, status, reason,
        coalesce((select e.type::text from public.events e where e.id = event_id), purpose || ' mail') as what
      from public.deliveries
      where kind = 'webhook' or purpose = 'reply' or recipient in ${sql(RECIPIENTS)}`;
    expect(rows.filter(({ status }) => status !== 'sent' && status !== 'delivered')).toEqual([]);
    expect(rows.filter(({ id }) => !arrived.has(id))).toEqual([]);
    const excess = [...arrived].filter(([id, count]) => count > 1 + (heldAtKill.get(id) ?? 0));
    expect(excess).toEqual([]);
    expect(logOf('function-dispatch')).not.toContain('results could not be written');

    for (const what of new Set(rows.map((row) => row.what))) {
      const ids = rows.filter((row) => row.what === what).map(({ id }) => id);
      const sum = (counts: Map<string, number>) =>
        ids.reduce((total, id) => total + (counts.get(id) ?? 0), 0);
      console.info(
        `${what}: ${ids.length} in ${SENDER_KILLS} + ${API_KILLS} kills, 0 lost, ` +
          `${sum(arrived) - ids.length} extra, ${sum(heldAtKill)} held by killed senders`,
      );
    }
  },
);

/** A person answers a visitor who has left. */
async function answer({ id, owner }: OwnedChatbot): Promise<void> {
  const [made] = await sql<{ id: string }[]>`
    insert into public.conversations (chatbot_id) values (${id}) returning id`;
  const email = `${crypto.randomUUID()}@visitor.example`;
  await sql`insert into public.leads (conversation_id, chatbot_id, email) values (${made!.id}, ${id}, ${email})`;
  await sql`insert into public.messages (conversation_id, role, text, author_id) values (${made!.id}, 'agent', 'Hello!', ${owner.id})`;
}

async function countOf(...statuses: string[]): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from public.deliveries where status in ${sql(statuses)}`;
  return row!.count;
}

/** The deliveries that a sender holds now. */
async function held(): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from public.deliveries where status = 'queued' and lease_token is not null and leased_until > now()`;
  return rows.map(({ id }) => id);
}

/** How often each delivery arrived, by its id. */
async function arrivals(chatbotId: string): Promise<Map<string, number>> {
  const webhooks = await sql<{ id: string; event_id: string }[]>`
    select d.id, d.event_id from public.deliveries d where d.chatbot_id = ${chatbotId} and d.kind = 'webhook'`;
  const byEvent = new Map(webhooks.map(({ id, event_id }) => [event_id, id]));
  const visitors = await sql<{ recipient: string }[]>`
    select recipient from public.deliveries where chatbot_id = ${chatbotId} and purpose = 'reply' and recipient is not null`;
  const addresses = [...RECIPIENTS, ...visitors.map(({ recipient }) => recipient)];
  const mails = (await Promise.all(addresses.map((address) => mailsTo(stack, address)))).flat();
  const ids = [
    ...receiver.received.map(({ id }) => byEvent.get(id)),
    ...mails.map(({ Metadata }) => Metadata['delivery_id']),
  ];
  const counts = new Map<string, number>();
  for (const id of ids) if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function logOf(name: string): string {
  return readFileSync(join(own.stateDir, 'logs', `${name}.log`), 'utf8');
}
