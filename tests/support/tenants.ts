/** Whole tenants: a chatbot with a team and at least one row in every table, so that a leak of any table shows. */
import { createHash, randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import { signUp, type Person } from './clients.ts';
import type { TestStack } from './own-stack.ts';

export type Role = 'owner' | 'admin' | 'agent';
export type Team = Record<Role, Person>;

/** A chatbot and the ids of what belongs to it, by table. */
export interface Tenant {
  chatbotId: string;
  /** Words that stand in its texts and nowhere else. */
  mark: string;
  /** A member who is nobody else's business: the one that is removed, promoted, assigned to. */
  colleagueId: string;
  ids: Record<string, string>;
}

export async function newTeam(stack: TestStack): Promise<Team> {
  const [owner, admin, agent] = await Promise.all([signUp(stack), signUp(stack), signUp(stack)]);
  return { owner, admin, agent };
}

/** Makes a tenant by plain SQL, as an import would. Nothing in it waits to be sent, so nothing changes by itself. */
export async function newTenant(sql: Sql, team: Team): Promise<Tenant> {
  const chatbotId = randomUUID();
  const colleagueId = randomUUID();
  const mark = `mark-${randomUUID()}`;
  const ids = await sql.begin(async (sql) => {
    await sql`insert into auth.users (id, email, email_confirmed_at) values (${colleagueId}, ${`${colleagueId}@example.test`}, now())`;
    await sql`insert into public.chatbots (id, owner_id, name, greeting, contact_text)
      values (${chatbotId}, ${team.owner.id}, ${mark}, ${mark}, ${mark})`;
    await sql`insert into public.chatbot_members (chatbot_id, user_id, role)
      values (${chatbotId}, ${team.admin.id}, 'admin'), (${chatbotId}, ${team.agent.id}, 'agent'), (${chatbotId}, ${colleagueId}, 'agent')`;
    const settings = await fillSettings(sql, chatbotId, mark);
    const ids = { ...settings, ...(await fillCase(sql, chatbotId, mark, team)) };
    await addDevices(sql, [...Object.values(team).map(({ id }) => id), colleagueId]);
    const [device] = await sql<
      { id: string }[]
    >`select id from public.push_devices where user_id = ${team.agent.id} limit 1`;
    return { ...ids, push_devices: device!.id };
  });
  return { chatbotId, mark, colleagueId, ids };
}

/** A browser for each, unless they have one from another tenant of their team. */
async function addDevices(sql: TransactionSql, people: string[]): Promise<void> {
  await sql`insert into public.push_devices (user_id, endpoint, p256dh, auth, label)
    select p, 'https://push.example.com/' || p, 'B' || repeat('a', 86), repeat('b', 22), 'Phone' from unnest(${people}::uuid[]) p
    on conflict do nothing`;
}

async function fillSettings(sql: TransactionSql, chatbot_id: string, mark: string) {
  const ids: Record<string, string> = {};
  const add = async (table: string, row: Record<string, unknown>) => {
    const [made] = await sql<{ id: string }[]>`
      insert into ${sql(`public.${table}`)} ${sql({ chatbot_id, ...row })} returning id`;
    ids[table] = made!.id;
  };
  const hash = (what: string) => createHash('sha256').update(`${what} of ${chatbot_id}`).digest();
  const [secret] = await sql<{ id: string }[]>`select vault.create_secret(${`whsec_${mark}`}) as id`;
  await add('escalation_recipients', { email: `${mark}@example.test` });
  await add('followup_buttons', { type: 'message', label: mark.slice(0, 60), value: mark });
  await add('answers', { question: mark, answer: mark });
  await add('intent_phrases', { language: 'en', phrase: mark });
  await add('canned_replies', { shortcut: 'hello', body: mark });
  await add('chatbot_invites', {
    email: `new-${mark}@example.test`,
    role: 'agent',
    token_hash: hash('invite'),
  });
  await add('api_keys', { name: mark, prefix: 'hk_abcd', key_hash: hash('key') });
  await add('webhook_endpoints', {
    url: `https://hooks.example.com/${mark}`,
    events: ['conversation.escalated'],
    secret_id: secret!.id,
  });
  const address = JSON.stringify({ url: `https://hooks.slack.com/services/T1/B1/${mark}` });
  const [channelSecret] = await sql<{ id: string }[]>`select vault.create_secret(${address}) as id`;
  await add('alert_channels', { kind: 'slack', name: mark, secret_id: channelSecret!.id });
  await sql`update public.bots set instructions = ${mark} where chatbot_id = ${chatbot_id}`;
  await sql`update public.lead_forms set intro = ${mark} where chatbot_id = ${chatbot_id}`;
  return ids;
}

async function fillCase(sql: TransactionSql, chatbot_id: string, mark: string, team: Team) {
  const [conversations, messages, escalations] = [randomUUID(), randomUUID(), randomUUID()];
  await sql`insert into public.conversations (id, chatbot_id) values (${conversations}, ${chatbot_id})`;
  await sql`insert into public.messages (id, conversation_id, role, text) values (${messages}, ${conversations}, 'visitor', ${mark})`;
  await sql`insert into public.messages (conversation_id, role, text, author_id) values (${conversations}, 'agent', ${mark}, ${team.agent.id})`;
  await sql`insert into public.inbound_mails (chatbot_id, conversation_id, provider_message_id, from_email, status, text)
    values (${chatbot_id}, ${conversations}, ${randomUUID()}, 'visitor@example.test', 'unverified', ${mark})`;
  await sql`insert into public.leads (conversation_id, chatbot_id, name) values (${conversations}, ${chatbot_id}, ${mark})`;
  await sql`insert into public.escalations (id, conversation_id, trigger) values (${escalations}, ${conversations}, 'api')`;
  for (const { id } of Object.values(team)) {
    await sql`insert into public.conversation_reads (conversation_id, user_id, chatbot_id) values (${conversations}, ${id}, ${chatbot_id})`;
  }
  // Sent and given up already: the dispatcher finds nothing to do.
  await sql`update public.deliveries set status = 'failed', next_attempt_at = null, finished_at = now(), reason = 'permanent'
    where chatbot_id = ${chatbot_id}`;
  const [delivery] = await sql<{ id: string }[]>`
    select id from public.deliveries where chatbot_id = ${chatbot_id} and kind = 'webhook'`;
  await sql`insert into public.delivery_attempts (delivery_id, chatbot_id, number, error) values (${delivery!.id}, ${chatbot_id}, 1, ${mark})`;
  // A test of the alerts that has an hour to go.
  await sql`with test as (
      insert into public.deliveries (chatbot_id, kind, purpose, recipient, rung, created_at, next_attempt_at)
      values (${chatbot_id}, 'email', 'test', ${`${mark}@example.test`}, 1, now() - interval '5 minutes', now() + interval '1 hour')
      returning id)
    insert into private.delivery_data (delivery_id, data) select id, '{"minutes": 60}' from test`;
  // In its chain and under a signed seal already, so that neither the chainer nor the signer finds anything to do.
  await sql`select private.extend_chain(${conversations}), private.seal(${chatbot_id})`;
  await sql`update private.seals set signature = decode(repeat('00', 64), 'hex') where chatbot_id = ${chatbot_id}`;
  return { conversations, messages, escalations, deliveries: delivery!.id };
}

/** The state of everything that belongs to these tenants, table by table: equal texts mean that nothing has changed. */
export async function snapshot(sql: Sql, tenants: Tenant[]): Promise<Record<string, string>> {
  const chatbots = tenants.map(({ chatbotId }) => chatbotId);
  const tables = await sql<{ name: string; column: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name, a.attname as column
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and not a.attisdropped
      and (a.attname = 'chatbot_id' or (c.oid = 'public.chatbots'::regclass and a.attname = 'id'))`;
  const parts = tables.map(
    ({ name, column }) =>
      `select '${name}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as state
       from ${name} t where ${column} = any ($1)`,
  );
  const states = await sql.unsafe<{ name: string; state: string }[]>(parts.join(' union all '), [chatbots]);
  return Object.fromEntries(states.map(({ name, state }) => [name, state]));
}
