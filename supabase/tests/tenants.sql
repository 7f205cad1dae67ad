-- Who sees what. Members see their chatbots, strangers nothing, a removed member nothing from that moment, visitors no table at
-- all; and there is always exactly one owner.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
select plan(49);

insert into auth.users (id, email, raw_user_meta_data) values
  ('00000000-0000-4000-8000-00000000ff01', 'owner-ten@shop.example', '{"display_name": " Ana Silva "}'),
  ('00000000-0000-4000-8000-00000000ff02', 'admin-ten@shop.example', '{"name": "Rui"}'),
  ('00000000-0000-4000-8000-00000000ff03', 'agent-ten@shop.example', null),
  ('00000000-0000-4000-8000-00000000ff04', 'stranger-ten@other.example', null);
create temp table k as select '00000000-0000-4000-8000-00000000ffc1'::uuid as bot, '00000000-0000-4000-8000-00000000ffc2'::uuid as other;
grant select on k to anon, authenticated, service_role;
insert into public.chatbots (id, owner_id, name) select bot, '00000000-0000-4000-8000-00000000ff01', 'Shop' from k;
insert into public.chatbots (id, owner_id, name) select other, '00000000-0000-4000-8000-00000000ff04', 'Other' from k;
insert into public.chatbot_members (chatbot_id, user_id, role) select bot, '00000000-0000-4000-8000-00000000ff02'::uuid, 'admin'::public.member_role from k
union all select bot, '00000000-0000-4000-8000-00000000ff03'::uuid, 'agent' from k;

select results_eq($$ select display_name from public.profiles where email like '%-ten@%' order by email $$,
  array['Rui', 'agent-ten', 'Ana Silva', 'stranger-ten'], 'a new user has a profile with a name');
update auth.users set email = 'Owner2-ten@shop.example' where id = '00000000-0000-4000-8000-00000000ff01';
select is((select email from public.profiles where user_id = '00000000-0000-4000-8000-00000000ff01'), 'Owner2-ten@shop.example', 'and the address it has now');
select results_eq($$ select (select count(*) from public.human_support_settings where chatbot_id = k.bot), (select count(*) from public.lead_forms where chatbot_id = k.bot),
    (select count(*) from public.office_hours where chatbot_id = k.bot), (select count(*) from public.bots where chatbot_id = k.bot) from k $$,
  $$ values (1::bigint, 1::bigint, 1::bigint, 1::bigint) $$, 'a new chatbot has its settings');

-- One row in every table, for both chatbots.
insert into public.escalation_recipients (chatbot_id, email) select c, 'team@shop.example' from k, unnest(array[bot, other]) c;
insert into public.followup_buttons (chatbot_id, type, label) select c, 'escalate', 'Person' from k, unnest(array[bot, other]) c;
insert into public.answers (chatbot_id, question, answer) select c, 'Q', 'A' from k, unnest(array[bot, other]) c;
insert into public.intent_phrases (chatbot_id, language, phrase) select c, 'en', 'boss please' from k, unnest(array[bot, other]) c;
insert into public.canned_replies (chatbot_id, shortcut, body) select c, 'hi', 'Hello' from k, unnest(array[bot, other]) c;
insert into public.chatbot_invites (chatbot_id, email, role, token_hash) select c, 'new@shop.example', 'agent', decode(md5(c::text) || md5(c::text), 'hex') from k, unnest(array[bot, other]) c;
insert into public.api_keys (chatbot_id, name, prefix, key_hash) select c, 'Key', 'hk_abcd', decode(md5(c::text) || md5(c::text), 'hex') from k, unnest(array[bot, other]) c;
insert into public.webhook_endpoints (chatbot_id, url, events, secret_id) select c, 'https://hooks.shop.example/', '{conversation.escalated}', vault.create_secret('s') from k, unnest(array[bot, other]) c;
insert into public.alert_channels (chatbot_id, kind, name, secret_id) select c, 'slack', 'Support', vault.create_secret('{"url": "s"}') from k, unnest(array[bot, other]) c;
insert into public.conversations (chatbot_id) select c from k, unnest(array[bot, other]) c;
insert into public.messages (conversation_id, role, text) select v.id, 'visitor', 'Hello' from public.conversations v, k where v.chatbot_id in (k.bot, k.other);
insert into public.messages (conversation_id, role, text) select v.id, 'agent', 'Hello!' from public.conversations v, k where v.chatbot_id in (k.bot, k.other);
insert into public.inbound_mails (chatbot_id, conversation_id, provider_message_id, from_email, status, text) select v.chatbot_id, v.id, v.id::text, 'vera@visitor.example', 'unverified', 'Hi' from public.conversations v, k where v.chatbot_id in (k.bot, k.other);
insert into public.leads (conversation_id, chatbot_id, name) select v.id, v.chatbot_id, 'Vera' from public.conversations v, k where v.chatbot_id in (k.bot, k.other);
insert into public.escalations (conversation_id, trigger) select v.id, 'api' from public.conversations v, k where v.chatbot_id in (k.bot, k.other);
insert into public.conversation_reads (conversation_id, user_id, chatbot_id) select v.id, b.owner_id, b.id from public.conversations v join public.chatbots b on b.id = v.chatbot_id, k where b.id in (k.bot, k.other);
insert into public.delivery_attempts (delivery_id, chatbot_id, number) select d.id, d.chatbot_id, 1 from public.deliveries d, k where d.chatbot_id in (k.bot, k.other);

