-- Webhooks and keys as their owner handles them: which addresses are refused, that a secret shows once, that rotating keeps the
-- one before for a day, and that sending again keeps id and bytes.
begin;
alter default privileges grant execute on functions to public;
create extension if not exists pgtap with schema extensions;
set local search_path = public, extensions;

create schema story;
grant usage on schema story to authenticated;
create function story.person(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '4' from 13) placing '8' from 17)::uuid
$$;
create function story.becomes(name text) returns void language sql as $$
  select set_config('role', 'authenticated', true),
    set_config('request.jwt.claims', jsonb_build_object('sub', story.person(name), 'role', 'authenticated')::text, true)
$$;
insert into auth.users (id, email, raw_user_meta_data)
select story.person(n), n || '@story.test', jsonb_build_object('display_name', initcap(n) || ' Story')
from unnest('{olga,adam,ana,ben,stranger}'::text[]) n;
insert into public.chatbots (id, owner_id, name) values
  ('10000000-0000-4000-8000-000000000001', story.person('olga'), 'Shop'),
  ('10000000-0000-4000-8000-000000000002', story.person('stranger'), 'Elsewhere');
insert into public.chatbot_members (chatbot_id, user_id, role) values
  ('10000000-0000-4000-8000-000000000001', story.person('adam'), 'admin'),
  ('10000000-0000-4000-8000-000000000001', story.person('ana'), 'agent'),
  ('10000000-0000-4000-8000-000000000001', story.person('ben'), 'agent');

select plan(119);
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-000000000001'::uuid $$;
create temporary table hooks (name text, id uuid, secret text);
grant all on hooks to authenticated;
delete from vault.secrets where name = 'webhook_allow_loopback';

select story.becomes('adam');
select throws_ok(format('select public.add_webhook_endpoint(story.shop(), %L, ''{conversation.escalated}'')', url), 'URLBD', null, 'refused: ' || url)
from unnest(array[
  'http://hooks.example.com/x', 'ftp://hooks.example.com', 'https:hooks.example.com', 'https:/hooks.example.com', 'https:\\hooks.example.com', '//hooks.example.com/x', 'hooks.example.com',
  'https://user@hooks.example.com', 'https://user:pass@hooks.example.com', 'https://@hooks.example.com', 'https://hooks.example.com@127.0.0.1', 'https://hooks.example.com%40evil.example', 'https://hooks.example.com:80', 'https://hooks.example.com:22',
  'https://hooks.example.com:0443', 'https://hooks.example.com:', 'https://hooks.example.com:8443x', 'https://hooks.example.com:443:443', 'https://localhost', 'https://localhost.', 'https://localhost:8443', 'https://LOCALHOST', 'https://intranet', 'https://a', 'https://.example.com', 'https://example..com',
  'https://hooks.example.com.', 'https://hooks.example.com./x', 'https://-a.example.com', 'https://a-.example.com', 'https://127.0.0.1', 'https://127.1', 'https://127.0.0.1.', 'https://0.0.0.0', 'https://10.0.0.1', 'https://192.168.1.1', 'https://172.16.0.1', 'https://169.254.169.254/latest', 'https://8.8.8.8',
  'https://2130706433', 'https://017700000001', 'https://0x7f000001', 'https://0x7f.0.0.1', 'https://0177.0.0.1', 'https://127.0x1', 'https://a.0x7f', 'https://example.1', 'https://1.2.3', 'https://[::1]', 'https://[::1]:443', 'https://[::ffff:127.0.0.1]', 'https://[fd00::1]', 'https://[2001:db8::1]', 'https://::1',
  'https://printer.local', 'https://db.internal', 'https://metadata.google.internal', 'https://a.localhost', 'https://router.lan', 'https://nas.home', 'https://x.corp', 'https://x.onion', 'https://1.0.0.127.in-addr.arpa', 'https://127.0.0.1.nip.io', 'https://127-0-0-1.sslip.io', 'https://x.localtest.me', 'https://lvh.me',
  'https://hooks.example.com/#frag', 'https://hooks.example.com/a b', E'https://hooks.example.com/a\nb', 'https://hooks.example.com/"x"', 'https://hooks.exämple.com', 'https://hooks。example。com', 'https://①②⑦.⓪.⓪.①', E'https://hooks.example.com\\@evil.example/', 'https://hooks.example.com\', 'https://ho oks.example.com', 'https://hooks.example.com<script>',
  'http://127.0.0.1:9999/hook', 'http://127.0.0.1', 'http://localhost:9999', 'https://', '', 'javascript:alert(1)', 'data:text/plain,x', 'file:///etc/passwd', 'https://' || repeat('a', 64) || '.example.com', 'https://' || repeat('a.', 130) || 'example.com', 'https://hooks.example.com/' || repeat('a', 2000)]) url;
select is((select count(*) from public.webhook_endpoints where chatbot_id = story.shop()), 0::bigint, 'none of them was stored');
select lives_ok(format('select public.add_webhook_endpoint(story.shop(), %L, ''{conversation.escalated}'')', url), 'accepted: ' || url)
from unnest(array[' https://Hooks.Example.com ', 'https://hooks.example.com:443/a?b=c', 'HTTPS://hooks.example.com:8443/X', 'https://xn--hoks-6qa.example.com/x']) url;
select bag_eq('select url from public.webhook_endpoints where chatbot_id = story.shop()',
  $$values ('https://hooks.example.com/'), ('https://hooks.example.com/a?b=c'), ('https://hooks.example.com:8443/X'), ('https://xn--hoks-6qa.example.com/x')$$,
  'each in its one spelling');

