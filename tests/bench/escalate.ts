// E1, E2, E3: what asking for a human costs the database. The whole transaction (episode, summary, timeline, eleven receipts,
// event, notice, doorbell) against committing a single row, one busy chatbot against many, and with everything that is
// announced against without.
import type { Sql } from 'postgres';
import { openDatabase } from './database.ts';
import { report, sideBySide, type Ratio, type Variant } from './harness.ts';

const RECEIPTS = 11;
const CHATBOTS = 64;
const ROWS_A_CLIENT = 10;

const STAGE = `
  create schema bench;
  create table bench.single (id bigint generated always as identity primary key, conversation_id uuid, at timestamptz default now());
  create table bench.outbox (id bigint generated always as identity primary key, payload text, at timestamptz default now());
  create table bench.counters (chatbot_id uuid primary key, open bigint not null default 0) with (fillfactor = 50);
  create table bench.chatbots (place integer primary key, chatbot_id uuid);

  create function bench.naive_outbox(i uuid) returns void language plpgsql as $$ begin
    update public.conversations set user_agent = 'asked' where id = i;
    insert into bench.single (conversation_id) values (i);
    insert into bench.outbox (payload) values ('{"conversation_id": "' || i || '"}');
  end $$;
  create function bench.naive_counter(i uuid) returns void language plpgsql as $$ begin
    update bench.counters k set open = open + 1 from public.conversations c where c.id = i and k.chatbot_id = c.chatbot_id;
    insert into bench.single (conversation_id) values (i);
  end $$;
  create function bench.naive_notify(i uuid) returns void language plpgsql as $$ begin
    insert into bench.single (conversation_id) values (i);
    perform pg_notify('asked', i::text);
  end $$;

  insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000be01', 'owner@bench.example');
  insert into bench.chatbots select n, gen_random_uuid() from generate_series(1, ${CHATBOTS}) n;
  insert into public.chatbots (id, owner_id, name)
  select chatbot_id, '00000000-0000-4000-8000-00000000be01', 'Shop ' || place from bench.chatbots;
  insert into public.escalation_recipients (chatbot_id, email, position)
  select chatbot_id, 'person' || n || '@bench.example', n from bench.chatbots, generate_series(1, ${RECEIPTS - 1}) n;
  insert into bench.counters (chatbot_id) select chatbot_id from bench.chatbots;
`;

/** Fresh conversations in equal parts for the clients, each begun by a question as nearly all are. */
async function conversations(sql: Sql, clients: number, rows: number, chatbots: number): Promise<string[][]> {
  const made = await sql<{ id: string }[]>`
    insert into public.conversations (chatbot_id, started_at, last_activity_at)
    select b.chatbot_id, now(), now() from generate_series(1, ${clients * rows}::int) n
    join bench.chatbots b on b.place = 1 + n % ${chatbots}::int returning id`;
  const ids = made.map(({ id }) => id);
  return Array.from({ length: clients }, (_, index) => ids.slice(index * rows, (index + 1) * rows));
}

const SINGLE_ROW = 'insert into bench.single (conversation_id) values ($1)';
const OUTBOX = 'select bench.naive_outbox($1)';
const COUNTER = 'select bench.naive_counter($1)';
const NOTIFY = 'select bench.naive_notify($1)';
const ESCALATE = "insert into public.escalations (conversation_id, trigger) values ($1, 'inline_cta')";

/** A variant in which every client commits one conversation after the other; its rate is commits per second. */
function committing(
  name: string,
  statement: string,
  clients: Sql[],
  { rows = ROWS_A_CLIENT, chatbots = CHATBOTS } = {},
): Variant {
  return {
    name,
    async run() {
      const parts = await conversations(clients[0]!, clients.length, rows, chatbots);
      const start = performance.now();
      await Promise.all(
        clients.map(async (sql, index) => {
          for (const id of parts[index]!) await sql.unsafe(statement, [id], { prepare: true });
        }),
      );
      return (1000 * clients.length * rows) / (performance.now() - start);
    },
  };
}

/** What the speed is worth nothing without: every episode has all its receipts, its entry, its event and its notice. */
async function checks(sql: Sql, isAnnounced = true) {
  const [n] = await sql<Record<string, number>[]>`
    select (select count(*) from public.escalations)::int as episodes,
      (select count(*) from public.deliveries where purpose = 'alert')::int as receipts,
      (select count(*) from public.timeline_entries where type = 'conversation.escalated')::int as entries,
      (select count(*) from public.events where type = 'conversation.escalated')::int as events,
      (select count(*) from realtime.messages where event = 'conversation.escalated')::int as notices,
      (select count(*) from public.conversations where escalation_status = 'open')::int as open`;
  const { episodes, receipts, entries, events, notices, open } = n!;
  const times = isAnnounced ? 1 : 0;
  return [
    {
      name: `${episodes} episodes, as many open conversations and timeline entries`,
      isTrue: open === episodes && entries === episodes,
    },
    {
      name: `${receipts} receipts, ${events} events, ${notices} notices`,
      isTrue:
        receipts === episodes! * RECEIPTS * times &&
        events === episodes! * times &&
        notices === episodes! * times,
    },
  ];
}

