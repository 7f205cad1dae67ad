-- People who bring their own bot: keys, messages, escalations, and the gapless feed of events.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(38);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000a901', 'owner-api@shop.example');
create temp table k as select '00000000-0000-4000-8000-00000000a9c1'::uuid as bot, '00000000-0000-4000-8000-00000000a9c2'::uuid as other, repeat('a1', 32) as key, repeat('a2', 32) as foreign_key;
grant select on k to service_role;
insert into public.chatbots (id, owner_id, name) select c, '00000000-0000-4000-8000-00000000a901', 'Shop' from k, unnest(array[bot, other]) c;
insert into public.api_keys (chatbot_id, name, prefix, key_hash) select bot, 'Ours', 'hk_a1a1', decode(key, 'hex') from k union all select other, 'Theirs', 'hk_a2a2', decode(foreign_key, 'hex') from k;
create function pg_temp.read(after bigint default 0, rows integer default 1000) returns jsonb language sql as $$ select public.api_read_events((select key from k), after, rows) $$;
set local role service_role;

select throws_ok('select public.api_read_events(null, 0, 10)', 'KEYMS', null, 'no key');
select throws_ok($$ select public.api_read_events(repeat('ee', 32), 0, 10) $$, 'KEYIV', null, 'an unknown key');
select throws_ok($$ select public.api_read_events('hk_plain', 0, 10) $$, 'KEYIV', null, 'a key that is none');
create temp table said as select public.api_append_message(key, 'embed-api-1', 'visitor', '00000000-0000-4000-8000-00000000a9d1', 'Hello') as m from k;
select results_eq($$ select m ->> 'seq', m ->> 'role', m ->> 'is_new' from said $$, $$ values ('1', 'visitor', 'true') $$, 'the first message begins the conversation');
select is((select public.api_append_message(key, 'embed-api-1', 'visitor', '00000000-0000-4000-8000-00000000a9d1', 'Hello') from k), (select m || '{"is_new": false}' from said), 'the same id again is the same message');
select is((select public.api_append_message(key, 'embed-api-1', 'assistant', null, 'Hi!') ->> 'seq' from k), '2', 'without an id each is a new one');
select throws_ok($$ select public.api_append_message(key, 'embed-api-1', 'agent', null, 'x') from k $$, 'INVAL', null, 'a person''s words do not come this way');
select throws_ok($$ select public.api_append_message(key, 'embed-api-1', 'visitor', null, '') from k $$, 'TXTLN', null, 'nothing is no message');
select throws_ok($$ select public.api_append_message(key, 'nobody', 'visitor', null, 'x') from k $$, 'INVAL', null, 'session ids have a shape');
select isnt((select public.api_append_message(foreign_key, 'embed-api-1', 'visitor', null, 'x') ->> 'conversation_id' from k), (select m ->> 'conversation_id' from said), 'two chatbots may use the same session id, each for its own');
select throws_ok($$ select public.api_append_message(key, 'embed-api-2', 'visitor', '00000000-0000-4000-8000-00000000a9d1', 'x') from k $$, 'CONFL', null, 'an id belongs to one conversation');

create temp table asked as select public.api_escalate(key, 'embed-api-1', '00000000-0000-4000-8000-00000000a9e1', null) as e from k;
select results_eq($$ select e ->> 'number', e ->> 'trigger', e ->> 'question', e ->> 'is_new' from asked $$, $$ values ('1', 'api', 'Hello', 'true') $$, 'a person is asked for');
select results_eq($$ select x ->> 'escalation_id', x ->> 'ask_count', x ->> 'is_new' from k, public.api_escalate(key, 'embed-api-1', null, null) x $$,
  $$ select e ->> 'escalation_id', '2', 'false' from asked $$, 'once more is the same episode');
