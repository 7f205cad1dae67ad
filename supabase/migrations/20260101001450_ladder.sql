-- The ladder: who is told, and when, while nobody has seen that a visitor wants a person. All its mails are queued in the transaction
-- that makes somebody wait (and so is what channels and devices are told), each due at its own time, so that nothing has to remember to climb; whoever looks takes those back that
-- nobody has begun to send. It climbs once for each silence: from the request, and from the first words after somebody last looked.

-- An opening that ends before it begins runs past midnight. Sixty days see the end of the longest holidays of most teams, for
-- 0.2 ms more than fourteen; a day nobody works on costs next to nothing.
create function private.openings(h public.office_hours, at timestamptz)
  returns table (begins_at timestamptz, ends_at timestamptz)
  language sql stable set search_path = '' as $$
  select (d.day + o.begins) at time zone h.time_zone,
    (d.day + o.ends + case when o.ends <= o.begins then interval '1 day' else interval '0' end) at time zone h.time_zone
  from (
    select (at at time zone h.time_zone)::date + i as day from generate_series(-1, 60) as i
  ) as d
  cross join lateral (
    select (r.hours ->> 0)::time as begins, (r.hours ->> 1)::time as ends
    from jsonb_array_elements(coalesce(h.weekly -> extract(isodow from d.day)::integer::text, '[]')) as r (hours)
  ) as o
  where d.day <> all (h.holidays)
$$;
comment on function private.openings is 'When people are there, from yesterday to sixty days ahead.';

-- Counted over what the clock really does: a day on which clocks are changed has an hour more or less, openings that overlap count
-- once, and a minute of a holiday counts not at all. A schedule without any opening for two years is none, as if there were no hours.
create function private.office_time_after(h public.office_hours, since timestamptz, wait interval) returns timestamptz
  language plpgsql stable set search_path = '' as $$
declare
  left_over interval := wait;
  opens_at timestamptz := since;
  horizon timestamptz;
  opening tstzrange;
begin
  if not h.is_enabled then
    return since + wait;
  end if;
  for stretch in 1..12 loop
    horizon := ((opens_at at time zone h.time_zone)::date + 61)::timestamp at time zone h.time_zone;
    for opening in
      select unnest(range_agg(tstzrange(o.begins_at, o.ends_at))) * tstzrange(opens_at, horizon)
      from private.openings(h, opens_at) o where o.begins_at < o.ends_at
    loop
      continue when isempty(opening);
      if upper(opening) - lower(opening) >= left_over then
        return lower(opening) + left_over;
      end if;
      left_over := left_over - (upper(opening) - lower(opening));
    end loop;
    opens_at := horizon;
  end loop;
  return since + wait;
end $$;
comment on function private.office_time_after is 'When so much of the office hours has gone by since a moment; outside of them nothing goes by.';

-- After a silence nothing is due at once: a step that has no time of its own goes with the first that has one.
create function private.ladder_times(
  rungs public.alert_rungs[], h public.office_hours, hold_seconds integer, since timestamptz, is_silence boolean
) returns table (
  rung smallint, after_minutes integer, clock public.alert_clock, target public.alert_target, member_id uuid, channel_id uuid,
  by public.alert_means, due_at timestamptz
)
  language sql stable set search_path = '' as $$
  select * from (
    select r.position, r.after_minutes, r.clock, r.target, r.member_id, r.channel_id, r.by,
      case when is_silence and r.after_minutes = 0 then min(t.due_at) filter (where r.after_minutes > 0) over () else t.due_at end as due_at
    from unnest(rungs) r
    cross join lateral (
      select case r.after_minutes when 0 then make_interval(secs => hold_seconds) else make_interval(mins => r.after_minutes) end as wait
    ) as w
    cross join lateral (
      select case r.clock when 'always' then since + w.wait else private.office_time_after(h, since, w.wait) end as due_at
    ) as t
  ) as timed
  where timed.due_at is not null
  order by timed.position
$$;
comment on function private.ladder_times is 'When each step of a ladder is due for a visitor who has been waiting since a moment.';

-- A channel that is paused or at its end has a receipt that says so, and its owner is told instead. Whoever has no device that may be
-- told at that time is told by mail, whatever the step says.
create function private.told_by(
  chatbot_id uuid, target public.alert_target, member_id uuid, at_channel uuid, means public.alert_means, at timestamptz
) returns table (
  kind public.delivery_kind, email text, channel_id uuid, channel_name text, device_id uuid, device_name text, reason text, place integer
)
  language plpgsql stable security definer set search_path = '' as $$
declare
  -- Most teams have no device, and looking whose an address is has its price.
  has_devices boolean := means <> 'mail' and exists (
    select from public.chatbot_members m join public.push_devices g on g.user_id = m.user_id where m.chatbot_id = told_by.chatbot_id);
