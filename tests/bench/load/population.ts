// A year of a busy team: a million conversations on one chatbot, a tenth of that on the next and a hundredth on a third, a few
// small ones, and somebody else's. Written set by set with triggers off and the indexes made afterwards; agreement.ts then
// says whether every roll-up and search document is what the triggers would have made.
import type { Sql } from 'postgres';
import { WORDS } from './words.ts';

/** A chatbot of the load and how many conversations it gets; a tenth of them are cases. */
export interface Share {
  chatbot_id: string;
  size: number;
}

/** The case with 10,000 messages, and those of 1 to 1,000 for the curve. */
export const LONG_TRANSCRIPTS = [1, 10, 100, 1000, 10_000];

const MAKERS = `
  create function bench.letter(n bigint, place integer) returns text language sql immutable parallel safe
  return substr('23456789BCDFGHJKMNPQRSTVWXYZ', 1 + (n * 15485863 % 481890304 / (28 ^ place)::bigint % 28)::integer, 1);
  create function bench.reference(n bigint) returns text language sql immutable parallel safe
  return bench.letter(n, 0) || bench.letter(n, 1) || bench.letter(n, 2) || '-' || bench.letter(n, 3) || bench.letter(n, 4)
    || bench.letter(n, 5);
  create function bench.name_of(n bigint) returns text language sql immutable parallel safe
  return (array['Ada','Björn','Chloé','Dana','Elif','Fatou','Goran','Hana','Ivo','Jun'])[1 + n / 20 % 10] || ' '
    || (array['Lind','Okafor','Moreau','Tanaka','Novak','Silva','Haddad'])[1 + n / 200 % 7] || ' ' || n;
  create function bench.email_of(n bigint) returns text language sql immutable parallel safe
  return 'visitor.' || n || '@mail.example';
  create function bench.resolved_at(n bigint, at timestamptz) returns timestamptz language sql stable parallel safe
  return least(now(), at + interval '1 minute' * (5 + bench.scatter(n, 99) % 4000));
`;

const PLAN = `
  create table bench.plan as
  select row_number() over (order by started_at) as n, *
  from (
    select gen_random_uuid() as id, gen_random_uuid() as escalation_id, s.chatbot_id, i,
      now() - interval '10 minutes' - random() * interval '364 days' as started_at,
      i % 10 = 0 as is_case, i % 50 = 0 as is_open,
      case when i % 10 = 0 then 4 + 2 * (i / 10 % 3) when i % 10 < 5 then 4 else 1 end as messages
    from bench.shares s, generate_series(1, s.size) i
    union all
    select gen_random_uuid(), gen_random_uuid(), s.chatbot_id, -messages, now() - interval '6 days', true, true, messages
    from (select * from bench.shares order by size desc limit 1) s, unnest('{${LONG_TRANSCRIPTS.join(',')}}'::integer[]) messages
  ) made
  order by started_at;
  alter table bench.plan add primary key (id);
  analyze bench.plan;
`;

const CONVERSATIONS = `
  insert into public.conversations (id, chatbot_id, session_id, reference, language, page_url, user_agent, visitor_name,
    visitor_email, created_at, started_at, last_activity_at, last_message_at, last_message_role, last_message_preview,
    message_count, last_seq, escalation_id, escalation_status, escalated_at, escalation_count, resolved_at, version)
  select id, chatbot_id, 'embed-' || md5(id::text), bench.reference(n), 'en', 'https://shop.example.com/p/' || n % 400,
    'Mozilla/5.0 (X11; Linux x86_64)',
    case when n % 20 = 0 then bench.name_of(n) end, case when n % 20 = 0 then bench.email_of(n) end,
    started_at, started_at, started_at + messages * interval '40 seconds', started_at + messages * interval '40 seconds',
    (array['assistant','visitor'])[1 + messages % 2]::public.message_role, left(bench.text_of(n, messages), 160),
    messages, messages, case when is_case then escalation_id end,
    case when is_open then 'open' when is_case then 'resolved' end::public.escalation_status,
    case when is_case then started_at + interval '2 minutes' end, is_case::integer,
    case when is_case and not is_open then bench.resolved_at(n, started_at) end, messages
  from bench.plan;

  insert into public.messages (conversation_id, chatbot_id, seq, role, text, created_at)
  select p.id, p.chatbot_id, seq, (array['assistant','visitor'])[1 + seq % 2]::public.message_role,
    bench.text_of(p.n, seq), p.started_at + seq * interval '40 seconds'
  from bench.plan p, generate_series(1, p.messages) seq;

  insert into public.leads (conversation_id, chatbot_id, name, email, phone, created_at, updated_at)
  select id, chatbot_id, bench.name_of(n), bench.email_of(n), '+46 70 ' || 1000000 + n, started_at, started_at
  from bench.plan where n % 20 = 0;
`;