select is((select public.api_escalate(key, 'embed-api-3', null, null) ->> 'is_new' from k), 'true', 'also where nothing has been said yet');
select isnt((select public.api_escalate(foreign_key, 'embed-api-1', null, null) ->> 'escalation_id' from k), (select e ->> 'escalation_id' from asked), 'also to ask for a person');
update public.escalations set escalated_at = now() - interval '1 hour' where id = (select (e ->> 'escalation_id')::uuid from asked);

create temp table page as select public.api_list_escalations(key, null, null, 1) as p from k;
select is((select jsonb_array_length(p -> 'escalations') from page), 1, 'the list comes in pages');
select is((select public.api_list_escalations(key, null, p ->> 'next', 1) #>> '{escalations,0,escalation_id}' from k, page), (select e ->> 'escalation_id' from asked), 'the next page goes on');
select is((select public.api_list_escalations(key, 'open', null, 50) -> 'next' from k), 'null', 'the last page says so');
select is((select jsonb_array_length(public.api_list_escalations(foreign_key, null, null, 50) -> 'escalations') from k), 1, 'nobody lists another''s');
select throws_ok(format('select public.api_list_escalations(key, null, %L, 1) from k', a), 'INVAL', null, format('%L is no place in the list', a))
from unnest(array['x', '1', '-1.00000000-0000-4000-8000-00000000a9e1', '99999999999999999999.00000000-0000-4000-8000-00000000a9e1', '1.------------------------------------']) as a;
select throws_ok($$ select public.api_list_escalations(key, 'closed', null, 1) from k $$, 'INVAL', null, 'there is no such status');

select is((select public.api_resolve(key, (e ->> 'escalation_id')::uuid) ->> 'status' from k, asked), 'resolved', 'it is resolved');
select lives_ok($$ select public.api_resolve(key, (e ->> 'escalation_id')::uuid) from k, asked $$, 'and can be again');
select throws_ok($$ select public.api_resolve(foreign_key, (e ->> 'escalation_id')::uuid) from k, asked $$, 'NTFND', null, 'by nobody else');

select results_eq($$ select x ->> 'seq', x ->> 'type' from jsonb_array_elements(pg_temp.read() -> 'events') x $$,
  $$ values ('1', 'conversation.started'), ('2', 'message.received'), ('3', 'conversation.escalated'), ('4', 'conversation.started'), ('5', 'conversation.escalated') $$,
  'the feed has everything in order, without the resolve that may still be taken back');
reset role;
update public.events set available_at = now() where chatbot_id = (select bot from k) and seq is null;
select is(pg_temp.read(5) #>> '{events,0,type}', 'conversation.resolved', 'ten seconds later that too');
select is(pg_temp.read(5) ->> 'next', '6', 'next is the last number');
select is(pg_temp.read(6), '{"events": [], "next": 6}', 'and stays where nothing is new');
select is((select jsonb_array_length(pg_temp.read(0, 2) -> 'events')), 2, 'pages here, too');
insert into public.events (chatbot_id, type, conversation_id, body, created_at)
select c.chatbot_id, 'message.received', c.id, '{}', now() - n * interval '1 second' from public.conversations c, generate_series(1, 5001) n
where c.chatbot_id = (select bot from k) and c.session_id = 'embed-api-1';
select is((select count(*) from jsonb_array_elements(pg_temp.read(6) -> 'events')), 1000::bigint, 'a long feed is read page by page');
select is((select count(*) from public.events where chatbot_id = (select bot from k) and seq is null), 1::bigint, 'and numbered five thousand at a time');
select pg_temp.read(6);
select is((select max(seq) from public.events where chatbot_id = (select bot from k)), 5007::bigint, 'without gaps');
update private.limits set max_count = 1 where scope = 'api';
select throws_ok('select pg_temp.read() from generate_series(1, 3)', 'TOOMY', null, 'a key can be too hasty');
update public.api_keys set revoked_at = now() where chatbot_id = (select bot from k);
select throws_ok('select pg_temp.read()', 'KEYIV', null, 'a revoked key opens nothing');

select * from finish();
rollback;
