-- Charts and receipts at their edges: days on which clocks change, every escalation in exactly one bucket, an alert that travelled
-- in a summary, and the CSV beside them.
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

select plan(29);
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-000000000001'::uuid $$;
create function story.mail(n int, who text, status text) returns void language sql as $$
  insert into public.deliveries (chatbot_id, conversation_id, escalation_id, kind, purpose, recipient, status, next_attempt_at)
  select story.shop(), e.conversation_id, e.id, 'email', 'alert', $2 || '@team.test', $3::public.delivery_status, null
  from public.escalations e where e.conversation_id = story.person('c' || $1)
$$;
create function story.listed(filter text) returns text[] language sql as $$
  select coalesce(array_agg(session_id order by session_id), '{}') from public.list_cases(story.shop(), filter)
$$;

-- Seven cases; the mails of each tell another story.
insert into public.conversations (id, chatbot_id, session_id)
select story.person('c' || n), story.shop(), 'embed-' || n from generate_series(1, 7) n;
insert into public.escalations (conversation_id, trigger, escalated_at)
select story.person('c' || n), 'api', now() - interval '1 day' * n from generate_series(1, 7) n;
delete from public.deliveries where chatbot_id = story.shop();
select story.mail(1, 'a', 'delivered'), story.mail(1, 'b', 'failed'), story.mail(1, 'c', 'queued'), story.mail(2, 'a', 'sent'), story.mail(2, 'b', 'skipped'),
  story.mail(3, 'a', 'queued'), story.mail(3, 'b', 'bounced'), story.mail(4, 'a', 'bounced'), story.mail(4, 'b', 'skipped'),
  story.mail(5, 'a', 'skipped'), story.mail(5, 'b', 'skipped'), story.mail(7, 'a', 'skipped');
with summary as (
  insert into public.deliveries (chatbot_id, kind, purpose, recipient, status, next_attempt_at)
  values (story.shop(), 'email', 'summary', 'a@team.test', 'delivered', null) returning id
)
update public.deliveries d set summary_id = (select id from summary), reason = 'in_summary'
where d.conversation_id = story.person('c7');

select results_eq($$ select private.alert_outcome(s::public.delivery_status, r, f) from (values ('delivered', null, false), ('sent', null, true), ('queued', null, false),
    ('queued', 'in_summary', true), ('bounced', 'HardBounce', false), ('skipped', 'suppressed', false), ('skipped', 'no_address', false), ('skipped', 'kill_switch', false)) x (s, r, f) $$,
  array['delivered', 'accepted', 'alert_waiting', 'alert_held', 'alert_failed', 'unreachable', 'unreachable', 'opted_out'], 'each mail is called what it is');
select is(private.best_outcome(array['opted_out', 'unreachable']), 'unreachable', 'an address that bounced before is nobody''s wish');
select story.becomes('ana');
select is(public.reconciliation(story.shop(), 30) -> 'buckets', '{"delivered":2,"accepted":1,"waiting":1,"held":0,"failed":2,"unreachable":0,"opted_out":1,"seen_first":0}', 'each escalation is in one bucket');
select is(public.reconciliation(story.shop(), 30) ->> 'escalations', '7', 'and all of them are');
select is(public.reconciliation(story.shop(), 30) ->> 'unexplained', '0', 'so that nothing is unexplained');
select is(story.listed('delivered'), '{embed-1,embed-7}', 'one mail that arrived is enough, also inside a summary');
select is(story.listed('accepted'), '{embed-2}', 'what the mail service merely took is not in a mailbox yet');
select is(story.listed('alert_waiting'), '{embed-3}', 'waiting while one is still queued');
select is(story.listed('alert_failed'), '{embed-4,embed-6}', 'failed when none got through, or when there was nobody to tell');
select is(story.listed('opted_out'), '{embed-5}', 'opted out when everybody had');
select is((select array_agg(alert_outcome order by session_id) from public.export_cases(story.shop(), 'all')), '{delivered,accepted,alert_waiting,alert_failed,opted_out,alert_failed,delivered}', 'the CSV says the same of each');
select throws_ok('select * from public.list_cases(story.shop(), ''lost'')', 'INVAL', null, 'there is no filter for lost');
select throws_ok('select * from public.list_cases(story.shop(), ''all'', ''random'')', 'INVAL', null, 'and no random order');

