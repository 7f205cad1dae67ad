-- Who works here: invitations that fit one address, roles that only the owner deals out, removals that count at once, and a
-- chatbot handed over or deleted only by its owner and by name.
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

select plan(57);
create function story.shop() returns uuid language sql immutable as $$ select '10000000-0000-4000-8000-000000000001'::uuid $$;
create function story.role_of(name text) returns text language sql stable security definer as $$
  select role::text from public.chatbot_members where chatbot_id = story.shop() and user_id = story.person(name)
$$;
insert into auth.users (id, email) values (story.person('carla'), 'Carla@story.test'), (story.person('dora'), 'dora@story.test');
create temporary table link (token text);
grant all on link to authenticated;

-- Inviting.
select story.becomes('ana');
select throws_ok('select public.invite_member(story.shop(), ''x@story.test'', ''agent'')', 'FORBD', null, 'an agent invites nobody');
select story.becomes('adam');
select throws_ok('select public.invite_member(story.shop(), ''x@story.test'', ''admin'')', 'FORBD', null, 'an admin invites no admins');
select throws_ok('select public.invite_member(story.shop(), ''not an address'', ''agent'')', 'RCPTA', null, 'an invitation needs an address');
select throws_ok('select public.invite_member(story.shop(), ''BEN@story.test'', ''agent'')', 'CONFL', null, 'a member is a member already');
select is(public.invite_member(story.shop(), ' carla@Story.test ', 'agent') ->> 'email', 'carla@Story.test', 'an admin invites an agent');
select is(public.invite_member(story.shop(), 'carla@story.test', 'agent') ->> 'role', 'agent', 'inviting again renews the invitation');
select is((select count(*) from public.chatbot_invites), 1::bigint, 'there is one');
reset role;
select is((select count(*) from public.deliveries where purpose = 'invite' and chatbot_id = story.shop()), 2::bigint, 'each goes out by mail');
insert into link select substring(x.data ->> 'url' from '[^/]+$')
  from private.delivery_data x join public.deliveries d on d.id = x.delivery_id
  where d.purpose = 'invite' and d.chatbot_id = story.shop()
    and extensions.digest(substring(x.data ->> 'url' from '[^/]+$'), 'sha256') = (select token_hash from public.chatbot_invites where chatbot_id = story.shop());
select is((select count(*) from link), 1::bigint, 'only the newer link counts');
select story.becomes('dora');
select throws_ok('select public.accept_invite(''nonsense'')', 'NTFND', null, 'a made-up link opens nothing');
select throws_ok('select public.accept_invite((select token from link))', 'FORBD', null, 'somebody else''s link neither');
select story.becomes('carla');
select is(public.accept_invite((select token from link)), story.shop(), 'Carla accepts');
select is(public.accept_invite((select token from link)), story.shop(), 'and finds the way again');
select is(story.role_of('carla'), 'agent', 'she is an agent');
select is((select name from public.my_chatbots()), 'Shop', 'and sees the chatbot');
select story.becomes('adam');
select lives_ok('select public.invite_member(story.shop(), ''dora@story.test'', ''agent'')', 'Dora is invited');
reset role;
update public.chatbot_invites set expires_at = now() - interval '1 second', token_hash = extensions.digest('late', 'sha256') where email like 'dora%';
select story.becomes('dora');
select throws_ok('select public.accept_invite(''late'')', 'TOOLT', null, 'too late');
select story.becomes('olga');
select lives_ok(format('select public.withdraw_invite(%L)', id), 'an invitation is withdrawn') from public.chatbot_invites where email like 'dora%';
select is((select count(*) from public.chatbot_invites where email like 'dora%'), 0::bigint, 'and gone');

-- Roles.
select story.becomes('adam');
select throws_ok('select public.set_member_role(story.shop(), story.person(''ana''), ''admin'')', 'FORBD', null, 'an admin deals out no roles');
select throws_ok('select public.remove_member(story.shop(), story.person(''olga''))', 'LASTO', null, 'nobody removes the owner');
select story.becomes('olga');
select lives_ok('select public.set_member_role(story.shop(), story.person(''ana''), ''admin'')', 'the owner makes an admin');
select is(story.role_of('ana'), 'admin', 'Ana is one');
select throws_ok('select public.set_member_role(story.shop(), story.person(''olga''), ''agent'')', 'LASTO', null, 'the owner stays the owner');
select throws_ok('select public.set_member_role(story.shop(), story.person(''ana''), ''owner'')', 'LASTO', null, 'and the only one');
select throws_ok('select public.set_member_role(story.shop(), story.person(''stranger''), ''agent'')', 'NTFND', null, 'a stranger has no role');
select story.becomes('adam');
select throws_ok('select public.remove_member(story.shop(), story.person(''ana''))', 'FORBD', null, 'an admin removes no admin');

-- Leaving releases what was claimed.
reset role;
insert into public.conversations (id, chatbot_id) values (story.person('talk'), story.shop());
insert into public.escalations (conversation_id, trigger, claimed_by) values (story.person('talk'), 'api', story.person('ben'));
select story.becomes('adam');
select lives_ok('select public.remove_member(story.shop(), story.person(''ben''))', 'an admin removes an agent');
select is((select claimed_by from public.conversations where id = story.person('talk')), null, 'what Ben had claimed is free');
select story.becomes('ben');
select is_empty('select * from public.my_chatbots()', 'Ben sees no chatbot any more');
select is_empty('select * from public.conversations', 'and no conversation');
select story.becomes('carla');
select lives_ok('select public.remove_member(story.shop(), story.person(''carla''))', 'anybody may leave');
select throws_ok('select public.accept_invite((select token from link))', 'NTFND', null, 'a used link lets nobody back in');