begin
  return query
  with people as materialized (
    select a.email, a.reason, a.place, null::uuid as user_id from private.addressees(told_by.chatbot_id) a
    where target = 'recipients' or a.place = 0 and (target = 'owner' or target = 'channel' and not exists (
      select from public.alert_channels c where c.id = at_channel and c.is_enabled))
    union all
    select p.email, case
        when not p.notify_escalation then 'kill_switch'
        when not private.is_email(p.email) then 'no_address'
        when exists (select from private.suppressed_addresses s where s.email = lower(p.email)) then 'suppressed' end, 0, p.user_id
    from public.profiles p where target = 'member' and p.user_id = told_by.member_id
  ), devices as materialized (
    select e.email, e.place, g.id, g.label, case when private.is_quiet(p, at) then 'quiet_hours' end as reason
    from people e
    cross join lateral (
      select coalesce(e.user_id, (private.member_behind(told_by.chatbot_id, e.email)).user_id) as user_id offset 0) as w
    join public.profiles p on p.user_id = w.user_id
    join public.push_devices g on g.user_id = p.user_id
    where has_devices and (e.reason is null or e.reason in ('suppressed', 'no_address'))
  )
  select 'email'::public.delivery_kind, e.email, null::uuid, null::text, null::uuid, null::text, e.reason, e.place from people e
  where means <> 'push' or not exists (select from devices v where v.email = e.email and v.reason is null)
  union all
  select 'channel', null, c.id, c.name, null, null, case when not c.is_enabled then
      case c.disabled_reason when 'gone' then 'channel_gone' else 'channel_paused' end end, 1
  from public.alert_channels c where target = 'channel' and c.id = at_channel
  union all
  select 'push', v.email, null, null, v.id, v.label, v.reason, v.place from devices v;
end $$;
comment on function private.told_by is 'Whom a step of the ladder tells, by mail, on a device or at a channel, and why somebody is not told.';

-- The first step of a request is its alert, and whoever does not get it has a receipt that says why. Whoever has one from the same
-- climb needs no second. Who would be told by two steps at the same time is told by the first.
create function private.queue_ladder(e public.escalations, round integer) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  rungs public.alert_rungs[];
begin
  select array_agg(r order by r.position) into rungs from public.alert_rungs r where r.chatbot_id = e.chatbot_id;
  -- A promise does not depend on a setting: without any step the team is told at once.
  rungs := coalesce(rungs, array[row(e.chatbot_id, 1, 0, 'always', 'recipients', null, null, 'both')::public.alert_rungs]);
  insert into public.deliveries (chatbot_id, conversation_id, escalation_id, kind, purpose, recipient, channel_id, channel_name, device_id, device_name,
    rung, round,
    status, reason, next_attempt_at, finished_at)
  select e.chatbot_id, e.conversation_id, e.id, m.kind, m.purpose, m.email, m.channel_id, m.channel_name, m.device_id, m.device_name,
    m.rung, queue_ladder.round,
    case when m.reason is null then 'queued' else 'skipped' end::public.delivery_status, m.reason,
    case when m.reason is null then m.due_at end, case when m.reason is not null then now() end
  from (
    select distinct on (x.who, x.due_at, x.reason is not distinct from 'duplicate_of_owner') x.*
    from (
      select a.*, w.who, t.rung, t.due_at,
        row_number() over (partition by w.who, a.reason order by t.rung, a.place) as nth,
        case when queue_ladder.round = 1 and t.rung = rungs[1].position then 'alert' else 'reminder' end::public.delivery_purpose as purpose
      from public.human_support_settings s
      join public.office_hours h on h.chatbot_id = s.chatbot_id
      cross join private.ladder_times(rungs, h, s.hold_seconds, now(), queue_ladder.round > 1) t
      cross join private.told_by(e.chatbot_id, t.target, t.member_id, t.channel_id, t.by, t.due_at) a
      cross join lateral (select coalesce(a.device_id::text, a.channel_id::text, lower(a.email)) as who) w
      where s.chatbot_id = e.chatbot_id
    ) as x
    where x.purpose = 'alert'
      -- An import may bring what has been seen already.
      or (queue_ladder.round > 1 or e.seen_at is null) and (x.reason is null or x.nth = 1 and x.reason <> 'duplicate_of_owner')
    order by x.who, x.due_at, x.reason is not distinct from 'duplicate_of_owner', x.rung, x.place
  ) as m
  order by m.rung, m.place;
end $$;
comment on function private.queue_ladder is 'Queues what one climb tells: one receipt per step and address, channel or device, each due at its time.';

create function private.queue_alerts(e public.escalations) returns void
  language sql security definer set search_path = '' as $$ select private.queue_ladder(e, 1) $$;
comment on function private.queue_alerts is 'Queues the alert of an episode and the reminders that follow while nobody has seen it.';

