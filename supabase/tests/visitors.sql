-- A visitor's calls, as the edge function makes them with the secret key: a session, a chat, a lead, asking for a person,
-- reading on; and every refusal, which changes nothing.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(69);

insert into auth.users (id, email, raw_user_meta_data) values ('00000000-0000-4000-8000-00000000bb01', 'owner-vis@shop.example', '{"display_name": "Ana Silva"}');
create temp table k as select '00000000-0000-4000-8000-00000000bbc1'::uuid as bot, repeat('b1', 32) as token, repeat('b2', 32) as other;
insert into public.chatbots (id, owner_id, name) select bot, '00000000-0000-4000-8000-00000000bb01', 'Shop' from k;
insert into public.answers (chatbot_id, question, answer) select bot, q, a from k, (values
  ('What are your opening hours?', 'From **nine to five**.'), ('What are your hours on Sundays?', 'None.'), ('Where do you deliver?', 'Everywhere.')) as x (q, a);
create function pg_temp.say(id uuid, said text, origin text default 'https://shop.example') returns jsonb language sql as $$
  select public.widget_post_message((select token from k), id, said, origin, '192.0.2.1')
$$;
create function pg_temp.ask(request uuid, lead jsonb default null, token text default null, message uuid default null) returns jsonb language sql as $$
  select public.widget_escalate(coalesce(token, (select k.token from k)), request, 'inline_cta', message, null, lead, 'https://shop.example')
$$;
create function pg_temp.look(after bigint default 0) returns jsonb language sql as $$
  select public.widget_read((select token from k), after, 'https://shop.example')
$$;
grant select on k to service_role;
set local role service_role;

select throws_ok($$ select public.widget_config(gen_random_uuid(), null) $$, 'NOBOT', null, 'a chatbot that does not exist is named');
select is((select public.widget_config(bot, 'https://shop.example') -> 'labels' from k), '{"positive": null, "request_help": null, "confirmation": null}',
  'labels the owner left to us are null');
select is((select snippet_seen_url from public.chatbots where id = (select bot from k)), 'https://shop.example', 'the snippet has been seen');
create temp table started as select public.widget_start_session(bot, null, 'https://shop.example/cart', 'Browser', token, 'https://shop.example', '192.0.2.1') as s from k;
select matches((select s ->> 'session_id' from started), '^embed-', 'a session has a name');
select is((select started_at from public.conversations where id = (select (s ->> 'conversation_id')::uuid from started)), null, 'and is no conversation yet');
select is((select count(*) from public.timeline_entries where chatbot_id = (select bot from k)), 0::bigint, 'nor announced');
select throws_ok($$ select public.widget_read(null, 0, null) $$, 'TOKMS', null, 'no token');
select throws_ok($$ select public.widget_read(repeat('ff', 32), 0, null) $$, 'TOKIV', null, 'an unknown token');
select throws_ok($$ select public.widget_read('x''; drop', 0, null) $$, 'TOKIV', null, 'a token that is none');

