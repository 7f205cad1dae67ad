-- Webhook endpoints and API keys as their owners handle them. A secret is made here, shown once in the answer, and from then on
-- known only to Vault (or, for an API key, to nobody: just its SHA-256 is kept). Rotating keeps the secret before for 24 hours,
-- during which every request is signed with both.

create function private.require_events(p_events text[]) returns text[]
language plpgsql immutable set search_path = '' as $$
declare
  known text[] := '{lead.captured,conversation.started,message.received,message.sent,conversation.escalated,conversation.handed_back,'
    'conversation.resolved,conversation.reopened}';
begin
  if coalesce(cardinality(p_events), 0) = 0 or not p_events <@ known then
    perform private.refuse('INVAL', 'Choose at least one event of: ' || array_to_string(known, ', ') || '.');
  end if;
  return (select array_agg(k order by array_position(known, k)) from unnest(known) k where k = any (p_events));
end
$$;

create function private.new_webhook_secret(p_endpoint_id uuid, out secret text, out secret_id uuid)
language plpgsql set search_path = '' as $$
begin
  secret := 'whsec_' || encode(extensions.gen_random_bytes(32), 'base64');
  secret_id := vault.create_secret(secret, null, 'Signs what is sent to webhook endpoint ' || p_endpoint_id);
end
$$;

-- Nobody else changes it meanwhile; events that name it go on being written.
create function private.require_endpoint(p_id uuid) returns public.webhook_endpoints
language plpgsql set search_path = '' as $$
declare
  endpoint public.webhook_endpoints;
begin
  select * into endpoint from public.webhook_endpoints w where w.id = p_id for no key update;
  perform private.require_role(endpoint.chatbot_id, 'admin');
  return endpoint;
end
$$;