/** E1: CPU alone, in memory; one client for each core. */
export async function e1(): Promise<void> {
  const database = await openDatabase('memory');
  try {
    await database.sql.unsafe(STAGE).simple();
    const clients = database.clients(2);
    const { rates, ratio, sameAgainstSame } = await sideBySide([
      committing('a single row', SINGLE_ROW, clients, { rows: 300 }),
      committing('naive: a row, a summary, one outbox row', OUTBOX, clients, { rows: 200 }),
      committing('an escalation with everything', ESCALATE, clients, { rows: 60 }),
    ]);
    await report({
      metric: 'E1',
      title: 'escalations/s ÷ single-row commits/s',
      how: `Episode, summary, timeline, ${RECEIPTS} receipts, event, notice and doorbell in one transaction. ${database.storage}, 2 clients.`,
      claims: [
        {
          name: 'an escalation ÷ a single row',
          ratio: ratio('an escalation with everything', 'a single row'),
          reach: 0.2,
          worldClass: 0.3,
        },
        {
          name: 'naive, with one outbox row ÷ a single row',
          ratio: ratio('naive: a row, a summary, one outbox row', 'a single row'),
        },
      ],
      checks: await checks(database.sql),
      sameAgainstSame,
      rates,
    });
  } finally {
    await database.stop();
  }
}

/** E2: sixteen clients on one chatbot against sixty-four chatbots. */
export async function e2(): Promise<void> {
  const database = await openDatabase('disk');
  try {
    await database.sql.unsafe(STAGE).simple();
    const clients = database.clients(16);
    const { rates, ratio, sameAgainstSame } = await sideBySide([
      committing('escalations on many chatbots', ESCALATE, clients),
      committing('escalations on one chatbot', ESCALATE, clients, { chatbots: 1 }),
      committing('naive counter on many chatbots', COUNTER, clients, { rows: 40 }),
      committing('naive counter on one chatbot', COUNTER, clients, { rows: 40, chatbots: 1 }),
    ]);
    await report({
      metric: 'E2',
      title: 'one hot chatbot ÷ spread over many',
      how: `16 clients, ${CHATBOTS} chatbots or one; the naive way counts open cases in a row of the chatbot. ${database.storage}.`,
      claims: [
        {
          name: 'ours: hot ÷ spread',
          ratio: ratio('escalations on one chatbot', 'escalations on many chatbots'),
          reach: 0.8,
          worldClass: 0.95,
        },
        {
          name: 'naive: hot ÷ spread',
          ratio: ratio('naive counter on one chatbot', 'naive counter on many chatbots'),
        },
      ],
      checks: await checks(database.sql),
      sameAgainstSame,
      rates,
    });
  } finally {
    await database.stop();
  }
}

const SILENT = `
  create or replace function private.queue_alerts(e public.escalations) returns void language plpgsql as $$ begin end $$;
  create or replace function private.emit_event(type public.event_type, conversation public.conversations, escalation_id uuid,
    data json, available_at timestamptz default now()) returns void language plpgsql as $$ begin end $$;
  alter table public.timeline_entries disable trigger _500_notify;
`;

/** E3: the same transaction with receipts, event, notice and doorbell, and in a copy of the database without them. */
export async function e3(): Promise<void> {
  const database = await openDatabase('disk');
  try {
    await database.sql.unsafe(STAGE).simple();
    const silent = await database.copy('silent');
    await silent.unsafe(SILENT).simple();
    const clients = database.clients(16);
    const { rates, ratio, sameAgainstSame } = await sideBySide([
      committing('escalations that tell nobody', ESCALATE, database.clients(16, 'silent')),
      committing('escalations with outbox and notice', ESCALATE, clients),
      committing('naive: a single row', SINGLE_ROW, clients, { rows: 40 }),
      committing('naive: a single row and pg_notify', NOTIFY, clients, { rows: 40 }),
    ]);
    const without: Ratio = ratio('escalations with outbox and notice', 'escalations that tell nobody');
    await report({
      metric: 'E3',
      title: 'with notice and outbox ÷ without',
      how: `16 clients on ${CHATBOTS} chatbots; without means episode, summary and timeline entry only. ${database.storage}.`,
      claims: [
        { name: 'ours: with ÷ without', ratio: without, reach: 0.75, worldClass: 0.9 },
        {
          name: 'naive: with pg_notify ÷ without',
          ratio: ratio('naive: a single row and pg_notify', 'naive: a single row'),
        },
      ],
      checks: [...(await checks(clients[0]!)), ...(await checks(silent, false))],
      sameAgainstSame,
      rates,
    });
  } finally {
    await database.stop();
  }
}
