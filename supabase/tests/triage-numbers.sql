-- Whatever happened to a chatbot's conversations, the strip, the list, the charts, the mails and the CSV tell one number, and it is
-- the number that counting the rows gives. Random histories, so that no neat case is left out.
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

select plan(73);
select setseed(0.42);

-- Activity and escalations all over 100 days, some in the same second, some at the very edges of the window.
insert into public.conversations (id, chatbot_id, created_at, started_at, last_activity_at)
select gen_random_uuid(), case when i % 10 = 0 then '10000000-0000-4000-8000-000000000002' else '10000000-0000-4000-8000-000000000001' end::uuid,
  t.at, case when i % 13 <> 0 then t.at end, t.at
from generate_series(1, 900) i
cross join lateral (
  select now() - case when i % 50 = 0 then interval '30 days' when i % 50 = 1 then interval '30 days 1 second'
    when i % 50 = 2 then interval '29 days 23:59:59' else interval '100 days' * random() * (i / i) end as at
) t;

-- And all around the hours in which clocks are changed, wherever that was in the last year.
create function story.zones() returns text[] language sql immutable as $$
  select '{Europe/Berlin,America/New_York,Australia/Sydney,Pacific/Apia}'::text[]
$$;
insert into public.conversations (id, chatbot_id, created_at, started_at, last_activity_at)
select gen_random_uuid(), '10000000-0000-4000-8000-000000000001', t.at, t.at, t.at
from unnest(story.zones()) z (zone)
cross join generate_series(date_trunc('hour', now()) - interval '364 days', now() - interval '1 day', '1 hour') h (hour)
cross join generate_series(-150, 150, 10) around (minutes)
cross join lateral (select h.hour + make_interval(mins => around.minutes) as at) t
where (h.hour at time zone z.zone) - ((h.hour - interval '1 hour') at time zone z.zone) <> interval '1 hour';

insert into public.escalations (conversation_id, trigger, escalated_at)
select c.id, (enum_range(null::public.escalation_trigger))[1 + floor(random() * 5)::int], c.created_at
from public.conversations c where c.chatbot_id::text like '10000000%' and random() < 0.4 order by c.id;
update public.escalations e set first_opened_at = e.escalated_at + interval '3 hours' * random()
where e.chatbot_id::text like '10000000%' and random() < 0.8;
update public.escalations e set status = 'resolved', resolved_at = least(e.escalated_at + interval '60 hours' * random(), now())
where e.chatbot_id::text like '10000000%' and random() < 0.75;
-- A quarter of the resolved ones ask again; some of those are resolved again, some reopened.
insert into public.escalations (conversation_id, trigger, escalated_at)
select e.conversation_id, 'intent', least(e.resolved_at + interval '10 days' * random(), now())
from public.escalations e where e.chatbot_id::text like '10000000%' and e.status = 'resolved' and random() < 0.25 order by e.id;
update public.escalations e set status = 'resolved', resolved_at = least(e.escalated_at + interval '5 hours', now())
where e.chatbot_id::text like '10000000%' and e.number = 2 and e.status = 'open' and random() < 0.6;
update public.escalations e set status = 'open'
where e.chatbot_id::text like '10000000%' and e.status = 'resolved' and random() < 0.15
  and not exists (select from public.escalations n where n.conversation_id = e.conversation_id and n.number > e.number);
update public.conversations c set last_activity_at = least(c.last_activity_at + interval '40 days' * random(), now())
where c.chatbot_id::text like '10000000%' and random() < 0.3;
delete from public.conversations c where c.chatbot_id::text like '10000000%' and random() < 0.05;
update public.deliveries d set status = (array['sent', 'delivered', 'failed', 'bounced', 'skipped', 'queued'])[1 + floor(random() * 6)::int]::public.delivery_status
where d.chatbot_id::text like '10000000%' and d.purpose = 'alert';