const CASES = `
  insert into public.escalations (id, conversation_id, chatbot_id, number, status, trigger, escalated_at, question,
    first_opened_at, resolved_at)
  select escalation_id, id, chatbot_id, 1, case when is_open then 'open' else 'resolved' end::public.escalation_status,
    (enum_range(null::public.escalation_trigger))[1 + n % 5], started_at + interval '2 minutes', bench.text_of(n, 3),
    started_at + interval '3 minutes', case when not is_open then bench.resolved_at(n, started_at) end
  from bench.plan where is_case;

  insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, created_at)
  select chatbot_id, id, case when type <> 'conversation.started' then escalation_id end, type::public.event_type, started_at + after
  from bench.plan, (values ('conversation.started', interval '40 seconds'), ('conversation.escalated', '2 minutes'),
    ('escalation.opened', '3 minutes'), ('conversation.resolved', '4 minutes')) entry (type, after)
  where is_case and (type <> 'conversation.resolved' or not is_open);

  insert into public.deliveries (chatbot_id, conversation_id, escalation_id, kind, purpose, recipient, status,
    attempt_count, next_attempt_at, created_at, sent_at, delivered_at, finished_at)
  select chatbot_id, id, escalation_id, 'email', 'alert', 'owner@bench.example', 'delivered', 1, null,
    started_at + interval '2 minutes', started_at + interval '121 seconds', started_at + interval '125 seconds',
    started_at + interval '121 seconds'
  from bench.plan where is_case;
`;

// What the triggers would have left behind, in one statement each.
const ROLL_UPS = `
  insert into private.tallies (chatbot_id, hour, population, open_cases, resolved_cases, is_folded)
  select chatbot_id, hour, sum(population), sum(open_cases), sum(resolved_cases), true
  from public.conversations c
  cross join lateral (values
    (private.hour_of(c.last_activity_at), (c.started_at is not null)::integer, 0, 0),
    (private.hour_of(c.escalated_at), 0, (c.escalation_status = 'open')::integer, (c.escalation_status = 'resolved')::integer),
    (case when c.escalation_status = 'open' then '-infinity'::timestamptz end, 0, 1, 0)
  ) t (hour, population, open_cases, resolved_cases)
  where hour is not null
  group by chatbot_id, hour;

  insert into private.search_terms (conversation_id, chatbot_id, terms)
  select c.id, c.chatbot_id, concat_ws(' ', c.reference, c.session_id, c.visitor_name, c.visitor_email, l.name, l.email, l.phone)
  from public.conversations c left join public.leads l on l.conversation_id = c.id;
`;

/** Fills the database; the superuser's connection, because nobody else may pass by the triggers. */
export async function populate(superuser: Sql, shares: Share[]): Promise<void> {
  await superuser.unsafe(`create schema bench; ${WORDS} ${MAKERS}`).simple();
  await superuser`create table bench.shares (chatbot_id uuid primary key, size integer)`;
  const largest = Math.max(...shares.map(({ size }) => size));
  for (const { chatbot_id, size } of shares) {
    const made = size === largest ? size - LONG_TRANSCRIPTS.length : size;
    await superuser`insert into bench.shares values (${chatbot_id}, ${made})`;
  }
  // It would come in the middle of a measurement; everything is vacuumed at the end instead.
  await superuser`alter system set autovacuum = off`;
  await superuser`select pg_reload_conf()`;
  await superuser`set session_replication_role = replica`;
  await superuser`set maintenance_work_mem = '1GB'`;
  await superuser`set work_mem = '256MB'`;
  await superuser.unsafe(PLAN).simple();
  const indexes = await dropIndexes(superuser);
  for (const step of [CONVERSATIONS, CASES, ROLL_UPS]) await superuser.unsafe(step).simple();
  for (const index of indexes) await superuser.unsafe(index).simple();
  await superuser`set session_replication_role = origin`;
  await superuser`vacuum (analyze)`;
  await superuser`reset work_mem`;
}

const FILLED = [
  'conversations',
  'messages',
  'leads',
  'escalations',
  'timeline_entries',
  'deliveries',
  'tallies',
  'search_terms',
];

/** Drops what no constraint stands on and gives the statements that make it again. */
async function dropIndexes(superuser: Sql): Promise<string[]> {
  const found = await superuser<{ name: string; definition: string }[]>`
    select format('%I.%I', i.schemaname, i.indexname) as name, i.indexdef as definition
    from pg_indexes i
    where i.schemaname in ('public', 'private') and i.tablename = any (${FILLED})
      and not exists (select from pg_constraint c where c.conindid = format('%I.%I', i.schemaname, i.indexname)::regclass)`;
  for (const { name } of found) await superuser.unsafe(`drop index ${name}`).simple();
  return found.map(({ definition }) => definition);
}
