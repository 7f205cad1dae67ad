-- The ladder: who is told while nobody has looked, when each step is due, and who ended it by looking.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select no_plan();

create schema story;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5('ladder ' || name) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-0000000000c1'::uuid $$;
create function story.c(n int) returns uuid language sql immutable as $$ select ('20000000-0000-4000-8000-0000000c' || lpad(n::text, 4, '0'))::uuid $$;
create function story.e(n int) returns uuid language sql stable as $$ select escalation_id from public.conversations where id = story.c(n) $$;
insert into auth.users (id, email, raw_user_meta_data, email_confirmed_at)
select story.person(n), n || '@ladder.test', jsonb_build_object('display_name', initcap(n) || ' Story'), now() from unnest('{olga,ana,ben}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values (story.shop(), story.person('olga'), 'Shop');
insert into public.chatbot_members (chatbot_id, user_id, role)
select story.shop(), story.person(n), 'agent' from unnest('{ana,ben}'::text[]) n;
create function story.act_as(name text) returns void language sql as $$
  select set_config('request.jwt.claims', case when name is null then '{}' else
    json_build_object('sub', story.person(name), 'role', 'authenticated')::text end, true)
$$;
create function story.ask(n int) returns void language sql as $$
  select story.act_as(null);
  insert into public.conversations (id, chatbot_id) values (story.c(n), story.shop()) on conflict do nothing;
  insert into public.messages (conversation_id, role, text) values (story.c(n), 'visitor', 'Question ' || n);
  insert into public.escalations (conversation_id, trigger) values (story.c(n), 'inline_cta');
$$;
create function story.write(n int) returns void language sql as $$
  select story.act_as(null);
  insert into public.messages (conversation_id, role, text) values (story.c(n), 'visitor', 'And?')
$$;
-- So many minutes go by: everything that happened to the case is that much older.
create function story.wait(n int, minutes int) returns void language sql as $$
  update public.deliveries set next_attempt_at = next_attempt_at - make_interval(mins => minutes),
    created_at = created_at - make_interval(mins => minutes) where conversation_id = story.c(n);
  update public.conversations set unseen_since = unseen_since - make_interval(mins => minutes) where id = story.c(n);
$$;
-- What is due is taken and sent; the words of those that left are kept.
create temp table sent (conversation_id uuid, recipient text, purpose text, data jsonb);
create function story.send() returns void language plpgsql as $$
declare
  taken jsonb[];
begin
  select array_agg(x) into taken from public.claim_deliveries(500, 60, gen_random_uuid()) x;
  insert into sent select (x ->> 'conversation_id')::uuid, x ->> 'recipient', x ->> 'purpose', x -> 'data' from unnest(taken) x;
  perform public.finish_deliveries(array(
    select jsonb_build_object('id', x ->> 'id', 'lease_token', x ->> 'lease_token', 'outcome', 'ok') from unnest(taken) x));
end $$;
create function story.mails(n int) returns text language sql stable as $$
  select string_agg(concat_ws(' ', d.rung, split_part(d.recipient, '@', 1), d.purpose, d.status, d.reason,
      (select split_part(p.email, '@', 1) from public.profiles p where p.user_id = d.skipped_by),
      case when d.status = 'queued' then round(extract(epoch from d.next_attempt_at - now()) / 60) end), ', ' order by d.round, d.rung, d.recipient)
  from public.deliveries d where d.conversation_id = story.c(n) and d.kind = 'email'
$$;
update public.deliveries set status = 'failed', next_attempt_at = null where status = 'queued';

-- What every chatbot begins with.
select results_eq($$ select position::int, after_minutes, clock::text, target::text from public.alert_rungs where chatbot_id = story.shop() order by 1 $$,
  $$ values (1, 0, 'always', 'recipients'), (2, 15, 'always', 'owner') $$, 'a new chatbot tells its recipients at once and its owner after a quarter of an hour');
select is((select count(*) from public.chatbots b where (select count(*) from public.alert_rungs r where r.chatbot_id = b.id) <> 2), 0::bigint,
  'and so does every other');

-- At 0, 10 and 30 minutes; seen at 12.
delete from public.alert_rungs where chatbot_id = story.shop();
insert into public.alert_rungs (chatbot_id, position, after_minutes, target, member_id)
values (story.shop(), 1, 0, 'recipients', null), (story.shop(), 2, 10, 'member', story.person('ben')), (story.shop(), 3, 30, 'owner', null);
insert into public.escalation_recipients (chatbot_id, email, position) values (story.shop(), 'sales@ladder.test', 1);
select story.ask(1);
select is(story.mails(1), '1 olga alert queued 0, 1 sales alert queued 0, 2 ben reminder queued 10, 3 olga reminder queued 30',
  'every step is queued in the request''s own transaction, each due at its time');
select story.send(), story.wait(1, 10), story.send();
select is(story.mails(1), '1 olga alert sent, 1 sales alert sent, 2 ben reminder sent, 3 olga reminder queued 20', 'what is due is sent, what is not waits');
select is((select data from sent where purpose = 'reminder'), '{"minutes": 10, "is_again": false}', 'the reminder knows for how long nobody has looked');
select story.wait(1, 2), story.act_as('ana'), public.open_case(story.c(1));
select is(story.mails(1), '1 olga alert sent, 1 sales alert sent, 2 ben reminder sent, 3 olga reminder skipped seen ana',
  'seen at 12 minutes, the third is not sent, and it says because of whom');
select is((select data ->> 'seen_by' from public.timeline_entries where conversation_id = story.c(1) and type = 'mail.skipped'),
  story.person('ana')::text, 'so does the timeline');
select results_eq('select seen_by, seen_at from public.escalations where id = story.e(1)', $$ values (story.person('ana'), now()) $$, 'the episode knows who saw it first');

-- Each act of a person is a look; asking again and letting go of a case are none.
create function story.after(n int, act text) returns text language plpgsql as $$
begin
  perform story.ask(n), story.send(), story.act_as('ana');
  execute act using story.e(n), story.c(n);
  return (select string_agg(concat_ws(' ', d.status, d.reason), ', ' order by d.rung) from public.deliveries d
    where d.conversation_id = story.c(n) and d.purpose = 'reminder');
end $$;
select is(story.after(n, act), wanted, what) from (values
  (10, 'select public.claim_escalation($1)', 'skipped seen, skipped seen', 'a claim ends the ladder'),
  (11, 'select public.resolve_escalation($1)', 'skipped seen, skipped seen', 'so does resolving'),
  (12, 'select public.send_reply($2, gen_random_uuid(), ''Hello'')', 'skipped seen, skipped seen', 'an answer'),
  (13, 'select public.add_note($2, gen_random_uuid(), ''Hm'')', 'skipped seen, skipped seen', 'a note'),
  (14, 'select public.assign_escalation($1, story.person(''ben''))', 'skipped seen, skipped seen', 'and giving it to somebody'),
  (15, 'update public.escalations set ask_count = ask_count + 1 where id = $1', 'queued, queued', 'asking again while nobody has looked changes nothing'),
  (16, 'select public.read_case($2)', 'queued, queued', 'nor does reading alone')
) as t (n, act, wanted, what);
select is((select seen_by from public.escalations where id = story.e(14)), story.person('ana'), 'whoever gives a case away has seen it, not who gets it');
select story.act_as('ana'), public.undo_resolve(story.e(11));
select is((select string_agg(status::text, ', ') from public.deliveries where conversation_id = story.c(11) and purpose = 'reminder'), 'skipped, skipped',
  'what was taken back has been seen all the same');

-- A hold.
update public.human_support_settings set hold_seconds = 60 where chatbot_id = story.shop();
select story.ask(2), story.send();
select is(story.mails(2), '1 olga alert queued 1, 1 sales alert queued 1, 2 ben reminder queued 10, 3 olga reminder queued 30', 'a hold keeps the first back');
select story.act_as('ben'), public.open_case(story.c(2));
select is((select string_agg(distinct status || ' ' || reason, ', ') from public.deliveries where conversation_id = story.c(2)), 'skipped seen',
  'and whoever looks meanwhile spares everybody the mail');
select is(private.alert_outcome_of(story.e(2)), 'seen_first', 'which has a word of its own in the reconciliation');
update public.human_support_settings set hold_seconds = 0 where chatbot_id = story.shop();

-- What is being sent goes out.
select story.ask(3);
create temp table taken as select x from public.claim_deliveries(500, 60, gen_random_uuid()) x;
select story.act_as('ana'), public.open_case(story.c(3));
select is((select string_agg(status::text, ', ' order by rung, recipient) from public.deliveries where conversation_id = story.c(3)), 'queued, queued, skipped, skipped',
  'a mail that is being sent at that moment is not taken back');
select public.finish_deliveries(array(select jsonb_build_object('id', x ->> 'id', 'lease_token', x ->> 'lease_token', 'outcome', 'ok') from taken));

-- Silence: the visitor writes into a case that somebody has seen.
select story.write(1);
select is((select string_agg(concat_ws(' ', rung, split_part(recipient, '@', 1), round(extract(epoch from next_attempt_at - now()) / 60)), ', ' order by rung, recipient)
    from public.deliveries where conversation_id = story.c(1) and round = 2), '1 olga 10, 1 sales 10, 2 ben 10, 3 olga 30',
  'the ladder starts again from the visitor''s words, and its first step waits as long as the first that waits');
select story.write(1);
select is((select count(*) from public.deliveries where conversation_id = story.c(1) and round > 1), 4::bigint, 'once for each silence');
select story.act_as('ben'), public.open_case(story.c(1));
select is((select count(*) from public.deliveries where conversation_id = story.c(1) and round > 1), 0::bigint,
  'a look in time leaves no receipts behind: in a case that is talked about there would be a few for every word');
select story.write(1), story.wait(1, 10), story.send();
select is((select data from sent where conversation_id = story.c(1) and recipient = 'sales@ladder.test' and purpose = 'reminder'), '{"minutes": 10, "is_again": true}',
  'after ten minutes of silence they are told that the visitor wrote again');
select story.act_as('ana'), public.open_case(story.c(1));
select is((select string_agg(concat_ws(' ', rung, status, reason), ', ' order by rung, recipient) from public.deliveries where conversation_id = story.c(1) and round = 2),
  '1 sent, 1 sent, 2 sent, 3 skipped seen', 'the rest is taken back, with its receipt');
select story.act_as('ana'), public.resolve_escalation(story.e(1)), story.write(1);
select is((select count(*) from public.deliveries where conversation_id = story.c(1) and round = 3), 0::bigint, 'nobody waits in a case that is resolved');

-- Told late or not at all.
update public.profiles set notify_escalation = false where user_id = story.person('ben');
select story.ask(4), story.send(), story.wait(4, 10), story.send();
select matches(story.mails(4), '2 ben reminder skipped kill_switch', 'whoever wants no mail gets no reminder either');
update public.profiles set notify_escalation = true where user_id = story.person('ben');
delete from public.chatbot_members where chatbot_id = story.shop() and user_id = story.person('ben');
select results_eq($$ select target::text, member_id from public.alert_rungs where chatbot_id = story.shop() and position = 2 $$,
  $$ values ('owner', null::uuid) $$, 'what somebody who has left was to be told is told to the owner');

-- Contact details that came late go to whoever was told without them, once.
select story.ask(5), story.send(), story.wait(5, 10), story.send();
insert into public.leads (conversation_id, chatbot_id, name, email) values (story.c(5), story.shop(), 'Vera', 'vera@visitor.test');
select is((select count(*) from public.deliveries where conversation_id = story.c(5) and purpose = 'contact' and recipient = 'olga@ladder.test'), 1::bigint,
  'contact details are told once to whoever had an alert and a reminder');

-- Minutes of office hours, worked out by hand. In Berlin clocks go forward on 29 March 2026 and back on 25 October; 25 December is a Friday.
create function story.hours(weekly jsonb, is_enabled boolean default true) returns public.office_hours language sql as $$
  select row(story.shop(), is_enabled, 'Europe/Berlin', weekly, '{2026-12-25}'::date[], now())::public.office_hours
$$;
create function story.week() returns jsonb language sql as $$
  select jsonb_object_agg(d::text, '[["09:00", "17:00"]]'::jsonb) from generate_series(1, 5) d
$$;
select is(private.office_time_after(hours, since, make_interval(mins => minutes)), due, what) from (values
  (story.hours(story.week()), '2026-06-03T08:00Z'::timestamptz, 15, '2026-06-03T08:15Z'::timestamptz, 'within the hours minutes are minutes'),
  (story.hours(story.week()), '2026-06-03T14:45Z', 15, '2026-06-03T15:00Z', 'the last minute is the one at which they close'),
  (story.hours(story.week()), '2026-06-03T14:46Z', 15, '2026-06-04T07:01Z', 'what is left of the minutes goes by the next morning'),
  (story.hours(story.week()), '2026-06-03T05:00Z', 0, '2026-06-03T07:00Z', 'at once is when they open'),
  (story.hours(story.week()), '2026-06-03T05:00Z', 15, '2026-06-03T07:15Z', 'and a quarter of an hour begins there'),
  (story.hours(story.week()), '2026-06-01T07:00Z', 1440, '2026-06-03T15:00Z', 'a day of minutes takes three days of eight hours'),
  (story.hours(story.week()), '2026-12-24T15:50Z', 15, '2026-12-28T08:05Z', 'a holiday and a weekend are passed over'),
  (story.hours(story.week()), '2026-03-27T15:50Z', 15, '2026-03-30T07:05Z', 'on Monday clocks have gone forward'),
  (story.hours(story.week()), '2026-10-23T14:50Z', 15, '2026-10-26T08:05Z', 'on Monday clocks have gone back'),
  (story.hours('{"7": [["00:00", "06:00"]]}'), '2026-03-28T23:00Z', 300, '2026-03-29T04:00Z', 'the night in which clocks go forward has five hours'),
  (story.hours('{"7": [["00:00", "06:00"]]}'), '2026-03-28T23:00Z', 301, '2026-04-04T22:01Z', 'and not a minute more'),
  (story.hours('{"7": [["00:00", "06:00"]]}'), '2026-10-24T22:00Z', 420, '2026-10-25T05:00Z', 'the night in which they go back has seven'),
  (story.hours('{"1": [["09:00", "12:00"], ["11:00", "13:00"]]}'), '2026-06-01T07:00Z', 210, '2026-06-01T10:30Z', 'openings that overlap count once'),
  (story.hours('{"1": [["22:00", "02:00"]]}'), '2026-06-01T21:50Z', 15, '2026-06-01T22:05Z', 'an opening may end the day after'),
  (story.hours('{"1": [["09:00", "09:10"]]}'), '2026-06-01T07:00Z', 95, '2026-08-03T07:05Z', 'ten minutes a week take many weeks'),
  (story.hours('{}'), '2026-06-01T07:00Z', 15, '2026-06-01T07:15Z', 'hours without any opening are none'),
  (story.hours(story.week(), false), '2026-06-06T07:00Z', 15, '2026-06-06T07:15Z', 'and so are hours that are switched off')
) as t (hours, since, minutes, due, what);

-- The line over the list.
with seen as (
  select c.escalation_id as id, row_number() over (order by c.id) as minutes from public.conversations c
  join public.escalations e on e.id = c.escalation_id where c.chatbot_id = story.shop() and e.seen_at is not null
) update public.escalations e set seen_at = e.escalated_at + make_interval(mins => seen.minutes::int) from seen where seen.id = e.id;
select story.act_as('olga');
create temp table line as select public.reconciliation(story.shop(), 30) as said;
select results_eq($$ select (said #>> '{seen,escalations}')::int, (said #>> '{seen,seen}')::int, (said #>> '{seen,waiting}')::int, said #>> '{seen,unexplained}' from line $$,
  $$ select count(*)::int, count(*) filter (where unseen_since is null)::int, count(*) filter (where unseen_since is not null)::int, '0'
    from public.conversations where chatbot_id = story.shop() $$, 'each case has been seen by a person or waits');
select cmp_ok((select (said #>> '{seen,waiting}')::int from line), '>', 0, 'and some wait');
select is((select (said #>> '{seen,median_minutes}')::numeric from line), (select round(((said #>> '{seen,seen}')::numeric + 1) / 2, 1) from line),
  'those who were seen were seen so soon, whoever still waits');
select is((select (said #>> '{reminders,reminders}')::bigint from line), (select count(*) from public.deliveries where chatbot_id = story.shop() and purpose = 'reminder'),
  'reminders are counted beside the alerts');
select is((select sum(n.value::int) from line, jsonb_each_text((said -> 'reminders') - 'reminders'::text) n), (select (said #>> '{reminders,reminders}')::bigint from line), 'and add up');
select is((select said #>> '{reminders,unexplained}' from line), '0', 'without a remainder');
select is((select (said ->> 'unexplained')::int from line), 0, 'which the alerts have none of either');

-- Word to one member. Ana and Ben are back, and so is another Ana.
insert into auth.users (id, email, raw_user_meta_data, email_confirmed_at)
values (story.person('ann'), 'ann@ladder.test', '{"display_name": "Ana Other"}', now());
insert into public.chatbot_members (chatbot_id, user_id, role) select story.shop(), story.person(n), 'agent' from unnest('{ben,ann}'::text[]) n;
create function story.words(n int) returns text language sql stable as $$
  select string_agg(concat_ws(' ', split_part(d.recipient, '@', 1), d.purpose, d.status, d.reason), ', ' order by d.created_at, d.recipient, d.purpose)
  from public.deliveries d where d.conversation_id = story.c(n) and d.purpose in ('assigned', 'mentioned')
$$;
select story.ask(20);
select story.act_as('ana'), public.claim_escalation(story.e(20));
select is(story.words(20), null, 'whoever takes a case need not be told');
select story.act_as('ana'), public.assign_escalation(story.e(20), story.person('ben'));
select is(story.words(20), 'ben assigned queued', 'whoever is given one is told');
select is((select next_attempt_at - now() from public.deliveries where conversation_id = story.c(20) and purpose = 'assigned'), interval '2 minutes', 'after two minutes');
select story.act_as('ben'), public.open_case(story.c(20));
select is(story.words(20), 'ben assigned skipped seen', 'unless they have opened it by then');
select story.ask(21), story.act_as('ana');
select public.add_note(story.c(21), gen_random_uuid(), note) from (values ('@Ben, look: mail@benefit.test'), ('and @BEN again')) as t (note);
select public.add_note(story.c(21), gen_random_uuid(), 'Is it @Ana? Write to ben@ben.test');
select is(story.words(21), 'ben mentioned queued', 'a note tells whom it names, once; a first name that two have names nobody, an address neither');
select story.act_as('ben'), public.add_note(story.c(21), gen_random_uuid(), 'Ask @ana other and @Ana Story (not @benefit)');
select is(story.words(21), 'ana mentioned queued, ann mentioned queued, ben mentioned queued', 'whole names do');
select story.wait(21, 2), story.send();
select results_eq($$ select recipient, data ->> 'by' from sent where conversation_id = story.c(21) and purpose = 'mentioned' order by 1 $$,
  $$ values ('ana@ladder.test', 'Ben Story'), ('ann@ladder.test', 'Ben Story'), ('ben@ladder.test', 'Ana Story') $$, 'and it is sent with who wrote it');
delete from public.chatbot_members where chatbot_id = story.shop() and user_id = story.person('ben');
drop table line;
select story.act_as('olga');
create temp table line as select public.reconciliation(story.shop(), 30) as said;

-- Acting from a mail: the owner's is a member's, the list's is nobody's.
select story.ask(30);
select story.send();
create temp table links as select d.id, split_part(d.recipient, '@', 1) as who, private.act_token('claim', d.id) as claim, private.act_token('resolve', d.id) as resolve
from public.deliveries d where d.conversation_id = story.c(30) and d.purpose = 'alert';
select results_eq($$ select split_part(x ->> 'recipient', '@', 1), x -> 'act_urls' <> 'null' from private.to_send(array(select id from links)) x order by 1 $$,
  $$ values ('olga', true), ('sales', false) $$, 'only a member''s mail has links to act');
select is((select public.read_act(id, 'claim', claim) - 'url' - 'reference' from links where who = 'olga'),
  '{"chatbot": "Shop", "question": "Question 30", "status": "open", "member": "Olga Story", "is_mine": false, "claimed_by": null, "resolved_by": null}', 'looking says what it is about');
select is((select unseen_since is not null from public.conversations where id = story.c(30)), true, 'and changes nothing');
select throws_ok(format('select public.act_from_mail(%L, %L, %L)', id, act, token), 'TOKIV', null, what) from links, lateral (values
  ('claim', resolve, 'a token is for one act'), ('claim', claim || 'x', 'and has its length'), ('delete', claim, 'of those there are'), ('claim', null, 'and is there')
) as t (act, token, what) where who = 'olga';
select throws_ok(format('select public.act_from_mail(%L, ''claim'', %L)', id, claim), 'TOKIV', null, 'an address without an account acts for nobody') from links where who = 'sales';
select is((select public.act_from_mail(id, 'claim', claim) ->> 'is_done' from links where who = 'olga'), 'true', 'what is posted is done');
select is((select claimed_by from public.escalations where id = story.e(30)), story.person('olga'), 'as the member it was mailed to');
select is((select public.act_from_mail(id, 'claim', claim) - '{chatbot,question,reference,url}'::text[] from links where who = 'olga'),
  '{"status": "open", "member": "Olga Story", "is_mine": true, "claimed_by": "Olga Story", "resolved_by": null, "is_done": false}', 'once: the second time it says who did it');
select is((select public.act_from_mail(id, 'resolve', resolve) ->> 'is_done' from links where who = 'olga'), 'true', 'the other link resolves');
select is((select public.act_from_mail(id, 'resolve', resolve) ->> 'resolved_by' from links where who = 'olga'), 'Olga Story', 'once, too');
update public.deliveries set sent_at = now() - interval '8 days' where id = (select id from links where who = 'olga');
select throws_ok(format('select public.read_act(%L, ''claim'', %L)', id, claim), 'TOKIV', null, 'after a week a link is worth nothing') from links where who = 'olga';
drop table line;
select story.act_as('olga');
create temp table line as select public.reconciliation(story.shop(), 30) as said;

-- The page Alerts.
select story.act_as('olga');
select is((public.save_alerts(story.shop(), jsonb_build_object('hold_seconds', 30, 'rungs', jsonb_build_array(
    jsonb_build_object('after_minutes', 45, 'target', 'owner', 'clock', 'office_hours'),
    jsonb_build_object('after_minutes', 0, 'target', 'recipients'),
    jsonb_build_object('after_minutes', 5, 'target', 'member', 'member_id', story.person('ana'))))) -> 'hold_seconds'), '30', 'what is saved is answered');
select results_eq($$ select position::int, after_minutes, clock::text, target::text from public.alert_rungs where chatbot_id = story.shop() order by 1 $$,
  $$ values (1, 0, 'always', 'recipients'), (2, 5, 'always', 'member'), (3, 45, 'office_hours', 'owner') $$, 'steps stand in the order of their times');
select throws_ok(format('select public.save_alerts(story.shop(), %L)', wrong), 'INVAL', null, what) from (values
  ('{"rungs": []}', 'a ladder has a step'),
  ('{"rungs": [{"after_minutes": 1441, "target": "owner"}]}', 'of a day at most'),
  ('{"rungs": [{"after_minutes": "5", "target": "owner"}]}', 'in minutes'),
  ('{"rungs": [{"after_minutes": 5, "target": "everybody"}]}', 'for somebody'),
  ('{"rungs": [{"after_minutes": 5, "target": "member", "member_id": "20000000-0000-4000-8000-000000000000"}]}', 'who is a member'),
  ('{"rungs": [{"after_minutes": 5, "target": "owner", "color": 1}]}', 'and nothing else'),
  ('{"rungs": [{"after_minutes":1},{"after_minutes":2},{"after_minutes":3},{"after_minutes":4},{"after_minutes":5},{"after_minutes":6}]}', 'up to five'),
  ('{"hold_seconds": 181}', 'and is held for three minutes at most')
) as t (wrong, what);
update public.office_hours set is_enabled = true, time_zone = 'Europe/Berlin', weekly = story.week() where chatbot_id = story.shop();
select results_eq($$ select substr(m ->> 'asked_at', 12, 5), (select string_agg(concat_ws(' ', s ->> 'position', substr(s ->> 'due_at', 12, 5)), ', ' order by s ->> 'position')
    from jsonb_array_elements(m -> 'steps') s) from jsonb_array_elements(public.preview_alerts(story.shop(), '{"hold_seconds": 0}') -> 'moments') m $$,
  $$ values ('10:00', '1 10:00, 2 10:05, 3 10:45'), ('23:00', '1 23:00, 2 23:05, 3 09:45') $$, 'the picture shows day and night, office hours included');
select is(jsonb_array_length(public.try_alerts(story.shop()) -> 'steps'), 4, 'a try-out has every step and address');
select results_eq($$ select (s ->> 'planned_seconds')::int from jsonb_array_elements(public.alert_test(story.shop()) -> 'steps') s $$, array[0, 0, 5, 45], 'with seconds for minutes');
select throws_ok('select public.try_alerts(story.shop())', 'TOOMY', null, 'one at a time');
select is((select count(*) from jsonb_array_elements(public.end_alert_test(story.shop()) -> 'steps') s where s ->> 'reason' = 'seen' and s ->> 'seen_by_name' = 'Olga Story'), 4::bigint,
  'and ends as a real one does');
select is(public.reconciliation(story.shop(), 30) - 'as_of', (select said - 'as_of' from line), 'it leaves no figure behind');
select story.act_as('ana');
select throws_ok('select public.save_alerts(story.shop(), ''{}'')', 'FORBD', null, 'an agent does not change who is told');
select is((select count(*) from public.alert_rungs where chatbot_id = story.shop()), 3::bigint, 'but may know it');

select * from finish();
rollback;
