-- Embed → Alerts: the channels at which the team is told. What was entered is judged by the service's folder in _shared/channels before
-- it comes here, and again before it is used; here is what nobody may get around. Secrets come in and never go out again.

create function private.entered_in(p_channel jsonb, p_key text, p_allowed text[]) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  given jsonb := coalesce(p_channel -> p_key, '{}');
begin
  perform private.require_keys(given, p_allowed);
  if exists (select from jsonb_each(given) e where jsonb_typeof(e.value) <> 'string' or length(e.value #>> '{}') not between 1 and 2000) then
    perform private.refuse('INVAL', 'What is entered must be text of up to 2,000 characters.');
  end if;
  return given;
end
$$;

-- Nobody else changes it meanwhile.
create function private.require_channel(p_id uuid) returns public.alert_channels
language plpgsql set search_path = '' as $$
declare
  c public.alert_channels;
begin
  select * into c from public.alert_channels x where x.id = p_id for no key update;
  perform private.require_role(c.chatbot_id, 'admin');
  return c;
end
$$;

create function private.secrets_of(c public.alert_channels) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce((select s.decrypted_secret from vault.decrypted_secrets s where s.id = c.secret_id)::jsonb, '{}')
$$;

-- A secret that is not given stays as it is. What is entered anew sets a channel going again that the service had ended.
create function private.save_channel(p_chatbot_id uuid, p_channel jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c public.alert_channels;
  is_new boolean := p_channel ->> 'id' is null;
  k private.channel_kinds;
  secrets jsonb;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  perform private.require_keys(p_channel, '{id,kind,name,settings,secrets,is_enabled}');
  if is_new then
    if p_channel ->> 'kind' is null then
      perform private.refuse('INVAL', 'Choose a service.');
    end if;
    c.id := gen_random_uuid();
    c.kind := private.choice_in(p_channel, 'kind', null, enum_range(null::public.channel_kind));
    c.settings := '{}';
    c.is_enabled := true;
  else
    select * into c from public.alert_channels x
    where x.chatbot_id = p_chatbot_id and x.id::text = p_channel ->> 'id' for no key update;
    if c.id is null then
      perform private.refuse('NTFND', 'This channel doesn’t exist.');
    elsif p_channel ? 'kind' and p_channel ->> 'kind' <> c.kind::text then
      perform private.refuse('INVAL', 'A channel stays with its service. Add another one.');
    end if;
  end if;
  select * into k from private.channel_kinds x where x.kind = c.kind;
  c.name := private.words_in(p_channel, 'name', c.name, 80);
  if c.name is null then
    perform private.refuse('INVAL', 'Name the channel.');
  end if;
  if p_channel ? 'settings' then
    c.settings := private.entered_in(p_channel, 'settings', k.fields);
  end if;
  secrets := private.entered_in(p_channel, 'secrets', k.secret_fields);
  if secrets <> '{}' then
    c.secret_id := vault.create_secret((private.secrets_of(c) || secrets)::text, null, 'Address or token of channel ' || c.id);
  elsif is_new then
    perform private.refuse('INVAL', 'Enter the address or token.');
  end if;
  c.is_enabled := private.flag_in(p_channel, 'is_enabled', c.is_enabled or secrets <> '{}' and c.disabled_reason = 'gone');
  if is_new then
    insert into public.alert_channels (id, chatbot_id, kind, name, settings, secret_id, is_enabled, disabled_reason, created_by)
    values (c.id, p_chatbot_id, c.kind, c.name, c.settings, c.secret_id, c.is_enabled, case when not c.is_enabled then 'by_hand' end, auth.uid());
  else
    update public.alert_channels t set name = c.name, settings = c.settings, secret_id = c.secret_id, is_enabled = c.is_enabled,
      disabled_reason = case when c.is_enabled then null when t.is_enabled then 'by_hand' else t.disabled_reason end
    where t.id = c.id;
  end if;
  return (select to_jsonb(t) - 'secret_id' from public.alert_channels t where t.id = c.id);
end
$$;

create function private.remove_channel(p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  c public.alert_channels := private.require_channel(p_id);
begin
  delete from public.alert_channels t where t.id = c.id;
end
$$;

-- A paused channel can be tried, too: one does that before setting it going again.
create function private.try_channel(p_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c public.alert_channels := private.require_channel(p_id);
  made uuid;
begin
  if (
    select count(*) >= 10 from public.deliveries d
    where d.channel_id = c.id and d.purpose = 'test' and d.created_at > now() - interval '1 minute'
  ) then
    perform private.refuse('TOOMY', 'You can send ten tests a minute. Wait a moment, then try again.');
  end if;
  insert into public.deliveries (chatbot_id, kind, purpose, channel_id, channel_name)
  values (c.chatbot_id, 'channel', 'test', c.id, c.name) returning id into made;
  return jsonb_build_object('delivery_id', made);
end
$$;

create function public.save_channel(chatbot_id uuid, channel jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_channel($1, $2) $$;
comment on function public.save_channel is
  'Adds a channel, or changes the one named by id: {"id", "kind", "name", "settings", "secrets", "is_enabled"}; an absent key stays. Answers without the secrets.';
create function public.remove_channel(id uuid) returns void
language sql set search_path = '' as $$ select private.remove_channel($1) $$;
comment on function public.remove_channel is 'Removes a channel with its secret; what it was told stays on record, and its steps become the owner''s.';
create function public.try_channel(id uuid) returns jsonb
language sql set search_path = '' as $$ select private.try_channel($1) $$;
comment on function public.try_channel is 'Queues a real test message to one channel: {"delivery_id"}.';

revoke execute on function private.entered_in, private.require_channel, private.secrets_of, private.save_channel, private.remove_channel,
  private.try_channel, public.save_channel, public.remove_channel, public.try_channel
  from public, anon, authenticated;
grant execute on function private.save_channel, private.remove_channel, private.try_channel,
  public.save_channel, public.remove_channel, public.try_channel
  to authenticated;
