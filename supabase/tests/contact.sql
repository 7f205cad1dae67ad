-- A visitor says how to be reached after asking for a person: whoever was told before gets a mail about it, once. Channels: channels.sql.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select plan(9);

insert into auth.users (id, email, email_confirmed_at) values ('00000000-0000-4000-8000-00000000cc01', 'olga@contact.test', now()), ('00000000-0000-4000-8000-00000000cc02', 'mute@contact.test', now());
update public.profiles set notify_escalation = false where email = 'mute@contact.test';
insert into public.chatbots (id, owner_id, name) values ('10000000-0000-4000-8000-00000000cc01', '00000000-0000-4000-8000-00000000cc01', 'Shop');
insert into public.chatbot_members (chatbot_id, user_id, role) values ('10000000-0000-4000-8000-00000000cc01', '00000000-0000-4000-8000-00000000cc02', 'agent');
insert into public.escalation_recipients (chatbot_id, email, position) values
  ('10000000-0000-4000-8000-00000000cc01', 'desk@contact.test', 0), ('10000000-0000-4000-8000-00000000cc01', 'mute@contact.test', 1);
create function pg_temp.asked() returns uuid language sql as $$
  with c as (insert into public.conversations (chatbot_id) values ('10000000-0000-4000-8000-00000000cc01') returning id)
  insert into public.escalations (conversation_id, trigger) select id, 'api' from c returning conversation_id
$$;
create function pg_temp.gives(conversation uuid, address text) returns void language sql as $$
  insert into public.leads as l (conversation_id, chatbot_id, email) values (conversation, '10000000-0000-4000-8000-00000000cc01', address)
  on conflict (conversation_id) do update set email = excluded.email
$$;
create function pg_temp.told(conversation uuid) returns text[] language sql as $$
  select coalesce(array_agg(recipient order by recipient), '{}') from public.deliveries where conversation_id = conversation and purpose = 'contact'
$$;
create temp table early as select pg_temp.asked() as id;
create temp table late as select pg_temp.asked() as id;

select pg_temp.gives(id, 'vera@visitor.test') from early;
select is(pg_temp.told(id), '{}', 'an alert that still waits carries the address itself') from early;
update public.deliveries d set attempt_count = 1, status = 'sent', next_attempt_at = null from late where d.conversation_id = late.id and d.purpose = 'alert' and d.status = 'queued';
select pg_temp.gives(id, 'vera@visitor.test') from late;
select is(pg_temp.told(id), '{desk@contact.test,olga@contact.test}', 'one that has left is followed by a mail to the same people, and to nobody who wants none') from late;
select is((select count(*) from public.deliveries d, late where d.conversation_id = late.id and purpose = 'alert'), 3::bigint, 'there is one alert for each, as before');
select pg_temp.gives(id, 'vera@elsewhere.test') from late;
select is(cardinality(pg_temp.told(id)), 2, 'a change of mind is on the dashboard, not in the mailbox again') from late;
update public.deliveries set next_attempt_at = 'infinity' where status = 'queued' and (purpose <> 'contact' or conversation_id <> (select id from late));
create temp table claimed as select x from public.claim_deliveries() x;
select is((select count(*) from claimed), 2::bigint, 'they are due at once');
select is((select array_agg(distinct x #>> '{lead,email}') from claimed), '{vera@elsewhere.test}', 'with the address as it is now');
select is((select array_agg(distinct x #>> '{escalation,url}') from claimed), (select array[private.deep_link('10000000-0000-4000-8000-00000000cc01', id)] from late), 'and the way to the case');
update public.profiles set notify_escalation = false where email = 'olga@contact.test';
create temp table third as select pg_temp.asked() as id;
update public.deliveries d set attempt_count = 1, status = 'sent' from third where d.conversation_id = third.id and d.status = 'queued';
select pg_temp.gives(id, 'x@visitor.test') from third;
select is(pg_temp.told(id), '{desk@contact.test}', 'an owner who wants no mail gets none of these') from third;
create temp table done as select pg_temp.asked() as id;
update public.deliveries d set attempt_count = 1, status = 'sent' from done where d.conversation_id = done.id and d.status = 'queued';
update public.escalations e set status = 'resolved' from done where e.conversation_id = done.id;
select pg_temp.gives(id, 'x@visitor.test') from done;
select is(pg_temp.told(id), '{}', 'and for a case that is done nobody is written to') from done;

select * from finish();
rollback;
