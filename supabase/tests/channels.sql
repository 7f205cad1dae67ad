-- Channels: a step of the ladder that tells a chat or paging service. What was entered is never read back; pace, throttle and summary; an
-- incident that is opened, acknowledged and resolved in that order; what becomes of a channel that is paused, at its end, or removed.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select no_plan();

create schema story;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5('channels ' || name) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-0000000000d1'::uuid $$;
create function story.c(n int) returns uuid language sql immutable as $$ select ('20000000-0000-4000-8000-0000000d' || lpad(n::text, 4, '0'))::uuid $$;
create function story.e(n int) returns uuid language sql volatile as $$ select escalation_id from public.conversations where id = story.c(n) $$;
insert into auth.users (id, email, raw_user_meta_data, email_confirmed_at)
select story.person(n), n || '@channels.test', jsonb_build_object('display_name', initcap(n) || ' Story'), now() from unnest('{olga,ana,eve}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values (story.shop(), story.person('olga'), 'Shop');
insert into public.chatbots (id, owner_id, name) values ('10000000-0000-4000-8000-0000000000d2', story.person('eve'), 'Elsewhere');
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
create function story.at(name text) returns uuid language sql volatile as $$
  select id from public.alert_channels c where c.chatbot_id = story.shop() and c.name = at.name
$$;
-- Who would send takes what is due and reports an outcome for each; what was taken is kept.
create temp table sent (n serial, told text, purpose text, body jsonb);
create function story.send(outcome text default 'ok', status_code int default 200, retry_after int default 0) returns void language plpgsql as $$
declare
  taken jsonb[];
begin
  select array_agg(x) into taken from public.claim_deliveries(500, 60, gen_random_uuid()) x;
  insert into sent (told, purpose, body)
  select coalesce(x #>> '{channel,kind}', x ->> 'recipient'), x ->> 'purpose', x from unnest(taken) x;
  perform public.finish_deliveries(array(
    select jsonb_build_object('id', x ->> 'id', 'lease_token', x ->> 'lease_token', 'outcome', send.outcome, 'status_code', send.status_code,
      'retry_after_seconds', send.retry_after) from unnest(taken) x));
end $$;
-- So many seconds go by for the channels: what was answered is that much longer ago.
create function story.rest(seconds int) returns void language sql as $$
  update private.channel_pace set resumes_at = resumes_at - make_interval(secs => seconds),
    answered_at = array(select a - make_interval(secs => seconds) from unnest(answered_at) a)
$$;
create function story.receipts(n int) returns text language sql stable as $$
  select string_agg(concat_ws(' ', d.rung, coalesce(d.channel_name, split_part(d.recipient, '@', 1)), d.purpose, d.status, d.reason), ', '
    order by d.created_at, d.rung, d.kind, d.purpose)
  from public.deliveries d where d.conversation_id = story.c(n) and d.kind <> 'webhook'
$$;
update public.deliveries set status = 'failed', next_attempt_at = null where status = 'queued';

-- Adding one, and what is read of it.
select story.act_as('ana');
select throws_ok(format($$ select public.save_channel(%L, '{"kind": "slack", "name": "Room", "secrets": {"url": "https://hooks.slack.com/services/T1/B1/secret"}}') $$, story.shop()),
  'FORBD', null, 'an agent adds no channel');
select story.act_as('olga');
select is(public.save_channel(story.shop(), '{"kind": "slack", "name": " Support ", "secrets": {"url": "https://hooks.slack.com/services/T1/B1/topsecret"}}')
    - '{id,created_at,updated_at,created_by}'::text[],
  jsonb_build_object('chatbot_id', story.shop(), 'kind', 'slack', 'name', 'Support', 'settings', '{}'::jsonb, 'is_enabled', true, 'disabled_reason', null,
    'failing_since', null, 'last_success_at', null), 'what is saved is answered without what is secret');
select is((select count(*) from vault.decrypted_secrets s where s.decrypted_secret like '%topsecret%'), 1::bigint, 'which stands in Vault');
select throws_ok(format('select public.save_channel(%L, %L)', story.shop(), s), 'INVAL', null, w) from (values
  ('{"kind": "slack", "name": "Room"}', 'a channel needs its address'),
  ('{"kind": "slack", "secrets": {"url": "x"}}', 'and a name'),
  ('{"kind": "icq", "name": "Room", "secrets": {"url": "x"}}', 'and a service that exists'),
  ('{"name": "Room", "secrets": {"url": "x"}}', 'and one at all'),
  ('{"kind": "slack", "name": "Room", "secrets": {"token": "x"}}', 'and what that service asks for'),
  ('{"kind": "telegram", "name": "Room", "settings": {"chat_id": 5}, "secrets": {"bot_token": "x"}}', 'as text')) as v (s, w);
select lives_ok(format('select public.save_channel(%L, %L)', story.shop(), s), 'and others can be added')
from unnest(array['{"kind": "pagerduty", "name": "Night", "settings": {"region": "eu"}, "secrets": {"routing_key": "R0123456789ABCDEF0123456789ABCDE"}}']) s;
select throws_ok(format($$ select public.save_channel('10000000-0000-4000-8000-0000000000d2', '{"id": "%s", "name": "Mine"}') $$, story.at('Support')), 'NTFND', null,
  'a channel is changed by its own chatbot alone');
select lives_ok(format($$ select public.save_channel(%L, '{"id": "%s", "name": "Support team"}') $$, story.shop(), story.at('Support')), 'the name alone can be changed');
select is((select private.secrets_of(c) from public.alert_channels c where c.id = story.at('Support team')), '{"url": "https://hooks.slack.com/services/T1/B1/topsecret"}',
  'and then the address stays');
select lives_ok(format($$ select public.save_channel(%L, '{"id": "%s", "secrets": {"url": "https://hooks.slack.com/services/T1/B1/other"}}') $$, story.shop(),
  story.at('Support team')), 'and the address alone');
select is((select count(*) from vault.decrypted_secrets s where s.decrypted_secret like '%topsecret%'), 0::bigint, 'of the one before nothing is left');

-- Steps that name a channel.
select throws_ok(format($$ select public.save_alerts(%L, '{"rungs": [{"after_minutes": 0, "target": "channel"}]}') $$, story.shop()), 'INVAL', null, 'a step names its channel');
select throws_ok(format($$ select public.save_alerts(%L, '{"rungs": [{"after_minutes": 0, "target": "channel", "channel_id": "%s"}]}') $$,
  '10000000-0000-4000-8000-0000000000d1', gen_random_uuid()), 'INVAL', null, 'one that exists');
select lives_ok(format($$ select public.save_alerts(%L, '{"rungs": [{"after_minutes": 0, "target": "channel", "channel_id": "%s"},
  {"after_minutes": 5, "target": "channel", "channel_id": "%s"}, {"after_minutes": 15, "target": "owner"}]}') $$,
  story.shop(), story.at('Support team'), story.at('Night')), 'and is saved');
select is((select jsonb_agg(s -> 'told') from jsonb_array_elements(public.preview_alerts(story.shop(), '{}') #> '{moments,0,steps}') s),
  '[["Support team"], ["Night"], ["olga@channels.test"]]', 'the picture names it');

select story.ask(1);
select is(story.receipts(1), '1 Support team alert queued, 2 Night reminder queued, 3 olga reminder queued', 'every step is queued in the request''s own transaction');
select story.send();
select is((select body #>> '{channel,settings,url}' from sent), 'https://hooks.slack.com/services/T1/B1/other', 'the sender is given the address');
select is((select body #>> '{escalation,question}' from sent), 'Question 1', 'and the question');
select is(story.receipts(1), '1 Support team alert delivered, 2 Night reminder queued, 3 olga reminder queued', 'what the service took is delivered');
select is((select data - 'delivery_id' from public.timeline_entries where conversation_id = story.c(1) and type = 'channel.delivered'),
  '{"purpose": "alert", "channel": "Support team", "channel_kind": "slack", "attempt": 1}', 'the timeline says so');
select story.act_as('ana'), public.open_case(story.c(1));
select is(story.receipts(1), '1 Support team alert delivered, 2 Night reminder skipped seen, 3 olga reminder skipped seen', 'a look ends the ladder, and Night was never told');
select is((select count(*) from jsonb_array_elements(public.read_case(story.c(1)) -> 'deliveries') d where d ->> 'channel_kind' = 'slack' and d ->> 'channel_name' = 'Support team'),
  1::bigint, 'an agent reads the receipt');
select unalike(public.read_case(story.c(1))::text, '%hooks.slack.com%', 'and no address');
select story.act_as('olga');
select story.act_as('olga');
select is((select r ->> 'unexplained' || ' ' || (r ->> 'delivered') from public.reconciliation(story.shop(), 30) r), '0 1', 'the sums hold');

-- Pace: one a second at Slack.
select story.rest(5), story.ask(2), story.ask(3), story.send(), story.send();
select is((select count(*) from sent where told = 'slack' and purpose = 'alert'), 2::bigint, 'a second message waits for its second');
-- Something of somebody else's may be due sooner.
select ok(public.next_due(12) <= 5, 'for which the sender stays awake');
select story.rest(1), story.send();
select is((select count(*) from sent where told = 'slack' and purpose = 'alert'), 3::bigint, 'and is sent then');
select story.rest(5), story.ask(4), story.ask(5);
select count(*) from public.claim_deliveries(500, 60, gen_random_uuid());
select is((select count(*) from public.claim_deliveries(500, 60, gen_random_uuid())), 0::bigint, 'while one is on its way nobody takes another');
update public.deliveries set lease_token = null, leased_until = null, next_attempt_at = now() where lease_token is not null;

-- Told to slow down: all of the channel waits as long as it was asked to.
select story.send('retry', 429, 30);
select ok((select bool_and(d.next_attempt_at > now() + interval '29 seconds') from public.deliveries d
  where d.channel_id = story.at('Support team') and d.status = 'queued' and d.attempt_count > 1), 'the message waits as long as the service asked');
select story.rest(5), story.send();
select is((select count(*) from public.deliveries where escalation_id in (story.e(4), story.e(5)) and status = 'delivered'), 0::bigint, 'and so does the one behind it');
select story.rest(30);
update public.deliveries set next_attempt_at = now() where channel_id = story.at('Support team') and status = 'queued';
select story.send(), story.rest(2), story.send();
select is((select count(*) from public.deliveries where escalation_id in (story.e(4), story.e(5)) and status = 'delivered'), 2::bigint, 'until the time is over');

-- A hundred cases: twenty messages, then one summary, and a receipt that is true for each.
update private.mail_quota set sent_at = '{}' where chatbot_id = story.shop();
select story.ask(n) from generate_series(1001, 1100) n;
do $$ begin
  for i in 1..22 loop
    perform story.rest(2);
    perform story.send();
  end loop;
end $$;
select is((select count(*) from public.deliveries where chatbot_id = story.shop() and purpose = 'alert' and status = 'delivered' and conversation_id >= story.c(1001)), 20::bigint,
  'of a hundred cases twenty are told one by one');
select is((select count(*) from public.deliveries where chatbot_id = story.shop() and purpose = 'alert' and reason = 'in_summary'), 80::bigint, 'the others wait for a summary');
select is((select string_agg(d.channel_name || ' ' || d.status, ',') from public.deliveries d where d.chatbot_id = story.shop() and d.purpose = 'summary'),
  'Support team queued', 'of which there is one');
select story.act_as('olga');
select is((select r ->> 'unexplained' || ' ' || (r ->> 'held') from public.reconciliation(story.shop(), 30) r), '0 80', 'the sums hold');
update public.deliveries set next_attempt_at = now() where purpose = 'summary' and chatbot_id = story.shop();
select story.rest(2), story.send();
select is((select body #> '{data,count}' from sent where purpose = 'summary'), '80', 'an hour later it says how many');
select is((select count(*) from public.deliveries where chatbot_id = story.shop() and purpose = 'alert' and conversation_id >= story.c(1001) and status = 'delivered'), 100::bigint,
  'and what it carried has arrived with it');
delete from sent;

-- Contact details that come after the message: one message says that there are some, and not which.
update private.mail_quota set sent_at = '{}' where chatbot_id = story.shop();
select story.rest(5), story.ask(30), story.send(), story.ask(31);
create function story.leave(n int, address text) returns void language sql as $$
  insert into public.leads as l (conversation_id, chatbot_id, email) values (story.c(n), story.shop(), address)
  on conflict (conversation_id) do update set email = excluded.email
$$;
select story.leave(30, 'vera@visitor.test'), story.leave(31, 'vera@visitor.test');
select is(story.receipts(31), '1 Support team alert queued, 2 Night reminder queued, 3 olga reminder queued', 'a channel that is yet to be told needs no second message');
select is(story.receipts(30), '1 Support team alert delivered, 2 Night reminder queued, 3 olga reminder queued, Support team contact queued', 'one that has been told is told that there are some now');
select story.leave(30, 'vera@elsewhere.test');
select is((select count(*) from public.deliveries where conversation_id = story.c(30) and purpose = 'contact'), 1::bigint, 'once');
delete from sent;
select story.rest(5), story.send(), story.rest(5), story.send();
select is((select string_agg(purpose, ' ' order by purpose) from sent), 'alert contact', 'both are sent, at the channel''s pace');
select unalike((select string_agg(body::text, '') from sent), '%vera@%', 'and no address with them');
select is((select body #>> '{escalation,reference}' from sent where purpose = 'contact'), (select reference from public.conversations where id = story.c(30)), 'it says of which case');
select story.ask(32), story.rest(5), story.send();
update private.mail_quota set sent_at = array_fill(now(), array[20]) where chatbot_id = story.shop();
select story.leave(32, 'vera@visitor.test'), story.rest(5), story.send();
select is((select reason from public.deliveries where conversation_id = story.c(32) and purpose = 'contact'), 'in_summary', 'beyond the twenty of an hour it waits for the summary');
delete from sent;
update public.deliveries set next_attempt_at = now() where purpose = 'summary' and chatbot_id = story.shop() and status = 'queued';
select story.rest(5), story.send();
select is((select body #>> '{data,contacts}' from sent where purpose = 'summary'), '1', 'which counts it');
update private.mail_quota set sent_at = '{}' where chatbot_id = story.shop();
delete from sent;

-- An incident: opened, acknowledged, resolved, in that order and under one id.
select story.act_as('olga');
select public.save_alerts(story.shop(), jsonb_build_object('rungs', jsonb_build_array(jsonb_build_object('after_minutes', 0, 'target', 'channel', 'channel_id', story.at('Night')))));
select story.ask(6), story.send('retry', 500);
select story.act_as('ana'), public.open_case(story.c(6)), public.resolve_escalation(story.e(6));
select is(story.receipts(6), '1 Night alert queued, Night acknowledge queued, Night resolve queued', 'seen and resolved before the service could be told');
update public.deliveries set next_attempt_at = now() where escalation_id = story.e(6) and status = 'queued' and purpose <> 'alert';
select story.send();
select is((select count(*) from sent where purpose <> 'alert'), 0::bigint, 'nothing overtakes what opens the incident');
update public.deliveries set next_attempt_at = now() where escalation_id = story.e(6) and status = 'queued' and purpose = 'alert';
select story.send(), story.send(), story.send();
select is((select string_agg(purpose, ' ' order by n) from sent where told = 'pagerduty'), 'alert alert acknowledge resolve', 'it is told in its order');
select is((select count(distinct body #>> '{escalation,id}') from sent where told = 'pagerduty'), 1::bigint, 'of one case');
select is(story.receipts(6), '1 Night alert delivered, Night acknowledge delivered, Night resolve delivered', 'and each has its receipt');

select story.ask(7), story.send(), story.act_as('ana'), public.open_case(story.c(7)), public.resolve_escalation(story.e(7)), public.undo_resolve(story.e(7));
select is(story.receipts(7), '1 Night alert delivered, Night acknowledge queued, Night resolve skipped undone', 'a resolve that is taken back is never told');
select story.act_as(null);
insert into public.messages (conversation_id, role, text) values (story.c(7), 'visitor', 'Hello?');
select story.ask(8), story.act_as('ana'), public.open_case(story.c(8));
select is(story.receipts(8), '1 Night alert skipped seen', 'who looks before anything was told spares the service all of it');
select story.ask(9), story.send('permanent', 400), story.act_as('ana'), public.open_case(story.c(9)), story.send();
select is(story.receipts(9), '1 Night alert failed permanent', 'what was never opened is not acknowledged');
select throws_ok(format('select public.redeliver(%L)', d.id), 'FORBD', null, 'an agent sends nothing again') from public.deliveries d where d.escalation_id = story.e(9) and d.purpose = 'alert';
select story.act_as('olga');
select lives_ok(format('select public.redeliver(%L)', d.id), 'an admin does') from public.deliveries d where d.escalation_id = story.e(9) and d.purpose = 'alert';
select story.send();
select is(story.receipts(9), '1 Night alert delivered', 'and it arrives');
select story.ask(n) from generate_series(3001, 3040) n;
select story.send();
select is((select count(*) from public.deliveries where conversation_id between story.c(3001) and story.c(3040) and status = 'delivered' and channel_id = story.at('Night')), 40::bigint,
  'where each case is an incident, each is told');

select story.ask(20), story.send('ok', 202), story.act_as('ana'), public.open_case(story.c(20));
select is(story.receipts(20), '1 Night alert sent, Night acknowledge queued', 'what the service has taken and sees to later is sent, not delivered');
select story.send('ok', 202);
select is(story.receipts(20), '1 Night alert sent, Night acknowledge sent', 'and so is what follows');

-- Trying it, and the try-out of the steps.
select story.act_as('olga');
select public.try_channel(story.at('Night'));
select is((select string_agg(d.channel_name, ',') from public.deliveries d where d.chatbot_id = story.shop() and d.purpose = 'test'), 'Night', 'a channel is tried');
select is((select string_agg(s ->> 'recipient', ',') from jsonb_array_elements(public.try_alerts(story.shop()) -> 'steps') s), 'Night', 'and so are the steps');
delete from sent;
select story.send(), story.send();
select is((select string_agg(purpose, ' ' order by n) from sent where told = 'pagerduty' and purpose in ('test', 'resolve')), 'test test resolve resolve', 'what a test opens is ended by itself');
select is((select array_agg(body #>> '{data,incident}' order by body #>> '{data,incident}') from sent where purpose = 'resolve'),
  (select array_agg(body ->> 'id' order by body ->> 'id') from sent where purpose = 'test'), 'by the key that it had');
select story.act_as('olga'), public.try_channel(story.at('Night')), story.send('permanent', 400);
select is((select count(*) from public.deliveries where channel_id = story.at('Night') and purpose = 'resolve' and conversation_id is null), 2::bigint,
  'one that was refused opened nothing');
select story.act_as('olga'), public.try_channel(story.at('Support team')), story.rest(5), story.send();
select is((select count(*) from public.deliveries where channel_id = story.at('Support team') and purpose = 'resolve'), 0::bigint, 'and where there are no incidents there is none to end');

select story.act_as('olga');
-- Paused by hand: it says so, and the owner is told instead.
select public.save_channel(story.shop(), jsonb_build_object('id', story.at('Night'), 'is_enabled', false));
select story.ask(10);
select is(story.receipts(10), '1 olga alert queued, 1 Night alert skipped channel_paused', 'instead of a paused channel the owner is told');
select story.act_as('olga'), public.save_channel(story.shop(), jsonb_build_object('id', story.at('Night'), 'is_enabled', true));
-- At its end: what waits says so, the owner hears of it once.
select story.ask(11), story.ask(12);
update public.deliveries set next_attempt_at = now() + interval '1 hour' where escalation_id = story.e(12);
select story.send('gone', 404);
select is((select disabled_reason || ' ' || is_enabled from public.alert_channels where id = story.at('Night')), 'gone false', 'a channel that is gone is switched off');
select is(story.receipts(12), '1 Night alert skipped channel_gone', 'what waits for it says why');
select is((select string_agg(x.data ->> 'text', '') from public.deliveries d join private.delivery_data x on x.delivery_id = d.id where d.chatbot_id = story.shop() and d.purpose = 'notice')
  like 'The channel Night can’t be told%', true, 'the owner is told once');
select story.act_as('olga');
select public.save_channel(story.shop(), jsonb_build_object('id', story.at('Night'), 'secrets', jsonb_build_object('routing_key', 'S0123456789ABCDEF0123456789ABCDE')));
select is((select concat_ws(' ', disabled_reason, is_enabled) from public.alert_channels where id = story.at('Night')), 't', 'what is entered anew sets it going again');

-- Removed.
select story.ask(13), story.act_as('olga'), public.remove_channel(story.at('Night'));
select is(story.receipts(13), '1 Night alert skipped channel_removed', 'what waited for a removed channel says so');
select is(story.receipts(6), '1 Night alert delivered, Night acknowledge delivered, Night resolve delivered', 'what it was told stays on record');
select results_eq($$ select target::text, channel_id from public.alert_rungs where chatbot_id = story.shop() $$, $$ values ('owner', null::uuid) $$, 'its step is the owner''s');
select is((select count(*) from vault.decrypted_secrets s where s.decrypted_secret like '%ABCDEF%'), 0::bigint, 'and its key is gone');
select story.act_as('olga');
select is((select r ->> 'unexplained' from public.reconciliation(story.shop(), 30) r), '0', 'the sums hold');
select lives_ok(format('select public.delete_chatbot(%L, %L)', story.shop(), 'Shop'), 'the chatbot can be deleted with its channels');

select * from finish();
rollback;