-- Invitations go with the right to send them.
select story.becomes('olga');
select public.set_member_role(story.shop(), story.person('ana'), 'admin');
select public.invite_member(story.shop(), 'olgas@story.test', 'agent');
select story.becomes('ana');
select public.invite_member(story.shop(), 'first@story.test', 'agent');
select story.becomes('olga');
select is((select array_agg(email order by email) from public.chatbot_invites where accepted_at is null), '{first@story.test,olgas@story.test}', 'two admins have invited somebody');
select public.set_member_role(story.shop(), story.person('ana'), 'agent');
select is((select array_agg(email) from public.chatbot_invites where accepted_at is null), '{olgas@story.test}', 'whoever may invite nobody any more has invited nobody');
select public.set_member_role(story.shop(), story.person('ana'), 'admin');
select story.becomes('ana');
select public.invite_member(story.shop(), 'second@story.test', 'agent');
reset role;
update public.chatbot_invites set token_hash = extensions.digest('second', 'sha256') where email = 'second@story.test';
select story.becomes('olga');
select public.remove_member(story.shop(), story.person('ana'));
select is((select array_agg(email) from public.chatbot_invites where accepted_at is null), '{olgas@story.test}', 'so with whoever is removed, and with them alone');
select story.becomes('dora');
select throws_ok('select public.accept_invite(''second'')', 'NTFND', null, 'their link opens nothing');

-- An account is deleted.
reset role;
insert into auth.users (id, email) values (story.person('emil'), 'emil@story.test');
insert into public.chatbot_members (chatbot_id, user_id, role) values (story.shop(), story.person('emil'), 'agent');
create temporary table his as select gen_random_uuid() as past, gen_random_uuid() as present;
insert into public.conversations (id, chatbot_id) select unnest(array[past, present]), story.shop() from his;
insert into public.escalations (conversation_id, trigger) select unnest(array[past, present]), 'inline_cta' from his;
update public.escalations set claimed_by = story.person('emil') where conversation_id in (select unnest(array[past, present]) from his);
update public.escalations set status = 'resolved' where conversation_id = (select past from his);
delete from auth.users where id = story.person('emil');
select is((select claimed_by from public.escalations where conversation_id = (select present from his)), null, 'what an account that is gone had claimed is free');
select is((select claimed_by from public.escalations where conversation_id = (select past from his)), story.person('emil'), 'but what it had done, it has done');
select is((select array_agg(conversation_id) from public.timeline_entries where type = 'escalation.released' and conversation_id in (select unnest(array[past, present]) from his)),
  array[(select present from his)], 'and nothing else is told of it');

-- Too many invitations.
select story.becomes('olga');
select lives_ok('select public.invite_member(story.shop(), ''frida@story.test'') from generate_series(1, 5)', 'an address is invited five times a day');
select throws_ok('select public.invite_member(story.shop(), ''Frida@story.test'')', 'TOOMY', null, 'and not six times');
select story.becomes('adam');
select throws_ok('select public.invite_member(story.shop(), ''frida@story.test'')', 'TOOMY', null, 'by nobody');
select throws_ok('select public.invite_member(story.shop(), ''guest'' || n || ''@story.test'') from generate_series(1, 101) n', 'TOOMY', null, 'nor does one person invite hundreds');
reset role;
delete from public.chatbot_invites where email ~* 'frida|guest';

-- Handing over and deleting.
select story.becomes('adam');
select throws_ok('select public.transfer_chatbot(story.shop(), story.person(''adam''))', 'FORBD', null, 'an admin cannot take the chatbot');
select story.becomes('olga');
select throws_ok('select public.transfer_chatbot(story.shop(), story.person(''stranger''))', 'NTFND', null, 'it goes to members only');
select lives_ok('select public.transfer_chatbot(story.shop(), story.person(''adam''))', 'the owner hands it over');
select is(story.role_of('adam') || ' ' || story.role_of('olga'), 'owner admin', 'Adam owns it and Olga stays as admin');
select throws_ok('select public.delete_chatbot(story.shop(), ''Shop'')', 'FORBD', null, 'Olga can no longer delete it');
select story.becomes('adam');
select throws_ok('select public.delete_chatbot(story.shop(), ''shop'')', 'INVAL', null, 'deleting needs the name');
select lives_ok('select public.add_webhook_endpoint(story.shop(), ''https://hooks.example.com/'', ''{conversation.escalated}'')', 'it has a webhook');
select public.record_list_export(story.shop(), array[gen_random_uuid()]);
select lives_ok('select public.delete_chatbot(story.shop(), ''Shop'')', 'Adam deletes it');
reset role;
select is((select count(*) from private.tallies where chatbot_id = story.shop()) + (select count(*) from private.list_exports where chatbot_id = story.shop()) + (select count(*) from public.timeline_entries where chatbot_id = story.shop()), 0::bigint, 'nothing is left');
select is((select count(*) from vault.secrets s where s.description like '%webhook endpoint%' and not exists (select from public.webhook_endpoints w where s.id in (w.secret_id, w.previous_secret_id)) and s.created_at >= now()), 0::bigint, 'not even a secret');

-- One's own profile.
select story.becomes('dora');
select is(public.save_profile('{"display_name":" Dora D. ","notify_escalation":false,"time_zone":"Asia/Tokyo"}') ->> 'display_name', 'Dora D.', 'a person has a name');
select throws_ok('select public.save_profile(''{"time_zone":"Nowhere"}'')', 'INVAL', null, 'and lives somewhere');
select throws_ok('select public.save_profile(''{"email":"x@y.test"}'')', 'INVAL', null, 'the address is changed elsewhere');

select * from finish();
rollback;
