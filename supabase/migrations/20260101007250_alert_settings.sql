-- Embed → Alerts: who is told and when. The rungs are saved as a whole, in the order of their times, whatever order they come in. What the
-- page draws of them, and what a try-out sends, comes from the function that queues the real ones.

create function private.whole_number_in(p_object jsonb, p_key text, p_most integer, p_sentence text) returns integer
language plpgsql immutable set search_path = '' as $$
declare
  given jsonb := p_object -> p_key;
begin
  if given is null or jsonb_typeof(given) <> 'number' or given #>> '{}' !~ '^[0-9]{1,6}$' or (given #>> '{}')::integer > p_most then
    perform private.refuse('INVAL', p_sentence);
  end if;
  return (given #>> '{}')::integer;
end
$$;

create function private.rung_in(p_chatbot_id uuid, p_rung jsonb) returns public.alert_rungs
language plpgsql stable security definer set search_path = '' as $$
declare
  r public.alert_rungs;
begin
  perform private.require_keys(p_rung, '{after_minutes,clock,target,member_id,channel_id,by}');
  r.chatbot_id := p_chatbot_id;
  r.after_minutes := private.whole_number_in(p_rung, 'after_minutes', 1440, 'Wait between 0 and 1,440 minutes, which is a day.');
  r.clock := private.choice_in(p_rung, 'clock', 'always', enum_range(null::public.alert_clock));
  r.target := private.choice_in(p_rung, 'target', 'recipients', enum_range(null::public.alert_target));
  r.by := private.choice_in(p_rung, 'by', 'both', enum_range(null::public.alert_means));
  if r.target = 'member' then
    select m.user_id into r.member_id from public.chatbot_members m
    where m.chatbot_id = p_chatbot_id and m.user_id::text = p_rung ->> 'member_id';
    if r.member_id is null then
      perform private.refuse('INVAL', 'Choose a member of the team.');
    end if;
  elsif r.target = 'channel' then
    select c.id into r.channel_id from public.alert_channels c
    where c.chatbot_id = p_chatbot_id and c.id::text = p_rung ->> 'channel_id';
    if r.channel_id is null then
      perform private.refuse('INVAL', 'Choose one of the channels.');
    end if;
  end if;
  return r;
end
$$;

create function private.rungs_in(p_chatbot_id uuid, p_settings jsonb) returns public.alert_rungs[]
language plpgsql stable set search_path = '' as $$
declare
  rungs public.alert_rungs[];
begin
  if not p_settings ? 'rungs' then
    return (select array_agg(r order by r.position) from public.alert_rungs r where r.chatbot_id = p_chatbot_id);
  end if;
  select array_agg(row(r.chatbot_id, r.nth, r.after_minutes, r.clock, r.target, r.member_id, r.channel_id, r.by)::public.alert_rungs order by r.nth) into rungs
  from (
    select x.*, row_number() over (order by x.after_minutes, given.place) as nth
    from jsonb_array_elements(private.items_in(p_settings -> 'rungs', 'Steps', 5)) with ordinality as given (rung, place)
    cross join lateral private.rung_in(p_chatbot_id, given.rung) as x
  ) as r;
  if rungs is null then
    perform private.refuse('INVAL', 'Somebody has to be told. Keep at least one step.');
  end if;
  return rungs;
end
$$;

create function private.receiver_words(email text, channel_name text, device_name text) returns text
language sql immutable set search_path = '' as $$ select concat_ws(' · ', coalesce(email, channel_name), device_name) $$;

create function private.hold_in(p_chatbot_id uuid, p_settings jsonb) returns integer
language sql stable set search_path = '' as $$
  select case when p_settings ? 'hold_seconds'
    then private.whole_number_in(p_settings, 'hold_seconds', 180, 'Hold the first alert between 0 and 180 seconds.')
    else (select s.hold_seconds from public.human_support_settings s where s.chatbot_id = p_chatbot_id) end
$$;

create function private.save_alerts(p_chatbot_id uuid, p_settings jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  rungs public.alert_rungs[];
begin
  perform private.lock_settings(p_chatbot_id);
  perform private.require_keys(p_settings, '{rungs,hold_seconds}');
  rungs := private.rungs_in(p_chatbot_id, p_settings);
  update public.human_support_settings s set hold_seconds = private.hold_in(p_chatbot_id, p_settings) where s.chatbot_id = p_chatbot_id;
  delete from public.alert_rungs r where r.chatbot_id = p_chatbot_id;
  insert into public.alert_rungs select (unnest(rungs)).*;
  return jsonb_build_object('rungs', to_jsonb(rungs), 'hold_seconds', private.hold_in(p_chatbot_id, '{}'));
end
$$;

-- Ten in the morning and eleven at night of the next day on which people are there, by the clock of the office hours or, without any,
-- of whoever asks.
create function private.preview_alerts(p_chatbot_id uuid, p_settings jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  h public.office_hours;
  zone text;
  day date;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  perform private.require_keys(p_settings, '{rungs,hold_seconds}');
  select * into h from public.office_hours o where o.chatbot_id = p_chatbot_id;
  zone := case when h.is_enabled then h.time_zone else
    coalesce((select p.time_zone from public.profiles p where p.user_id = auth.uid()), 'UTC') end;
  day := (now() at time zone zone)::date + 1;
  if h.is_enabled then
    day := coalesce((
      select min((o.begins_at at time zone zone)::date) from private.openings(h, now()) o where (o.begins_at at time zone zone)::date >= day), day);
  end if;
  return jsonb_build_object('time_zone', zone, 'has_office_hours', h.is_enabled, 'moments', (
    select jsonb_agg(jsonb_build_object('asked_at', private.wall_time(m.asked_at, zone), 'steps', (
      select jsonb_agg(jsonb_build_object('position', t.rung, 'due_at', private.wall_time(t.due_at, zone),
        'minutes', round(extract(epoch from t.due_at - m.asked_at) / 60, 1),
        'told', (select coalesce(jsonb_agg(private.receiver_words(b.email, b.channel_name, b.device_name) order by b.place, b.kind, b.device_name) filter (where b.reason is null), '[]')
          from private.told_by(p_chatbot_id, t.target, t.member_id, t.channel_id, t.by, t.due_at) b)) order by t.due_at, t.rung)
      from private.ladder_times(private.rungs_in(p_chatbot_id, p_settings), h, private.hold_in(p_chatbot_id, p_settings), m.asked_at, false) t
    )) order by m.asked_at)
    from (select (day + x.hour) at time zone zone as asked_at from unnest('{10:00,23:00}'::time[]) as x (hour)) as m));
end
$$;

-- Mails, notifications and messages to channels alike. Minutes become seconds, and office hours are always. It is a test delivery like that of a webhook: no case, no figure, no event.
create function private.try_alerts(p_chatbot_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_settings(p_chatbot_id);
  if exists (
    select from public.deliveries d where d.chatbot_id = p_chatbot_id and d.purpose = 'test' and d.rung is not null
      and d.created_at > now() - interval '30 seconds') then
    perform private.refuse('TOOMY', 'A test began a moment ago. Wait half a minute, then try again.');
  end if;
  with steps as (
    select distinct on (w.who, t.after_minutes) gen_random_uuid() as id, t.rung, t.after_minutes, b.*
    from public.office_hours h
    cross join private.ladder_times(private.rungs_in(p_chatbot_id, '{}'), h, 0, now(), false) t
    cross join private.told_by(p_chatbot_id, t.target, t.member_id, t.channel_id, t.by, now()) b
    cross join lateral (select coalesce(b.device_id::text, b.channel_id::text, lower(b.email)) as who) w
    where h.chatbot_id = p_chatbot_id and b.reason is distinct from 'duplicate_of_owner'
    order by w.who, t.after_minutes, t.rung
  ), queued as (
    insert into public.deliveries
      (id, chatbot_id, kind, purpose, recipient, channel_id, channel_name, device_id, device_name, rung, status, reason, next_attempt_at, finished_at)
    select s.id, p_chatbot_id, s.kind, 'test', s.email, s.channel_id, s.channel_name, s.device_id, s.device_name, s.rung,
      case when s.reason is null then 'queued' else 'skipped' end::public.delivery_status, s.reason,
      case when s.reason is null then now() + make_interval(secs => s.after_minutes) end, case when s.reason is not null then now() end
    from steps s
  )
  insert into private.delivery_data (delivery_id, data)
  select s.id, jsonb_build_object('minutes', s.after_minutes, 'is_first', s.rung = min(s.rung) over ()) from steps s;
  return private.alert_test(p_chatbot_id);
end
$$;

-- The latest one.
create function private.alert_test(p_chatbot_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'admin');
  return (
    select jsonb_build_object('started_at', d.created_at, 'steps', jsonb_agg(jsonb_build_object(
      'id', d.id, 'position', d.rung, 'recipient', private.receiver_words(d.recipient, d.channel_name, d.device_name), 'status', d.status, 'reason', d.reason,
      'planned_seconds', (x.data ->> 'minutes')::integer, 'sent_seconds', round(extract(epoch from d.sent_at - d.created_at), 1),
      'seen_by_name', case when d.skipped_by is not null then private.name_of(d.skipped_by) end) order by d.rung, d.recipient, d.kind, d.channel_name, d.device_name))
    from public.deliveries d join private.delivery_data x on x.delivery_id = d.id
    where d.chatbot_id = p_chatbot_id and d.purpose = 'test' and d.rung is not null and d.created_at = (
      select max(l.created_at) from public.deliveries l
      where l.chatbot_id = p_chatbot_id and l.purpose = 'test' and l.rung is not null and l.created_at > now() - interval '1 hour')
    group by d.created_at);
end
$$;

create function private.end_alert_test(p_chatbot_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'admin');
  update public.deliveries d set status = 'skipped', reason = 'seen', skipped_by = auth.uid(), next_attempt_at = null, finished_at = now()
  where d.id in (
    select t.id from public.deliveries t
    where t.chatbot_id = p_chatbot_id and t.purpose = 'test' and t.rung is not null and t.created_at > now() - interval '1 hour'
      and t.status = 'queued' and t.attempt_count = 0 and t.lease_token is null
    for no key update skip locked);
  return private.alert_test(p_chatbot_id);
end
$$;

create function public.save_alerts(chatbot_id uuid, settings jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_alerts($1, $2) $$;
comment on function public.save_alerts is
  'Saves who is told and when: {"rungs": [{"after_minutes", "clock", "target", "member_id", "channel_id", "by"}], "hold_seconds"}; an absent key stays.';
create function public.preview_alerts(chatbot_id uuid, settings jsonb) returns jsonb
language sql stable set search_path = '' as $$ select private.preview_alerts($1, $2) $$;
comment on function public.preview_alerts is 'What such settings would do for visitors who ask at ten in the morning and at eleven at night.';
create function public.try_alerts(chatbot_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.try_alerts($1) $$;
comment on function public.try_alerts is 'Sends the saved ladder as tests, with seconds for minutes.';
create function public.alert_test(chatbot_id uuid) returns jsonb
language sql stable set search_path = '' as $$ select private.alert_test($1) $$;
comment on function public.alert_test is 'How far the latest test of the alerts is; null an hour after it began.';
create function public.end_alert_test(chatbot_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.end_alert_test($1) $$;
comment on function public.end_alert_test is 'Ends a test of the alerts as looking at a case ends a real one.';

revoke execute on function private.whole_number_in, private.rung_in, private.rungs_in, private.receiver_words, private.hold_in, private.save_alerts,
  private.preview_alerts, private.try_alerts, private.alert_test, private.end_alert_test, public.save_alerts, public.preview_alerts,
  public.try_alerts, public.alert_test, public.end_alert_test
  from public, anon, authenticated;
grant execute on function private.save_alerts, private.preview_alerts, private.try_alerts, private.alert_test, private.end_alert_test,
  public.save_alerts, public.preview_alerts, public.try_alerts, public.alert_test, public.end_alert_test
  to authenticated;