-- The days of a chart.
select is((select count(*) from jsonb_array_elements(public.triage_charts(story.shop(), d, z) -> 'per_day')), ((now() at time zone z)::date - ((now() - d * interval '24 hours') at time zone z)::date + 1)::bigint,
  d || ' days in ' || z || ' are whole, each once, whatever the clocks do')
from unnest('{7,90,366}'::int[]) d cross join unnest('{Europe/Berlin,Pacific/Apia}'::text[]) z;
select is((select count(*) from jsonb_array_elements(public.triage_charts(story.shop(), 90, 'UTC') -> 'hour_of_week') h where (h ->> 'weekday')::int not between 1 and 7 or (h ->> 'hour')::int not between 0 and 23), 0::bigint, 'a week has seven days of 24 hours');
select throws_ok(format('select public.triage_charts(story.shop(), 30, %L)', z), 'INVAL', null, 'no such time zone: ' || coalesce(z, 'null')) from unnest(array['Mars/Base', '', null, '''; select 1', 'UTC+99x']) z;
reset role;
-- 2026-10-25 01:30 and 02:30 UTC are 02:30 twice on the night when Berlin's clocks go back; 00:59 UTC is still summer.
create function story.cases() returns private.chart_case[] language sql as $$
  select array_agg(row('api', null, at::timestamptz, null, null, null, null, null)::private.chart_case)
  from unnest('{2026-10-24 22:30+00,2026-10-25 00:30+00,2026-10-25 01:30+00,2026-10-25 22:59+00,2026-10-25 23:00+00}'::text[]) at
$$;
select is((select jsonb_object_agg(d ->> 'day', d -> 'escalations') from jsonb_array_elements(private.chart_per_day(story.cases(), '2026-10-24 00:00+00', 'Europe/Berlin')) d where (d ->> 'escalations')::int > 0 and (d ->> 'day')::date between '2026-10-24' and '2026-10-26'),
  '{"2026-10-25":4,"2026-10-26":1}', 'the night with 25 hours holds every case once');

-- Which answers most need work: by share, but one of one is no proof.
insert into public.answers (id, chatbot_id, question, answer)
select story.person('ranked answer ' || n), story.shop(), n || ' of ' || whole, 'So.' from (values (100, 190), (1, 1), (2, 40)) v (n, whole);
create function story.asked_under(n int) returns private.chart_case[] language plpgsql as $$
declare
  asked private.chart_case[] := '{}';
  one uuid;
begin
  for i in 1..n loop
    insert into public.messages (conversation_id, role, text, answer_id) values (story.person('c1'), 'assistant', 'So.', story.person('ranked answer ' || n))
    returning id into one;
    asked := asked || row('inline_cta', one, now(), null, null, null, null, null)::private.chart_case;
  end loop;
  return asked;
end
$$;
insert into public.messages (conversation_id, role, text, answer_id, feedback)
select story.person('c2'), 'assistant', 'So.', story.person('ranked answer ' || n), 'positive' from (values (100, 90), (2, 38)) v (n, helpful), generate_series(1, helpful);
-- In a statement of its own: a stable function does not see what its own statement writes.
create temporary table asked as select story.asked_under(100) || story.asked_under(1) || story.asked_under(2) as cases;
select is((select array_agg(a ->> 'question') from asked, jsonb_array_elements(private.chart_answers(story.shop(), cases, now() - interval '1 day')) a),
  '{100 of 190,1 of 1,2 of 40}', 'an answer under which a hundred of 190 asked for a person comes before one of one');
select results_eq($$ select round(private.at_least_share(p, w)::numeric, 3) from (values (100, 190), (1, 1), (2, 40), (0, 3), (0, 0)) v (p, w) $$,
  array[0.456, 0.207, 0.014, 0.000, 0]::numeric[], 'by the share that is sure');
select is(private.sender_health() ->> 'is_stopped', private.is_sender_stopped()::text, 'the banner and the widget agree on whether the sender runs');

select * from finish();
rollback;
