-- Local time has one source. A zone is the name of a place, or UTC; what a program may take for a fixed offset is none; and what
-- people read as local time in mails, in the widget and in exported files is what the database's clock shows there.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select plan(19);

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
  (select x ->> 'escalated_at_local' from private.to_send(array(select id from public.deliveries where chatbot_id = '00000000-0000-4000-8000-0000000072c1')) x),
  to_char(timestamptz '2026-12-15 18:00Z' at time zone 'America/Vancouver', 'YYYY-MM-DD"T"HH24:MI:SS'), 'a mail brings the hour with it');
update public.office_hours set is_enabled = true, time_zone = 'America/Winnipeg', holidays = '{}',
  weekly = jsonb_build_object(extract(isodow from (now() at time zone 'America/Winnipeg') + interval '2 days')::text, '[["09:00", "17:00"]]'::jsonb)
where chatbot_id = '00000000-0000-4000-8000-0000000072c1';
select matches((select public.widget_config('00000000-0000-4000-8000-0000000072c1', null) #>> '{person_available,back_at_local}'), 'T09:00:00$',
  'and the widget reads nine o''clock where the team opens at nine');


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