create temp table posted as select pg_temp.say('00000000-0000-4000-8000-0000000b0001', 'When are your opening hours?') as p;
select is((select p #>> '{reply,text}' from posted), 'From **nine to five**.', 'the assistant answers what it knows');
select is((select p #>> '{reply,suggest_human}' from posted), 'false', 'without offering a person');
select is(pg_temp.look() #>> '{messages,1,in_reply_to}', '00000000-0000-4000-8000-0000000b0001', 'and a read names what it answers');
select ok((select p #> '{reply,followups}' ? 'What are your hours on Sundays?' from posted), 'but with what might be asked next');
select is(pg_temp.say('00000000-0000-4000-8000-0000000b0001', 'Something else?') -> 'reply', (select p -> 'reply' from posted), 'the same id gets the same answer');
select is((select count(*) from public.messages where chatbot_id = (select bot from k)), 2::bigint, 'and is stored once');
select throws_ok($$ select pg_temp.say((select (p #>> '{reply,id}')::uuid from posted), 'And?') $$, 'CONFL', null, 'an answer is no message of the visitor''s');
select is(pg_temp.say('00000000-0000-4000-8000-0000000b0002', 'Quelle est la capitale de la Mongolie ?') #>> '{reply,suggest_human}', 'true', 'what it does not know it offers a person for');
select throws_ok($$ select pg_temp.say(gen_random_uuid(), '') $$, 'TXTLN', null, 'nothing is no message');
select throws_ok($$ select pg_temp.say(gen_random_uuid(), repeat('x', 4001)) $$, 'TXTLN', null, 'and there is a longest one');
select lives_ok($$ select public.widget_feedback((select token from k), (select (p #>> '{reply,id}')::uuid from posted), 'positive', null) $$, 'a thumb');
select is((select feedback from public.messages where id = (select (p #>> '{reply,id}')::uuid from posted)), 'positive', 'is kept');
select throws_ok($$ select public.widget_feedback((select token from k), '00000000-0000-4000-8000-0000000b0001', 'positive', null) $$, 'NTFND', null, 'one''s own message gets none');

-- Another visitor of the same chatbot.
select public.widget_start_session(bot, 'de', null, null, other, null, null) from k;
select throws_ok($$ select public.widget_post_message((select other from k), '00000000-0000-4000-8000-0000000b0001', 'Mine', null, null) $$, 'CONFL', null,
  'somebody else''s id cannot be taken');
select throws_ok($$ select public.widget_feedback((select other from k), (select (p #>> '{reply,id}')::uuid from posted), 'positive', null) $$, 'NTFND', null,
  'somebody else''s answer cannot be rated');

-- Asking for a person.
create temp table asked as select pg_temp.ask('00000000-0000-4000-8000-00000000b0e1', '{"name": " Ana ", "email": "ana@visitor.example"}', null,
  (select (p #>> '{reply,id}')::uuid from posted)) as a;
select results_eq($$ select a ->> 'is_new', a ->> 'number', a ->> 'status', a ->> 'ask_count' from asked $$, $$ values ('true', '1', 'open', '1') $$, 'asking is a new episode');
select is((select message_id from public.escalations where chatbot_id = (select bot from k)), (select (p #>> '{reply,id}')::uuid from posted), 'from the answer it followed');
select results_eq($$ select visitor_name, visitor_email from public.conversations where id = (select (s ->> 'conversation_id')::uuid from started) $$,
  $$ values ('Ana', 'ana@visitor.example') $$, 'the lead is on the conversation');
select results_eq($$ select x ->> 'is_new', x ->> 'escalation_id', x ->> 'ask_count' from pg_temp.ask('00000000-0000-4000-8000-00000000b0e2') x $$,
  $$ select 'false', a ->> 'escalation_id', '2' from asked $$, 'asking again folds into it');
select results_eq($$ select x ->> 'is_new', x ->> 'ask_count' from pg_temp.ask('00000000-0000-4000-8000-00000000b0e1') x $$, $$ values ('false', '2') $$,
  'a repeated request counts for nothing');
select results_eq($$ select x ->> 'is_new' from pg_temp.ask('00000000-0000-4000-8000-00000000b0e3', null, (select other from k), '00000000-0000-4000-8000-0000000b0001') x $$,
  array['true'], 'a message of another conversation does not cost anybody their request');
select throws_ok($$ select pg_temp.ask(gen_random_uuid(), '{"email": "ana@"}') $$, 'INVAL', null, 'bad contact details are refused');
select is((select ask_count from public.escalations where id = (select (a ->> 'escalation_id')::uuid from asked)), 2, 'and change nothing');
select is((select a ->> 'confirmation_message' from asked), null, 'the confirmation is the widget''s own');
select lives_ok($$ select public.widget_save_lead((select token from k), '{"phone": "+351 1", "custom": {"custom_size": "XL"}}', null) $$, 'more contact details');
select results_eq($$ select name, email, phone, custom from public.leads where chatbot_id = (select bot from k) $$,
  $$ values ('Ana', 'ana@visitor.example', '+351 1', '{"custom_size": "XL"}'::jsonb) $$, 'add to those given before');

-- A person takes over.
insert into public.messages (conversation_id, role, event, text) select (s ->> 'conversation_id')::uuid, 'system', 'person_joined', 'Ana' from started;
insert into public.messages (conversation_id, role, text, author_id) select (s ->> 'conversation_id')::uuid, 'agent', 'Hello!', '00000000-0000-4000-8000-00000000bb01' from started;
select results_eq($$ select x ->> 'reply', x ->> 'is_muted' from pg_temp.say('00000000-0000-4000-8000-0000000b0003', 'Opening hours?') x $$,
  $$ values (null, 'true') $$, 'while a person answers the assistant is silent');
select is(public.widget_store_reply((select token from k), '00000000-0000-4000-8000-0000000b0003', gen_random_uuid(), 'Late', '{}', false, null), null,
  'a model that answers too late keeps it to itself');
select results_eq($$ select x ->> 'handled_by', x ->> 'is_assistant_muted', x ->> 'has_lead', x #>> '{escalation,ask_count}', x ->> 'last_seq' from pg_temp.look() x $$,
  $$ values ('Ana', 'true', 'true', '2', '7') $$, 'the visitor reads who is there, by first name');
select results_eq($$ select m ->> 'seq', m ->> 'role', m ->> 'event', m ->> 'author_name' from jsonb_array_elements(pg_temp.look(4) -> 'messages') m $$,
  $$ values ('5', 'system', 'person_joined', 'Ana'), ('6', 'agent', null, 'Ana'), ('7', 'visitor', null, null) $$, 'and only what is new');
select is(pg_temp.look() ->> 'config_version', (select public.widget_config(bot, null) ->> 'version' from k), 'an open widget can tell that its settings are current');
select public.widget_seen((select token from k), 99, true);
select is((select visitor_read_seq from public.conversations where id = (select (s ->> 'conversation_id')::uuid from started)), 7::bigint, 'nobody has read further than there is');
select public.widget_seen((select token from k), 3, false);
select is((select visitor_read_seq from public.conversations where id = (select (s ->> 'conversation_id')::uuid from started)), 7::bigint, 'or less than before');

-- Origins.
update public.chatbots set allowed_origins = '{https://shop.example,https://*.shop.example,http://localhost:3000}' where id = (select bot from k);
select lives_ok(format('select public.widget_config(%L, %L)', (select bot from k), o), o || ' is welcome')
from unnest(array['https://shop.example', 'HTTPS://Shop.example', 'https://de.shop.example', 'http://localhost:3000']) as o;
select throws_ok(format('select public.widget_config(%L, %L)', (select bot from k), o), 'ORIGN', null, coalesce(o, 'no origin') || ' is not')
from unnest(array['https://evil-shop.example', 'http://shop.example', 'https://shop.example:8443', 'https://shop.example.evil.example', 'null', null]) as o;
select throws_ok($$ select pg_temp.say(gen_random_uuid(), 'Hi', 'https://evil.example') $$, 'ORIGN', null, 'nor may it talk');
update public.chatbots set allowed_origins = '{}' where id = (select bot from k);

-- Haste.
reset role;
update private.limits set max_count = 5 where scope = 'messages';
delete from private.rate_limits where scope = 'messages' and key = (select s ->> 'conversation_id' from started);
set local role service_role;
select lives_ok($$ select pg_temp.say(gen_random_uuid(), 'Again') from generate_series(1, 5) $$, 'five messages a minute');
select throws_ok($$ select pg_temp.say(gen_random_uuid(), 'Again') $$, 'TOOMY', null, 'and not a sixth');
select throws_ok($$ select pg_temp.say('00000000-0000-4000-8000-0000000b0003', 'Opening hours?') $$, 'TOOMY', null, 'nor the same once more that has no answer');
select lives_ok($$ select pg_temp.say('00000000-0000-4000-8000-0000000b0001', 'When are your opening hours?') $$, 'but what was answered is answered');
select throws_ok($$ select public.widget_seen((select token from k), 1, true) from generate_series(1, 121) $$, 'TOOMY', null,
  'nobody floods the team with word of typing');
select lives_ok($$ select pg_temp.ask(gen_random_uuid()) from generate_series(1, 50) $$, 'asking for a person is never too often');
select lives_ok($$ select pg_temp.ask(gen_random_uuid(), jsonb_build_object('name', 'Ana ' || n)) from generate_series(1, 30) n $$, 'also with ever new contact details');
reset role;
select is((select ask_count from public.escalations where id = (select (a ->> 'escalation_id')::uuid from asked)), 82, 'each is counted');
select results_eq($$ select type::text, count(*) from public.timeline_entries where type in ('escalation.asked_again', 'lead.captured')
    and conversation_id = (select (s ->> 'conversation_id')::uuid from started) group by type order by 1 $$,
  $$ values ('escalation.asked_again', 1::bigint), ('lead.captured', 20) $$, 'but not told more than once a minute, nor more contact details than are taken');
update private.rate_limits set window_started_at = now() - interval '61 seconds' where key = (select s ->> 'conversation_id' from started);
select lives_ok($$ select pg_temp.say(gen_random_uuid(), 'Again') $$, 'a minute later it goes on');
select is((select count from private.rate_limits where scope = 'messages' and key = (select s ->> 'conversation_id' from started)), 1, 'counted from one');

-- A long history.
create temp table long_ago as select t.conversation_id as c from private.conversation_tokens t where t.token_hash = decode((select other from k), 'hex');
insert into public.messages (conversation_id, role, text) select c, 'assistant', repeat('x', 8000) from long_ago, generate_series(1, 30);
insert into public.messages (conversation_id, role, text) select c, 'assistant', 'x' from long_ago, generate_series(1, 700);
set local role service_role;
create temp table pages as
with recursive page as (
  select 1 as number, public.widget_read((select other from k), 0, null) as p
  union all
  select number + 1, public.widget_read((select other from k), (p ->> 'last_seq')::bigint, null) from page where (p ->> 'has_more')::boolean and number < 20
)
select number, p, (select sum(length(m ->> 'text')) from jsonb_array_elements(p -> 'messages') m) as length, jsonb_array_length(p -> 'messages') as count from page;
reset role;
select is((select max(length) from pages), 104000::bigint, 'a page of long answers ends with the one that fills it');
select is((select max(count) from pages), 500, 'and one of short ones with the five hundredth');
select is((select sum(count) from pages), (select count(*) from public.messages, long_ago where conversation_id = c), 'together they are all there is');
select is((select count(distinct m ->> 'id') from pages, jsonb_array_elements(p -> 'messages') m), (select count(*) from public.messages, long_ago where conversation_id = c), 'each message once');
select results_eq($$ select p ->> 'has_more', p ->> 'last_seq' from pages order by number desc limit 1 $$,
  $$ select 'false', last_seq::text from public.conversations, long_ago where id = c $$, 'and the last says that it is');

select * from finish();
rollback;
