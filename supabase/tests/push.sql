-- Notifications on a member's devices: whose a device is and that its address is never read back; who is told by mail, on devices or both;
-- quiet hours, the switch, a look, a device that goes; throttle and summary; and that nobody is left untold because of a device.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select no_plan();

create schema story;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5('push ' || name) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-0000000000f1'::uuid $$;
create function story.c(n int) returns uuid language sql immutable as $$ select ('20000000-0000-4000-8000-0000000f' || lpad(n::text, 4, '0'))::uuid $$;
create function story.e(n int) returns uuid language sql volatile as $$ select escalation_id from public.conversations where id = story.c(n) $$;
insert into auth.users (id, email, raw_user_meta_data, email_confirmed_at)
select story.person(n), n || '@push.test', jsonb_build_object('display_name', initcap(n) || ' Story'), now() from unnest('{olga,ana,eve}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values (story.shop(), story.person('olga'), 'Shop');
insert into public.chatbot_members (chatbot_id, user_id, role) values (story.shop(), story.person('ana'), 'agent');
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
create function story.keys() returns jsonb language sql immutable as $$
  select jsonb_build_object('p256dh', 'B' || repeat('a', 86), 'auth', repeat('b', 22))
$$;
create function story.add(name text, label text, endpoint text default null) returns uuid language sql as $$
  select story.act_as(name);
  select (public.save_push_device(story.keys() || jsonb_build_object('label', label,
    'endpoint', coalesce(endpoint, 'https://push.example.com/' || name || '/' || md5(label)))) ->> 'id')::uuid
$$;
create function story.device(label text) returns uuid language sql volatile as $$ select id from public.push_devices d where d.label = device.label $$;
create temp table sent (n serial, told text, kind text, purpose text, body jsonb);
create function story.send(outcome text default 'ok', status_code int default 201) returns void language plpgsql as $$
declare
  taken jsonb[];
begin
  select array_agg(x) into taken from public.claim_deliveries(500, 60, gen_random_uuid()) x;
  insert into sent (told, kind, purpose, body) select x ->> 'recipient', x ->> 'kind', x ->> 'purpose', x from unnest(taken) x;
  perform public.finish_deliveries(array(
    select jsonb_build_object('id', x ->> 'id', 'lease_token', x ->> 'lease_token',
      'outcome', case when x ->> 'kind' = 'push' then send.outcome else 'ok' end, 'status_code', send.status_code, 'retry_after_seconds', 0)
    from unnest(taken) x));
end $$;
create function story.receipts(n int) returns text language sql stable as $$
  select string_agg(concat_ws(' ', d.rung, coalesce(d.device_name, split_part(d.recipient, '@', 1)), d.purpose, d.status, d.reason), ', '
    order by d.rung, d.kind, d.purpose, d.recipient, d.device_name)
  from public.deliveries d where d.conversation_id = story.c(n) and d.kind <> 'webhook'
$$;
create function story.steps(steps jsonb) returns void language sql as $$
  select story.act_as('olga');
  select public.save_alerts(story.shop(), jsonb_build_object('rungs', steps));
$$;
create function story.pass(n int, minutes int) returns void language sql as $$
  update public.deliveries set next_attempt_at = now() where conversation_id = story.c(n) and status = 'queued'
    and next_attempt_at <= now() + make_interval(mins => minutes)
$$;
update public.deliveries set status = 'failed', next_attempt_at = null where status = 'queued';

-- The keys: the first are kept.
delete from vault.secrets where name = 'push_keys';
select story.act_as('olga');
select is(public.push_public_key(), null, 'without keys there is none to subscribe with');
select public.keep_push_keys(jsonb_build_object('public_key', 'B' || repeat('k', 86), 'private_key', repeat('s', 43)));
select public.keep_push_keys(jsonb_build_object('public_key', 'B' || repeat('x', 86), 'private_key', repeat('y', 43)));
select is(public.push_public_key(), 'B' || repeat('k', 86), 'whoever comes first has the keys kept, and people read the public one');
select is(has_function_privilege('authenticated', 'public.keep_push_keys(jsonb)', 'execute'), false, 'which nobody but the sender may set');

-- Devices.
select ok(story.add('olga', 'Phone') is not null, 'a browser is added');
select is((select count(*) from public.push_devices where user_id = story.person('olga')), 1::bigint, 'once');
select is(story.add('olga', 'Phone again', 'https://push.example.com/olga/' || md5('Phone')), story.device('Phone'), 'the same browser is the same device, under its name');
select public.rename_push_device(story.device('Phone'), ' My phone ');
select is((select label from public.push_devices where user_id = story.person('olga')), 'My phone', 'it can be named');
select throws_ok($$ select public.rename_push_device(story.device('My phone'), ' ') $$, 'INVAL', null, 'but not with nothing');
select public.rename_push_device(story.device('My phone'), 'Phone');
select throws_ok(format('select public.save_push_device(%L)', story.keys() || jsonb_build_object('label', 'x', 'endpoint', e)), 'URLBD', null, w) from (values
  ('http://push.example.com/1', 'an address is https'), ('https://127.0.0.1/1', 'and no number'), ('https://push.internal/1', 'and public')) v (e, w);
select throws_ok(format('select public.save_push_device(%L)', jsonb_build_object('label', 'x', 'endpoint', 'https://push.example.com/9', 'p256dh', 'B', 'auth', 'b')),
  'INVAL', null, 'keys are keys');
select story.add('ana', 'Ana ' || n) from generate_series(1, 10) n;
select throws_ok($$ select story.add('ana', 'Ana 11') $$, 'CONFL', null, 'ten devices are enough');
select throws_ok(format('select public.%s(%L%s)', f, story.device('Phone'), a), 'NTFND', null, f || ': a device is its person''s alone')
from (values ('rename_push_device', ', ''Mine'''), ('remove_push_device', ''), ('try_push_device', '')) v (f, a);
select public.remove_push_device(d.id) from public.push_devices d where d.user_id = story.person('ana');
select story.act_as('olga');
grant usage on schema story to authenticated;
set local role authenticated;
select is((select string_agg(label, ',') from public.push_devices), 'Phone', 'people read their own devices');
select throws_ok('select ' || c || ' from public.push_devices', '42501', null, c || ' is never read back') from unnest('{endpoint,p256dh,auth}'::text[]) c;
reset role;

-- By mail and on devices, which is how steps are unless they say otherwise.
select story.ask(1);
select is(story.receipts(1), '1 olga alert queued, 1 Phone alert queued, 2 olga reminder queued, 2 Phone reminder queued',
  'every step tells by mail and on the device, in the request''s own transaction');
select story.send();
select is(story.receipts(1), '1 olga alert sent, 1 Phone alert sent, 2 olga reminder queued, 2 Phone reminder queued', 'what the push service took is sent');
select is((select array[body #>> '{device,endpoint}', body #>> '{device,keys,public_key}', body #>> '{device,unseen}'] from sent where kind = 'push'),
  array['https://push.example.com/olga/' || md5('Phone'), 'B' || repeat('k', 86), '1'], 'the sender is given the address, the keys and how many wait');
select is((select data - 'delivery_id' from public.timeline_entries where conversation_id = story.c(1) and type = 'push.sent'),
  '{"purpose": "alert", "recipient": "olga@push.test", "device": "Phone", "attempt": 1}', 'the timeline says so');
select ok((select last_told_at is not null from public.push_devices where id = story.device('Phone')), 'and the device when it was told');
select story.act_as('ana'), public.open_case(story.c(1));
select is((select string_agg(distinct d.status || ' ' || d.reason, ',') from public.deliveries d where d.conversation_id = story.c(1) and d.rung = 2), 'skipped seen',
  'a look ends the ladder');
select unalike(public.read_case(story.c(1))::text, '%push.example.com%', 'no receipt has the address');
select story.act_as('olga');
select is((select r ->> 'unexplained' from public.reconciliation(story.shop(), 30) r), '0', 'the sums hold');
select is(public.my_unseen_cases() ->> 'count', '0', 'and nothing waits to be seen');

-- A step that tells on devices alone.
select story.steps('[{"after_minutes": 0, "target": "owner", "by": "mail"}, {"after_minutes": 15, "target": "owner", "by": "push"}]');
select is((select jsonb_agg(s -> 'told') from jsonb_array_elements(public.preview_alerts(story.shop(), '{}') #> '{moments,0,steps}') s),
  '[["olga@push.test"], ["olga@push.test · Phone"]]', 'the picture says how');
select story.ask(2);
select is(story.receipts(2), '1 olga alert queued, 2 Phone reminder queued', 'the step''s way is kept');
select story.pass(2, 15), story.send();
select is((select status::text from public.deliveries where conversation_id = story.c(2) and kind = 'push'), 'sent', 'on the device alone');
select story.act_as('olga');
select throws_ok(format($$ select public.save_alerts(%L, '{"rungs": [{"after_minutes": 0, "target": "owner", "by": "pigeon"}]}') $$, story.shop()), 'INVAL', null, 'there are three ways');

-- Nobody is left untold because of a device: it goes before its time, is unknown to its service, refuses, or rests.
select story.ask(3), story.act_as('olga'), public.remove_push_device(story.device('Phone'));
select is(story.receipts(3), '1 olga alert queued, 2 olga reminder queued, 2 Phone reminder skipped device_removed', 'when the device goes, the mail is queued');
select ok((select next_attempt_at > now() + interval '14 minutes' from public.deliveries where conversation_id = story.c(3) and rung = 2 and kind = 'email'),
  'for the time that was meant');
select story.ask(4);
select is(story.receipts(4), '1 olga alert queued, 2 olga reminder queued', 'without a device the step tells by mail');
select story.send(), story.add('olga', 'Phone'), story.add('olga', 'Laptop');
select story.ask(5), story.pass(5, 15), story.send('gone', 410);
select is((select string_agg(concat_ws(' ', d.device_name, d.kind, d.status, d.reason), ', ' order by d.device_name, d.kind) from public.deliveries d
  where d.conversation_id = story.c(5) and d.rung = 2), 'Laptop push failed gone, Phone push failed gone, email queued', 'both devices are unknown to their service: the mail goes');
select is((select count(*) from public.push_devices where user_id = story.person('olga')), 0::bigint, 'and they are devices no more');
select story.add('olga', 'Phone'), story.add('olga', 'Laptop');
select story.ask(6), story.pass(6, 15), story.act_as('olga'), public.remove_push_device(story.device('Laptop'));
select is((select count(*) from public.deliveries where conversation_id = story.c(6) and rung = 2 and kind = 'email'), 0::bigint, 'one device is enough');
select story.send('permanent', 413);
select is((select string_agg(concat_ws(' ', d.device_name, d.kind, d.status, d.reason), ', ' order by d.device_name, d.kind) from public.deliveries d
  where d.conversation_id = story.c(6) and d.rung = 2), 'Laptop push skipped device_removed, Phone push failed permanent, email queued', 'what is refused goes by mail');
select ok((select failing_since is not null from public.push_devices where id = story.device('Phone')), 'and the device is known to fail');
select story.send();

-- Quiet hours, by the person's clock.
update public.profiles set time_zone = 'Asia/Tokyo' where user_id = story.person('olga');
create function story.quiet(text) returns boolean language sql as $$
  select private.is_quiet(p, $1::timestamptz) from public.profiles p where p.user_id = story.person('olga') $$;
select story.act_as('olga'), public.save_quiet_hours('{"from": "22:00", "until": "07:00", "days": [5, 1, 5]}');
select is(array(select story.quiet(t) from unnest(array['2026-11-30 22:00+09', '2026-12-01 06:59+09', '2026-12-01 07:00+09', '2026-11-30 21:59+09', '2026-12-01 23:00+09', '2026-12-04 23:00+09']) t),
  '{t,t,f,f,f,t}', 'quiet from ten on Mondays and Fridays until seven the next day');
select throws_ok(format('select public.save_quiet_hours(%L)', h), 'INVAL', null, 'times and days are checked') from (values
  ('{"from": "24:00", "until": "07:00", "days": [1]}'), ('{"from": "22:00", "until": "7", "days": [1]}'), ('{"from": "22:00", "until": "07:00", "days": []}'), ('{"until": "07:00", "days": [1]}')) v (h);
select public.save_quiet_hours('{"from": "00:00", "until": "00:00", "days": [1,2,3,4,5,6,7]}');
select story.ask(7);
select is((select string_agg(concat_ws(' ', d.device_name, d.kind, d.status, d.reason), ', ' order by d.kind) from public.deliveries d
  where d.conversation_id = story.c(7) and d.rung = 2), 'email queued, Phone push skipped quiet_hours', 'in quiet hours the step tells by mail');
select story.act_as('olga'), public.save_quiet_hours(null);
select story.ask(8), story.act_as('olga'), public.save_quiet_hours('{"from": "00:00", "until": "00:00", "days": [1,2,3,4,5,6,7]}');
select story.pass(8, 15), story.send();
select is((select string_agg(concat_ws(' ', d.device_name, d.kind, d.reason), ', ' order by d.kind) from public.deliveries d
  where d.conversation_id = story.c(8) and d.rung = 2), 'email, Phone push quiet_hours', 'also when they begin later');
select story.act_as('olga'), public.save_quiet_hours(null);

-- The switch.
select story.ask(9), story.act_as('olga'), public.save_profile('{"notify_escalation": false}');
select story.pass(9, 15), story.send();
select is((select string_agg(concat_ws(' ', d.kind, d.reason), ', ' order by d.kind) from public.deliveries d where d.conversation_id = story.c(9) and d.rung = 2),
  'push kill_switch', 'whoever wants to hear nothing hears nothing');
select story.act_as('olga'), public.save_profile('{"notify_escalation": true}');

-- Whoever leaves the team is told nothing of it any more, and a browser is told for whoever has it now.
select story.steps(jsonb_build_array(jsonb_build_object('after_minutes', 0, 'target', 'member', 'member_id', story.person('ana'), 'by', 'push')));
select story.add('ana', 'Tablet', 'https://push.example.com/shared');
select story.ask(10);
delete from public.chatbot_members where user_id = story.person('ana');
select story.send();
select is(story.receipts(10), '1 Tablet alert skipped left_team', 'whoever leaves is told nothing');
insert into public.chatbot_members (chatbot_id, user_id, role) values (story.shop(), story.person('ana'), 'agent');
select story.steps(jsonb_build_array(jsonb_build_object('after_minutes', 0, 'target', 'member', 'member_id', story.person('ana'), 'by', 'push')));
select story.ask(11), story.add('eve', 'Tablet of Eve', 'https://push.example.com/shared');
select is((select string_agg(split_part(p.email, '@', 1) || ' ' || d.label, ',') from public.push_devices d join public.profiles p using (user_id) where d.endpoint like '%shared'),
  'eve Tablet of Eve', 'a browser moves to whoever signs in there');
select is(story.receipts(11), '1 ana alert queued, 1 Tablet alert skipped device_removed', 'and what waited for its former person goes to their mailbox');

-- Word to one member.
select story.add('ana', 'Tablet', 'https://push.example.com/ana');
select story.act_as('olga'), public.assign_escalation(story.e(11), story.person('ana'));
select is((select string_agg(concat_ws(' ', d.kind, d.device_name, d.status), ', ' order by d.kind) from public.deliveries d where d.conversation_id = story.c(11) and d.purpose = 'assigned'),
  'email queued, push Tablet queued', 'whoever is given a case is told by mail and on their device');
select story.act_as('ana'), public.open_case(story.c(11));
select is((select string_agg(concat_ws(' ', d.kind, d.reason), ', ' order by d.kind) from public.deliveries d where d.conversation_id = story.c(11) and d.purpose = 'assigned'),
  'email seen, push seen', 'unless they have looked');

-- A hundred cases: twenty, then one summary.
update public.deliveries set status = 'failed', next_attempt_at = null where status = 'queued';
update private.mail_quota set sent_at = '{}' where chatbot_id = story.shop();
select story.steps('[{"after_minutes": 0, "target": "owner", "by": "push"}]');
select story.ask(n) from generate_series(1001, 1100) n;
do $$ begin for i in 1..6 loop perform story.send(); end loop; end $$;
select is((select count(*) from public.deliveries where device_id = story.device('Phone') and purpose = 'alert' and status = 'sent' and conversation_id >= story.c(1001)), 20::bigint,
  'of a hundred cases twenty are told one by one');
select is((select count(*) from public.deliveries where device_id = story.device('Phone') and reason = 'in_summary'), 80::bigint, 'the others wait for a summary');
update public.deliveries set next_attempt_at = now() where purpose = 'summary' and chatbot_id = story.shop();
select story.send();
select is((select body #> '{data,count}' from sent where purpose = 'summary' and kind = 'push'), '80', 'an hour later it says how many');
select story.act_as('olga');
select is((select r ->> 'unexplained' from public.reconciliation(story.shop(), 30) r), '0', 'the sums hold');
select is(public.my_unseen_cases() ->> 'count', (select count(*)::text from public.conversations where chatbot_id = story.shop() and unseen_since is not null), 'what waits to be seen is counted');
-- A summary that no device takes.
update private.mail_quota set sent_at = '{}' where chatbot_id = story.shop() and recipient = story.device('Phone')::text;
update public.deliveries set status = 'failed', next_attempt_at = null where status = 'queued';
select story.ask(n) from generate_series(2001, 2022) n;
do $$ begin for i in 1..4 loop perform story.send(); end loop; end $$;
update public.deliveries set next_attempt_at = now() where purpose = 'summary' and chatbot_id = story.shop() and status = 'queued';
select story.send('gone', 404);
select is((select count(*) from public.deliveries where conversation_id between story.c(2001) and story.c(2022) and kind = 'email'), 2::bigint, 'the cases of a summary that failed go by mail');

-- Again, and a test.
select story.add('olga', 'Phone'), story.ask(20), story.send('permanent', 400);
select story.act_as('olga');
select lives_ok(format('select public.redeliver(%L)', d.id), 'a notification that failed is sent again') from public.deliveries d where d.conversation_id = story.c(20) and d.kind = 'push';
select story.send();
select is((select d.status::text from public.deliveries d where d.conversation_id = story.c(20) and d.kind = 'push'), 'sent', 'and arrives');
select story.act_as('olga');
select public.try_push_device(story.device('Phone'));
select is((select public.push_test(d.id) ->> 'status' from public.deliveries d where d.kind = 'push' and d.purpose = 'test'), 'queued', 'a device is tried');
select story.act_as('ana');
select is((select public.push_test(d.id) from public.deliveries d where d.kind = 'push' and d.purpose = 'test'), null, 'of which nobody else hears');
select story.act_as('olga');
select throws_ok($$ select public.try_push_device(story.device('Phone')) from generate_series(1, 10) $$, 'TOOMY', null, 'ten times a minute');
select is((select string_agg(s ->> 'recipient', ',') from jsonb_array_elements(public.try_alerts(story.shop()) -> 'steps') s), 'olga@push.test · Phone', 'and so are the steps');
select story.send();

-- Keys that cannot be used stop nothing else.
select vault.update_secret(s.id, 'no keys') from vault.secrets s where s.name = 'push_keys';
select is(public.push_public_key(), null, 'keys that are none are none');
select story.ask(21), story.send('permanent', 400);
select is((select count(*) from public.deliveries where conversation_id = story.c(21) and kind = 'email'), 1::bigint, 'and the mail goes');
select story.act_as('olga');
select is((select public.health(story.shop()) #>> '{push,keys}'), 'unusable', 'the health page knows');
select lives_ok(format('select public.delete_chatbot(%L, %L)', story.shop(), 'Shop'), 'the chatbot can be deleted');
select lives_ok($$ delete from auth.users where id = story.person('olga') $$, 'and so can the person with their devices');

select * from finish();
rollback;
