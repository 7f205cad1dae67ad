-- What the visitor gets to read and what not: replies arrive once however often they are sent, a person joins once, notes stay
-- inside, and the assistant is silent until it is handed the conversation back.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;

create schema story;
grant usage on schema story to authenticated;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function story.becomes(name text) returns void language sql as $$
  select set_config('role', 'authenticated', true),
    set_config('request.jwt.claims', jsonb_build_object('sub', story.person(name), 'role', 'authenticated')::text, true)
$$;
insert into auth.users (id, email, raw_user_meta_data)
select story.person(n), n || '@story.test', jsonb_build_object('display_name', initcap(n) || ' Story')
from unnest('{olga,adam,ana,ben,stranger}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values
  ('10000000-0000-4000-8000-000000000001', story.person('olga'), 'Shop'),
  ('10000000-0000-4000-8000-000000000002', story.person('stranger'), 'Elsewhere');
insert into public.chatbot_members (chatbot_id, user_id, role) values
  ('10000000-0000-4000-8000-000000000001', story.person('adam'), 'admin'),
  ('10000000-0000-4000-8000-000000000001', story.person('ana'), 'agent'),
  ('10000000-0000-4000-8000-000000000001', story.person('ben'), 'agent');
create function story.conversation(n int, bot int default 1) returns uuid language sql immutable as $$
  select ('20000000-0000-4000-8000-0000000' || bot || lpad(n::text, 4, '0'))::uuid
$$;
insert into public.conversations (id, chatbot_id)
select story.conversation(n), '10000000-0000-4000-8000-000000000001'::uuid from generate_series(1, 6) n
union all
select story.conversation(1, 2), '10000000-0000-4000-8000-000000000002';
insert into public.messages (conversation_id, role, text)
select story.conversation(n), 'visitor'::public.message_role, 'Question ' || n from generate_series(1, 6) n
union all
select story.conversation(1, 2), 'visitor', 'Elsewhere';
insert into public.escalations (conversation_id, trigger)
select story.conversation(n), 'inline_cta'::public.escalation_trigger from generate_series(1, 5) n
union all
select story.conversation(1, 2), 'inline_cta';
create function story.case_of(n int, bot int default 1) returns uuid language sql stable security definer as $$
  select escalation_id from public.conversations where id = story.conversation(n, bot)
$$;
create function story.version_of(n int) returns bigint language sql stable security definer as $$
  select version from public.escalations where id = story.case_of(n)
$$;
create function story.log_of(n int) returns text[] language sql stable security definer as $$
  select array_agg(type::text order by id) from public.timeline_entries
  where conversation_id = story.conversation(n) and type::text ~ '^(escalation\.|resolve|reply|note|conversation\.(res|reo|han|exp))'
$$;

select plan(29);

select story.becomes('ana');
select is(public.send_reply(story.conversation(1), '30000000-0000-4000-8000-000000000001', '  Hello from Ana ') ->> 'text', 'Hello from Ana', 'Ana replies');
select is(public.send_reply(story.conversation(1), '30000000-0000-4000-8000-000000000001', 'Hello from Ana') ->> 'seq', '3', 'the same reply again is the same reply');
select results_eq('select role::text, event, text, author_name from public.read_messages(story.conversation(1))',
  $$values ('visitor', null, 'Question 1', null), ('system', 'person_joined', 'Ana', 'Ana Story'), ('agent', null, 'Hello from Ana', 'Ana Story')$$,
  'the visitor sees that a person joined, then the reply');
select lives_ok('select public.send_reply(story.conversation(1), gen_random_uuid(), ''And another thing'')', 'Ana replies again');
select story.becomes('ben');
select throws_ok('select public.send_reply(story.conversation(1), ''30000000-0000-4000-8000-000000000001'', ''Hijack'')', 'CONFL', null, 'an id belongs to its author');
select throws_ok('select public.send_reply(story.conversation(2), ''30000000-0000-4000-8000-000000000001'', ''Hijack'')', 'CONFL', null, 'and to its conversation');
select throws_ok('select public.send_reply(story.conversation(1), gen_random_uuid(), ''Ben here'', 1)', 'STALE', 'Somebody has replied since you looked.', 'Ben has not read what Ana said');
select lives_ok('select public.send_reply(story.conversation(1), ''30000000-0000-4000-8000-000000000002'', ''Ben here'', 4)', 'now he has, and joins in');
select story.becomes('ana');
select throws_ok('select public.send_reply(story.conversation(1), gen_random_uuid(), ''Me again'', 4)', 'STALE', null, 'Ana has not read what Ben said');
select story.becomes('ben');
select lives_ok('select public.send_reply(story.conversation(1), ''30000000-0000-4000-8000-000000000002'', ''Ben here'', 1)', 'the same reply again crosses nobody');
select lives_ok('select public.send_reply(story.conversation(1), gen_random_uuid(), ''One more thing'', 4)', 'one''s own words are no surprise');
select is((select count(*) from public.messages where conversation_id = story.conversation(1) and event = 'person_joined'), 1::bigint, 'a person joins once');
select is((select handled_by from public.conversations where id = story.conversation(1)), story.person('ben'), 'the latest to reply handles it');
select cmp_ok((select assistant_muted_until from public.conversations where id = story.conversation(1)), '=', now() + interval '24 hours', 'the assistant is silent for a day');
select is((select first_replied_by from public.escalations where id = story.case_of(1)), story.person('ana'), 'the first reply stays the first');
select isnt((select first_opened_at from public.escalations where id = story.case_of(1)), null, 'who replies has opened it');
select throws_ok('select public.send_reply(story.conversation(1), gen_random_uuid(), E'' \n '')', 'TXTLN', null, 'an empty reply is none');
select throws_ok('select public.send_reply(story.conversation(1), gen_random_uuid(), repeat(''x'', 4001))', 'TXTLN', null, '4,000 characters are the limit');
select throws_ok('select public.send_reply(story.conversation(1), null, ''x'')', 'NTUID', null, 'a reply needs an id');
select is((select unread_count from public.list_cases('10000000-0000-4000-8000-000000000001') where id = story.conversation(1)), 0, 'who replies has read it');

select is(public.add_note(story.conversation(1), '30000000-0000-4000-8000-000000000009', 'Call at noon') #>> '{data,text}', 'Call at noon', 'Ben leaves a note');
select is(public.add_note(story.conversation(1), '30000000-0000-4000-8000-000000000009', 'Call at noon') ->> 'actor_name', 'Ben Story', 'the same note again is the same note');
select is((select count(*) from public.timeline_entries where conversation_id = story.conversation(1) and type = 'note.added'), 1::bigint, 'there is one');
select is((select count(*) from public.messages where text = 'Call at noon'), 0::bigint, 'and the visitor cannot read it');

select is(public.hand_back(story.conversation(1)) #>> '{conversation,handled_by}', null, 'the conversation is handed back');
select is(public.hand_back(story.conversation(1)) #>> '{conversation,is_assistant_muted}', 'false', 'once is enough, the assistant may speak');
select is((select count(*) from public.messages where conversation_id = story.conversation(1) and event = 'handed_back'), 1::bigint, 'the visitor is told once');
select lives_ok('select public.send_reply(story.conversation(6), gen_random_uuid(), ''We saw your question'')', 'a person may also join where nobody asked for one');
select is(story.log_of(1), '{escalation.opened,reply.sent,reply.sent,reply.sent,reply.sent,note.added,conversation.handed_back}', 'the timeline tells it in order');

select * from finish();
rollback;