reset role;
select vault.create_secret('true', 'webhook_allow_loopback');
select story.becomes('adam');
select lives_ok('select public.add_webhook_endpoint(story.shop(), ''http://127.0.0.1:9999/hook'', ''{conversation.escalated}'')', 'a local stack''s own receiver is allowed where Vault says so');
select throws_ok('select public.add_webhook_endpoint(story.shop(), ''http://127.0.0.1:9999@evil.example/'', ''{conversation.escalated}'')', 'URLBD', null, 'and nothing that only looks like it');
select throws_ok('select public.add_webhook_endpoint(story.shop(), ''https://hooks.example.com'', ''{everything}'')', 'INVAL', null, 'only events that exist');

-- Secrets.
insert into hooks select 'crm', (a ->> 'id')::uuid, a ->> 'secret' from public.add_webhook_endpoint(story.shop(), 'https://crm.example.com', '{conversation.resolved,conversation.escalated}', 'CRM') a;
select matches((select secret from hooks), '^whsec_[A-Za-z0-9+/]{43}=$', 'a secret is 32 random bytes');
select is((select array_to_string(events, ' ') from public.webhook_endpoints where id = (select id from hooks)), 'conversation.escalated conversation.resolved', 'the events are kept in order');
select isnt(public.rotate_webhook_secret((select id from hooks)) ->> 'secret', (select secret from hooks), 'rotating makes a new one');
reset role;
select is((select s.decrypted_secret from vault.decrypted_secrets s join public.webhook_endpoints w on w.previous_secret_id = s.id where w.id = (select id from hooks)), (select secret from hooks), 'the one before is kept');
select is((select previous_secret_until from public.webhook_endpoints where id = (select id from hooks)), now() + interval '24 hours', 'for a day');
select story.becomes('ana');
select throws_ok('select public.rotate_webhook_secret((select id from hooks))', 'FORBD', null, 'an agent cannot rotate');
select story.becomes('stranger');
select throws_ok('select public.rotate_webhook_secret((select id from hooks))', 'NTFND', null, 'a stranger finds nothing');

-- Sending again.
select story.becomes('adam');
create temporary table test_event as select public.send_test_event((select id from hooks)) as said;
grant select on test_event to authenticated;
select is((select body from public.deliveries where id = (select (said ->> 'delivery_id')::uuid from test_event)), (select said ->> 'body' from test_event), 'a test shows its exact bytes');
reset role;
update public.deliveries set status = 'failed', attempt_count = 10, next_attempt_at = null, reason = 'attempts_exhausted' where id = (select (said ->> 'delivery_id')::uuid from test_event);
select story.becomes('adam');
select is(public.redeliver((select (said ->> 'delivery_id')::uuid from test_event)) ->> 'body', (select said ->> 'body' from test_event), 'sent again with the same bytes');
select is((select status::text from public.deliveries where id = (select (said ->> 'delivery_id')::uuid from test_event)), 'queued', 'and due');
reset role;
update public.deliveries set status = 'failed' where id = (select (said ->> 'delivery_id')::uuid from test_event);
select story.becomes('adam');
select is(public.redeliver_failed((select id from hooks), now() - interval '1 hour'), 1, 'all that failed since a time');
select is(public.redeliver_failed((select id from hooks), now() - interval '1 hour'), 0, 'once');
reset role;
insert into public.deliveries (chatbot_id, kind, purpose, endpoint_id, status)
select story.shop(), 'webhook', 'event', (select id from hooks), 'failed' from generate_series(1, 5001);
select story.becomes('adam');
select is(public.redeliver_failed((select id from hooks)), 5000, 'of very many only so many that it does not take long');
select is(public.redeliver_failed((select id from hooks)), 1, 'and the rest when asked again');
select is(public.update_webhook_endpoint((select id from hooks), '{"is_enabled":false}') ->> 'disabled_reason', 'by_hand', 'an endpoint is switched off');
reset role;
select is((select count(*) from public.deliveries where purpose = 'notice' and chatbot_id = story.shop()), 0::bigint, 'of which nobody is told by mail');
select story.becomes('adam');
select throws_ok('select public.send_test_event((select id from hooks))', 'CONFL', null, 'and gets no test then');
select is(public.update_webhook_endpoint((select id from hooks), '{"is_enabled":true}') ->> 'disabled_reason', null, 'and on again');

-- Keys.
create temporary table made as select public.create_api_key(story.shop(), 'Bot') as key;
select matches((select key ->> 'key' from made), '^hk_[A-Za-z0-9_-]{43}$', 'a key is 32 random bytes');
reset role;
select is((select key_hash from public.api_keys where id = (select (key ->> 'id')::uuid from made)), extensions.digest((select key ->> 'key' from made), 'sha256'), 'only its hash is kept');
grant select on made to authenticated;
select story.becomes('adam');
select lives_ok('select public.revoke_api_key((select (key ->> ''id'')::uuid from made))', 'it can be revoked');

select * from finish();
rollback;
