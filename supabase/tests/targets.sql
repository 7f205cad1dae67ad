-- Targets: by when a visitor is to have a first reply and to be helped, by which clock, what follows from changed settings, and that
-- the strip, the list, the chart and the file tell one number of it.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select no_plan();

create schema story;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5('targets ' || name) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-0000000000d1'::uuid $$;
create function story.c(n int) returns uuid language sql immutable as $$ select ('20000000-0000-4000-8000-0000000d' || lpad(n::text, 4, '0'))::uuid $$;
create function story.e(n int) returns uuid language sql stable as $$ select escalation_id from public.conversations where id = story.c(n) $$;
insert into auth.users (id, email, raw_user_meta_data, email_confirmed_at)
select story.person(n), n || '@targets.test', jsonb_build_object('display_name', initcap(n) || ' Story'), now() from unnest('{olga,ana}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values (story.shop(), story.person('olga'), 'Shop');
insert into public.chatbot_members (chatbot_id, user_id, role) values (story.shop(), story.person('ana'), 'agent');
create function story.act_as(name text) returns void language sql as $$
  select set_config('request.jwt.claims', case when name is null then '{}' else
    json_build_object('sub', story.person(name), 'role', 'authenticated')::text end, true)
$$;
create function story.ask(n int, at timestamptz default now()) returns void language sql as $$
  select story.act_as(null);
  insert into public.conversations (id, chatbot_id, created_at, last_activity_at) values (story.c(n), story.shop(), at, at) on conflict do nothing;
  insert into public.escalations (conversation_id, trigger, escalated_at) values (story.c(n), 'inline_cta', at);
$$;
create function story.reply(n int, at timestamptz default now()) returns void language sql as $$
  update public.escalations set first_replied_at = at, first_replied_by = story.person('ana') where id = story.e(n)
$$;
create function story.resolve(n int, at timestamptz default now()) returns void language sql as $$
  update public.escalations set status = 'resolved', resolved_at = at, resolved_by = story.person('ana') where id = story.e(n)
$$;
create function story.targets(settings jsonb) returns void language plpgsql as $$
begin
  perform story.act_as('olga');
  perform public.save_targets(story.shop(), settings);
  perform story.act_as(null);
end $$;
create function story.outcome(n int) returns text language sql stable as $$
  select private.target_outcome(e) from public.escalations e where e.id = story.e(n)
$$;
create function story.minutes(at timestamptz) returns int language sql stable as $$ select round(extract(epoch from at - now()) / 60)::int $$;
create function story.strip() returns jsonb language plpgsql as $$
begin
  perform story.act_as('ana');
  return nullif(public.triage_stats(story.shop(), 30) -> 'targets', 'null');
end $$;
-- The numbers of the cases a list shows, in its order, read two at a time.
create function story.list(filter text, sort text default 'due') returns int[] language plpgsql as $$
declare
  r record;
  at timestamptz;
  last uuid;
  status public.escalation_status;
  got int;
  found int[] := '{}';
begin
  perform story.act_as('ana');
  loop
    got := 0;
    for r in select * from public.list_cases(story.shop(), filter, sort, 30, null, at, last, 2, status) loop
      got := got + 1;
      found := found || right(r.id::text, 4)::int;
      at := case when sort = 'due' and r.escalation_status = 'open' then r.due_order_at else r.escalated_at end;
      last := r.id;
      status := r.escalation_status;
    end loop;
    exit when got < 2;
  end loop;
  return found;
end $$;

-- Who sets them, and to what.
select story.act_as('olga');
select is(public.save_targets(story.shop(), '{}'), '{"first_reply_minutes": null, "resolve_minutes": null, "target_clock": "always"}', 'a new chatbot has no targets');
select is(public.save_targets(story.shop(), '{"first_reply_minutes": 20, "resolve_minutes": 480}'),
  '{"first_reply_minutes": 20, "resolve_minutes": 480, "target_clock": "always"}', 'an owner sets both');
select is(public.save_targets(story.shop(), '{"resolve_minutes": null, "target_clock": "office_hours"}'),
  '{"first_reply_minutes": 20, "resolve_minutes": null, "target_clock": "office_hours"}', 'what is not named stays, and nothing switches one off');
select throws_ok(format($$ select public.save_targets(story.shop(), '{"first_reply_minutes": %s}') $$, v), 'INVAL', null, v || ' is no target')
from unnest(array['0', '43201', '-5', '1.5', '"20"', 'true', '100000000000']) v;
select throws_ok($$ select public.save_targets(story.shop(), '{"target_clock": "mine"}') $$, 'INVAL', null, 'there are two clocks');
select throws_ok($$ select public.save_targets(story.shop(), '{"reply": 5}') $$, 'INVAL', null, 'there is no other setting');
select story.act_as('ana');
select throws_ok($$ select public.save_targets(story.shop(), '{"first_reply_minutes": 5}') $$, 'FORBD', null, 'agents have no say in it');

-- Monday to Friday from nine to five in Berlin, and off on Easter Monday 2026 and on 1 January 2027. Clocks go forward there on Sunday
-- 29 March 2026 and back on Sunday 25 October 2026. Each due time was worked out by hand.
update public.office_hours set is_enabled = true, time_zone = 'Europe/Berlin', holidays = '{2026-04-06,2027-01-01}',
  weekly = '{"1":[["09:00","17:00"]],"2":[["09:00","17:00"]],"3":[["09:00","17:00"]],"4":[["09:00","17:00"]],"5":[["09:00","17:00"]]}'
where chatbot_id = story.shop();
select story.targets('{"first_reply_minutes": 60, "resolve_minutes": 960, "target_clock": "office_hours"}');
create table story.by_hand (n int, asked timestamptz, reply_warn timestamptz, reply_due timestamptz, resolve_due timestamptz, why text);
insert into story.by_hand values
  (101, '2026-02-03 10:00+01', '2026-02-03 10:45+01', '2026-02-03 11:00+01', '2026-02-05 10:00+01', 'within a day'),
  (102, '2026-02-06 16:30+01', '2026-02-09 09:15+01', '2026-02-09 09:30+01', '2026-02-10 16:30+01', 'over a weekend'),
  (103, '2026-02-07 12:00+01', '2026-02-09 09:45+01', '2026-02-09 10:00+01', '2026-02-10 17:00+01', 'on a Saturday'),
  (104, '2026-03-27 16:30+01', '2026-03-30 09:15+02', '2026-03-30 09:30+02', '2026-03-31 16:30+02', 'over the night in which clocks go forward'),
  (105, '2026-10-23 16:30+02', '2026-10-26 09:15+01', '2026-10-26 09:30+01', '2026-10-27 16:30+01', 'over the night in which they go back'),
  (106, '2026-04-03 16:30+02', '2026-04-07 09:15+02', '2026-04-07 09:30+02', '2026-04-08 16:30+02', 'over a holiday'),
  (107, '2026-12-31 16:00+01', '2026-12-31 16:45+01', '2026-12-31 17:00+01', '2027-01-05 16:00+01', 'over New Year''s Day');
select story.ask(n, asked) from story.by_hand order by n;
select results_eq(format($$ select e.first_reply_warn_at, e.first_reply_due_at, e.resolve_due_at from public.escalations e where e.id = story.e(%s) $$, n),
  format($$ select reply_warn, reply_due, resolve_due from story.by_hand where n = %s $$, n), 'office hours alone are counted ' || why) from story.by_hand order by n;
delete from public.conversations where chatbot_id = story.shop();
-- By every minute a night in which clocks change is as long as it is.
select story.targets('{"first_reply_minutes": 720, "resolve_minutes": null, "target_clock": "always"}');
select story.ask(101, '2026-03-28 20:00+01');
select is((select first_reply_due_at from public.escalations where id = story.e(101)), '2026-03-29 09:00+02'::timestamptz, 'twelve hours are twelve hours');
delete from public.conversations where chatbot_id = story.shop();
update public.office_hours set is_enabled = false where chatbot_id = story.shop();

-- What becomes of them: a first reply within an hour, resolved within a day.
select story.targets('{"first_reply_minutes": null}');
select story.ask(1);
select is(story.outcome(1), null, 'without targets nothing is measured');
select is(story.strip(), null, 'and the strip says nothing of it');
select story.targets('{"first_reply_minutes": 60, "resolve_minutes": 1440}');
select is(story.outcome(1), 'due', 'new targets hold for who waits already');
select is((select due_at from public.escalations where id = story.e(1)), now() + interval '1 hour', 'the first reply comes first');
select story.reply(1);
select is((select due_at from public.escalations where id = story.e(1)), now() + interval '1 day', 'then what is due is to be resolved');
select is(story.outcome(1), 'due', 'a case is not within its targets before the last is met');
select story.resolve(1);
select is(story.outcome(1), 'within', 'and is then');
select is((select due_at from public.escalations where id = story.e(1)), null, 'nothing is due any more');
select story.act_as('ana');
select is((public.reopen_escalation(story.e(1), null) is null), false, 'it can be opened again');
select is((select due_at from public.escalations where id = story.e(1)), now() + interval '1 day', 'and is due as it was: it was not resolved after all');
select story.resolve(1);
select story.ask(2, now() - interval '2 hours');
select is(story.outcome(2), 'missed', 'whoever has waited too long need not wait for the end to be counted');
select story.reply(2, now() - interval '30 minutes');
select is(story.outcome(2), 'missed', 'a late reply stays late');
select story.ask(3, now() - interval '2 hours');
select story.reply(3, now() - interval '90 minutes');
select story.resolve(3, now() - interval '80 minutes');
select story.ask(4, now() - interval '2 hours');
select story.resolve(4, now() - interval '61 minutes');
select is(story.outcome(4), 'within', 'whoever is helped without a word is not kept waiting for one');
select story.ask(5, now() - interval '26 hours');
select story.reply(5, now() - interval '25 hours 30 minutes');
select is(story.outcome(5), 'missed', 'and what is not resolved in time is missed, too');
select story.ask(6, now() - interval '1 hour');
select is(story.outcome(6), 'due', 'at the very moment there is still time');
select story.ask(7, now() - interval '50 minutes');
select story.ask(8, now() - interval '40 days');
select is(story.strip() - 'next_due_at', '{"targeted": 7, "within": 3, "missed": 2, "due": 2, "unexplained": 0, "within_rate": 0.6, "past_due": 2}',
  'the strip adds up; what is past due counts however old it is');
select is((story.strip() ->> 'next_due_at')::timestamptz, now(), 'and says when it will be another number');

-- Lists.
select is(story.list('unresolved'), '{8,5,6,7,2}', 'due next begins with what is past due the longest');
select is(story.list('total'), array[5,6,7,2] || (select array_agg(n order by at desc, story.c(n) desc) from (values (1, now()), (3, now() - interval '2 hours'), (4, now() - interval '2 hours')) r (n, at)),
  'what is resolved comes after it, newest first');
select is(story.list('past_due'), '{8,5}', 'past due is what is open and late, of any age');
select is(story.list('past_due', 'newest'), '{5,8}', 'in every order');
select is(array(select unnest(story.list('within_target', s)) order by 1), '{1,3,4}', 'within, by ' || s) from unnest('{newest,waiting,due}'::text[]) s;
select is(array(select unnest(story.list('missed_target', s)) order by 1), '{2,5}', 'missed, by ' || s) from unnest('{newest,waiting,due}'::text[]) s;
select is(array(select unnest(story.list('due', s)) order by 1), '{6,7}', 'due, by ' || s) from unnest('{newest,waiting,due}'::text[]) s;
select is(array(select unnest(story.list('targeted', s)) order by 1), '{1,2,3,4,5,6,7}', 'with a target, by ' || s) from unnest('{newest,waiting,due}'::text[]) s;
select throws_ok($$ select story.list('unresolved', 'late') $$, 'INVAL', null, 'there are three orders');
select is((select count(*) from public.triage_overview(story.shop(), 'past_due', 'due')), 1::bigint, 'the page reads it in one call');

-- Seen and waiting are the two parts of the line.
select is(array_length(story.list('seen', s), 1)::text || ' ' || array_length(story.list('unseen', s), 1)::text,
  (select (r -> 'seen' ->> 'seen') || ' ' || (r -> 'seen' ->> 'waiting') from (select public.reconciliation(story.shop(), 30) as r) x), 'seen and waiting are the rows that the line counts, by ' || s)
from unnest('{newest,waiting,due}'::text[]) s;
select is(array(select unnest(story.list('unseen')) order by 1), '{6,7}', 'whom nobody has seen');

-- Changed settings: what has happened stands, what is still to come follows.
select story.act_as('ana');
select is((select version from public.escalations where id = story.e(7)), (select x.version from public.escalations x where x.id = story.e(6)), 'nobody has touched either');
select story.targets('{"first_reply_minutes": 30, "resolve_minutes": 2880}');
select is(story.minutes(first_reply_due_at) || ' ' || story.minutes(resolve_due_at), '-20 2830', 'a shorter target is past due at once') from public.escalations where id = story.e(7);
select is(story.minutes(first_reply_due_at) || ' ' || story.minutes(resolve_due_at), '-60 2760', 'who was answered late was late') from public.escalations where id = story.e(2);
select is(story.minutes(first_reply_due_at) || ' ' || story.minutes(resolve_due_at), '-60 1320', 'what is resolved is left alone') from public.escalations where id = story.e(3);
select is((select version from public.escalations where id = story.e(7)), 1::bigint, 'for who is at work on a case nothing has changed');
select story.targets('{"first_reply_minutes": null, "resolve_minutes": null}');
select is(story.outcome(7), null, 'without targets nothing is due');
select is(story.outcome(2), 'missed', 'and what was late stays so');
select is(story.strip() ->> 'missed', '1', 'in the strip, too');
select story.targets('{"first_reply_minutes": 60, "target_clock": "office_hours"}');
update public.office_hours set is_enabled = true, time_zone = 'UTC',
  weekly = jsonb_build_object(extract(isodow from now() + interval '3 days')::int, '[["10:00","12:00"]]'::jsonb), holidays = '{}' where chatbot_id = story.shop();
select is((select first_reply_due_at from public.escalations where id = story.e(7)), (date_trunc('day', (now() + interval '3 days') at time zone 'UTC') + interval '11 hours') at time zone 'UTC',
  'new office hours hold for who waits already');
-- Somebody who asked while the settings were being saved is not forgotten.
update public.escalations set first_reply_due_at = null, first_reply_warn_at = null where id = story.e(7);
select private.redate_all();
select isnt((select first_reply_due_at from public.escalations where id = story.e(7)), null, 'the clock looks at all of them once more');
select is((select count(*) from private.redatings where chatbot_id = story.shop()), 0::bigint, 'and is then done');

-- Random histories: strip, list, chart and file against a recount that knows no column of ours but times.
delete from public.conversations where chatbot_id = story.shop();
update public.office_hours set is_enabled = false where chatbot_id = story.shop();
select story.targets('{"first_reply_minutes": 90, "resolve_minutes": 600, "target_clock": "always"}');
select setseed(0.3);
select story.ask(n, now() - interval '3 days' * random() * (n / n)) from generate_series(1000, 1400) n;
select story.reply(n, (select least(now(), escalated_at + interval '4 hours' * random() * (n / n)) from public.conversations where id = story.c(n)))
from generate_series(1000, 1400) n where random() < 0.7;
select story.resolve(n, (select least(now(), e.escalated_at + interval '20 hours' * random() * (n / n)) from public.escalations e where e.id = story.e(n)))
from generate_series(1000, 1400) n where random() < 0.6;
select story.ask(n, (select least(now(), e.resolved_at + interval '1 day' * random() * (n / n)) from public.escalations e where e.id = story.e(n)))
from generate_series(1000, 1400) n where random() < 0.3 and (select escalation_status from public.conversations where id = story.c(n)) = 'resolved';
create table story.truth as
  select right(e.conversation_id::text, 4)::int as n, case
      when coalesce(least(e.first_replied_at, e.resolved_at), now()) > e.escalated_at + interval '90 minutes' then 'missed'
      when coalesce(e.resolved_at, now()) > e.escalated_at + interval '10 hours' then 'missed'
      when e.resolved_at is not null then 'within' else 'due' end as outcome
  from (select distinct on (conversation_id) * from public.escalations where chatbot_id = story.shop() order by conversation_id, number desc) e;
select cmp_ok(count(*), '>', 20::bigint, 'there is something that is ' || outcome) from story.truth group by outcome;
select is((story.strip() ->> o.outcome)::bigint, count(*), 'the strip counts what is ' || o.outcome) from story.truth o group by o.outcome;
select is(array(select unnest(story.list(l.filter, s.sort)) order by 1), array(select t.n from story.truth t where t.outcome = l.outcome order by 1), 'the list of ' || l.filter || ' is those, by ' || s.sort)
from (values ('within_target', 'within'), ('missed_target', 'missed'), ('due', 'due')) l (filter, outcome), unnest('{newest,due}'::text[]) s (sort);
select is((select sum((d ->> o.outcome)::int) from jsonb_array_elements(public.triage_charts(story.shop(), 30, 'Asia/Tokyo') -> 'targets') d), count(*), 'the chart adds up to what is ' || o.outcome)
from story.truth o group by o.outcome;
select is((select count(*) from public.export_cases(story.shop(), 'total', 'newest', 30, max_rows => 5000) x where x.target_outcome = o.outcome), count(*), 'so does the file: ' || o.outcome)
from story.truth o group by o.outcome;
select is(story.list('unresolved'), (select array_agg(right(conversation_id::text, 4)::int order by coalesce(due_at, escalated_at + interval '1000 years'), conversation_id)
  from public.escalations where chatbot_id = story.shop() and status = 'open'), 'due next is in order, page after page');
select story.targets('{"resolve_minutes": null}');
select is(story.list('unresolved'), (select array_agg(right(conversation_id::text, 4)::int order by due_at is null, coalesce(due_at, escalated_at), conversation_id)
  from public.escalations where chatbot_id = story.shop() and status = 'open'), 'where nothing is due, who has waited longest comes first');
select * from finish();
rollback;
