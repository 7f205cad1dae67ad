-- Mail to visitors who have left: one for a burst, judged when it is taken, to an address that wants it, three an hour at most; and what
-- becomes of it is what became of the replies.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;
select plan(66);

create schema story;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5('reply mails ' || name) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-0000000000b1'::uuid $$;
create function story.c(n int) returns uuid language sql immutable as $$ select ('20000000-0000-4000-8000-0000000b' || lpad(n::text, 4, '0'))::uuid $$;
insert into auth.users (id, email, raw_user_meta_data, email_confirmed_at)
select story.person(n), n || '@mails.test', jsonb_build_object('display_name', initcap(n) || ' Story'), now() from unnest('{olga,ana,ben}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values (story.shop(), story.person('olga'), 'Shop');
insert into public.chatbot_members (chatbot_id, user_id, role)
select story.shop(), story.person(n), 'agent' from unnest('{ana,ben}'::text[]) n;
-- A visitor of the widget, with a question and, unless none is given, an address.
create function story.visitor(n int, address text) returns void language sql as $$
  insert into public.conversations (id, chatbot_id, page_url) values (story.c(n), story.shop(), 'https://shop.example/cart');
  insert into private.conversation_tokens (token_hash, conversation_id) values (decode(md5('t' || n) || md5('u' || n), 'hex'), story.c(n));
  insert into public.messages (conversation_id, role, text) values (story.c(n), 'visitor', 'Question ' || n);
  insert into public.leads (conversation_id, chatbot_id, email) select story.c(n), story.shop(), address where address is not null;
$$;
create function story.reply(n int, words text, who text default 'ana') returns void language sql as $$
  insert into public.messages (conversation_id, role, text, author_id) values (story.c(n), 'agent', words, story.person(who))
$$;
create function story.receipts(n int) returns text language sql as $$
  select string_agg(r.status || coalesce(' ' || r.reason, ''), ', ' order by r.seq) from public.reply_receipts r where r.conversation_id = story.c(n)
$$;
create function story.mails(n int) returns text language sql as $$
  select string_agg(d.status || coalesce(' ' || d.reason, '') || case when d.status = 'queued' then
      ' ' || coalesce(nullif(round(extract(epoch from d.next_attempt_at - now()) / 60)::text, '0'), 'now') else '' end,
    ', ' order by d.finished_at is null, d.attempt_count desc, d.id)
  from public.deliveries d where d.conversation_id = story.c(n) and d.purpose = 'reply'
$$;
-- The waiting is over, and somebody takes what is due: the mails to visitors, by conversation.
create function story.due(n int) returns void language sql as $$
  update public.deliveries set next_attempt_at = now() where conversation_id = story.c(n) and purpose = 'reply' and status = 'queued'
$$;
create function story.claim(n int default null) returns jsonb language plpgsql as $$
declare
  claimed jsonb;
begin
  if n is not null then perform story.due(n); end if;
  select jsonb_agg(x) into claimed from public.claim_deliveries(500, 60, gen_random_uuid()) x where x ->> 'purpose' = 'reply';
  return claimed;
end $$;
create function story.finish(mail jsonb, outcome text default 'ok') returns void language sql as $$
  select public.finish_deliveries(array[jsonb_build_object('id', mail ->> 'id', 'lease_token', mail ->> 'lease_token', 'outcome', outcome,
    'retry_after_seconds', 0, 'provider_message_id', mail ->> 'id')])
$$;
create function story.report(mail jsonb, what jsonb) returns void language sql as $$
  select public.record_postmark_event(what || jsonb_build_object('Email', mail ->> 'recipient', 'Metadata', jsonb_build_object('delivery_id', mail ->> 'id')))
$$;
update public.deliveries set status = 'failed', next_attempt_at = null where status = 'queued';

-- A burst.
select story.visitor(1, 'Vera@visitor.example');
select story.reply(1, E'Hello Vera,\n\n**one moment**.');
select is(story.mails(1), 'queued 3', 'a reply queues a mail for in three minutes');
update public.deliveries set next_attempt_at = next_attempt_at - interval '1 minute' where conversation_id = story.c(1) and purpose = 'reply';
select story.reply(1, 'Here it is.', 'ben');
select is(story.mails(1), 'queued 2', 'another goes with it, at the time of the first');
select is(story.claim(), null, 'which is not before it is due');
create temp table mail as select story.claim(1) -> 0 as m;
select is((select m ->> 'recipient' from mail), 'Vera@visitor.example', 'then it takes the address');
select results_eq($$ select r ->> 'author', r ->> 'text' from mail, jsonb_array_elements(m #> '{data,replies}') r $$,
  $$ values ('Ana', E'Hello Vera,\n\n**one moment**.'), ('Ben', 'Here it is.') $$, 'and the words as they were typed');
select results_eq($$ select m #>> '{data,question}', m #>> '{data,chatbot}', m #>> '{data,language}', m #> '{data,earlier}' from mail $$,
  $$ values ('Question 1', 'Shop', 'en', '[]'::jsonb) $$, 'with the question they answer');
select is(story.receipts(1), 'waiting, waiting', 'until it is sent they wait');
select is((select count(distinct delivery_id) from public.reply_receipts where conversation_id = story.c(1)), 1::bigint, 'for this mail');

-- What follows while it is being sent.
select story.reply(1, 'And one more thing.');
select is(story.mails(1), 'queued 1, queued 3', 'a reply that comes while the mail is taken gets a mail of its own');
update public.deliveries set leased_until = now() - interval '1 second', next_attempt_at = now() where id = (select (m ->> 'id')::uuid from mail);
update public.chatbots set name = 'Renamed' where id = story.shop();
update public.leads set name = 'Vera' where conversation_id = story.c(1);
select is((select (story.claim() -> 0) - '{lease_token,attempt,chatbot}'::text[]), (select m - '{lease_token,attempt,chatbot}'::text[] from mail), 'every attempt says the same to the same address');
update mail set m = m || jsonb_build_object('lease_token', (select lease_token from public.deliveries where id = (m ->> 'id')::uuid));
select story.finish(m) from mail;
select is(story.receipts(1), 'mailed, mailed, waiting', 'what it carried is mailed');
select story.report(m, '{"RecordType": "Delivery"}') from mail;
select is(story.receipts(1), 'delivered, delivered, waiting', 'then delivered');
update public.conversations set visitor_read_seq = 2 where id = story.c(1);
select is(story.receipts(1), 'read, delivered, waiting', 'and read wins over that');
select is((select story.claim(1) -> 0 #> '{data,earlier}'), (select jsonb_build_array(m ->> 'id') from mail), 'the next mail names the one before it');

-- Read in time.
select story.visitor(2, 'bob@visitor.example');
select story.reply(2, 'Hello Bob');
update public.conversations set visitor_read_seq = 2 where id = story.c(2);
select is(story.claim(2), null, 'what has been read is not mailed');
select is(story.mails(2), 'skipped read', 'and the receipt of the mail says so');
select is((select count(*) from public.timeline_entries where conversation_id = story.c(2) and type::text ~ '^mail'), 0::bigint, 'the timeline has better things to say');
select story.reply(2, 'Still there?');
select is(story.mails(2), 'skipped read, queued 3', 'a later reply has another chance');
create temp table mail2 as select story.claim(2) -> 0 as m;
update public.conversations set visitor_read_seq = 3 where id = story.c(2);
select story.finish(m, 'retry') from mail2;
select is(story.claim(2), null, 'nor is it tried again once it has been read');
select is(story.mails(2), 'skipped read, skipped read', 'whatever attempts are left');

-- Nobody to write to.
select story.visitor(3, null);
select story.reply(3, 'Hello?');
update public.conversations set visitor_seen_at = now() where id = story.c(3);
select is(story.claim(3), null, 'without an address nothing is mailed');
select is(story.mails(3), 'queued 1', 'while the page is open it is looked at again in a minute');
update public.conversations set visitor_seen_at = now() - interval '2 minutes' where id = story.c(3);
select story.claim(3);
select is(story.mails(3), 'skipped no_address', 'when it is closed nobody can be reached');
select is(story.receipts(3), 'unreachable no_address', 'and the reply says why');
select is((select data - 'seq' from public.timeline_entries where conversation_id = story.c(3) and type = 'reply.unreachable'), '{"count": 1, "reason": "no_address"}', 'so does the timeline');
insert into public.leads (conversation_id, chatbot_id, name) values (story.c(3), story.shop(), 'Cleo');
select is(story.receipts(3), 'unreachable no_address', 'a name is no address');
update public.leads set email = 'cleo@visitor.example' where conversation_id = story.c(3);
select is(story.receipts(3), 'waiting', 'an address that comes later is written to');
select is(story.mails(3), 'skipped no_address, queued 3', 'after the usual wait');
create temp table mail3 as select story.claim(3) -> 0 as m;
select is((select m ->> 'recipient' from mail3), 'cleo@visitor.example', 'there');

-- A bounce.
select story.finish(m) from mail3;
select story.report(m, '{"RecordType": "Bounce", "Type": "SoftBounce"}') from mail3;
select is(story.receipts(3), 'bounced SoftBounce', 'a mail that comes back is no answer');
select story.report(m, '{"RecordType": "Bounce", "Type": "HardBounce"}') from mail3;
select results_eq($$ select d.recipient, d.status::text, x.data ->> 'address', x.data -> 'replies' from public.deliveries d join private.delivery_data x on x.delivery_id = d.id
  where d.conversation_id = story.c(3) and d.purpose = 'reply_bounced' $$, $$ values ('ana@mails.test', 'queued', 'cleo@visitor.example', '["Hello?"]'::jsonb) $$,
  'whoever answered is told, once');
select ok(private.takes_no_replies('Cleo@visitor.example'), 'and the address is left alone');
select story.reply(3, 'Are you there?');
select story.claim(3);
select is(story.receipts(3), 'bounced SoftBounce, unreachable suppressed', 'also by what is answered later');
update public.leads set email = 'cleo@elsewhere.example' where conversation_id = story.c(3);
select is(story.receipts(3), 'waiting, waiting', 'until there is another address');
select is((select jsonb_array_length(story.claim(3) -> 0 #> '{data,replies}')), 2, 'which gets all that was missed');
select is(private.is_email((select d.recipient from public.deliveries d where d.conversation_id = story.c(3) and d.purpose = 'reply' order by d.created_at desc, d.attempt_count desc limit 1)), true, 'as a mail of its own');

-- Somebody's own bot.
insert into public.conversations (id, chatbot_id) values (story.c(4), story.shop());
insert into public.messages (conversation_id, role, text) values (story.c(4), 'visitor', 'From a bot');
select story.reply(4, 'To the bot');
select story.claim(4);
select is(story.receipts(4), 'unreachable not_fetched', 'what no bot has fetched within the wait has not arrived');
select private.take_replies(story.c(4), 0, 99, 'fetched');
select is(story.receipts(4), 'fetched', 'unless it does so later');

-- The owner's wishes.
select set_config('request.jwt.claims', jsonb_build_object('sub', story.person('olga'), 'role', 'authenticated')::text, true);
select is(public.save_replies(story.shop(), '{"reply_mail_wait_minutes": 0}'), '{"reply_mail_enabled": true, "reply_mail_wait_minutes": 0}', 'the wait can be nothing');
select story.visitor(5, 'dan@visitor.example');
select story.reply(5, 'At once');
select is(story.mails(5), 'queued now', 'then the mail is due at once');
select throws_ok(format($$ select public.save_replies(story.shop(), '{"reply_mail_wait_minutes": %s}') $$, v), 'INVAL', null, v || ' minutes are none') from unnest(array['61', '-1', '1.5', '"3"', 'null']) v;
select throws_ok($$ select public.save_replies(story.shop(), '{"wait": 3}') $$, 'INVAL', null, 'there is no other setting');
select is(public.save_replies(story.shop(), '{"reply_mail_enabled": false, "reply_mail_wait_minutes": 60}'), '{"reply_mail_enabled": false, "reply_mail_wait_minutes": 60}', 'the mails can be switched off');
select story.claim(5);
select is(story.receipts(5), 'unreachable mail_off', 'then a reply stays in the chat');
select set_config('request.jwt.claims', jsonb_build_object('sub', story.person('ana'), 'role', 'authenticated')::text, true);
select throws_ok($$ select public.save_replies(story.shop(), '{}') $$, 'FORBD', null, 'agents have no say in it');
update public.human_support_settings set reply_mail_enabled = true, reply_mail_wait_minutes = 3 where chatbot_id = story.shop();

-- A stranger's address, typed in five hundred sessions.
select story.visitor(n, 'Stranger@home.example') from generate_series(1000, 1499) n;
select story.reply(n, 'Hello') from generate_series(1000, 1499) n;
update public.deliveries set next_attempt_at = now() where purpose = 'reply' and status = 'queued' and attempt_count = 0;
create temp table flood as select * from (select jsonb_array_elements(story.claim()) as m) x where m ->> 'recipient' ilike 'stranger@%';
select story.claim();
select is((select count(*) from flood), 3::bigint, 'gets three mails');
select is((select count(*) from public.deliveries where purpose = 'reply' and status = 'queued' and attempt_count = 0 and next_attempt_at = now() + interval '1 hour'), 497::bigint, 'the others wait for an hour');
update public.deliveries set next_attempt_at = now() where purpose = 'reply' and status = 'queued' and attempt_count = 0;
select is(story.claim(), null, 'however often somebody looks');
select story.finish(m) from flood;
select lives_ok(format('select public.reply_not_me(%L)', encode(digest(split_part(m #>> '{data,not_me_url}', '/not-me/', 2), 'sha256'), 'hex')), 'a word of theirs ends it') from flood limit 1;
update private.reply_quota set sent_at = '{}';
update public.deliveries set next_attempt_at = now() where purpose = 'reply' and status = 'queued' and attempt_count = 0;
select is(story.claim(), null, 'for good');
select story.claim();
select is((select count(*) from public.reply_receipts r join public.deliveries d on d.conversation_id = r.conversation_id and d.purpose = 'reply' where r.status = 'unreachable' and r.reason = 'suppressed' and d.reason = 'suppressed'), 497::bigint, 'and every reply says so');
select is((select count(*) from public.timeline_entries where type = 'reply.refused'), 1::bigint, 'the team is told');

-- The link back.
create function story.hash(url text) returns text language sql as $$ select encode(digest(split_part(url, '#handoff=', 2), 'sha256'), 'hex') $$;
select is((select split_part(m #>> '{data,resume_url}', '#', 1) from mail), (select rtrim(private.setting('app_url'), '/') || '/chat/' || story.shop()), 'a page that anybody could have named is not linked to');
update public.chatbots set allowed_origins = '{https://shop.example}' where id = story.shop();
select is(private.resume_page(c), 'https://shop.example/cart', 'one that the owner has listed is') from public.conversations c where id = story.c(1);
select is((select public.widget_resume(story.hash(m #>> '{data,resume_url}'), repeat('5a', 32), story.shop(), 'https://shop.example', null) ->> 'conversation_id' from mail), story.c(1)::text, 'its token opens the conversation');
select is(public.widget_read(repeat('5a', 32), 0, 'https://shop.example') ->> 'last_seq', '4', 'by a token of its own');
select throws_ok(format('select public.widget_resume(%L, %L, %L, %L, null)', h, repeat('5b', 32), b, o), code, null, what)
from mail, lateral (values
  (story.hash(m #>> '{data,resume_url}'), '10000000-0000-4000-8000-0000000000b2'::uuid, 'https://shop.example', 'TOKIV', 'not from another chatbot'),
  (story.hash(m #>> '{data,resume_url}'), story.shop(), 'https://evil.example', 'ORIGN', 'not from another site'),
  (encode(digest(split_part(m #>> '{data,not_me_url}', '/not-me/', 2), 'sha256'), 'hex'), story.shop(), 'https://shop.example', 'TOKIV', 'not with the other link'),
  (repeat('00', 32), story.shop(), 'https://shop.example', 'TOKIV', 'not by guessing')) v (h, b, o, code, what);
update private.reply_links set expires_at = now() where purpose = 'resume';
select throws_ok(format('select public.widget_resume(%L, %L, %L, %L, null)', story.hash(m #>> '{data,resume_url}'), repeat('5c', 32), story.shop(), 'https://shop.example'), 'TOKIV', null, 'and not after thirty days') from mail;
select is((select count(*) from private.reply_links l, mail where l.token_hash = convert_to(split_part(m #>> '{data,resume_url}', '#handoff=', 2), 'utf8')), 0::bigint, 'the secret itself is kept nowhere');

select * from finish();
rollback;