create function story.recount(days int, out population bigint, out total bigint, out unresolved bigint, out resolved bigint, out older_open bigint)
language sql as $$
  select count(*) filter (where c.last_activity_at >= now() - make_interval(hours => 24 * days)),
    count(*) filter (where e.escalated_at >= now() - make_interval(hours => 24 * days)),
    count(*) filter (where e.escalated_at >= now() - make_interval(hours => 24 * days) and e.status = 'open'),
    count(*) filter (where e.escalated_at >= now() - make_interval(hours => 24 * days) and e.status = 'resolved'),
    count(*) filter (where e.escalated_at < now() - make_interval(hours => 24 * days) and e.status = 'open')
  from public.conversations c
  left join lateral (
    select * from public.escalations x where x.conversation_id = c.id order by x.number desc limit 1
  ) e on true
  where c.chatbot_id = '10000000-0000-4000-8000-000000000001' and c.started_at is not null
$$;
create function story.strip(days int, out population bigint, out total bigint, out unresolved bigint, out resolved bigint, out older_open bigint)
language sql as $$
  select s.* from jsonb_to_record(public.triage_stats('10000000-0000-4000-8000-000000000001', days))
    s (population bigint, total bigint, unresolved bigint, resolved bigint, older_open bigint)
$$;
-- Walks a list page by page, as the browser does.
create function story.walk(filter text, sort text, days int, page_size int) returns setof uuid
language plpgsql as $$
declare
  r record;
  at timestamptz;
  last uuid;
  status public.escalation_status;
  got int;
begin
  loop
    got := 0;
    for r in select * from public.list_cases('10000000-0000-4000-8000-000000000001', filter, sort, days, null, at, last, page_size, status) loop
      got := got + 1;
      return next r.id;
      at := case filter when 'population' then r.last_activity_at else r.escalated_at end;
      last := r.id;
      status := r.escalation_status;
    end loop;
    exit when got < page_size;
  end loop;
end
$$;
create table story.truth as
  select d.days, r.* from unnest('{7,30,90}'::int[]) d (days) cross join lateral story.recount(d.days) r;
create table story.stretches as
  select c.id, c.escalated_at, c.escalation_status from public.conversations c
  where c.chatbot_id = '10000000-0000-4000-8000-000000000001' and c.escalated_at is not null;
grant select on all tables in schema story to authenticated;

select story.becomes('ana');
select cmp_ok((select total from story.truth where days = 30), '>', 40::bigint, 'there is something to count');
select cmp_ok((select older_open from story.truth where days = 30), '>', 3::bigint, 'there are open cases from before the window');

select results_eq('select * from story.strip(' || days || ')', 'select population, total, unresolved, resolved, older_open from story.truth where days = ' || days,
  'the strip equals a recount over ' || days || ' days') from story.truth;
select is((select count(*) from story.walk(f.filter, 'newest', t.days, 7)), f.n, 'the list of ' || f.filter || ' has as many rows as the strip says, over ' || t.days || ' days')
from story.truth t cross join lateral (values
  ('population', t.population), ('total', t.total), ('unresolved_in_window', t.unresolved), ('resolved', t.resolved), ('older', t.older_open),
  ('unresolved', t.unresolved + t.older_open), ('all', t.total + t.older_open)) f (filter, n)
where t.days = 30;
select is((select count(distinct id) from story.walk('all', 'waiting', 30, 7) id), (select total + older_open from story.truth where days = 30),
  'longest-waiting order loses nothing and repeats nothing between pages');
select is((select array_agg(id) from (select id from story.walk('unresolved', 'waiting', 30, 5) id) w),
  (select array_agg(id order by escalated_at, id) from story.stretches where escalation_status = 'open'),
  'longest-waiting order begins with the oldest open case');
select is((select array_agg(id) from (select id from story.walk('total', 'newest', 30, 5) id) w),
  (select array_agg(id order by escalated_at desc, id desc) from story.stretches where escalated_at >= now() - interval '30 days'),
  'newest order is newest first, page after page');
select is(public.triage_stats('10000000-0000-4000-8000-000000000001', t.days) -> 'pills',
  jsonb_build_object('unresolved', t.unresolved + t.older_open, 'resolved', t.resolved, 'all', t.total + t.older_open),
  'the pills count what their lists show, over ' || t.days || ' days') from story.truth t;

