-- What the widget shows before anybody has said anything: its settings, and whether a person is there. Labels stay null
-- here when the owner left them to us; the edge function fills in the visitor's language. `service_role` alone may call
-- the public functions of this chapter and the next ones.

create function private.tg__check_time_zone() returns trigger
  language plpgsql set search_path = '' as $$
begin
  if not private.is_time_zone(new.time_zone) then
    perform private.refuse('INVAL', format('“%s” isn’t a time zone.', left(new.time_zone, 60)));
  end if;
  return new;
end $$;
comment on function private.tg__check_time_zone is 'Refuses a time zone that nothing could be computed in.';
create trigger _200_check_time_zone before insert or update of time_zone on public.office_hours
  for each row execute function private.tg__check_time_zone();
create trigger _200_check_time_zone before insert or update of time_zone on public.profiles
  for each row execute function private.tg__check_time_zone();

-- The same hour of the week in the last thirty days, by the team's clock, so five short stretches: index ranges, not a month of
-- rows. Each is read from an hour before, because a night in which clocks are put back has an hour twice; that the local hour is
-- meant tells them apart.
create function private.expected_wait_hours(chatbot_id uuid, zone text, at timestamptz) returns numeric
  language sql stable security definer set search_path = '' as $$
  select case when count(*) >= 5 then round((percentile_cont(0.5) within group (
    order by extract(epoch from e.first_replied_at - e.escalated_at) / 3600))::numeric, 2) end
  from (
    select date_trunc('hour', at at time zone zone) - weeks * interval '7 days' as local_hour from generate_series(0, 4) as weeks
  ) as w
  join public.escalations e on e.chatbot_id = expected_wait_hours.chatbot_id
    and e.escalated_at >= (w.local_hour at time zone zone) - interval '1 hour'
    and e.escalated_at < (w.local_hour at time zone zone) + interval '1 hour'
    and date_trunc('hour', e.escalated_at at time zone zone) = w.local_hour
  where e.first_replied_at is not null
$$;
comment on function private.expected_wait_hours is
  'Median hours to a first reply at this hour of the week on the zone''s clock; null under five samples.';

create function private.person_available(b public.chatbots, h public.office_hours, at timestamptz) returns jsonb
  language plpgsql stable security definer set search_path = '' as $$
declare
  is_stopped boolean := private.is_sender_stopped();
  is_open boolean := true;
  back_at timestamptz;
begin
  if h.is_enabled then
    select coalesce(bool_or(at >= o.begins_at and at < o.ends_at), false),
      min(o.begins_at) filter (where o.begins_at > at)
    into is_open, back_at from private.openings(h, at) o;
  end if;
  return jsonb_build_object(
    'is_available', is_open and not is_stopped,
    'back_at', case when not is_open then back_at end,
    'back_at_local', case when not is_open then private.wall_time(back_at, h.time_zone) end,
    'time_zone', case when h.is_enabled then h.time_zone end,
    'expected_wait_hours', private.expected_wait_hours(b.id, h.time_zone, at),
    'contact_text', b.contact_text,
    'is_sender_stopped', is_stopped);
end $$;
comment on function private.person_available(public.chatbots, public.office_hours, timestamptz) is
  'Whether by these hours a person is there at a moment, when one is back, and how long it usually takes.';

create function private.person_available(b public.chatbots) returns jsonb
  language sql stable security definer set search_path = '' as $$
  select private.person_available(b, o, now()) from public.office_hours o where o.chatbot_id = b.id
$$;
comment on function private.person_available(public.chatbots) is 'Whether a person is there now, by the hours that are saved.';

create function public.widget_config(p_chatbot_id uuid, p_origin text) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  b public.chatbots := private.require_chatbot(p_chatbot_id, p_origin);
  s public.human_support_settings;
  f public.lead_forms;
begin
  select * into s from public.human_support_settings x where x.chatbot_id = b.id;
  select * into f from public.lead_forms x where x.chatbot_id = b.id;
  -- Proof for the checklist that the snippet is on a page; once an hour is enough.
  if p_origin is not null and coalesce(b.snippet_seen_at < now() - interval '1 hour', true)
    and lower(p_origin) is distinct from rtrim(lower(private.setting('app_url')), '/') then
    update public.chatbots c set snippet_seen_at = now(), snippet_seen_url = p_origin
    where c.id = b.id and coalesce(c.snippet_seen_at < now() - interval '1 hour', true);
  end if;
  return jsonb_build_object(
    'chatbot_id', b.id, 'name', b.name, 'greeting', b.greeting, 'accent_color', b.accent_color,
    'position', b.position, 'language', b.language,
    'show_escalation_cta', s.show_escalation_cta, 'replace_followups', s.replace_followups,
    'labels', jsonb_build_object(
      'positive', s.positive_label, 'request_help', s.request_help_label, 'confirmation', s.confirmation_message),
    'followup_buttons', (
      select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'type', x.type, 'label', x.label, 'value', x.value)
        order by x.position, x.id), '[]')
      from public.followup_buttons x where x.chatbot_id = b.id),
    'lead_form', jsonb_build_object('timing', f.timing, 'intro', f.intro, 'fields', f.fields),
    'person_available', private.person_available(b),
    'page_parameters', to_jsonb(b.page_parameters),
    'version', s.version::text);
end $$;
comment on function public.widget_config is 'What the widget of a chatbot shows.';

-- A parameter is known by its name as it is written: what browsers would write in another way is none of the owner's words.
create function private.page_address(url text, kept text[]) returns text
  language sql immutable set search_path = '' as $$
  select rtrim(split_part(url, '?', 1) || '?' || coalesce((
    select string_agg(pair, '&' order by n)
    from regexp_split_to_table(substr(url, nullif(strpos(url, '?'), 0) + 1), '&') with ordinality as q (pair, n)
    where split_part(pair, '=', 1) = any (kept)), ''), '?')
$$;
comment on function private.page_address is 'An address with its path, and of its query only the parameters that are named.';

create function public.widget_start_session(
  p_chatbot_id uuid, p_language text, p_page_url text, p_user_agent text, p_token_hash text, p_origin text, p_client text,
  p_to_escalate boolean default false
) returns jsonb
  language plpgsql security definer set search_path = '' as $$
declare
  b public.chatbots := private.require_chatbot(p_chatbot_id, p_origin);
  c public.conversations;
begin
  perform private.limit_rate(case when p_to_escalate then 'sessions_to_escalate' else 'sessions' end, p_client);
  insert into public.conversations (chatbot_id, language, page_url, user_agent)
  values (b.id, coalesce(p_language, b.language, 'en'), left(private.page_address(p_page_url, b.page_parameters), 2048), left(p_user_agent, 400))
  returning * into c;
  insert into private.conversation_tokens (token_hash, conversation_id) values (decode(p_token_hash, 'hex'), c.id);
  return jsonb_build_object('session_id', c.session_id, 'conversation_id', c.id);
end $$;
comment on function public.widget_start_session is 'Gives a visitor a conversation; the token itself never comes here, its hash does.';

revoke execute on function public.widget_config, public.widget_start_session from public, anon, authenticated;
grant execute on function public.widget_config, public.widget_start_session to service_role;
