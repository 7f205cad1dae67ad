-- How the dispatcher takes work. Claim, commit, then send: nothing here waits for the network. A claim counts the attempt,
-- writes it down, and leaves a fresh lease token without which nothing can be finished; when the lease ends, the delivery is
-- simply due again, and later each time it happens in a row, for whoever held it may have died of it. Lanes keep it fair: a
-- dead endpoint has at most eight on their way and delays nobody else.

create function private.max_attempts() returns integer
  language sql immutable parallel safe set search_path = '' as $$ select 10 $$;
comment on function private.max_attempts is 'Tries before a delivery is given up.';

create function private.max_in_flight() returns integer
  language sql immutable parallel safe set search_path = '' as $$ select 8 $$;
comment on function private.max_in_flight is 'Deliveries on their way to one endpoint at once.';

create function private.lost_delay(lost_count integer) returns interval
  language sql volatile set search_path = '' as $$
  select case when lost_count = 0 then interval '0'
    else least(interval '30 seconds' * power(2, least(lost_count, 10)), interval '15 minutes') * (0.8 + 0.4 * random()) end
$$;
comment on function private.lost_delay is 'How much longer than its lease a delivery rests after so many leases in a row were lost.';

-- While the mail channel is paused nothing is claimed for it; when the pause is over, one mail goes first, as a probe, and
-- the others wait for what becomes of it.
create function private.mail_room(wanted integer, lease_seconds integer) returns integer
  language plpgsql security definer set search_path = '' as $$
declare
  s private.senders;
begin
  select * into s from private.senders x where x.kind = 'email';
  if s.paused_until is null then
    return wanted;
  end if;
  update private.senders x set paused_until = now() + make_interval(secs => lease_seconds)
  where x.kind = 'email' and x.paused_until <= now();
  return case when found then 1 else 0 end;
end $$;
comment on function private.mail_room is 'How many mails may be claimed now: all, none while paused, or one to see whether it works again.';

-- A lane that is being claimed by somebody else at this moment is left to them, and the count is taken after the lock with
-- fresh eyes (volatile): only so is eight exactly eight.
create function private.endpoint_room(endpoint_id uuid) returns integer
  language plpgsql volatile security definer set search_path = '' as $$
begin
  if not pg_try_advisory_xact_lock(hashtextextended('lane:' || endpoint_id, 0)) then
    return 0;
  end if;
  return greatest(0, private.max_in_flight() - (
    select count(*)::integer from public.deliveries d
    where d.endpoint_id = endpoint_room.endpoint_id and d.status = 'queued'
      and d.lease_token is not null and d.leased_until > now()));
end $$;
comment on function private.endpoint_room is 'How many more deliveries may be on their way to an endpoint.';

create function private.device_room(device_id uuid) returns integer
  language plpgsql volatile security definer set search_path = '' as $$
begin
  if not pg_try_advisory_xact_lock(hashtextextended('lane:' || device_id, 0)) then
    return 0;
  end if;
  return greatest(0, private.max_in_flight() - (
    select count(*)::integer from public.deliveries d
    where d.device_id = device_room.device_id and d.status = 'queued'
      and d.lease_token is not null and d.leased_until > now()));
end $$;
comment on function private.device_room is 'How many more notifications may be on their way to a device.';

-- As many as the service takes: what is on its way and what it answered within its window count, by the time of the answer, so that two
-- messages are never closer than that, whoever sends them. One snapshot, as what is answered leaves the one count and joins the other.
create function private.channel_room(channel_id uuid) returns integer
  language plpgsql volatile security definer set search_path = '' as $$
begin
  if not pg_try_advisory_xact_lock(hashtextextended('lane:' || channel_id, 0)) then
    return 0;
  end if;
  return coalesce((
    select case when p.resumes_at > clock_timestamp() then 0 else greatest(0, k.pace_messages
      - (select count(*)::integer from public.deliveries d
        where d.channel_id = c.id and d.status = 'queued' and d.lease_token is not null and d.leased_until > now())
      - (select count(*)::integer from unnest(p.answered_at) as a (at) where a.at > clock_timestamp() - make_interval(secs => k.pace_seconds)))
    end
    from public.alert_channels c join private.channel_kinds k on k.kind = c.kind left join private.channel_pace p on p.channel_id = c.id
    where c.id = channel_room.channel_id), 0);
end $$;
comment on function private.channel_room is 'How many more messages a channel may be sent at this moment.';

create function private.channel_free_at(channel_id uuid) returns timestamptz
  language sql stable security definer set search_path = '' as $$
  select greatest(p.resumes_at, (
    select a.at + make_interval(secs => k.pace_seconds) from unnest(p.answered_at) as a (at)
    order by a.at desc offset k.pace_messages - 1 limit 1))
  from private.channel_pace p join public.alert_channels c on c.id = p.channel_id join private.channel_kinds k on k.kind = c.kind
  where p.channel_id = channel_free_at.channel_id
$$;
comment on function private.channel_free_at is 'When a channel takes the next message, as far as its pace and its wishes go; null when nothing is known against it.';

