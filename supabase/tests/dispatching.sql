-- The dispatcher takes what is due, sends it, and reports. Leases fence late writers off, failures come back on schedule, and
-- nothing is ever quietly given up.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(70);
-- Upkeep is done by one at a time, and a sweep may be at it: wait for it once, before anything is held that it could wait for.
select pg_advisory_xact_lock(hashtextextended('maintain', 0));

insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000dd01', 'owner-dsp@shop.example');
create temp table k as select '00000000-0000-4000-8000-00000000ddc1'::uuid as bot, '00000000-0000-4000-8000-00000000dde1'::uuid as endpoint;
insert into public.chatbots (id, owner_id, name) select bot, '00000000-0000-4000-8000-00000000dd01', 'Shop' from k;
-- One mail for each case.
delete from public.alert_rungs where chatbot_id = (select bot from k) and position > 1;
update private.senders set paused_until = null, pause_reason = null where kind = 'email';
insert into public.webhook_endpoints (id, chatbot_id, url, events, secret_id)
select endpoint, bot, 'https://hooks.shop.example/in', '{conversation.escalated}', vault.create_secret('whsec_dsp') from k;

create function pg_temp.escalate(n integer) returns void language sql as $$
  with c as (insert into public.conversations (chatbot_id) select bot from k, generate_series(1, n) returning id)
  insert into public.escalations (conversation_id, trigger) select id, 'inline_cta' from c
$$;
-- Only ours: other tests may have work waiting at the same moment.
create function pg_temp.claim(max_rows integer default 500) returns setof jsonb language sql as $$
  select c from public.claim_deliveries(max_rows) c where c #>> '{chatbot,id}' = (select bot::text from k)
$$;
create function pg_temp.make_due() returns void language sql as $$
  update public.deliveries set next_attempt_at = now() - interval '1 second', leased_until = leased_until - interval '1 hour'
  where chatbot_id = (select bot from k) and status = 'queued' and next_attempt_at < 'infinity'
$$;
create function pg_temp.finish(claimed jsonb, result jsonb) returns boolean language sql as $$
  select public.finish_deliveries(array[claimed || result]) = 1
$$;
create temp view ours as select * from public.deliveries where chatbot_id = (select bot from k);
create temp view mail as select * from ours where kind = 'email';
create temp view hook as select * from ours where kind = 'webhook';

select pg_temp.escalate(1);
create temp table claimed as select c from pg_temp.claim() as c;
select is((select count(*) from claimed), 2::bigint, 'the owner''s mail and the webhook are due at once');
select is((select c ->> 'attempt' from claimed where c ->> 'kind' = 'email'), '1', 'the attempt is counted at the claim');
select is((select count(*) from public.delivery_attempts where chatbot_id = (select bot from k) and outcome is null), 2::bigint,
  'and written down before it is made');
