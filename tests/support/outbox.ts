// What tests of the outbox need: a chatbot with its owner, visitors who escalate by plain SQL, a receiver of webhooks that
// behaves as told, and a look into the mailbox.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sql } from 'postgres';
import { rpc, signUp, type Person } from './clients.ts';
import type { TestStack } from './own-stack.ts';

/** A chatbot of somebody who has just signed up. */
export interface OwnedChatbot {
  id: string;
  name: string;
  owner: Person;
}

/** Makes a chatbot whose alerts go to its owner and to `recipients`; without reminders each case has one mail for each. */
export async function makeChatbot(
  stack: TestStack,
  { name = 'Acme Help', recipients = [] as string[], hasReminders = true } = {},
): Promise<OwnedChatbot> {
  const owner = await signUp(stack);
  const id = await rpc<string>(owner.db, 'create_chatbot', { name });
  if (recipients.length > 0) {
    await rpc(owner.db, 'save_human_support', { chatbot_id: id, settings: {}, recipients });
  }
  if (!hasReminders) {
    const settings = { rungs: [{ after_minutes: 0, target: 'recipients' }] };
    await rpc(owner.db, 'save_alerts', { chatbot_id: id, settings });
  }
  return { id, name, owner };
}

/** Adds a webhook endpoint as its owner would. */
export async function addEndpoint(
  { id, owner }: OwnedChatbot,
  url: string,
  events = ['conversation.escalated'],
): Promise<{ id: string; secret: string }> {
  return await rpc(owner.db, 'add_webhook_endpoint', { chatbot_id: id, url, events, description: '' });
}

/** A visitor who types `question`, or nothing, and then asks for a person: two inserts, no function. */
export async function escalate(
  sql: Sql,
  chatbotId: string,
  question: string | null = 'Can I speak to someone?',
): Promise<{ conversation_id: string; escalation_id: string }> {
  const [conversation] = await sql<{ id: string }[]>`
    insert into public.conversations (chatbot_id) values (${chatbotId}) returning id`;
  const conversation_id = conversation!.id;
  if (question !== null) {
    await sql`insert into public.messages (conversation_id, role, text) values (${conversation_id}, 'visitor', ${question})`;
  }
  const [escalation] = await sql<{ id: string }[]>`
    insert into public.escalations (conversation_id, trigger) values (${conversation_id}, 'inline_cta') returning id`;
  return { conversation_id, escalation_id: escalation!.id };
}

export interface DeliveryRow {
  id: string;
  kind: 'email' | 'webhook' | 'channel' | 'push';
  purpose: string;
  recipient: string | null;
  endpoint_id: string | null;
  event_id: string | null;
  status: string;
  reason: string | null;
  attempt_count: number;
  seconds_to_next: number | null;
  lease_token: string | null;
  attempts: {
    number: number;
    outcome: string | null;
    status_code: number | null;
    error_code: string | null;
    error: string | null;
    response_snippet: string | null;
    duration_ms: number | null;
    finished_at: string | null;
  }[];
}

/** The deliveries of an escalation with their attempts; webhooks last. */
export async function deliveriesOf(sql: Sql, escalationId: string): Promise<DeliveryRow[]> {
  return await sql<DeliveryRow[]>`
    select d.*, extract(epoch from d.next_attempt_at - now())::float8 as seconds_to_next,
      (select coalesce(jsonb_agg(to_jsonb(a) order by a.number), '[]')
       from public.delivery_attempts a where a.delivery_id = d.id) as attempts
    from public.deliveries d where d.escalation_id = ${escalationId} order by d.kind, d.recipient`;
}

/** The one webhook delivery of an escalation, where there is one endpoint. */
export async function webhookOf(sql: Sql, escalationId: string): Promise<DeliveryRow> {
  const webhooks = (await deliveriesOf(sql, escalationId)).filter(({ kind }) => kind === 'webhook');
  if (webhooks.length !== 1) throw new Error(`${webhooks.length} webhook deliveries instead of one`);
  return webhooks[0]!;
}

/** Lets the time until a delivery's next attempt pass. */
export async function makeDue(sql: Sql, deliveryId: string): Promise<void> {
  await sql`update public.deliveries set next_attempt_at = now()
    where id = ${deliveryId} and status = 'queued' and lease_token is null`;
}

/** Calls the dispatcher as cron does and returns its answer. */
export async function sweep(
  stack: TestStack,
  sql: Sql,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${stack.api_url}/functions/v1/dispatch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dispatch-key': await dispatchKey(sql) },
    body: '{}',
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The key that the database rings with. */
export async function dispatchKey(sql: Sql): Promise<string> {
  const [row] = await sql<{ key: string }[]>`
    select decrypted_secret as key from vault.decrypted_secrets where name = 'dispatch_key'`;
  return row!.key;
}

/** Silences cron and the doorbell of a stack of one's own, so that nothing sweeps but the test. */
export async function silence(sql: Sql): Promise<void> {
  await sql`select cron.unschedule(jobname) from cron.job`;
  await sql`delete from vault.secrets where name = 'project_url'`;
}

/** A webhook as it arrived. */
export interface Received {
  at: number;
  path: string;
  id: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** What is done with each call from now on; without an answer of its own it says 200. */
  answer: (response: ServerResponse, call: Received) => void;
  stop(): Promise<void>;
}

/** Starts a receiver on a free port of 127.0.0.1. */
export async function startReceiver(
  answer: Receiver['answer'] = (response) => response.end('ok'),
): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call: Received = {
        at: Date.now(),
        path: request.url ?? '',
        id: String(request.headers['webhook-id']),
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      receiver.received.push(call);
      receiver.answer(response, call);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    answer,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}

/** A mail as the mailbox keeps it, in Postmark's names. */
export interface StoredMail {
  MessageID: string;
  To: string;
  From: string;
  ReplyTo: string;
  Subject: string;
  TextBody: string;
  Metadata: Record<string, string>;
  /** ISO 8601. */
  ReceivedAt: string;
  Status: string;
}

const WEEK = 7 * 86_400_000;
const weekOf = (at: number) => Math.floor((at - Date.UTC(1970, 0, 5, 8)) / WEEK);
const begunIn = weekOf(Date.now());

/**
 * What arrived for an address, newest first. Should a week begin during the tests, Monday at 8:00 UTC, the digest of what was
 * open before is left out: no test is about that one.
 */
export async function mailsTo(
  stack: Pick<TestStack, 'mailbox_url'>,
  recipient: string,
): Promise<StoredMail[]> {
  const response = await fetch(`${stack.mailbox_url}/messages?recipient=${encodeURIComponent(recipient)}`);
  const { Messages } = (await response.json()) as { Messages: StoredMail[] };
  return weekOf(Date.now()) === begunIn
    ? Messages
    : Messages.filter(({ Subject }) => !Subject.endsWith(' still unresolved'));
}

/** Makes the mailbox answer its next calls as scripted instead of truthfully. */
export async function scriptMailbox(stack: Pick<TestStack, 'mailbox_url'>, faults: object[]): Promise<void> {
  await post(`${stack.mailbox_url}/_faults`, faults);
}

/** Makes the mailbox report something about a mail it took: a bounce type, `SpamComplaint` or `Delivery`. */
export async function reportMail(
  stack: Pick<TestStack, 'mailbox_url'>,
  MessageID: string,
  Type: string,
): Promise<void> {
  await post(`${stack.mailbox_url}/_events`, { MessageID, Type });
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
}
