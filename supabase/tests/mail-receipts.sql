-- Postmark tells what became of a mail, in any order and more than once; the weekly digest; and the switch that stops mail.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(25);

insert into auth.users (id, email, email_confirmed_at) values ('00000000-0000-4000-8000-00000000ee01', 'owner-rec@shop.example', now()),
  ('00000000-0000-4000-8000-00000000ee02', 'agent-rec@shop.example', now());
create temp table k as select '00000000-0000-4000-8000-00000000eec1'::uuid as bot;
insert into public.chatbots (id, owner_id, name) select bot, '00000000-0000-4000-8000-00000000ee01', 'Shop' from k;
insert into public.chatbot_members (chatbot_id, user_id, role) select bot, '00000000-0000-4000-8000-00000000ee02', 'agent' from k;
insert into public.escalation_recipients (chatbot_id, email) select bot, e from k, unnest(array['agent-rec@shop.example', 'team-rec@shop.example']) as e;
insert into public.conversations (chatbot_id) select bot from k;
insert into public.escalations (conversation_id, trigger) select c.id, 'api' from public.conversations c, k where c.chatbot_id = k.bot;
update public.deliveries set status = 'sent', sent_at = now(), provider_message_id = 'rec-' || split_part(recipient, '@', 1) where chatbot_id = (select bot from k);

create function pg_temp.tell(told text, who text, more jsonb default '{}') returns boolean language sql as $$
  select public.record_postmark_event(jsonb_build_object('RecordType', told, 'MessageID', 'rec-' || split_part(who, '@', 1),
    case told when 'Delivery' then 'Recipient' else 'Email' end, who,
    'Metadata', jsonb_build_object('delivery_id', (select id from public.deliveries where chatbot_id = (select bot from k) and recipient = who and purpose = 'alert'))) || more)
$$;
create function pg_temp.status(who text) returns text language sql as $$
  select status::text from public.deliveries where chatbot_id = (select bot from k) and recipient = who and purpose = 'alert'
$$;

select ok(pg_temp.tell('Delivery', 'owner-rec@shop.example'), 'a delivery is news');
select is(pg_temp.status('owner-rec@shop.example'), 'delivered', 'and moves the receipt');
select is(pg_temp.tell('Delivery', 'owner-rec@shop.example'), false, 'told again it is none');
select ok(pg_temp.tell('SpamComplaint', 'owner-rec@shop.example'), 'a complaint comes after it');
select is(pg_temp.status('owner-rec@shop.example'), 'complained', 'and stands');
select is(pg_temp.tell('Delivery', 'owner-rec@shop.example'), false, 'a late delivery does not take it back');
select ok(pg_temp.tell('Bounce', 'team-rec@shop.example', '{"Type": "SoftBounce"}'), 'a soft bounce');
select is(pg_temp.status('team-rec@shop.example'), 'bounced', 'is a bounce');
select ok(pg_temp.tell('Delivery', 'team-rec@shop.example'), 'but a later delivery is believed');
select is(pg_temp.tell('Bounce', 'team-rec@shop.example', '{"Type": "AutoResponder"}'), false, 'an answering machine is no bounce');
select ok(pg_temp.tell('Bounce', 'agent-rec@shop.example', '{"Type": "HardBounce", "Inactive": true, "Metadata": {}}'), 'without our id the message''s own id is enough');
select is(pg_temp.status('agent-rec@shop.example'), 'bounced', 'to find the receipt');
select set_eq($$ select email from private.suppressed_addresses where email like '%-rec@shop.example' $$,
  array['owner-rec@shop.example', 'agent-rec@shop.example'], 'who complained or bounced for good gets no more mail');
select ok(public.record_postmark_event('{"RecordType": "SubscriptionChange", "Recipient": "Agent-rec@shop.example", "SuppressSending": false}'), 'a reactivation');
select is((select count(*) from private.suppressed_addresses where email = 'agent-rec@shop.example'), 0::bigint, 'lets the address in again');
select is(public.record_postmark_event('{"RecordType": "Open", "MessageID": "rec-team-rec"}'), false, 'other records are nothing to us');
select is(public.record_postmark_event('{"RecordType": "Delivery", "MessageID": null, "Metadata": {"delivery_id": "x"}}'), false, 'nor is what names nothing');
select results_eq($$ select type::text from public.timeline_entries where chatbot_id = (select bot from k) and type::text like 'mail.%' and data ->> 'recipient' = 'team-rec@shop.example' order by id $$,
  array['mail.sent', 'mail.bounced', 'mail.delivered'], 'the timeline tells the story');

-- The digest.
select private.queue_digests();
select is((select count(*) from public.deliveries where chatbot_id = (select bot from k) and purpose = 'digest'), 0::bigint, 'what came this week is not in the digest');
update public.escalations set escalated_at = now() - interval '9 days' where chatbot_id = (select bot from k);
select private.queue_digests(), private.queue_digests();
select set_eq($$ select recipient, status::text, reason from public.deliveries where chatbot_id = (select bot from k) and purpose = 'digest' $$,
  $$ values ('owner-rec@shop.example', 'skipped', 'suppressed'), ('agent-rec@shop.example', 'queued', null), ('team-rec@shop.example', 'queued', null) $$,
  'what is still open goes to everybody once a week');
update private.senders set paused_until = null, pause_reason = null where kind = 'email';
update public.profiles set notify_escalation = false where user_id = '00000000-0000-4000-8000-00000000ee02';
-- Only ours: other tests may have work waiting at the same moment.
create function pg_temp.claim_digests() returns setof jsonb language sql as $$
  select c from public.claim_deliveries(500) c where c #>> '{chatbot,id}' = (select bot::text from k) and c ->> 'purpose' = 'digest'
$$;
create temp table claimed as select c from pg_temp.claim_digests() c;
select results_eq($$ select c ->> 'recipient', c #>> '{data,count}', c #>> '{data,cases,0,reference}' from claimed $$,
  $$ select 'team-rec@shop.example', '1', reference from public.conversations where chatbot_id = (select bot from k) $$, 'it lists the cases');
select is((select reason from public.deliveries where purpose = 'digest' and recipient = 'agent-rec@shop.example'), 'kill_switch', 'whoever has turned mail off meanwhile gets none');
update public.escalations set status = 'resolved' where chatbot_id = (select bot from k);
update public.deliveries set next_attempt_at = now() where chatbot_id = (select bot from k) and purpose = 'digest' and status = 'queued';
select is_empty('select pg_temp.claim_digests()', 'nothing open, nothing sent');
select is((select reason from public.deliveries where purpose = 'digest' and recipient = 'team-rec@shop.example'), 'nothing_open', 'and the receipt says so');
select is((select count(*) from public.delivery_attempts where chatbot_id = (select bot from k) and outcome = 'lease_lost'), 0::bigint, 'a skipped mail counts as no attempt');

select * from finish();
rollback;