select results_eq($$ select c #>> '{endpoint,secret}', c #>> '{endpoint,url}', c -> 'event' ->> 'type', c ->> 'body' = v.body
    from claimed join public.events v on v.id = (c #>> '{event,id}')::uuid where c ->> 'kind' = 'webhook' $$,
  $$ values ('whsec_dsp', 'https://hooks.shop.example/in', 'conversation.escalated', true) $$, 'a webhook comes with its secret and its bytes');
select is_empty('select pg_temp.claim()', 'what is leased is not due');
select is((select pg_temp.finish(c || '{"lease_token": "00000000-0000-4000-8000-000000000000"}', '{"outcome": "ok"}') from claimed limit 1), false,
  'another token changes nothing');
select is((select count(*) from ours where status = 'queued'), 2::bigint, 'really nothing');

select ok((select pg_temp.finish(c, '{"outcome": "ok", "status_code": 200, "provider_message_id": "pm-1", "duration_ms": 12}') from claimed where c ->> 'kind' = 'email'),
  'the holder of the lease reports');
select results_eq('select status::text, provider_message_id, sent_at is not null, next_attempt_at from mail',
  $$ values ('sent', 'pm-1', true, null::timestamptz) $$, 'a mail that was taken is sent');
select is((select pg_temp.finish(c, '{"outcome": "retry"}') from claimed where c ->> 'kind' = 'email'), false, 'a lease is good for one report');

-- A webhook that fails: on schedule, never before Retry-After, and in the end given up.
create temp table waits (attempt integer, seconds numeric);
create function pg_temp.fail_once() returns void language plpgsql as $$
declare c jsonb;
begin
  perform pg_temp.make_due();
  select x into c from pg_temp.claim() x where x ->> 'kind' = 'webhook';
  perform pg_temp.finish(c, '{"outcome": "retry", "status_code": 500, "error": "The receiver answered 500."}');
  insert into waits select (c ->> 'attempt')::integer, extract(epoch from h.next_attempt_at - now()) from hook h;
end $$;
select pg_temp.finish(c, '{"outcome": "retry", "status_code": 503, "retry_after_seconds": 100}') from claimed where c ->> 'kind' = 'webhook';
select is((select extract(epoch from next_attempt_at - now())::integer from hook), 100, 'never before Retry-After');
select ok((select failing_since is not null from public.webhook_endpoints where id = (select endpoint from k)), 'the endpoint is failing since then');
select pg_temp.fail_once() from generate_series(2, 10);
select is_empty($$ select w.* from waits w join (values (2, 300), (3, 1800), (4, 7200), (5, 18000), (6, 36000), (7, 50400), (8, 72000), (9, 86400)) as s (attempt, seconds)
    using (attempt) where w.seconds not between s.seconds * 0.8 and s.seconds * 1.2 $$, 'waits follow the schedule, give or take a fifth');
select results_eq('select status::text, reason, attempt_count, next_attempt_at, last_error from hook',
  $$ values ('failed', 'attempts_exhausted', 10, null::timestamptz, 'The receiver answered 500.') $$, 'after the tenth it is failed, with its reason');
select is((select count(*) from public.timeline_entries where chatbot_id = (select bot from k) and type = 'webhook.retried'), 9::bigint, 'each retry is on the timeline');
select is((select count(*) from public.timeline_entries where chatbot_id = (select bot from k) and type = 'webhook.failed'), 1::bigint, 'and the failure');
create temp table bytes as select c ->> 'body' as body from claimed where c ->> 'kind' = 'webhook';
select isnt_empty('select private.requeue(array(select id from hook))', 'it can be sent again');
truncate claimed;
insert into claimed select c from pg_temp.claim() as c;
select results_eq($$ select c ->> 'id', c ->> 'body', c ->> 'attempt' from claimed $$,
  $$ select h.id::text, b.body, '11' from hook h, bytes b $$, 'with the same id and the same bytes');
select is_empty('select private.requeue(array(select id from hook))', 'but not while it is on its way');
select pg_temp.finish(c, '{"outcome": "ok", "status_code": 204}') from claimed;
select results_eq('select status::text, delivered_at is not null, reason from hook', $$ values ('delivered', true, null::text) $$, 'a 2xx is delivered');
select is((select failing_since from public.webhook_endpoints where id = (select endpoint from k)), null, 'and the endpoint works again');

-- A sweep dies, or wakes up late.
select pg_temp.escalate(1);
truncate claimed;
insert into claimed select c from pg_temp.claim() as c where c ->> 'kind' = 'webhook';
select pg_temp.make_due();
create temp table again as select c from pg_temp.claim() as c where c ->> 'kind' = 'webhook';
select is((select c ->> 'attempt' from again), '2', 'when the lease ends, another sweep takes it');
select results_eq($$ select outcome from public.delivery_attempts where delivery_id = (select (c ->> 'id')::uuid from again) order by number $$,
  $$ values ('lease_lost'), (null) $$, 'and the attempt without a result says so');
select is((select pg_temp.finish(c, '{"outcome": "permanent"}') from claimed), false, 'a late report changes nothing');
create temp view lost as select * from hook where id = (select (c ->> 'id')::uuid from again);
create function pg_temp.crash() returns void language sql as $$ select pg_temp.make_due(); select pg_temp.claim() $$;
select pg_temp.crash() from generate_series(1, 11);
select results_eq('select status::text, attempt_count, attempt_count - attempt_base, lost_count from lost', $$ values ('queued', 13, 1, 12) $$,
  'a sender that dies twelve times in a row ends nothing and costs no attempt');
select ok((select next_attempt_at - leased_until from lost) between interval '12 minutes' and interval '18 minutes',
  'but what it may have died of rests for longer each time');
select ok((select bool_and(private.lost_delay(0) = interval '0' and private.lost_delay(1) <= interval '72 seconds') from generate_series(1, 20)),
  'not after the first');
truncate claimed;
select pg_temp.make_due();
insert into claimed select c from pg_temp.claim() as c where c ->> 'kind' = 'webhook';
select pg_temp.finish(c, '{"outcome": "retry"}') from claimed;
select results_eq($$ select lost_count, next_attempt_at < now() + interval '6.1 seconds' from lost $$, $$ values (0, true) $$,
  'what is tried at last is tried again on the schedule of a first attempt');
update public.deliveries set status = 'failed' where id = (select id from lost);

-- A claim that comes twice: a client or a gateway repeated it by itself.
select pg_temp.escalate(2);
create temp table twice as select gen_random_uuid() as token;
create temp table first_answer as select c from twice, public.claim_deliveries(500, 60, token) c;
select isnt_empty('select c from first_answer', 'a claim takes what is due');
select bag_eq('select c from twice, public.claim_deliveries(500, 60, token) c', 'select c from first_answer', 'asked again with its token it hands out the same');
select is((select max(attempt_count) from ours where id in (select (c ->> 'id')::uuid from first_answer)), 1, 'and counts nothing twice');
select public.finish_deliveries(array_agg(c || '{"outcome": "ok"}')) from first_answer;
select pg_temp.escalate(1);
select is_empty('select c from twice, public.claim_deliveries(500, 60, token) c', 'a repeat that comes too late takes nothing that nobody would send');
select isnt_empty('select pg_temp.claim()', 'a new claim takes it');
update public.deliveries set status = 'failed', lease_token = null where chatbot_id = (select bot from k) and status = 'queued';

-- How long a dispatcher stays awake.
update public.deliveries set status = 'failed' where status = 'queued' and chatbot_id <> (select bot from k) and next_attempt_at <= now() + interval '20 seconds';
select is(public.next_due(12), null, 'nothing due soon, nobody stays awake');
select pg_temp.escalate(1);
select is(public.next_due(12), null, 'what is due now needs no waiting');
update public.deliveries set next_attempt_at = now() + interval '7 seconds' where chatbot_id = (select bot from k) and status = 'queued' and kind = 'webhook';
select is(public.next_due(12), 7::double precision, 'what is due in seven seconds is waited for');
select is(public.next_due(5), null, 'by whom it concerns');
update public.webhook_endpoints set is_enabled = false, disabled_reason = 'off' where id = (select endpoint from k);
select is(public.next_due(12), null, 'not for an endpoint that hears nothing');
update public.webhook_endpoints set is_enabled = true where id = (select endpoint from k);
update public.deliveries set status = 'failed' where chatbot_id = (select bot from k) and status = 'queued';

-- Eight at once.
select pg_temp.escalate(12);
select is((select count(*) from pg_temp.claim() c where c ->> 'kind' = 'webhook'), 8::bigint, 'an endpoint has at most eight on their way');
select is((select count(*) from pg_temp.claim() c where c ->> 'kind' = 'webhook'), 0::bigint, 'until they come back');

-- Gone, dead, switched off.
select pg_temp.make_due();
truncate claimed;
insert into claimed select c from pg_temp.claim() as c where c ->> 'kind' = 'webhook';
select pg_temp.finish(c, '{"outcome": "gone", "status_code": 410}') from claimed limit 1;
select results_eq('select is_enabled, disabled_reason from public.webhook_endpoints where id = (select endpoint from k)',
  $$ values (false, 'gone') $$, 'a 410 disables the endpoint');
select is((select count(*) from mail where purpose = 'notice'), 1::bigint, 'the owner is told once');
update public.deliveries set next_attempt_at = now() where chatbot_id = (select bot from k) and kind = 'webhook' and status = 'queued';
select is_empty($$ select c from pg_temp.claim() c where c ->> 'kind' = 'webhook' $$, 'which gets nothing more');
insert into public.deliveries (chatbot_id, kind, purpose, endpoint_id) select bot, 'webhook', 'event', endpoint from k, generate_series(1, 1200);
create temp view waiting as select * from hook where status = 'queued' and lease_token is null;
create temp table before_upkeep as select count(*) as count from waiting;
select public.maintain();
select is((select b.count - (select count(*) from waiting) from before_upkeep b), 1000::bigint, 'what was waiting for it is skipped, a thousand at a time');
select public.maintain();
select is_empty('select id from waiting', 'until nothing is left');
select results_eq($$ select distinct reason from hook where status = 'skipped' $$, array['endpoint_disabled'], 'with the reason');
select pg_temp.escalate(1);
select is((select count(*) from hook where status = 'queued' and lease_token is null), 0::bigint, 'nothing more is queued for it');
update public.webhook_endpoints set is_enabled = true where id = (select endpoint from k);
select results_eq('select disabled_reason, failing_since from public.webhook_endpoints where id = (select endpoint from k)',
  $$ values (null::text, null::timestamptz) $$, 'enabled again, its past is forgotten');
update public.webhook_endpoints set failing_since = now() - interval '4 days 23 hours' where id = (select endpoint from k);
select public.maintain();
select ok((select is_enabled from public.webhook_endpoints where id = (select endpoint from k)), 'nearly five days without a success are not five');
update public.webhook_endpoints set failing_since = now() - interval '5 days 1 second' where id = (select endpoint from k);
select public.maintain(), public.maintain();
select results_eq('select is_enabled, disabled_reason from public.webhook_endpoints where id = (select endpoint from k)',
  $$ values (false, 'failing') $$, 'five days without a success disable it');
select is((select count(*) from mail where purpose = 'notice'), 2::bigint, 'and tell the owner once');
truncate claimed;
insert into claimed select c from pg_temp.claim() as c where c ->> 'purpose' = 'notice';
select ok((select bool_and(c #>> '{data,text}' like '%hooks.shop.example%' and c #>> '{data,url}' like '%/webhooks') from claimed), 'naming the endpoint and where to look');
update public.deliveries set status = 'skipped' where chatbot_id = (select bot from k) and status = 'queued';

-- Too many mails.
delete from private.mail_quota where recipient = 'owner-dsp@shop.example';
select pg_temp.escalate(30);
truncate claimed;
insert into claimed select c from pg_temp.claim() as c where c ->> 'purpose' = 'alert';
select is((select count(*) from claimed), 20::bigint, 'twenty alerts an hour are sent');
select results_eq($$ select count(*), count(distinct summary_id) from mail where reason = 'in_summary' and status = 'queued' $$, $$ values (10::bigint, 1::bigint) $$,
  'the others wait for one summary');
select ok((select next_attempt_at - now() from mail where purpose = 'summary') between interval '1 hour' and interval '1 hour 10 minutes', 'which leaves when the hour is over');
select pg_temp.escalate(1);
select is((select count(*) from pg_temp.claim() c where c ->> 'purpose' = 'alert'), 0::bigint, 'one more waits with them');
create temp table second as select gen_random_uuid() as bot;
insert into public.chatbots (id, owner_id, name) select bot, '00000000-0000-4000-8000-00000000dd01', 'Workshop' from second;
with c as (insert into public.conversations (chatbot_id) select bot from second returning id)
insert into public.escalations (conversation_id, trigger) select id, 'inline_cta' from c;
select is((select count(*) from public.claim_deliveries(500) c where c ->> 'purpose' = 'alert' and c #>> '{chatbot,id}' = (select bot::text from second)), 1::bigint,
  'but the alerts of another chatbot to the same address do not');
select is_empty($$ select r from mail d cross join lateral jsonb_array_elements(private.receipts(d.conversation_id, true)) r
    where d.reason = 'in_summary' and r ->> 'reason' = 'in_summary' and r ->> 'next_attempt_at' is not null $$, 'their receipts name no time');
update public.deliveries set next_attempt_at = now() where purpose = 'summary' and chatbot_id = (select bot from k);
truncate claimed;
insert into claimed select c from pg_temp.claim() as c where c ->> 'purpose' = 'summary';
select results_eq($$ select c #>> '{data,count}', jsonb_array_length(c #> '{data,cases}') from claimed $$, $$ values ('11', 11) $$, 'the summary names them all');
select pg_temp.finish(c, '{"outcome": "ok", "provider_message_id": "pm-sum"}') from claimed;
select is((select count(*) from mail where purpose = 'alert' and reason = 'in_summary' and status = 'sent'), 11::bigint, 'sent, it carries their receipts with it');
select ok(public.record_postmark_event('{"RecordType": "Bounce", "Type": "SoftBounce", "MessageID": "pm-sum", "Email": "owner-dsp@shop.example"}'), 'and bounced');
select is((select count(*) from mail where reason = 'in_summary' and status = 'bounced'), 11::bigint, 'as well');
create temp table again_alone as select id from mail where reason = 'in_summary' limit 1;
select private.requeue(array(select id from again_alone));
select public.record_postmark_event('{"RecordType": "SpamComplaint", "MessageID": "pm-sum", "Email": "owner-dsp@shop.example"}');
select results_eq('select status::text, reason, summary_id from mail natural join again_alone', $$ values ('queued', null::text, null::uuid) $$,
  'what is sent again by itself is the summary''s no more');
select is((select count(*) from mail where reason = 'in_summary' and status = 'complained'), 10::bigint, 'though the others still are');
delete from private.suppressed_addresses where email = 'owner-dsp@shop.example';

-- The channel is paused, not the mails burnt.
update public.deliveries set status = 'skipped' where chatbot_id = (select bot from k) and status = 'queued';
delete from private.mail_quota where recipient = 'owner-dsp@shop.example';
select pg_temp.escalate(5);
truncate claimed;
insert into claimed select c from pg_temp.claim() as c where c ->> 'purpose' = 'alert';
select public.finish_deliveries(array_agg(c || '{"outcome": "pause", "status_code": 401, "error": "Bad token."}')) from claimed;
select results_eq($$ select paused_until > now(), pause_reason from private.senders where kind = 'email' $$, $$ values (true, 'Bad token.') $$, 'a 401 pauses the channel');
select is((select count(*) from pg_temp.claim() c where c ->> 'kind' = 'email'), 0::bigint, 'no mail is claimed then');
select is((select count(*) from mail where status = 'queued' and attempt_count - attempt_base > 0), 0::bigint, 'and none has lost an attempt');
update private.senders set paused_until = now() where kind = 'email';
-- What another transaction holds at this moment cannot be claimed either, and waiting for it could be waiting for each other.
update public.deliveries set status = 'skipped' where id in (
  select d.id from public.deliveries d where d.chatbot_id <> (select bot from k) and d.kind = 'email' and d.status = 'queued'
  for no key update skip locked);
truncate claimed;
insert into claimed select c from pg_temp.claim() as c where c ->> 'kind' = 'email';
select is((select count(*) from claimed), 1::bigint, 'after a minute one mail probes it');
select pg_temp.finish(c, '{"outcome": "ok"}') from claimed;
select is((select count(*) from pg_temp.claim() c where c ->> 'kind' = 'email'), 4::bigint, 'when that one goes, the others follow');

-- A bell of one's own: where none is told, nobody would come.
select vault.create_secret('http://project.example', 'project_url') where not exists (select from vault.secrets where name = 'project_url');
select set_config('handoff.has_rung', '', true);
select public.hand_over_sweep();
select isnt_empty($$ select from net.http_request_queue where url like '%/functions/v1/dispatch' $$, 'a sweep that has done its share has another call come');

select * from finish();
rollback;
