-- A visitor asks for a person. Whoever writes the row, everything follows in the same transaction; repeats fold; resolving,
-- taking back and reopening leave exactly the traces they should.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(48);

create function pg_temp.person(email text) returns uuid language sql as $$
  insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data) values (gen_random_uuid(), email, now(), '{"display_name": "Ana Silva"}') returning id
$$;
create temp table cast_of as select pg_temp.person('owner-esc@shop.example') as owner, pg_temp.person('agent-esc@shop.example') as agent,
  pg_temp.person('quiet-esc@shop.example') as quiet, gen_random_uuid() as bot, gen_random_uuid() as talk, gen_random_uuid() as endpoint;
insert into public.chatbots (id, owner_id, name) select bot, owner, 'Shop' from cast_of;
insert into public.chatbot_members (chatbot_id, user_id, role) select bot, unnest(array[agent, quiet]), 'agent' from cast_of;
update public.profiles set notify_escalation = false where user_id = (select quiet from cast_of);
insert into public.escalation_recipients (chatbot_id, email, position)
select bot, e.email, e.i from cast_of, (values ('Sales@shop.example', 1), ('quiet-ESC@shop.example', 2), ('gone@shop.example', 3)) as e (email, i);
insert into private.suppressed_addresses (email, reason) values ('gone@shop.example', 'HardBounce');
insert into public.webhook_endpoints (id, chatbot_id, url, events, secret_id)
select endpoint, bot, 'https://hooks.shop.example/in', '{conversation.escalated,conversation.resolved,conversation.reopened}',
  vault.create_secret('whsec_' || gen_random_uuid()) from cast_of;
insert into public.webhook_endpoints (chatbot_id, url, events, secret_id)
select bot, 'https://hooks.shop.example/leads', '{lead.captured}', vault.create_secret('whsec_' || gen_random_uuid()) from cast_of;
insert into public.conversations (id, chatbot_id, language) select talk, bot, 'en' from cast_of;

select is((select count(*) from public.events where conversation_id = (select talk from cast_of)), 0::bigint,
  'a session nobody has written in is not announced');
select is((select started_at from public.conversations where id = (select talk from cast_of)), null,
  'and has not started');

insert into public.messages (conversation_id, role, text) select talk, r.role::public.message_role, r.text
from cast_of, (values ('visitor', 'Where is  my'||E'\n'||'order?'), ('assistant', 'I do not know.'), ('system', 'Hm')) as r (role, text);
select results_eq(
  $$ select message_count, last_seq, last_message_preview, last_message_role::text from public.conversations where id = (select talk from cast_of) $$,
  $$ values (2, 3::bigint, 'I do not know.', 'assistant') $$, 'the summary follows the messages and leaves system lines out');

insert into public.escalations (conversation_id, trigger) select talk, 'inline_cta' from cast_of;
create temp view episode as select * from public.escalations where conversation_id = (select talk from cast_of);
create temp view talk as select * from public.conversations where id = (select c.talk from cast_of c);

select results_eq('select number, status::text, question, ask_count from episode',
  $$ values (1, 'open', 'Where is  my'||E'\n'||'order?', 1) $$, 'a row with a conversation and a trigger is enough');
select results_eq('select t.escalation_id = e.id, t.escalation_status::text, t.escalated_at = e.escalated_at, t.escalation_count from talk t, episode e',
  $$ values (true, 'open', true, 1) $$, 'the conversation shows the episode');
select set_eq(
  $$ select recipient, status::text, reason from public.deliveries where escalation_id = (select id from episode) and purpose = 'alert' $$,
  $$ values ('owner-esc@shop.example', 'queued', null), ('Sales@shop.example', 'queued', null),
    ('quiet-ESC@shop.example', 'skipped', 'kill_switch'), ('gone@shop.example', 'skipped', 'suppressed') $$,
  'every address has a receipt, the skipped ones with their reason');
select is((select count(*) from public.deliveries where escalation_id = (select id from episode) and endpoint_id = (select endpoint from cast_of)),
  1::bigint, 'the endpoint that listens gets one delivery');
select is((select count(*) from public.deliveries where escalation_id = (select id from episode) and purpose = 'event'),
  1::bigint, 'the endpoint that does not listen gets none');
select is((select count(*) from public.timeline_entries where type = 'conversation.escalated' and escalation_id = (select id from episode)),
  1::bigint, 'the timeline says so once');
select is((select count(*) from public.timeline_entries where type = 'mail.skipped' and escalation_id = (select id from episode)),
  2::bigint, 'and names the mails that were not sent');

