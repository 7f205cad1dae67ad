-- Every reply has a receipt that says where it has got to: written with the reply, moved by what the visitor reads, and adding up.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select plan(37);

create schema story;
grant usage on schema story to authenticated;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5('receipts ' || name) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function story.becomes(name text) returns void language sql as $$
  select set_config('role', 'authenticated', true),
    set_config('request.jwt.claims', jsonb_build_object('sub', story.person(name), 'role', 'authenticated')::text, true)
$$;
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-0000000000a1'::uuid $$;
create function story.token() returns text language sql immutable as $$ select repeat('a1', 32) $$;
create function story.c(n int) returns uuid language sql immutable as $$ select ('20000000-0000-4000-8000-0000000a000' || n)::uuid $$;
insert into auth.users (id, email, raw_user_meta_data)
select story.person(n), n || '@receipts.test', jsonb_build_object('display_name', initcap(n) || ' Story') from unnest('{olga,ana}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values (story.shop(), story.person('olga'), 'Shop');
insert into public.chatbot_members (chatbot_id, user_id, role) values (story.shop(), story.person('ana'), 'agent');
insert into public.conversations (id, chatbot_id) select story.c(n), story.shop() from generate_series(1, 4) n;
insert into private.conversation_tokens (token_hash, conversation_id) values (decode(story.token(), 'hex'), story.c(1));
insert into public.messages (conversation_id, role, text) select story.c(n), 'visitor', 'Question ' || n from generate_series(1, 4) n;
insert into public.escalations (conversation_id, trigger) select story.c(n), 'inline_cta' from generate_series(1, 3) n;
create function story.receipts(n int) returns text language sql stable security definer as $$
  select string_agg(r.seq || ' ' || r.status || coalesce(' ' || r.reason, ''), ', ' order by r.seq)
  from public.reply_receipts r where r.conversation_id = story.c(n)
$$;
create function story.entries(n int, what text) returns text language sql stable security definer as $$
  select string_agg(t.data ->> 'count', ' ' order by t.id) from public.timeline_entries t
  where t.conversation_id = story.c(n) and t.type::text = what
$$;

select story.becomes('ana');
select is(public.send_reply(story.c(1), gen_random_uuid(), 'Hello') #>> '{receipt,status}', 'waiting', 'a reply begins as waiting');
select public.send_reply(story.c(1), gen_random_uuid(), 'One more thing');
select is(story.receipts(1), '3 waiting, 4 waiting', 'each reply has a receipt, a line of the system has none');
select is((select escalation_id from public.reply_receipts where conversation_id = story.c(1) and seq = 3),
  (select escalation_id from public.conversations where id = story.c(1)), 'it belongs to the episode that was answered');
select results_eq($$ select seq, receipt ->> 'status' from public.read_messages(story.c(1)) where role in ('agent', 'visitor') $$,
  $$ values (1::bigint, null), (3, 'waiting'), (4, 'waiting') $$, 'the transcript carries the receipts');
select is(jsonb_array_length(public.read_case(story.c(1)) -> 'reply_receipts'), 2, 'so does the case');

-- Whether the visitor would hear of an answer.
select results_eq($$ select r -> 'page_open', r ->> 'address', r -> 'mail_on', r -> 'is_own_bot', r -> 'suppressed' from (select public.read_case(story.c(1)) #> '{conversation,reach}' as r) x $$,
  $$ values ('false'::jsonb, null, 'true'::jsonb, 'false'::jsonb, 'false'::jsonb) $$, 'nobody has the page open, and there is no address');
select is(public.read_case(story.c(2)) #>> '{conversation,reach,is_own_bot}', 'true', 'what no widget ever opened is carried by somebody''s own bot');
reset role;
select public.widget_read(story.token(), 0, null);
select cmp_ok((select visitor_seen_at from public.conversations where id = story.c(1)), '=', now(), 'the widget''s own read shows that the page is open');
update public.conversations set visitor_seen_at = now() - interval '29 seconds' where id = story.c(1);
select public.widget_read(story.token(), 0, null);
select cmp_ok((select visitor_seen_at from public.conversations where id = story.c(1)), '=', now() - interval '29 seconds', 'which is written down every half minute at most');
insert into public.leads (conversation_id, chatbot_id, email) values (story.c(1), story.shop(), 'Vera@visitor.example');
insert into private.suppressed_addresses (email, reason) values ('vera@visitor.example', 'HardBounce');
select story.becomes('ana');
select results_eq($$ select r -> 'page_open', r ->> 'address', r -> 'suppressed' from (select public.read_case(story.c(1)) #> '{conversation,reach}' as r) x $$,
  $$ values ('true'::jsonb, 'Vera@visitor.example', 'true'::jsonb) $$, 'open, with an address that has bounced');
reset role;
update public.conversations set visitor_seen_at = now() - interval '91 seconds' where id = story.c(1);
select story.becomes('ana');
select is(public.read_case(story.c(1)) #>> '{conversation,reach,page_open}', 'false', 'closed after a minute and a half');

-- Reading.
reset role;
select public.widget_seen(story.token(), 3, false);
select is(story.receipts(1), '3 read, 4 waiting', 'what the visitor has read is read');
select public.widget_seen(story.token(), 3, false);
select public.widget_seen(story.token(), 99, false);
select is(story.receipts(1), '3 read, 4 read', 'up to what there is');
select is(story.entries(1, 'reply.read'), '1', 'the timeline says it once for replies that are read one after the other');
insert into public.messages (conversation_id, role, text, author_id) values (story.c(1), 'agent', 'Later', story.person('ana'));
update public.reply_receipts set read_at = now() - interval '2 minutes' where conversation_id = story.c(1) and seq = 4;
select public.widget_seen(story.token(), 5, false);
select is(story.entries(1, 'reply.read'), '1 1', 'and again for what comes after a pause');
select is((select version from public.conversations where id = story.c(1)) > 5, true, 'an open desk can tell that something has changed');

-- Whoever writes the row.
insert into public.messages (conversation_id, role, text, created_at) values (story.c(3), 'agent', 'Long ago', now() - interval '3 days');
select is(story.receipts(3), '2 unreachable imported', 'what an import brings from the past waits for nobody');
update public.conversations set visitor_read_seq = 2 where id = story.c(3);
select is(story.receipts(3), '2 read', 'unless it says how far the visitor has read');
insert into public.messages (conversation_id, role, text) values (story.c(4), 'agent', 'A person joins where nobody asked for one');
select is(story.receipts(4), '2 waiting', 'a reply without an episode has a receipt, too');
update public.conversations set visitor_read_seq = 1 where id = story.c(4);
select is(story.receipts(4), '2 waiting', 'and is not read before it is');

-- Read wins over everything; fetched over everything else.
insert into public.messages (conversation_id, role, text) select story.c(2), 'agent', 'Reply ' || n from generate_series(1, 7) n;
update public.reply_receipts r set status = (enum_range(null::public.reply_status))[r.seq - 1] where r.conversation_id = story.c(2);
select private.take_replies(story.c(2), 0, 8, 'fetched');
select is(story.receipts(2), '2 fetched, 3 read, 4 fetched, 5 fetched, 6 fetched, 7 fetched, 8 fetched', 'what is fetched was received, whatever was known before');
update public.conversations set visitor_read_seq = 8 where id = story.c(2);
select is(story.receipts(2), '2 read, 3 read, 4 read, 5 read, 6 read, 7 read, 8 read', 'and what is read was read');

-- The sum.
update public.reply_receipts r set status = (enum_range(null::public.reply_status))[r.seq - 1] where r.conversation_id = story.c(2);
select story.becomes('ana');
select is(public.reconciliation(story.shop(), 30) -> 'replies',
  '{"replies":12,"read":5,"fetched":1,"mailed":2,"on_the_way":2,"unreachable":2,"unexplained":0}', 'every reply is in exactly one place');
select is((select count(*) from public.list_cases(story.shop(), l.filter, days => 30)), l.cases, 'the list ' || l.filter || ' has the conversations of its replies')
from (values ('replied', 4::bigint), ('reply_read', 3), ('reply_fetched', 1), ('reply_mailed', 1), ('reply_waiting', 2), ('reply_unreachable', 1)) l (filter, cases);
select is((select count(*) from public.list_cases(story.shop(), 'reply_mailed', days => 30, search => 'Reply 4')), 1::bigint, 'and can be searched');
select is((select count(*) from public.list_cases(story.shop(), 'reply_mailed', days => 30, search => 'nowhere')), 0::bigint, 'in vain, too');
select is(public.reconciliation(story.shop(), 1) #>> '{replies,replies}', '11', 'of the window alone');
reset role;
delete from public.reply_receipts where conversation_id = story.c(4);
select story.becomes('ana');
select is(public.reconciliation(story.shop(), 30) #>> '{replies,unexplained}', '1', 'a reply without a receipt would show');

-- The time to a first reply, and to the first that was received.
reset role;
delete from public.conversations where id <> story.c(1) and chatbot_id = story.shop();
update public.escalations set escalated_at = now() - interval '5 hours', first_replied_at = now() - interval '4 hours' where conversation_id = story.c(1);
update public.conversations set escalated_at = now() - interval '5 hours' where id = story.c(1);
update public.reply_receipts set read_at = now() - interval '2 hours' where conversation_id = story.c(1) and seq = 3;
select story.becomes('ana');
select results_eq($$ select d ->> 'measure', d ->> 'median_hours' from jsonb_array_elements(public.triage_charts(story.shop()) -> 'durations') d $$,
  $$ values ('first_open', '5.00'), ('first_reply', '1.00'), ('first_received', '3.00'), ('resolve', null) $$, 'both are told');
select set_config('request.jwt.claims', jsonb_build_object('sub', gen_random_uuid(), 'role', 'authenticated')::text, true);
select is((select count(*) from public.reply_receipts), 0::bigint, 'a stranger sees no receipt');
reset role;
select is((select count(*) from public.reply_receipts where conversation_id = story.c(1)), 3::bigint, 'though there are some');
select throws_ok($$ insert into public.reply_receipts (message_id, chatbot_id, conversation_id, seq)
  select message_id, chatbot_id, conversation_id, 99 from public.reply_receipts where conversation_id = story.c(1) and seq = 3 $$,
  '23505', null, 'and no reply has two');

select * from finish();
rollback;
