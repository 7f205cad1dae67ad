-- Whose wishes count for mail to an address: a member's who has confirmed it, and the owner's own. Anybody may sign up with any
-- address, and what such an account says about mail or hours is nobody's wish.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select plan(7);

create temp table k as select gen_random_uuid() as owner, gen_random_uuid() as account, gen_random_uuid() as shop, gen_random_uuid() as other;
insert into auth.users (id, email) select owner, 'owner@switch.test' from k;
insert into public.chatbots (id, owner_id, name) select unnest(array[shop, other]), owner, 'Shop' from k;
insert into public.escalation_recipients (chatbot_id, email) select shop, 'Desk@switch.test' from k;
create function pg_temp.told() returns text language sql as $$
  select coalesce(a.reason, 'told') from private.addressees((select shop from k)) a where lower(a.email) = 'desk@switch.test'
$$;

select is(pg_temp.told(), 'told', 'a recipient without an account is told');
insert into auth.users (id, email, email_confirmed_at) select account, 'desk@switch.test', now() from k;
update public.profiles set notify_escalation = false where user_id = (select account from k);
select is(pg_temp.told(), 'told', 'an account with that address changes nothing by being there');
insert into public.chatbot_members (chatbot_id, user_id, role) select other, account, 'admin' from k;
select is(pg_temp.told(), 'told', 'nor by being let in elsewhere');
insert into public.chatbot_members (chatbot_id, user_id, role) select shop, account, 'agent' from k;
select is(pg_temp.told(), 'kill_switch', 'a member here who has confirmed the address is taken at their word');
update auth.users set email_confirmed_at = null where id = (select account from k);
select is(pg_temp.told(), 'told', 'one who has not is not');
update public.profiles set notify_escalation = false where user_id = (select owner from k);
select is((select a.reason from private.addressees((select shop from k)) a where a.place = 0), 'kill_switch', 'the owner''s switch is the owner''s own');

insert into public.conversations (chatbot_id) select shop from k;
insert into public.escalations (conversation_id, trigger) select c.id, 'api' from public.conversations c, k where c.chatbot_id = k.shop;
update auth.users set email_confirmed_at = now() where id = (select account from k);
select private.skip_pointless(array(select d.id from public.deliveries d, k where d.chatbot_id = k.shop and d.status = 'queued'));
select is((select d.reason from public.deliveries d, k where d.chatbot_id = k.shop and lower(d.recipient) = 'desk@switch.test'), 'kill_switch', 'and what waits is measured by the same rule when it is due');

select * from finish();
rollback;
