-- Embed → Targets: how soon a request is to have its first reply, and to be resolved, and which minutes that counts.

-- An absent key stays as it is; null means that there is no such target.
create function private.target_in(p_settings jsonb, p_key text, p_current integer) returns integer
language plpgsql immutable set search_path = '' as $$
declare
  given jsonb := p_settings -> p_key;
begin
  if not p_settings ? p_key then
    return p_current;
  elsif jsonb_typeof(given) = 'null' then
    return null;
  elsif jsonb_typeof(given) <> 'number' or given #>> '{}' !~ '^[1-9][0-9]{0,4}$' or (given #>> '{}')::integer > 43200 then
    perform private.refuse('INVAL', 'A target is between 1 and 43,200 minutes, which are thirty days.');
  end if;
  return (given #>> '{}')::integer;
end
$$;

create function private.save_targets(p_chatbot_id uuid, p_settings jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_settings(p_chatbot_id);
  perform private.require_keys(p_settings, '{first_reply_minutes,resolve_minutes,target_clock}');
  update public.human_support_settings s set
    first_reply_minutes = private.target_in(p_settings, 'first_reply_minutes', s.first_reply_minutes),
    resolve_minutes = private.target_in(p_settings, 'resolve_minutes', s.resolve_minutes),
    target_clock = private.choice_in(p_settings, 'target_clock', s.target_clock::text, enum_range(null::public.alert_clock))::public.alert_clock
  where s.chatbot_id = p_chatbot_id;
  return (
    select jsonb_build_object('first_reply_minutes', s.first_reply_minutes, 'resolve_minutes', s.resolve_minutes, 'target_clock', s.target_clock)
    from public.human_support_settings s where s.chatbot_id = p_chatbot_id);
end
$$;

create function public.save_targets(chatbot_id uuid, settings jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_targets($1, $2) $$;
comment on function public.save_targets is
  'Saves the targets: {"first_reply_minutes", "resolve_minutes", "target_clock"}; null switches one off, an absent key stays. Open cases
follow where what is due has not happened yet.';

revoke execute on function private.target_in, private.save_targets, public.save_targets from public, anon, authenticated;
grant execute on function private.save_targets, public.save_targets to authenticated;
