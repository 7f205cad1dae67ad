-- Events of one conversation reach an endpoint in the order in which they happened, and say it. A resolve waits ten seconds for a
-- second thought; what was taken back is never told, what was not is told before all that follows.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(25);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000ee01', 'owner-ord@shop.example');
create temp table k as select '00000000-0000-4000-8000-00000000eec1'::uuid as bot, '00000000-0000-4000-8000-00000000eee1'::uuid as endpoint;
insert into public.chatbots (id, owner_id, name) select bot, '00000000-0000-4000-8000-00000000ee01', 'Shop' from k;
insert into public.webhook_endpoints (id, chatbot_id, url, events, secret_id)
select endpoint, bot, 'https://hooks.shop.example/in',
  '{conversation.started,message.received,conversation.escalated,conversation.resolved,conversation.reopened}', vault.create_secret('whsec_ord') from k;
create temp view hook as select d.*, v.type, v.available_at from public.deliveries d join public.events v on v.id = d.event_id
  where d.chatbot_id = (select bot from k);

create temp table c as select gen_random_uuid() as id;
insert into public.conversations (id, chatbot_id) select c.id, k.bot from c, k;
create function pg_temp.say(words text) returns void language sql as $$
  insert into public.messages (conversation_id, role, text) select id, 'visitor', words from c
$$;
create function pg_temp.ask() returns void language sql as $$
  insert into public.escalations (conversation_id, trigger) select id, 'inline_cta' from c
$$;
create function pg_temp.turn(to_status text) returns void language sql as $$
  update public.escalations set status = to_status::public.escalation_status where id = (select x.escalation_id from public.conversations x, c where x.id = c.id)
$$;
create function pg_temp.undo() returns void language sql as $$
  update public.escalations set status = 'open', undo_until = null where id = (select x.escalation_id from public.conversations x, c where x.id = c.id)
$$;
create function pg_temp.claim() returns setof jsonb language sql as $$
  select x from public.claim_deliveries(500) x where x #>> '{chatbot,id}' = (select bot::text from k) and x ->> 'kind' = 'webhook'
$$;
create temp table claimed (x jsonb);
-- Claims what is due and says it in order until nothing is; answers the types.
create function pg_temp.drain(outcome text default 'ok') returns text language plpgsql as $$
declare
  told text := '';