create function private.climb_again(escalation_id uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  e public.escalations;
begin
  select * into e from public.escalations x where x.id = climb_again.escalation_id;
  perform private.queue_ladder(e, (
    select coalesce(max(d.round), 1) + 1 from public.deliveries d where d.escalation_id = e.id));
end $$;
comment on function private.climb_again is 'Starts the ladder again for a visitor who has written into a case that had been seen.';

-- What has left stands, and so does what is leaving: nobody knows any more whether it will arrive. In a case that is talked about, each
-- word of the visitor starts a climb that the next look ends before anything was due; that is not worth a receipt. A first reply waits
-- for this, and planning it anew each time would cost twice the work.
create function private.end_ladder(escalation_id uuid, who uuid) returns void
  language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  waiting uuid[];
begin
  select coalesce(array_agg(x.id), '{}') into waiting from (
    select d.id from public.deliveries d
    where d.escalation_id = end_ladder.escalation_id and d.purpose in ('alert', 'reminder') and d.status = 'queued'
      and d.lease_token is null and (d.attempt_count = 0 or d.purpose = 'reminder' or d.kind = 'push') and d.summary_id is null
    for no key update skip locked) as x;
  -- What a summary holds leaves it, unless the summary is leaving.
  waiting := waiting || array(
    select d.id from (
      select s.id from public.deliveries s
      where s.id in (
          select r.summary_id from public.deliveries r
          where r.escalation_id = end_ladder.escalation_id and r.purpose = 'reminder' and r.status = 'queued' and r.summary_id is not null)
        and s.lease_token is null and s.attempt_count = 0
      for no key update skip locked
    ) as s join public.deliveries d on d.summary_id = s.id and d.escalation_id = end_ladder.escalation_id and d.purpose = 'reminder');
  if cardinality(waiting) = 0 then
    return;
  end if;
  delete from public.deliveries d
  where d.id = any (waiting) and d.round > 1 and not exists (
    select from public.deliveries o where o.escalation_id = d.escalation_id and o.round = d.round
      and (o.status <> 'queued' or o.attempt_count > 0 or o.summary_id is not null));
  update public.deliveries d set status = 'skipped', reason = 'seen', skipped_by = who, summary_id = null, next_attempt_at = null,
    finished_at = now()
  where d.id = any (waiting);
end $$;
comment on function private.end_ladder is 'Takes back the mails of a ladder that nobody has begun to send: somebody has seen the case.';

-- Where each case is an incident of its own, it is told when somebody has seen it and when it is resolved, if it was told of it at all, or
-- may be at this moment: what is queued although the ladder has ended is in the hands of a sender, who may not have said so yet. Nothing
-- of one incident overtakes what was queued before (is_in_turn), so the clock is asked, not the transaction.
create function private.tell_incidents(e public.escalations, purpose public.delivery_purpose, due_at timestamptz) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  -- Most teams have no channel, and looking for what was told has its price.
  if not exists (select from public.alert_channels c where c.chatbot_id = e.chatbot_id) then
    return;
  end if;
  insert into public.deliveries (chatbot_id, conversation_id, escalation_id, kind, purpose, channel_id, channel_name, next_attempt_at, created_at)
  select e.chatbot_id, e.conversation_id, e.id, 'channel', tell_incidents.purpose, c.id, c.name, due_at, clock_timestamp()
  from public.alert_channels c join private.channel_kinds k on k.kind = c.kind
  where c.chatbot_id = e.chatbot_id and c.is_enabled and k.has_incidents
    and exists (
      select from public.deliveries d
      where d.escalation_id = e.id and d.channel_id = c.id and d.purpose in ('alert', 'reminder')
        and d.status in ('queued', 'sent', 'delivered'))
    and not exists (
      select from public.deliveries d
      where d.escalation_id = e.id and d.channel_id = c.id and d.purpose = tell_incidents.purpose and d.status = 'queued' and d.attempt_count = 0);
end $$;
comment on function private.tell_incidents is 'Queues the word that a case is seen or resolved, for channels at which it is an incident.';

-- By the key that the test had. One of which no attempt was answered may have opened it all the same.
create function private.end_test_incidents(tests public.deliveries[]) returns void
  language sql security definer set search_path = '' as $$
  with ended as materialized (
    select gen_random_uuid() as id, t.id as test_id, c.chatbot_id, c.id as channel_id, c.name
    from unnest(tests) t join public.alert_channels c on c.id = t.channel_id join private.channel_kinds k on k.kind = c.kind
    where t.purpose = 'test' and k.has_incidents
      and (t.status in ('sent', 'delivered') or t.status = 'failed' and t.reason = 'attempts_exhausted')
  ), queued as (
    insert into public.deliveries (id, chatbot_id, kind, purpose, channel_id, channel_name)
    select e.id, e.chatbot_id, 'channel', 'resolve', e.channel_id, e.name from ended e
  )
  insert into private.delivery_data (delivery_id, data) select e.id, jsonb_build_object('incident', e.test_id) from ended e
$$;
comment on function private.end_test_incidents is 'Queues the end of the incidents that tests have opened, so that nobody is left with one.';

create function private.see_case(conversation_id uuid, who uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  seen uuid;
begin
  update public.conversations c set unseen_since = null, seen_at = now(), seen_by = who
  where c.id = see_case.conversation_id and c.unseen_since is not null
  returning c.escalation_id into seen;
  if seen is not null then
    perform private.end_ladder(seen, who);
    perform private.tell_incidents(e, 'acknowledge', now()) from public.escalations e where e.id = seen;
  end if;
end $$;
comment on function private.see_case is 'Notes that somebody has looked, where the visitor was waiting for that, and ends the ladder.';
