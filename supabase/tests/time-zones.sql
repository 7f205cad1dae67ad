-- Local time has one source. A zone is the name of a place, or UTC; what a program may take for a fixed offset is none; and what
-- people read as local time in mails, in the widget and in exported files is what the database's clock shows there.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select plan(28);

select ok(private.is_time_zone(z), format('%s is a zone', z)) from unnest('{UTC,Europe/Berlin,America/Argentina/Buenos_Aires,Etc/GMT+5}'::text[]) z;
select ok(not private.is_time_zone(z), format('%s is none', z)) from unnest('{CET,EET,IST,EST5EDT,Mars/Olympus,+05:00,""}'::text[]) z;
select is(private.wall_time('2026-07-01 10:00Z', 'Europe/Berlin'), '2026-07-01T12:00:00', 'the clock on the wall, without an offset');

insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000072a1', 'olga@zones.test');
insert into public.chatbots (id, owner_id, name) values ('00000000-0000-4000-8000-0000000072c1', '00000000-0000-4000-8000-0000000072a1', 'Shop');
select throws_ok($$ update public.profiles set time_zone = 'CET' where user_id = '00000000-0000-4000-8000-0000000072a1' $$, 'INVAL', null, 'nobody lives in CET');
update public.profiles set time_zone = 'America/Vancouver' where user_id = '00000000-0000-4000-8000-0000000072a1';
insert into public.conversations (id, chatbot_id) values ('00000000-0000-4000-8000-0000000072d1', '00000000-0000-4000-8000-0000000072c1');
insert into public.escalations (conversation_id, trigger, escalated_at) values ('00000000-0000-4000-8000-0000000072d1', 'api', '2026-12-15 18:00Z');
select is(
  (select x ->> 'escalated_at_local' from private.to_send(array(select id from public.deliveries where chatbot_id = '00000000-0000-4000-8000-0000000072c1' and purpose = 'alert')) x),
  to_char(timestamptz '2026-12-15 18:00Z' at time zone 'America/Vancouver', 'YYYY-MM-DD"T"HH24:MI:SS'), 'a mail brings the hour with it');
update public.office_hours set is_enabled = true, time_zone = 'America/Winnipeg', holidays = '{}',
  weekly = jsonb_build_object(extract(isodow from (now() at time zone 'America/Winnipeg') + interval '2 days')::text, '[["09:00", "17:00"]]'::jsonb)