select is((select sum((d ->> 'escalations')::int) from jsonb_array_elements(public.triage_charts('10000000-0000-4000-8000-000000000001', t.days, z.zone) -> 'per_day') d), t.total,
  'the days of the chart add up to the total, over ' || t.days || ' days in ' || z.zone)
from story.truth t cross join (values ('Europe/Berlin'), ('Pacific/Apia')) z (zone) where t.days = 30;
select is((select sum((d ->> 'resolutions')::int) from jsonb_array_elements(public.triage_charts('10000000-0000-4000-8000-000000000001', 30, 'America/New_York') -> 'per_day') d),
  (select resolved from story.truth where days = 30), 'the resolutions of the chart add up to the resolved');
select is((select sum((d ->> 'count')::int) from jsonb_array_elements(public.triage_charts('10000000-0000-4000-8000-000000000001', 30, 'UTC') -> 'by_trigger') d),
  (select total from story.truth where days = 30), 'the triggers add up to the total');
select is((select sum((d ->> 'count')::int) from jsonb_array_elements(public.triage_charts('10000000-0000-4000-8000-000000000001', 30, 'Asia/Kolkata') -> 'hour_of_week') d),
  (select total from story.truth where days = 30), 'the hours of the week add up to the total');
select is(jsonb_path_query_first(public.triage_charts('10000000-0000-4000-8000-000000000001', 30, 'UTC'), '$.durations[*] ? (@.measure == "resolve").median_hours'),
  public.triage_stats('10000000-0000-4000-8000-000000000001', 30) -> 'median_hours_to_resolve', 'the median of the chart is the median of the strip');

select is((public.reconciliation('10000000-0000-4000-8000-000000000001', days) ->> 'escalations')::bigint, total,
  'the mails are reconciled for the total of the strip, over ' || days || ' days') from story.truth;
select is((public.reconciliation('10000000-0000-4000-8000-000000000001', 30) ->> 'unexplained')::int, 0, 'nothing is unexplained');
select is((select count(*) from story.walk(f.filter, 'newest', 30, 9)), (public.reconciliation('10000000-0000-4000-8000-000000000001', 30) ->> f.bucket)::bigint,
  'the list of ' || f.filter || ' has the rows of its bucket')
from (values ('delivered', 'delivered'), ('accepted', 'accepted'), ('alert_waiting', 'waiting'), ('alert_held', 'held'), ('alert_failed', 'failed'),
  ('unreachable', 'unreachable'), ('opted_out', 'opted_out')) f (filter, bucket);
select is((select count(*) from public.export_cases('10000000-0000-4000-8000-000000000001', 'total', max_rows => 5000)),
  (select total from story.truth where days = 30), 'the CSV has as many rows as the total');

-- The file, row by row, is the list.
select is((select array_agg(conversation_id) from public.export_cases('10000000-0000-4000-8000-000000000001', f, s, d, max_rows => 5000)),
  (select array_agg(id) from story.walk(f, s, d, 11) id), 'the CSV of ' || f || ' is its list, in order of ' || s || ', over ' || d || ' days')
from (values ('unresolved', 'newest', 30), ('unresolved', 'waiting', 7), ('resolved', 'newest', 90), ('all', 'waiting', 30), ('total', 'newest', 7),
  ('older', 'newest', 30), ('population', 'newest', 90), ('unresolved_in_window', 'newest', 90)) v (f, s, d);

-- Each bar by itself, in zones whose clocks change on different nights of the year: what counting by hand gives.
create temporary table charted as
  select z.zone, public.triage_charts('10000000-0000-4000-8000-000000000001', d.days, z.zone) as charts, d.days,
    now() - make_interval(hours => 24 * d.days) as since
  from unnest(story.zones()) z (zone) cross join unnest('{30,365}'::int[]) d (days);