-- Rows by whose they are, of every table with a chatbot, as the present role sees them.
create function pg_temp.seen(whose uuid) returns text language plpgsql as $$
declare
  t text; n bigint; found text[] := '{}';
begin
  for t in select c.table_name::text from information_schema.columns c join pg_class p on p.oid = ('public.' || c.table_name)::regclass
    where c.table_schema = 'public' and c.column_name = 'chatbot_id' and p.relkind = 'r' order by 1 loop
    execute format('select count(*) from (select chatbot_id from public.%I where chatbot_id = $1) x', t) into n using whose;
    if n > 0 then found := found || t; end if;
  end loop;
  return array_to_string(found, ' ');
end $$;
create function pg_temp.as_person(id text) returns void language sql as $$
  select set_config('role', 'authenticated', true), set_config('request.jwt.claims', json_build_object('sub', id, 'role', 'authenticated')::text, true)
$$;
create temp table everything as select pg_temp.seen(bot) as tables from k;
grant select on everything to anon, authenticated;
select is((select array_length(string_to_array(tables, ' '), 1) from everything), (select count(*)::integer from information_schema.columns where table_schema = 'public' and column_name = 'chatbot_id'
    and ('public.' || table_name)::regclass in (select oid from pg_class where relkind = 'r')), 'there is a row in every table to be seen or not');

select pg_temp.as_person('00000000-0000-4000-8000-00000000ff01');
select is(pg_temp.seen(bot), everything.tables, 'the owner sees all of it') from k, everything;
select is(pg_temp.seen(other), '', 'and nothing of another chatbot') from k;
select is((select count(*) from public.chatbots), 1::bigint, 'one chatbot is theirs');
select is((select count(*) from public.profiles where email like '%ten@%'), 3::bigint, 'and their teammates'' profiles, nobody else''s');
select throws_ok('select key_hash from public.api_keys', '42501', null, 'the hash of a key is never shown');
select throws_ok('select token_hash from public.chatbot_invites', '42501', null, 'nor that of an invitation');
select throws_ok('select api_key_secret_id from public.bots', '42501', null, 'nor where a bot''s key is kept');
select throws_ok('select secret_id from public.alert_channels', '42501', null, 'nor where a channel''s address is kept');
select throws_ok('select * from private.conversation_tokens', '42501', null, 'nor any private table');
select throws_ok('select * from vault.decrypted_secrets', '42501', null, 'nor the vault');
select throws_ok(format('update public.%I set chatbot_id = chatbot_id', t), '42501', null, format('nobody writes %s past the functions', t))
from unnest(array['conversations', 'escalations', 'messages', 'deliveries', 'timeline_entries', 'events', 'chatbot_members', 'human_support_settings']) as t;
select throws_ok('delete from public.escalations', '42501', null, 'or deletes');
select throws_ok($$ insert into public.chatbot_members (chatbot_id, user_id, role) select other, '00000000-0000-4000-8000-00000000ff01', 'owner' from k $$, '42501', null, 'or joins by hand');
select throws_ok($$ select public.claim_deliveries() $$, '42501', null, 'the dispatcher''s functions are not for people');
select throws_ok($$ select public.widget_read('x', 0, null) $$, '42501', null, 'nor are the widget''s');
select throws_ok($$ select private.setting('dispatch_key') $$, '42501', null, 'nor the settings in the vault');
select throws_ok($$ select private.escalate(null, null, null, null, null, null) $$, '42501', null, 'nor what lies behind them');