where chatbot_id = '00000000-0000-4000-8000-0000000072c1';
select matches((select public.widget_config('00000000-0000-4000-8000-0000000072c1', null) #>> '{person_available,back_at_local}'), 'T09:00:00$',
  'and the widget reads nine o''clock where the team opens at nine');

-- The dashboard reads the clock by its changes.
select is(private.clock_changes('Europe/Berlin', '2027-01-01Z', '2028-01-01Z'),
  jsonb_build_array(
    jsonb_build_array(extract(epoch from timestamptz '2027-01-01Z')::bigint, 3600),
    jsonb_build_array(extract(epoch from timestamptz '2027-03-28 01:00Z')::bigint, 7200),
    jsonb_build_array(extract(epoch from timestamptz '2027-10-31 01:00Z')::bigint, 3600)),
  'what a zone''s clocks do in a year');
select is_empty($$
  with zones as (
    select z.name, private.clock_changes(z.name, '2016-01-07Z', '2029-01-01Z') as changes
    from pg_catalog.pg_timezone_names z where private.is_time_zone(z.name)
  ), instants as (
    select i as at from generate_series('2016-01-07 00:59Z'::timestamptz, '2028-12-31Z', '761 hours') i
    union all select to_timestamp((c ->> 0)::bigint + beside) from zones, jsonb_array_elements(changes) c, unnest('{-1,0}'::int[]) beside
    where zones.name in ('Europe/Berlin', 'Africa/Casablanca', 'Australia/Lord_Howe')
  )
  select z.name, i.at from zones z, instants i
  where i.at >= '2016-01-07Z' and extract(epoch from (i.at at time zone z.name) - (i.at at time zone 'UTC'))::int is distinct from (
    select (c ->> 1)::int from jsonb_array_elements(z.changes) with ordinality t (c, n)
    where to_timestamp((c ->> 0)::bigint) <= i.at order by n desc limit 1)
$$, 'and every zone''s clock is told by its changes');
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000072a1", "role": "authenticated"}';
select is(public.my_zone('Asia/Kathmandu') ->> 'name', 'Asia/Kathmandu', 'times are those of the device');
select is(public.my_zone(z) ->> 'name', 'America/Vancouver', format('those of the account where the device says %L', z))
from unnest('{NULL,Mars/Olympus}'::text[]) z;
select is((select string_agg(format('%s: %s', z ->> 'name', z -> 'used_for'), '; ') from jsonb_array_elements(public.zones_in_use('Asia/Kathmandu')) z),
  'America/Vancouver: ["mail"]; America/Winnipeg: ["office_hours"]; Asia/Kathmandu: ["device"]', 'whoever looks after it reads which zones count');
select is_empty($$
  select z from unnest('{Europe/Berlin,America/Argentina/Buenos_Aires,Asia/Kathmandu,Pacific/Auckland}'::text[]) z where z <> all (public.time_zones())
$$, 'the regions are offered');
select is((select array_agg(z) from unnest(public.time_zones()) z where z !~ '/' or z ~ '^(Etc|US|SystemV|posix|right)/'), '{UTC}',
  'of offsets and states none but UTC');
reset role;
select is_empty($$ select z from unnest(private.time_zones()) z where not private.is_time_zone(z) $$, 'every zone that is offered can be saved');

-- An exported file, across the hour that Berlin has twice.
insert into public.messages (conversation_id, role, text, created_at) values
  ('00000000-0000-4000-8000-0000000072d1', 'visitor', 'Before', '2026-10-25 00:30:59.9Z'), ('00000000-0000-4000-8000-0000000072d1', 'visitor', 'After', '2026-10-25 01:30:00Z');
select set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"sub":"00000000-0000-4000-8000-0000000072a1","role":"authenticated"}', true);
select results_eq(
  $$ select m ->> 6, m ->> 1, m ->> 2, m ->> 3 from json_array_elements(public.export_messages('00000000-0000-4000-8000-0000000072d1', time_zone => 'Europe/Berlin')) m $$,
  $$ values ('Before', '2026-10-25T00:30:59.9', '2026-10-25T02:30:59.9', 'Europe/Berlin'), ('After', '2026-10-25T01:30:00', '2026-10-25T02:30:00', 'Europe/Berlin') $$,
  'a transcript tells both clocks, which UTC tells apart');
select is((public.export_messages('00000000-0000-4000-8000-0000000072d1', time_zone => 'Mars/Olympus') -> 0 ->> 3), 'UTC', 'where nobody knows the zone, it is UTC, and says so');
select results_eq(
  $$ select r ->> 10, r ->> 11, r ->> 20 from json_array_elements(public.export_page('00000000-0000-4000-8000-0000000072c1', days => 365, time_zone => 'America/Vancouver')) r $$,
  $$ values ('2026-12-15T18:00:00', to_char(timestamptz '2026-12-15 18:00Z' at time zone 'America/Vancouver', 'YYYY-MM-DD"T"HH24:MI:SS'), 'America/Vancouver') $$,
  'so does a list');
select set_config('request.jwt.claims', '{"sub":"00000000-0000-4000-8000-0000000072a2","role":"authenticated"}', true);
select throws_ok($$ select public.export_messages('00000000-0000-4000-8000-0000000072d1') $$, 'NTFND', null, 'a stranger reads none of it');
reset role;

select * from finish();
rollback;