create function private.add_webhook_endpoint(p_chatbot_id uuid, p_url text, p_events text[], p_description text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  endpoint_id uuid := gen_random_uuid();
  made record;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  if (select count(*) >= 20 from public.webhook_endpoints w where w.chatbot_id = p_chatbot_id) then
    perform private.refuse('CONFL', 'A chatbot can have at most 20 webhook endpoints.');
  end if;
  select * into made from private.new_webhook_secret(endpoint_id);
  insert into public.webhook_endpoints (id, chatbot_id, url, description, events, secret_id, created_by)
  values (endpoint_id, p_chatbot_id, private.check_webhook_url(p_url),
    coalesce(private.clean_words(p_description, 'description', 200), ''), private.require_events(p_events),
    made.secret_id, auth.uid());
  return jsonb_build_object('id', endpoint_id, 'secret', made.secret);
end
$$;

-- Switching an endpoint on forgets that it was failing: it gets its five days anew.
create function private.update_webhook_endpoint(p_id uuid, p_changes jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  w public.webhook_endpoints := private.require_endpoint(p_id);
  was_enabled boolean := w.is_enabled;
begin
  perform private.require_keys(p_changes, '{url,events,description,is_enabled}');
  if p_changes ? 'url' then
    w.url := private.check_webhook_url(private.words_in(p_changes, 'url', null, 2000));
  end if;
  if p_changes ? 'events' then
    w.events := private.require_events(array(
      select jsonb_array_elements_text(private.items_in(p_changes -> 'events', 'Events', 20))));
  end if;
  w.description := coalesce(private.words_in(p_changes, 'description', w.description, 200), '');
  w.is_enabled := private.flag_in(p_changes, 'is_enabled', w.is_enabled);
  update public.webhook_endpoints t set
    url = w.url, events = w.events, description = w.description, is_enabled = w.is_enabled,
    disabled_reason = case when w.is_enabled then null when was_enabled then 'by_hand' else t.disabled_reason end,
    failing_since = case when w.is_enabled and not was_enabled then null else t.failing_since end
  where t.id = p_id returning * into w;
  return to_jsonb(w) - '{secret_id,previous_secret_id}'::text[];
end
$$;

create function private.delete_webhook_endpoint(p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  w public.webhook_endpoints := private.require_endpoint(p_id);
begin
  delete from public.webhook_endpoints t where t.id = w.id;
end
$$;

create function private.rotate_webhook_secret(p_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  w public.webhook_endpoints := private.require_endpoint(p_id);
  made record;
begin
  select * into made from private.new_webhook_secret(p_id);
  update public.webhook_endpoints t set
    secret_id = made.secret_id, previous_secret_id = w.secret_id, previous_secret_until = now() + interval '24 hours'
  where t.id = p_id;
  delete from vault.secrets s where s.id = w.previous_secret_id;
  return jsonb_build_object('secret', made.secret, 'previous_secret_until', now() + interval '24 hours');
end
$$;

create function private.create_api_key(p_chatbot_id uuid, p_name text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  name text := private.clean_words(p_name, 'name', 80);
  key text := 'hk_' || private.random_token(32);
  key_id uuid;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  if name is null then
    perform private.refuse('INVAL', 'A key needs a name.');
  elsif (select count(*) >= 50 from public.api_keys k where k.chatbot_id = p_chatbot_id and k.revoked_at is null) then
    perform private.refuse('CONFL', 'A chatbot can have at most 50 keys in use.');
  end if;
  insert into public.api_keys (chatbot_id, name, prefix, key_hash, created_by)
  values (p_chatbot_id, name, left(key, 7), extensions.digest(key, 'sha256'), auth.uid())
  returning id into key_id;
  return jsonb_build_object('id', key_id, 'key', key);
end
$$;

create function private.revoke_api_key(p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role((select k.chatbot_id from public.api_keys k where k.id = p_id), 'admin');
  update public.api_keys k set revoked_at = now() where k.id = p_id and k.revoked_at is null;
end
$$;

create function public.add_webhook_endpoint(chatbot_id uuid, url text, events text[], description text default '')
returns jsonb
language sql set search_path = '' as $$ select private.add_webhook_endpoint($1, $2, $3, $4) $$;
comment on function public.add_webhook_endpoint is 'Adds an endpoint and answers with its secret, this once.';
create function public.update_webhook_endpoint(id uuid, changes jsonb) returns jsonb
language sql set search_path = '' as $$ select private.update_webhook_endpoint($1, $2) $$;
comment on function public.update_webhook_endpoint is 'Changes url, events, description or is_enabled.';
create function public.delete_webhook_endpoint(id uuid) returns void
language sql set search_path = '' as $$ select private.delete_webhook_endpoint($1) $$;
comment on function public.delete_webhook_endpoint is 'Deletes an endpoint with its deliveries and secrets.';
create function public.rotate_webhook_secret(id uuid) returns jsonb
language sql set search_path = '' as $$ select private.rotate_webhook_secret($1) $$;
comment on function public.rotate_webhook_secret is
  'Gives an endpoint a new secret, shown this once; the one before signs beside it for 24 hours.';
create function public.create_api_key(chatbot_id uuid, name text) returns jsonb
language sql set search_path = '' as $$ select private.create_api_key($1, $2) $$;
comment on function public.create_api_key is 'Makes a key for the api function and answers with it, this once.';
create function public.revoke_api_key(id uuid) returns void
language sql set search_path = '' as $$ select private.revoke_api_key($1) $$;
comment on function public.revoke_api_key is 'Ends a key at once.';

revoke execute on function private.require_events, private.new_webhook_secret, private.require_endpoint,
  private.add_webhook_endpoint, private.update_webhook_endpoint, private.delete_webhook_endpoint,
  private.rotate_webhook_secret, private.create_api_key, private.revoke_api_key, public.add_webhook_endpoint,
  public.update_webhook_endpoint, public.delete_webhook_endpoint, public.rotate_webhook_secret, public.create_api_key,
  public.revoke_api_key
  from public, anon, authenticated;
grant execute on function private.add_webhook_endpoint, private.update_webhook_endpoint,
  private.delete_webhook_endpoint, private.rotate_webhook_secret, private.create_api_key, private.revoke_api_key,
  public.add_webhook_endpoint, public.update_webhook_endpoint, public.delete_webhook_endpoint,
  public.rotate_webhook_secret, public.create_api_key, public.revoke_api_key
  to authenticated;
