-- The addresses that people answer to, and what becomes of a mail to one: the words of whoever they belong to, and of nobody else.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;

create schema story;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid
$$;
insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)
select story.person(n), n || '@story.test', now(), jsonb_build_object('display_name', initcap(n) || ' Story')
from unnest('{olga,ana,ben}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values ('10000000-0000-4000-8000-000000000001', story.person('olga'), 'Shop');
insert into public.chatbot_members (chatbot_id, user_id, role) values
  ('10000000-0000-4000-8000-000000000001', story.person('ana'), 'agent');
insert into public.conversations (id, chatbot_id) values
  ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001'),
  ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001');
insert into public.messages (conversation_id, role, text) values ('20000000-0000-4000-8000-000000000001', 'visitor', 'Where is it?');
insert into public.leads (conversation_id, chatbot_id, email)
values ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'kim@doe.test');
insert into public.escalations (conversation_id, trigger) values ('20000000-0000-4000-8000-000000000001', 'inline_cta');

create function story.address(who text default null, n integer default 1) returns text language sql as $$
  select private.reply_address(('20000000-0000-4000-8000-00000000000' || n)::uuid, story.person(who))
$$;
create function story.hash(address text) returns text language sql as $$
  select encode(sha256(convert_to(substring(address from '\+(.*)@'), 'UTF8')), 'hex')
$$;
create function story.mail(address text, sender text, words text, id text, more jsonb default '{}') returns text language sql as $$
  select public.receive_mail(array[story.hash(address)],
    jsonb_build_object('message_id', id, 'from', sender, 'text', words) || more)
$$;
create function story.inbound(address text) returns void language plpgsql as $$
begin
  perform vault.update_secret(s.id, address) from vault.secrets s where s.name = 'inbound_address';
  if not exists (select from vault.secrets s where s.name = 'inbound_address') then
    perform vault.create_secret(address, 'inbound_address');
  end if;
end $$;

select plan(30);

select story.inbound('env(INBOUND_ADDRESS)');
select is(story.address(), null, 'without a mailbox for answers there is no address');
select story.inbound(repeat('x', 38) || '@inbound.test');
select is(story.address(), null, 'nor with one whose local part would be longer than 64 characters');
select is_empty('select 1 from private.reply_addresses a where a.conversation_id::text like ''20000000-%''', 'and none is kept');
select story.inbound('Answers@inbound.test');
select matches(story.address(), '^answers\+[a-z2-7]{26}@inbound\.test$', 'an address is the mailbox and 26 characters that no server changes');
select is(story.address(), story.address(), 'the same every time');
select isnt(story.address(), story.address('ana'), 'another one for each correspondent');
select isnt(story.address(), story.address(null, 2), 'and for each conversation');
select results_eq($$ select count(*)::integer, count(distinct token_hash)::integer from private.reply_addresses
  where conversation_id::text like '20000000-%' $$, 'values (3, 3)', 'the hash is kept, once');
select is(public.mail_context(array[repeat('0', 64), 'x'], 'm'), null, 'of an address that is none there is nothing to say');
select is(story.mail('answers+' || repeat('a', 26) || '@inbound.test', 'kim@doe.test', 'Hi', 'm0'), 'unknown', 'and nothing to take');

select is(story.mail(story.address(), 'Kim@doe.test', 'It came.', 'm1'), 'taken', 'the visitor answers');
select is(story.mail(story.address(), 'kim@doe.test', 'It came.', 'm1'), 'known', 'once');
select is(public.mail_context(array[story.hash(story.address())], 'm1'), null, 'a mail that is known is not read again');
select is(story.mail(story.address(), 'ana@story.test', 'Hi', 'm2'), 'unverified', 'a member at the visitor''s address is not the visitor');
select is(story.mail(story.address('ana'), 'kim@doe.test', 'Hi', 'm3'), 'unverified', 'nor is the visitor a member');
select is(story.mail(story.address('ben'), 'ben@story.test', 'Hi', 'm4'), 'unverified', 'nor is who does not belong to the team');
select is(story.mail(story.address(), 'kim@doe.test', '', 'm5'), 'refused', 'a mail that says nothing is none');
select is(story.mail(story.address(), 'kim@doe.test', 'Away', 'm6', '{"machine": "auto_submitted"}'), 'machine', 'nor is a machine''s');
select is(story.mail(story.address('ana'), 'ana@story.test', 'On its way.', 'm7'), 'taken', 'a member answers');
select is(story.mail(story.address('ana'), 'ana@story.test', 'Secret', 'm8', '{"holds_quote": true}'), 'held',
  'but not with what only the team may read');