begin
  loop
    delete from claimed where true;
    insert into claimed select pg_temp.claim();
    exit when not exists (select from claimed);
    told := concat_ws(' ', nullif(told, ''), (select string_agg(replace(x #>> '{event,type}', 'conversation.', ''), '+') from claimed));
    perform public.finish_deliveries(array_agg(x || jsonb_build_object('outcome', outcome))) from claimed;
  end loop;
  return told;
end $$;
-- The ten seconds pass.
create function pg_temp.wait() returns void language sql as $$
  update public.escalations set undo_until = now() - interval '1 second' where undo_until > now() and chatbot_id = (select bot from k);
  update public.events set available_at = now() - interval '1 second' where available_at > now() and available_at < 'infinity' and chatbot_id = (select bot from k);
  update public.deliveries set next_attempt_at = now() where status = 'queued' and next_attempt_at > now() and chatbot_id = (select bot from k);
$$;

select pg_temp.say('Hello'), pg_temp.ask();
select is(pg_temp.drain(), 'started message.received escalated', 'one after the other, each when the one before it has arrived');
select results_eq('select (body::jsonb ->> $$seq$$)::integer from public.events where conversation_id = (select id from c) order by place', array[1, 2, 3],
  'and each says its place');

select pg_temp.turn('resolved');
select is(pg_temp.drain(), '', 'a resolve is not said at once');
select pg_temp.undo();
select is(pg_temp.drain(), '', 'taken back');
select pg_temp.wait();
select is(pg_temp.drain(), '', 'it is never said');
select is((select reason from hook where type = 'conversation.resolved'), 'undone', 'and its receipt says why');

select pg_temp.turn('resolved'), pg_temp.wait(), pg_temp.turn('open');
select is(pg_temp.drain(), 'resolved reopened', 'reopened when the ten seconds are over: both are told, whether or not the sender had come to the first');

select pg_temp.turn('resolved'), pg_temp.ask();
select is(pg_temp.drain(), 'resolved escalated', 'asking again ends the ten seconds, and the resolve goes first');

-- A message of the ten seconds waits for what the resolve comes to, here and in the feed.
select pg_temp.turn('resolved'), pg_temp.say('Thanks');
select is(pg_temp.drain(), '', 'what is said within the ten seconds waits');
select private.number_events((select bot from k));
select is((select count(*)::integer from public.events where conversation_id = (select id from c) and seq is null and available_at < 'infinity'), 2, 'in the feed as well');
select pg_temp.undo();
select is(pg_temp.drain(), 'message.received', 'taken back, it lets the others go');
select private.number_events((select bot from k));
select is_empty('select id from public.events where conversation_id = (select id from c) and seq is null and available_at < $$infinity$$', 'there too');
select results_eq('select place from public.events where conversation_id = (select id from c) and seq is not null order by seq',
  'select place from public.events where conversation_id = (select id from c) and seq is not null order by place', 'the feed is in the same order');
select pg_temp.turn('resolved'), pg_temp.say('Bye'), pg_temp.wait();
select is(pg_temp.drain(), 'resolved message.received', 'otherwise the resolve goes first');

-- A receiver that fails: the first retry is waited for, what comes later is not.
select pg_temp.say('One'), pg_temp.say('Two');
insert into claimed select pg_temp.claim();
select is((select count(*)::integer from claimed), 1, 'one of a conversation is on its way');
select is_empty('select pg_temp.claim()', 'the next waits for it');
select public.finish_deliveries(array_agg(x || '{"outcome": "retry"}')) from claimed;
select is_empty('select pg_temp.claim()', 'also while it is about to be tried again');
update public.deliveries set next_attempt_at = now() where status = 'queued' and attempt_count = 1 and chatbot_id = (select bot from k) and kind = 'webhook';
delete from claimed where true;
insert into claimed select pg_temp.claim();
select is((select x ->> 'attempt' from claimed), '2', 'it is tried again');
select public.finish_deliveries(array_agg(x || '{"outcome": "retry"}')) from claimed;
delete from claimed where true;
insert into claimed select pg_temp.claim();
select results_eq('select (x ->> $$body$$)::jsonb #>> $${data,text}$$ from claimed', array['Two'], 'five minutes are too long: the next goes');
select public.finish_deliveries(array_agg(x || '{"outcome": "retry", "retry_after_seconds": 3600}')) from claimed;
select pg_temp.say('Three');
select is(pg_temp.drain(), 'message.received', 'and so is a receiver''s own wish for an hour');
select ok((select min(next_attempt_at) > now() + interval '200 seconds' from hook where status = 'queued'), 'what failed keeps its time');

-- Other conversations and other endpoints do not wait.
update public.deliveries set status = 'skipped' where chatbot_id = (select bot from k) and status = 'queued';
select pg_temp.say('Four');
insert into claimed select pg_temp.claim();
update c set id = gen_random_uuid();
insert into public.conversations (id, chatbot_id) select c.id, k.bot from c, k;
select pg_temp.say('Elsewhere');
select is(pg_temp.drain(), 'started message.received', 'another conversation does not wait');
insert into public.webhook_endpoints (chatbot_id, url, events, secret_id)
select bot, 'https://hooks.shop.example/two', '{message.received}', vault.create_secret('whsec_ord2') from k;
select pg_temp.say('To both');
select is((select count(*)::integer from pg_temp.claim()), 2, 'nor does another endpoint');
select pg_temp.say('Again to both');
select is_empty('select pg_temp.claim()', 'each endpoint has its own order');
select is((select count(*)::integer from hook where status = 'queued' and lease_token is null), 2, 'and loses nothing of it');

select * from finish();
rollback;
