-- Account → Notifications on your devices: a browser is added with what its push service gave it, named, tried and removed by its person
-- alone. What it was given is never read back. Here are also the quiet hours, in which no device is told anything, and the keys by which
-- push services know us: made by the sender the first time it runs, unless the deployment has set its own.

create function private.require_device(p_id uuid) returns public.push_devices
language plpgsql set search_path = '' as $$
declare
  g public.push_devices;
begin
  select * into g from public.push_devices x where x.id = p_id and x.user_id = private.require_sign_in() for no key update;
  if g.id is null then
    perform private.refuse('NTFND', 'This device has been removed.');
  end if;
  return g;
end
$$;

-- A browser has one subscription, whoever is signed in: whoever adds it has it from then on, and nobody else is told there any more.
create function private.save_push_device(p_device jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  g public.push_devices;
begin
  perform private.require_keys(p_device, '{id,endpoint,p256dh,auth,label}');
  -- The lock under which ten is counted.
  perform from public.profiles p where p.user_id = me for no key update;
  g.endpoint := private.check_webhook_url(private.words_in(p_device, 'endpoint', null, 2000));
  g.p256dh := rtrim(private.words_in(p_device, 'p256dh', null, 100), '=');
  g.auth := rtrim(private.words_in(p_device, 'auth', null, 100), '=');
  if g.p256dh is null or g.p256dh !~ '^B[A-Za-z0-9_-]{86}$' or g.auth is null or g.auth !~ '^[A-Za-z0-9_-]{22}$' then
    perform private.refuse('INVAL', 'These aren’t the keys of a browser’s subscription.');
  end if;
  delete from public.push_devices x where x.endpoint = g.endpoint and x.user_id <> me;
  -- What a person has named stays named.
  select x.id into g.id from public.push_devices x
  where x.user_id = me and (x.endpoint = g.endpoint or x.id::text = p_device ->> 'id') order by x.endpoint = g.endpoint desc limit 1;
  if g.id is not null then
    update public.push_devices x set endpoint = g.endpoint, p256dh = g.p256dh, auth = g.auth, failing_since = null, last_failure = null
    where x.id = g.id;
  elsif (select count(*) from public.push_devices x where x.user_id = me) >= 10 then
    perform private.refuse('CONFL', 'You can be notified on up to 10 devices. Remove one first.');
  else
    insert into public.push_devices (user_id, endpoint, p256dh, auth, label) 
    values (me, g.endpoint, g.p256dh, g.auth, coalesce(private.words_in(p_device, 'label', null, 80), 'A browser'))
    returning id into g.id;
  end if;
  return (select to_jsonb(x) - '{endpoint,p256dh,auth}'::text[] from public.push_devices x where x.id = g.id);
end
$$;

create function private.rename_push_device(p_id uuid, p_label text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  g public.push_devices := private.require_device(p_id);
  new_label text := private.clean_words(p_label, 'label', 80);
begin
  if new_label is null then
    perform private.refuse('INVAL', 'Name the device.');
  end if;
  update public.push_devices x set label = new_label where x.id = g.id;
end
$$;

create function private.remove_push_device(p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  g public.push_devices := private.require_device(p_id);
begin
  delete from public.push_devices x where x.id = g.id;
end
$$;

-- It is a receipt of the first of one's teams, as every delivery belongs to one.
create function private.try_push_device(p_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  g public.push_devices := private.require_device(p_id);
  team uuid;
  made uuid;
begin
  select m.chatbot_id into team from public.chatbot_members m where m.user_id = g.user_id order by m.created_at, m.chatbot_id limit 1;
  if team is null then
    perform private.refuse('CONFL', 'You’re on no team yet, so there’s nothing to be notified of.');
  elsif (
    select count(*) >= 10 from public.deliveries d
    where d.lane = g.id and d.purpose = 'test' and d.created_at > now() - interval '1 minute'
  ) then
    perform private.refuse('TOOMY', 'You can send ten tests a minute. Wait a moment, then try again.');
  end if;
  insert into public.deliveries (chatbot_id, kind, purpose, recipient, device_id, device_name)
  select team, 'push', 'test', p.email, g.id, g.label from public.profiles p where p.user_id = g.user_id
  returning id into made;
  return jsonb_build_object('delivery_id', made);
end
$$;

create function private.push_test(p_delivery_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('status', d.status, 'attempt_count', d.attempt_count, 'reason', d.reason, 'error', d.last_error)
  from public.deliveries d
  where d.id = p_delivery_id and d.kind = 'push' and d.purpose = 'test'
    and d.recipient = (select p.email from public.profiles p where p.user_id = private.require_sign_in())
$$;

create function private.save_quiet_hours(p_hours jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  days smallint[];
begin
  if p_hours is null or jsonb_typeof(p_hours) = 'null' then
    update public.profiles p set quiet_from = null, quiet_until = null where p.user_id = me;
    return null;
  end if;
  perform private.require_keys(p_hours, '{from,until,days}');
  if coalesce(p_hours ->> 'from', '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' or coalesce(p_hours ->> 'until', '') !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' then
    perform private.refuse('INVAL', 'Enter both times as hours and minutes, such as 22:00.');
  end if;
  select array_agg(distinct (d #>> '{}')::smallint order by (d #>> '{}')::smallint) into days
  from jsonb_array_elements(private.items_in(p_hours -> 'days', 'Days', 7)) d where d #>> '{}' ~ '^[1-7]$';
  if days is null then
    perform private.refuse('INVAL', 'Choose at least one day.');
  end if;
  update public.profiles p set quiet_from = (p_hours ->> 'from')::time, quiet_until = (p_hours ->> 'until')::time, quiet_days = days
  where p.user_id = me;
  return jsonb_build_object('from', p_hours ->> 'from', 'until', p_hours ->> 'until', 'days', days);
end
$$;

create function private.my_unseen_cases() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('count', count(*), 'conversation_ids', coalesce(jsonb_agg(u.id), '[]'))
  from (select x as id from private.unseen_cases(private.require_sign_in()) x limit 1000) u
$$;

create function private.push_public_key() returns text
language sql stable security definer set search_path = '' as $$ select private.push_keys() ->> 'public_key' $$;

create function public.save_push_device(device jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_push_device($1) $$;
comment on function public.save_push_device is
  'Has this browser notified from now on: {"endpoint", "p256dh", "auth", "label"}, with "id" in place of a device of one''s own. Answers without the address and the keys.';
create function public.rename_push_device(id uuid, label text) returns void
language sql set search_path = '' as $$ select private.rename_push_device($1, $2) $$;
comment on function public.rename_push_device is 'Names one of one''s own devices.';
create function public.remove_push_device(id uuid) returns void
language sql set search_path = '' as $$ select private.remove_push_device($1) $$;
comment on function public.remove_push_device is 'Has a device notified no more; what it was told stays on record, and what waited for it goes by mail.';
create function public.try_push_device(id uuid) returns jsonb
language sql set search_path = '' as $$ select private.try_push_device($1) $$;
comment on function public.try_push_device is 'Queues a real notification to one device: {"delivery_id"}.';
create function public.push_test(delivery_id uuid) returns jsonb
language sql stable set search_path = '' as $$ select private.push_test($1) $$;
comment on function public.push_test is 'How far a test of one of one''s own devices is; null when there is none.';
create function public.save_quiet_hours(quiet_hours jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_quiet_hours($1) $$;
comment on function public.save_quiet_hours is
  'When one''s devices are told nothing: {"from": "22:00", "until": "07:00", "days": [1, …, 7]}, by the days on which they begin; null for never.';
create function public.my_unseen_cases() returns jsonb
language sql stable set search_path = '' as $$ select private.my_unseen_cases() $$;
comment on function public.my_unseen_cases is 'The unresolved cases of one''s teams that nobody has seen: {"count", "conversation_ids"}, up to a thousand.';
create function public.push_public_key() returns text
language sql stable set search_path = '' as $$ select private.push_public_key() $$;
comment on function public.push_public_key is 'What a browser subscribes with, in base64url; null until the sender has run for the first time.';

-- Whoever comes first has them kept. Others would take every device that was added away from us.
create function public.keep_push_keys(p_keys jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('push_keys', 0));
  if private.setting('push_keys') is null then
    perform vault.create_secret(p_keys::text, 'push_keys', 'The pair by which push services know us');
  end if;
end
$$;
comment on function public.keep_push_keys is 'Keeps {public_key, private_key}, both in base64url, unless there are some already; for the sender.';

revoke execute on function private.require_device, private.save_push_device, private.rename_push_device, private.remove_push_device,
  private.try_push_device, private.push_test, private.save_quiet_hours, private.my_unseen_cases, private.push_public_key, public.save_push_device,
  public.rename_push_device, public.remove_push_device, public.try_push_device, public.push_test, public.save_quiet_hours,
  public.my_unseen_cases, public.push_public_key, public.keep_push_keys
  from public, anon, authenticated;
grant execute on function private.save_push_device, private.rename_push_device, private.remove_push_device, private.try_push_device,
  private.push_test, private.save_quiet_hours, private.my_unseen_cases, private.push_public_key, public.save_push_device, public.rename_push_device,
  public.remove_push_device, public.try_push_device, public.push_test, public.save_quiet_hours, public.my_unseen_cases,
  public.push_public_key
  to authenticated;
grant execute on function public.keep_push_keys to service_role;
