-- Ana and Ben work through the same list: what one does the other cannot undo by accident, twice is once, and nobody from
-- elsewhere can do or learn anything.
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
create function story.list_exports_on(n int, bot int default 1) returns text[] language sql as $$
  select array_agg(e ->> 'actor_name') from jsonb_array_elements(public.read_case(story.conversation(n, bot)) -> 'timeline') e
  where e ->> 'type' = 'conversation.exported' and e #>> '{data,kind}' = 'list'
$$;

create function story.unread(n int) returns int language sql as $$
  select unread_count from public.list_cases('10000000-0000-4000-8000-000000000001', 'all') where id = story.conversation(n)
$$;

select plan(90);

select story.becomes('ana');
select is(public.read_case(story.conversation(1)) #>> '{escalations,0,first_opened_at}', null, 'reading a case opens nothing');
select is((select unread_count from public.list_cases('10000000-0000-4000-8000-000000000001') where id = story.conversation(1)), 1, 'a case nobody has opened is unread');
select isnt(public.open_case(story.conversation(1)) #>> '{escalation,first_opened_at}', null, 'opening stamps the escalation');
select is(public.open_case(story.conversation(1)) #>> '{escalation,first_opened_by}', story.person('ana')::text, 'with who opened it');
select is((select unread_count from public.list_cases('10000000-0000-4000-8000-000000000001') where id = story.conversation(1)), 0, 'and it is read');
select story.becomes('ben');
select is((select unread_count from public.list_cases('10000000-0000-4000-8000-000000000001') where id = story.conversation(1)), 1, 'by Ana, not by Ben');
select is(public.open_case(story.conversation(1)) #>> '{escalation,first_opened_by}', story.person('ana')::text, 'Ben is not the first');
select is(story.log_of(1), '{escalation.opened}', 'the timeline says opened once');

-- Unread is what nobody has opened, and what somebody means to look at again.
reset role;
insert into public.conversations (id, chatbot_id) values (story.conversation(20), '10000000-0000-4000-8000-000000000001');
insert into public.escalations (conversation_id, trigger) values (story.conversation(20), 'inline_cta');
select story.becomes('ben');
select is(story.unread(20), 1, 'a request without a typed word is unread');
select lives_ok('select public.open_case(story.conversation(20))', 'Ben opens it');
select is(story.unread(20), 0, 'then it is not, for him');
select story.becomes('ana');
select is(story.unread(20), 0, 'nor for anybody: somebody has seen it');
select lives_ok('select public.mark_unread(story.conversation(20))', 'Ana means to look at it later');
select is(story.unread(20), 1, 'so it is unread for her');
select story.becomes('ben');
select is(story.unread(20), 0, 'and not for Ben');

-- Claiming.
select is(public.claim_escalation(story.case_of(2)) #>> '{conversation,claimed_by_name}', 'Ben Story', 'Ben claims a case');
select lives_ok('select public.claim_escalation(story.case_of(2))', 'claiming again is harmless');
select story.becomes('ana');
select throws_ok('select public.claim_escalation(story.case_of(2))', 'CLAIM', 'Ben Story has already claimed this case.', 'Ana is told who has it');
select is(public.assign_escalation(story.case_of(2), story.person('ana')) #>> '{escalation,claimed_by}', story.person('ana')::text, 'it can be handed over');
select throws_ok('select public.assign_escalation(story.case_of(2), story.person(''stranger''))', 'NTFND', null, 'but not to a stranger');
select is(public.release_escalation(story.case_of(2)) #>> '{escalation,claimed_by}', null, 'and released');
select lives_ok('select public.release_escalation(story.case_of(2))', 'releasing again is harmless');
select is(story.log_of(2), '{escalation.claimed,escalation.assigned,escalation.released}', 'each once on the timeline');

-- Resolving.
create temporary table seen as select story.version_of(3) as version;
select story.becomes('ben');
select is(public.claim_escalation(story.case_of(3)) #>> '{escalation,status}', 'open', 'Ben claims what Ana is looking at');
select story.becomes('ana');
select throws_ok(format('select public.resolve_escalation(story.case_of(3), %s)', version), 'STALE', null, 'Ana cannot resolve what she has not seen') from seen;
do $$
declare
  said jsonb;
begin
  perform public.resolve_escalation(story.case_of(3), (select version from seen));
exception when sqlstate 'STALE' then
  get stacked diagnostics said = pg_exception_detail;
  perform set_config('story.said', said::text, true);
end
$$;
select is(current_setting('story.said')::jsonb ->> 'what', 'escalation.claimed', 'she is told what changed');
select is(current_setting('story.said')::jsonb ->> 'changed_by_name', 'Ben Story', 'and by whom');
select is(public.resolve_escalation(story.case_of(3), story.version_of(3)) #>> '{escalation,status}', 'resolved', 'with the present version it resolves');
select is(public.resolve_escalation(story.case_of(3)) #>> '{escalation,resolved_by}', story.person('ana')::text, 'resolving again changes nothing');
select throws_ok('select public.claim_escalation(story.case_of(3))', 'CONFL', null, 'a resolved case cannot be claimed');
select throws_ok('select public.assign_escalation(story.case_of(3), story.person(''ben''))', 'CONFL', null, 'nor assigned');
reset role;
update public.escalations set undo_until = clock_timestamp() + interval '1 minute' where id = story.case_of(3);
select story.becomes('ana');
select is(public.undo_resolve(story.case_of(3)) #>> '{conversation,resolved_at}', null, 'resolving is undone');
select lives_ok('select public.undo_resolve(story.case_of(3))', 'undoing twice is harmless');
select is(public.resolve_escalation(story.case_of(3)) #>> '{escalation,reopen_count}', '0', 'an undo is no reopening');
reset role;
update public.escalations set undo_until = now() - interval '1 second' where id = story.case_of(3);
select story.becomes('ana');
select throws_ok('select public.undo_resolve(story.case_of(3))', 'TOOLT', null, 'after ten seconds it is too late');
select is(public.reopen_escalation(story.case_of(3)) #>> '{escalation,reopen_count}', '1', 'reopening is a reopening');
select is(public.reopen_escalation(story.case_of(3)) #>> '{escalation,reopen_count}', '1', 'once');
select lives_ok('select public.resolve_escalation(story.case_of(3))', 'resolved again');
reset role;
create temporary table former as select story.case_of(3) as id;
insert into public.escalations (conversation_id, trigger) values (story.conversation(3), 'intent');
grant select on former to authenticated;
select story.becomes('ana');
select throws_ok('select public.reopen_escalation((select id from former))', 'CONFL', null, 'an old episode stays closed when the visitor has asked anew');
select throws_ok('select public.undo_resolve((select id from former))', 'CONFL', null, 'and cannot be undone either');

-- Many at once.
select is(public.resolve_many(array[story.case_of(4), (select id from former), story.case_of(1, 2), story.person('nobody')]) ->> 'changed', '1', 'of four, one can be resolved');
select is((select array_agg(s ->> 'code' order by s ->> 'code')
  from jsonb_array_elements(public.resolve_many(array[story.case_of(4), story.case_of(1, 2), story.person('nobody')]) -> 'skipped') s),
  '{CONFL,NTFND,NTFND}', 'the others are named with the reason; foreign and missing look the same');
select is(public.assign_many(array[story.case_of(4), story.case_of(5)], story.person('ben')) ->> 'changed', '1', 'only open cases are assigned');
select is(public.assign_many(array[story.case_of(5)], story.person('stranger')) ->> 'changed', '0', 'and only to members');
select is((select claimed_by from public.escalations where id = story.case_of(5)), story.person('ben'), 'Ben has it');
select throws_ok('select public.resolve_many(array(select gen_random_uuid() from generate_series(1, 501)))', 'INVAL', null, 'five hundred are enough');

-- Many at once, while others work on them too.
reset role;
insert into public.conversations (id, chatbot_id)
select story.conversation(n), '10000000-0000-4000-8000-000000000001'::uuid from generate_series(11, 14) n;
insert into public.escalations (conversation_id, trigger)
select story.conversation(n), 'inline_cta'::public.escalation_trigger from generate_series(11, 14) n;
create temporary table picked as
select array_agg(story.case_of(n) order by n) as ids, array_agg(story.version_of(n) order by n) as versions from generate_series(11, 14) n;
grant select on picked to authenticated;
create temporary table answered (said jsonb);
grant all on answered to authenticated;
select story.becomes('ben');
select lives_ok('select public.claim_escalation(story.case_of(12))', 'Ben takes a case that Ana has selected');
select story.becomes('ana');
select lives_ok('select public.open_case(story.conversation(13))', 'Ana opens one of them herself');
select lives_ok('select public.open_case(story.conversation(12))', 'and, not having seen it, the one that Ben took');
insert into answered select public.resolve_many(ids, versions) from picked;
select is(said ->> 'changed', '3', 'Ana resolves all but what Ben changed') from answered;
select is(said #>> '{skipped,0,id}', story.case_of(12)::text, 'his is the one left alone') from answered;
select is(said #>> '{skipped,0,code}', 'STALE', 'because it changed') from answered;
select is(said #>> '{skipped,0,detail,changed_by_name}', 'Ben Story', 'she is told by whom') from answered;
select is(said #>> '{skipped,0,detail,what}', 'escalation.claimed', 'and what') from answered;
select is((select status::text from public.escalations where id = story.case_of(12)), 'open', 'it is still open');
reset role;
update public.escalations set undo_until = clock_timestamp() + interval '1 minute' where id in (select story.case_of(n) from generate_series(11, 14) n) and status = 'resolved';
select story.becomes('ana');
select is(public.undo_resolve_many(ids) ->> 'changed', '4', 'all are taken back, and for the open one that is harmless') from picked;
select results_eq('select status::text, resolved_at, reopen_count from public.escalations where id = story.case_of(11)',
  'values (''open'', null::timestamptz, 0)', 'without a trace');
select is(story.log_of(11), '{conversation.resolved,resolve.undone}', 'but for the timeline, which says what happened');
select is((public.claim_many(ids) #>> '{skipped,0,code}'), 'CLAIM', 'of many cases she claims what nobody else has') from picked;
select is((select claimed_by from public.escalations where id = story.case_of(12)), story.person('ben'), 'and takes nothing from Ben');
select is(public.assign_many(ids, story.person('adam'), versions) -> 'skipped' -> 0 ->> 'code', 'STALE', 'nor does she give away what he has claimed since she looked') from picked;
select is(public.resolve_many(array[story.case_of(11)]) ->> 'changed', '1', 'without a version only the state counts');
reset role;
update public.escalations set undo_until = now() - interval '1 second' where id = story.case_of(11);
select story.becomes('ana');
select is(public.undo_resolve_many(array[story.case_of(11)]) #>> '{skipped,0,code}', 'TOOLT', 'what is too late to undo is named');
select throws_ok('select public.resolve_many(array[story.case_of(12)], array[1, 2])', 'INVAL', null, 'versions belong to cases one by one');
select is((select s ->> 'detail' from jsonb_array_elements(public.undo_resolve_many(array[story.case_of(1, 2)]) -> 'skipped') s), null, 'of a foreign case nothing is told');

-- A list that leaves the house stands on each of its cases, and on no others.
select public.record_list_export('10000000-0000-4000-8000-000000000001',
  array[story.conversation(1), story.conversation(4), story.conversation(1, 2), gen_random_uuid()]);
select is(story.list_exports_on(n), case when n < 5 then '{Ana Story}'::text[] end, 'an exported list is noted on each of its cases') from unnest(array[1, 4, 5]) n;
reset role;
select throws_ok(change, 'CONFL', 'The timeline is append-only.', 'and stays there') from unnest(array[
  'update private.list_exports set actor_id = null', 'delete from private.list_exports']) change;
select is((select count(*) from realtime.messages m where m.event = 'conversation.exported' and m.inserted_at >= now()), 0::bigint,
  'nobody''s desk is told of it');

-- Somebody has asked and asked.
insert into public.timeline_entries (chatbot_id, conversation_id, type, data)
select '10000000-0000-4000-8000-000000000001', story.conversation(6), 'note.added', jsonb_build_object('text', n) from generate_series(1, 501) n;
insert into public.deliveries (chatbot_id, conversation_id, kind, purpose, recipient, created_at, status)
select '10000000-0000-4000-8000-000000000001', story.conversation(6), 'email', 'contact', n || '@story.test', now() + n * interval '1 second', 'sent' from generate_series(1, 501) n;
select story.becomes('ana');
create temporary table long as select public.read_case(story.conversation(6)) as c;
select results_eq($$ select jsonb_array_length(c -> 'timeline'), jsonb_array_length(c -> 'deliveries') from long $$, $$ values (500, 500) $$,
  'a case with a very long story is read with the latest of it');
select results_eq($$ select c #>> '{deliveries,0,recipient}', c #>> '{deliveries,-1,recipient}' from long $$,
  $$ values ('2@story.test', '501@story.test') $$, 'in order');

-- Nobody from elsewhere.
select story.becomes('stranger');
select is(story.list_exports_on(1, 2), null, 'nobody writes into the timelines of another chatbot');
select throws_ok(call, 'NTFND', 'This doesn’t exist, or you don’t have access to it.', 'a stranger cannot ' || call)
from unnest(array[
  'select public.read_case(story.conversation(1))', 'select * from public.read_messages(story.conversation(1))',
  'select public.open_case(story.conversation(1))', 'select public.mark_unread(story.conversation(1))', 'select public.resolve_escalation(story.case_of(1))',
  'select public.claim_escalation(story.case_of(1))', 'select public.send_reply(story.conversation(1), gen_random_uuid(), ''x'')',
  'select public.add_note(story.conversation(1), gen_random_uuid(), ''x'')', 'select public.hand_back(story.conversation(1))',
  'select * from public.list_cases(''10000000-0000-4000-8000-000000000001'')', 'select public.reconciliation(''10000000-0000-4000-8000-000000000001'')',
  'select * from public.export_cases(''10000000-0000-4000-8000-000000000001'')',
  'select public.record_list_export(''10000000-0000-4000-8000-000000000001'', array[story.conversation(1)])',
  'select public.record_export(''10000000-0000-4000-8000-000000000002'', story.conversation(1), ''csv'', 1)',
  'select public.read_case(gen_random_uuid())']) call;

reset role;
delete from public.chatbot_members where user_id = story.person('ben');
select story.becomes('ben');
select throws_ok('select public.read_case(story.conversation(1))', 'NTFND', null, 'a removed member is a stranger at once');

select * from finish();
rollback;