-- An event follows those before it, of its conversation and to its endpoint, while they are on their way or due within a
-- quarter of a minute: the ten seconds of a resolve, a first retry. It does not wait for a receiver that keeps failing, or that
-- wants to be left alone for longer; `seq` in the body then says the order.
create function private.is_in_turn(d public.deliveries) returns boolean
  language sql stable security definer set search_path = '' as $$
  select case when d.kind = 'channel' then not exists (
    -- Whatever becomes of it: an incident that is opened late must not stay open.
    select from public.deliveries p
    where d.escalation_id is not null and p.escalation_id = d.escalation_id and p.channel_id = d.channel_id and p.created_at < d.created_at
      and p.status = 'queued' and p.summary_id is null and (p.attempt_count > 0 or p.next_attempt_at <= now()))
  else d.place is null or not exists (
    select from public.deliveries p
    where p.endpoint_id = d.endpoint_id and p.conversation_id = d.conversation_id and p.place < d.place
      and p.status = 'queued' and (p.leased_until > now() or p.next_attempt_at < now() + interval '15 seconds')) end
$$;
comment on function private.is_in_turn is
  'Whether nothing that happened earlier in the same conversation is about to be sent to the same endpoint, or about the same case to the same channel.';

-- Lanes are visited in turn from a random one, each by one step down the index, so a million waiting rows cost nothing.
create function private.choose_by_lane(wanted integer, mails integer) returns uuid[]
  language sql volatile security definer set search_path = '' as $$
  with recursive starting as materialized (
    select gen_random_uuid() as lane
  ), above as (
    (select d.lane from public.deliveries d where d.status = 'queued' and d.lane >= (select s.lane from starting s)
      order by d.lane limit 1)
    union all
    select (select d.lane from public.deliveries d where d.status = 'queued' and d.lane > a.lane order by d.lane limit 1)
    from above a where a.lane is not null
  ), below as (
    (select d.lane from public.deliveries d where d.status = 'queued' and d.lane < (select s.lane from starting s)
      order by d.lane limit 1)
    union all
    select (select d.lane from public.deliveries d
      where d.status = 'queued' and d.lane > b.lane and d.lane < (select s.lane from starting s) order by d.lane limit 1)
    from below b where b.lane is not null
  ), lanes as (
    select l.lane, w.id is null and c.id is null and v.id is null as is_mail, c.id is not null as is_channel,
      v.id is not null as is_device, coalesce(w.is_enabled, true) as is_enabled
    from (select * from above union all select * from below) l
    left join public.webhook_endpoints w on w.id = l.lane
    left join public.alert_channels c on c.id = l.lane
    left join public.push_devices v on v.id = l.lane
    where l.lane is not null
  )
  select coalesce(array_agg(chosen.id), '{}') from (
    select due.id
    from lanes l
    cross join lateral (
      select case when l.is_mail then least(mails, greatest(25, wanted / 2)) when l.is_channel then private.channel_room(l.lane)
        when l.is_device then private.device_room(l.lane)
        else private.endpoint_room(l.lane) end as room
      offset 0
    ) as space
    cross join lateral (
      select d.id from public.deliveries d
      where d.lane = l.lane and d.status = 'queued' and d.next_attempt_at <= now()
        and (l.is_enabled or d.purpose = 'test') and private.is_in_turn(d)
      order by d.next_attempt_at, d.id
      limit space.room
      for no key update skip locked
    ) as due
    limit wanted
  ) as chosen
$$;
comment on function private.choose_by_lane is 'Locks due deliveries, fairly over the lanes.';

create function private.choose_due(wanted integer, mails integer) returns uuid[]
  language plpgsql volatile security definer set search_path = '' as $$
declare
  ids uuid[] := private.choose_by_lane(wanted, mails);
begin
  if mails = 1 then
    -- The probe: one mail of all lanes together.
    ids := array(
      select x.id from (
        select d.id, d.kind, row_number() over (partition by d.kind order by d.next_attempt_at, d.id) as place
        from public.deliveries d where d.id = any (ids)
      ) as x where x.kind <> 'email' or x.place = 1);
  end if;
  return ids;
end $$;
comment on function private.choose_due is 'Locks what is to be claimed next: due, allowed at this moment, and fair.';

-- What is due later is waited for by a dispatcher that is awake, for as long as it is worth staying awake; the clock wakes one for
-- the rest in time. What cannot be claimed although it is due (the endpoint's eight are on their way, its turn has not come) needs no
-- waiting: whoever holds what it waits for looks again.
create function public.next_due(p_within_seconds double precision) returns double precision
  language sql stable security definer set search_path = '' as $$
  with recursive lanes as (
    (select d.lane from public.deliveries d where d.status = 'queued' order by d.lane limit 1)
    union all
    select (select d.lane from public.deliveries d where d.status = 'queued' and d.lane > l.lane order by d.lane limit 1)
    from lanes l where l.lane is not null
  ), times as (
    select (
      select d.next_attempt_at from public.deliveries d
      where d.lane = l.lane and d.status = 'queued' and d.next_attempt_at > now() order by d.next_attempt_at limit 1) as at
    from lanes l left join public.webhook_endpoints w on w.id = l.lane
    where l.lane is not null and coalesce(w.is_enabled, true)
    union all
    -- What a channel's pace holds back.
    select f.at from lanes l join public.alert_channels c on c.id = l.lane cross join lateral (select private.channel_free_at(c.id) as at) f
    where f.at > now() and exists (
      select from public.deliveries d where d.lane = c.id and d.status = 'queued' and d.lease_token is null and d.next_attempt_at <= now())
    union all
    select s.paused_until from private.senders s where s.kind = 'email' and s.paused_until > now()
  )
  select extract(epoch from min(t.at) - now())::double precision from times t
  where t.at <= now() + make_interval(secs => p_within_seconds)
$$;
comment on function public.next_due is 'In how many seconds something becomes due that is not yet; null when nothing does within so many.';
revoke execute on function public.next_due from public, anon, authenticated;
grant execute on function public.next_due to service_role;