select throws_ok($$ insert into public.escalations (conversation_id, trigger, status, resolved_at) select talk, 'api', 'resolved', now() from cast_of $$,
  'CONFL', null, 'an episode of the past cannot hide the open one');

create temp view said as select body::jsonb as body, body as bytes from public.events
where escalation_id = (select id from episode order by number desc limit 1) and type = 'conversation.escalated';
select set_eq('select jsonb_object_keys(body) from said', array['event', 'type', 'chatbot_id', 'timestamp', 'seq', 'data'], 'the envelope is complete');
select set_eq($$ select jsonb_object_keys(body -> 'data') from said $$, array['conversation_id', 'session_id', 'chatbot_id', 'escalated_at',
  'last_message', 'message_count', 'escalation_id', 'escalation_number', 'trigger', 'url'], 'the data has the six promised fields and four of ours');
select matches((select body #>> '{data,escalated_at}' from said), '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$', 'times are printed to the second, in UTC');
select is((select body #> '{data,message_count}' from said), '2', 'the count is a number and leaves system messages out');
select matches((select body #>> '{data,url}' from said),
  '/dashboard/chatbots/' || (select bot from cast_of) || '/human-support\?conv=' || (select talk from cast_of) || '$', 'the link leads to the conversation');
select throws_ok($$ update public.events set body = 'x' where escalation_id = (select id from episode) $$, 'CONFL', null, 'what was said is never rewritten');

select throws_ok($$ insert into public.escalations (conversation_id, trigger) select talk, 'api' from cast_of $$, 'CONFL', null,
  'a second open episode is refused');
select throws_ok($$ insert into public.escalations (conversation_id, trigger) values (gen_random_uuid(), 'api') $$, 'NTFND', null,
  'a conversation that does not exist cannot be escalated');
select throws_ok($$ insert into public.escalations (conversation_id, trigger, message_id) select talk, 'api', gen_random_uuid() from cast_of $$, 'CONFL', null,
  'the open episode is named before anything else');

-- Asked again, opened, claimed.
update public.escalations set ask_count = ask_count + 1 where id = (select id from episode);
select is((select data ->> 'ask_count' from public.timeline_entries where type = 'escalation.asked_again' and escalation_id = (select id from episode)),
  '2', 'asking again is on the timeline');
select set_config('request.jwt.claims', json_build_object('sub', agent, 'role', 'authenticated')::text, true) from cast_of;
update public.escalations set first_opened_at = now() where id = (select id from episode);
select is((select first_opened_by from episode), (select agent from cast_of), 'who opened it first is remembered');
update public.escalations set claimed_by = (select agent from cast_of) where id = (select id from episode);
select is((select claimed_by from talk), (select agent from cast_of), 'the list shows who claimed it');
update public.escalations set claimed_by = (select owner from cast_of) where id = (select id from episode);
update public.escalations set claimed_by = null where id = (select id from episode);
select results_eq($$ select type::text from public.timeline_entries where escalation_id = (select id from episode) and type::text ~ '^escalation.(o|c|r|assigned)' order by id $$,
  array['escalation.opened', 'escalation.claimed', 'escalation.assigned', 'escalation.released'], 'each of these is on the timeline, in order');

-- A person answers.
insert into public.messages (conversation_id, role, text, author_id) select talk, 'agent', 'Let me look.', agent from cast_of;
select results_eq('select handled_by, assistant_muted_until > now() + interval ''23 hours'' from talk', 'select agent, true from cast_of',
  'a reply silences the assistant for a day');
select is((select first_replied_by from episode), (select agent from cast_of), 'and is the first reply');

-- Resolved, taken back, resolved, reopened.
update public.escalations set status = 'resolved' where id = (select id from episode);
select results_eq('select resolved_by, undo_until - resolved_at, resolved_at is not null from episode',
  $$ select agent, interval '10 seconds', true from cast_of $$, 'resolving can be taken back for ten seconds');
select results_eq('select escalation_status::text, handled_by, assistant_muted_until from talk',
  $$ values ('resolved', null::uuid, null::timestamptz) $$, 'and lets the assistant speak again');
select results_eq($$ select d.status::text, d.next_attempt_at - now() from public.deliveries d join public.events v on v.id = d.event_id
    where v.type = 'conversation.resolved' and d.conversation_id = (select talk from cast_of) $$,
  $$ values ('queued', interval '10 seconds') $$, 'nobody hears of it before that');
-- The ten seconds run from the start of this transaction, which may have taken longer to get here.
update public.escalations set undo_until = clock_timestamp() + interval '1 minute' where id = (select id from episode);
update public.escalations set status = 'open', undo_until = null where id = (select id from episode);
select results_eq('select status::text, resolved_at, resolved_by, reopen_count from episode',
  $$ values ('open', null::timestamptz, null::uuid, 0) $$, 'taken back, it leaves no trace in the numbers');
select is((select handled_by from talk), (select agent from cast_of), 'the person who was answering still is');
select results_eq($$ select status::text, reason from public.deliveries d where d.conversation_id = (select talk from cast_of)
    and d.event_id in (select id from public.events where type = 'conversation.resolved') $$,
  $$ values ('skipped', 'undone') $$, 'and its webhook is skipped');
select private.number_events((select bot from cast_of));
select is((select count(*) from public.events where chatbot_id = (select bot from cast_of) and type = 'conversation.resolved' and seq is not null),
  0::bigint, 'the feed never says it');
select results_eq($$ select seq from public.events where chatbot_id = (select bot from cast_of) and seq is not null order by seq $$,
  $$ select generate_series(1, (select count(*) from public.events where chatbot_id = (select bot from cast_of) and seq is not null)) $$,
  'the feed has no gaps');
update public.escalations set status = 'resolved', undo_until = now() - interval '1 second' where id = (select id from episode);
select throws_ok($$ update public.escalations set status = 'open', undo_until = null where id = (select id from episode) $$, 'TOOLT', null,
  'later it is too late to take it back');
-- As the feed does when the ten seconds are over.
update public.events set available_at = now() where type = 'conversation.resolved' and available_at <> 'infinity' and chatbot_id = (select bot from cast_of);
select private.number_events((select bot from cast_of));
update public.escalations set status = 'open' where id = (select id from episode);
select results_eq('select status::text, reopen_count from episode', $$ values ('open', 1) $$, 'reopening is counted');
select is((select count(*) from public.events where type = 'conversation.reopened' and escalation_id = (select id from episode)), 1::bigint,
  'and said, because the resolve was heard');
update public.escalations set status = 'resolved' where id = (select id from episode);
update public.escalations set status = 'open' where id = (select id from episode);
select is((select count(*) from public.events where type = 'conversation.reopened' and escalation_id = (select id from episode)), 1::bigint,
  'a resolve that nobody heard of is not followed by a reopened');
update public.escalations set status = 'resolved' where id = (select id from episode);

-- A second episode.
insert into public.escalations (conversation_id, trigger) select talk, 'compact_link' from cast_of;
update public.escalations set status = 'resolved' where id = (select id from episode where number = 2);
update public.escalations set undo_until = clock_timestamp() + interval '1 minute' where id = (select id from episode where number = 2);
update public.escalations set status = 'open', undo_until = null where id = (select id from episode where number = 2);
select results_eq('select handled_by, assistant_muted_until from talk', $$ values (null::uuid, null::timestamptz) $$,
  'taking a resolve back does not silence an assistant that had been speaking again');
select results_eq('select number from episode order by number', array[1, 2], 'asking after a resolve is a new episode');
select throws_ok($$ update public.escalations set status = 'open' where id = (select id from episode where number = 1) $$, 'CONFL', null,
  'the old one cannot be reopened then');
select is((select count(*) from public.deliveries where purpose = 'alert' and escalation_id = (select id from episode where number = 2)), 4::bigint,
  'and everybody is told anew');
select throws_ok($$ delete from public.timeline_entries where conversation_id = (select talk from cast_of) $$, 'CONFL', null,
  'the timeline cannot be shortened');
select throws_ok($$ update public.timeline_entries set data = '{}' where conversation_id = (select talk from cast_of) $$, 'CONFL', null,
  'or rewritten');
select is((select count(distinct (m.event, m.payload ->> 'version')) from realtime.messages m
    where m.topic = 'chatbot:' || (select bot from cast_of) and m.event in ('conversation.escalated', 'conversation.resolved')), 7::bigint,
  'each change is one notice on the chatbot''s topic');
select is_empty($$ select payload from realtime.messages where topic = 'chatbot:' || (select bot from cast_of) and payload::text ~* 'order|shop.example' $$,
  'no notice carries a word of what was said, or an address');
select lives_ok($$ delete from public.chatbots where id = (select bot from cast_of) $$, 'a chatbot can be deleted with all its history');
select is((select count(*) from public.timeline_entries where chatbot_id = (select bot from cast_of)), 0::bigint, 'and nothing of it stays');

select * from finish();
rollback;