select pg_temp.as_person('00000000-0000-4000-8000-00000000ff03');
select is(pg_temp.seen(bot), rtrim(regexp_replace(everything.tables, '(api_keys|bots|chatbot_invites|conversation_reads|webhook_endpoints) ?', '', 'g')),
  'an agent sees what there is but keys, invitations, the bot''s settings, webhooks, and how far others have read') from k, everything;
select throws_ok(format('select private.require_role(%L, ''admin'')', bot), 'FORBD', null, 'an agent is no admin') from k;
select is(private.require_role(bot), 'agent', 'but an agent') from k;
select throws_ok(format('select private.require_role(%L)', other), 'NTFND', null, 'a foreign chatbot') from k;
select throws_ok(format('select private.require_role(%L)', gen_random_uuid()), 'NTFND', null, 'and none at all look the same');
select pg_temp.as_person('00000000-0000-4000-8000-00000000ff02');
select is(private.require_role(bot, 'admin'), 'admin', 'an admin is one') from k;
select ok(private.is_my_topic('chatbot:' || bot) and not private.is_my_topic('chatbot:' || other) and not private.is_my_topic('x'), 'and may listen there, not elsewhere') from k;

-- A member leaves.
reset role;
update public.escalations set claimed_by = '00000000-0000-4000-8000-00000000ff03' where chatbot_id = (select bot from k);
delete from public.chatbot_members where user_id = '00000000-0000-4000-8000-00000000ff03' and chatbot_id = (select bot from k);
select is((select claimed_by from public.escalations where chatbot_id = (select bot from k)), null, 'what a removed member had claimed is free');
select is((select count(*) from realtime.messages where topic = 'chatbot:' || (select bot from k) and event = 'member.removed'), 1::bigint, 'the dashboards hear of it');
select pg_temp.as_person('00000000-0000-4000-8000-00000000ff03');
select is(pg_temp.seen(bot), '', 'and the member sees nothing any more') from k;
select ok(not private.is_my_topic('chatbot:' || bot) and not private.is_my_topic('chatbot:' || bot || '.1'), 'nor may listen') from k;
select throws_ok(format('select public.my_topic(%L)', bot), 'NTFND', null, 'nor ask where') from k;
select pg_temp.as_person('00000000-0000-4000-8000-00000000ff02');
select is(public.my_topic(bot), 'chatbot:' || bot || '.1', 'for the others have moved to another topic') from k;
select ok(private.is_my_topic(public.my_topic(bot)) and not private.is_my_topic('chatbot:' || bot), 'where they may listen, and no longer at the old one') from k;

select pg_temp.as_person('00000000-0000-4000-8000-00000000ff04');
select is(pg_temp.seen(bot), '', 'a stranger sees nothing') from k;
set local role anon;
select throws_ok('select * from public.chatbots', '42501', null, 'a visitor has no table');
select throws_ok('select public.maintain()', '42501', null, 'and no function');

-- One owner.
reset role;
select set_config('request.jwt.claims', '', true);
select throws_ok($$ delete from public.chatbot_members where user_id = '00000000-0000-4000-8000-00000000ff01' and chatbot_id = (select bot from k) $$, 'LASTO', null, 'the owner cannot be removed');
select throws_ok($$ update public.chatbot_members set role = 'owner' where user_id = '00000000-0000-4000-8000-00000000ff02' and chatbot_id = (select bot from k) $$, 'LASTO', null, 'a second cannot be made');
update public.chatbots set owner_id = '00000000-0000-4000-8000-00000000ff02' where id = (select bot from k);
select set_eq($$ select user_id::text, role::text from public.chatbot_members where chatbot_id = (select bot from k) $$,
  $$ values ('00000000-0000-4000-8000-00000000ff01', 'admin'), ('00000000-0000-4000-8000-00000000ff02', 'owner') $$, 'a transfer swaps the roles');
select throws_ok($$ delete from auth.users where id = '00000000-0000-4000-8000-00000000ff02' $$, null, null, 'an account that owns a chatbot cannot vanish');

select * from finish();
rollback;