select is((select jsonb_object_agg(d ->> 'day', d -> 'escalations') from jsonb_array_elements(charts -> 'per_day') d where (d ->> 'escalations')::int > 0),
  (select jsonb_object_agg(day, n) from (select (escalated_at at time zone zone)::date as day, count(*) as n from story.stretches where escalated_at >= since group by 1) x),
  'each day of the chart in ' || zone || ' holds what happened on it there, over ' || days || ' days') from charted;
select is((select jsonb_object_agg(h ->> 'weekday' || ' ' || (h ->> 'hour'), h -> 'count') from jsonb_array_elements(charts -> 'hour_of_week') h),
  (select jsonb_object_agg(cell, n) from (
    select extract(isodow from escalated_at at time zone zone) || ' ' || extract(hour from escalated_at at time zone zone) as cell, count(*) as n
    from story.stretches where escalated_at >= since group by 1) x),
  'each hour of the week in ' || zone || ' too, over ' || days || ' days') from charted;
select cmp_ok((select count(*) from story.stretches s, unnest(story.zones()) z
    where ((s.escalated_at - interval '3 hours') at time zone z) + interval '3 hours' <> s.escalated_at at time zone z), '>', 3::bigint,
  'some of them happened within three hours of a change of clocks');
select is((select sum((d ->> 'resolutions')::int) from jsonb_array_elements(charts -> 'per_day') d),
  (select (public.triage_stats('10000000-0000-4000-8000-000000000001', days) ->> 'resolved')::bigint), 'the resolutions add up in ' || zone)
from charted where days = 365 and zone = 'Australia/Sydney';

reset role;
select cmp_ok(private.fold_tallies(), '>', 0, 'there is something to fold');
select results_eq('select * from story.strip(30)', 'select population, total, unresolved, resolved, older_open from story.truth where days = 30',
  'folding changes no number');

-- Resolving and taking it back.
create table story.one as select c.escalation_id as id from public.conversations c
  where c.chatbot_id = '10000000-0000-4000-8000-000000000001' and c.escalation_status = 'open' and c.escalated_at > now() - interval '20 days' limit 1;
grant select on story.one to authenticated;
select story.becomes('ana');
select is((public.resolve_escalation((select id from story.one)) -> 'conversation' ->> 'escalation_status'), 'resolved', 'a case is resolved');
select is((select resolved from story.strip(30)), (select resolved + 1 from story.truth where days = 30), 'resolving counts at once');
-- The ten seconds run from the start of this transaction, which took longer to get here.
reset role;
update public.escalations set undo_until = clock_timestamp() + interval '1 minute' where id = (select id from story.one);
select story.becomes('ana');
select lives_ok('select public.undo_resolve((select id from story.one))', 'it is taken back');
select results_eq('select * from story.strip(30)', 'select population, total, unresolved, resolved, older_open from story.truth where days = 30',
  'taking it back leaves no trace in the numbers');
select throws_ok('select public.triage_stats(''10000000-0000-4000-8000-000000000002'', 30)', 'NTFND', null, 'a foreign chatbot has no numbers');
select throws_ok('select public.triage_overview(''10000000-0000-4000-8000-000000000002'')', 'NTFND', null, 'nor an overview');
select is(public.triage_overview('10000000-0000-4000-8000-000000000001', days => 7) -> 'stats' ->> 'pills',
  public.triage_stats('10000000-0000-4000-8000-000000000001', 7) ->> 'pills', 'the overview has the strip');
select results_eq(
  $$ select r ->> 'id', (r ->> 'unread_count')::int
    from json_array_elements(public.triage_overview('10000000-0000-4000-8000-000000000001', 'all', 'waiting', 90, null, 120) -> 'rows') r $$,
  $$ select id::text, unread_count from public.list_cases('10000000-0000-4000-8000-000000000001', 'all', 'waiting', 90, null, null, null, 120) $$,
  'and the rows of the list, in its order');
select throws_ok('select public.triage_stats(''10000000-0000-4000-8000-000000000001'', 0)', 'INVAL', null, 'a window needs a day');

select * from finish();
rollback;