select results_eq($$ select role::text, coalesce(event, text), via::text, author_id from public.messages
  where conversation_id = '20000000-0000-4000-8000-000000000001' order by seq $$,
  $$ values ('visitor', 'Where is it?', 'widget', null::uuid), ('visitor', 'It came.', 'mail', null),
    ('system', 'person_joined', 'widget', story.person('ana')), ('agent', 'On its way.', 'mail', story.person('ana')) $$,
  'a member''s mail is a reply like any other');
select results_eq($$ select first_replied_by, first_opened_by from public.escalations
  where conversation_id = '20000000-0000-4000-8000-000000000001' $$,
  $$ values (story.person('ana'), story.person('ana')) $$, 'the case was opened and answered by that member');
select results_eq($$ select data ->> 'status', data ->> 'reason' from public.timeline_entries
  where conversation_id = '20000000-0000-4000-8000-000000000001' and type = 'mail.set_aside' order by id $$,
  $$ values ('unverified', 'other_sender'), ('unverified', 'other_sender'), ('unverified', 'not_a_member'), ('refused', 'empty'),
    ('machine', 'auto_submitted'), ('held', 'quote_left') $$, 'the timeline says what was set aside, and why');

-- Whoever answers a mail has read it.
create function story.receipts() returns text language sql as $$
  select string_agg(r.status::text, ' ' order by r.seq) from public.reply_receipts r
  where r.conversation_id = '20000000-0000-4000-8000-000000000001'
$$;
insert into public.messages (conversation_id, role, text, author_id)
select '20000000-0000-4000-8000-000000000001', 'agent', 'Reply ' || n, story.person('ana') from generate_series(1, 3) n;
delete from public.deliveries where conversation_id = '20000000-0000-4000-8000-000000000001' and purpose = 'reply';
insert into public.deliveries (id, chatbot_id, conversation_id, kind, purpose, recipient, status, sent_at, finished_at)
select ('30000000-0000-4000-8000-00000000000' || n)::uuid, '10000000-0000-4000-8000-000000000001',
  '20000000-0000-4000-8000-000000000001', 'email', 'reply', 'kim@doe.test', 'delivered', now(), now() from generate_series(1, 2) n;
with carried as (
  select r.message_id, row_number() over (order by r.seq) as n from public.reply_receipts r
  where r.conversation_id = '20000000-0000-4000-8000-000000000001'
)
update public.reply_receipts r set status = 'delivered', delivered_at = now(),
  delivery_id = ('30000000-0000-4000-8000-00000000000' || c.n - 1)::uuid
from carried c where c.message_id = r.message_id and c.n in (2, 3);
select is(story.receipts(), 'waiting delivered delivered waiting', 'four replies, two of them mailed');
create function story.answer(sender text, id text, mail text, more jsonb default '{}') returns text language sql as $$
  select story.mail(story.address(), sender, 'Thank you', id,
    more || jsonb_build_object('answered', jsonb_build_array('30000000-0000-4000-8000-00000000000' || mail, 'nonsense')))
$$;
select story.answer('kim@doe.test', 'a1', '1', '{"machine": "auto_submitted"}'), story.answer('ana@story.test', 'a2', '1'),
  story.answer('kim@doe.test', 'a3', '3'), story.mail(story.address(), 'kim@doe.test', 'Hi', 'a4');
select is(story.receipts(), 'waiting delivered delivered waiting', 'a machine, a stranger, and an answer to nothing of ours prove nothing');
select is(story.answer('kim@doe.test', 'a5', '1'), 'taken', 'the visitor answers the first mail');
select is(story.receipts(), 'waiting read delivered waiting', 'and has read that one, not the next, nor what was never mailed');
select story.answer('kim@doe.test', 'a6', '2');
select is(story.receipts(), 'waiting read read waiting', 'until they answer that too');
select results_eq($$ select type::text, (data ->> 'count')::integer from public.timeline_entries
  where conversation_id = '20000000-0000-4000-8000-000000000001' and type = 'reply.read' $$, $$ values ('reply.read', 1) $$,
  'the timeline says so, once for what is read in a row');
insert into public.inbound_mails (chatbot_id, conversation_id, provider_message_id, from_email, status, text)
select '10000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001', 'flood' || n, '', 'machine', ''
from generate_series(1, 100) n;
select is(story.mail(story.address(), 'kim@doe.test', 'Hi', 'm9'), 'flood', 'a flood leaves no more rows');

select * from finish();
rollback;
