-- What follows from a delivery being queued, sent, skipped or given up: the doorbell rings, and each receipt that moves
-- leaves a line on the timeline. Statement by statement, because deliveries are finished by the hundred.

-- Planned once for every length of list: each is looked up by its key, and planning anew would cost as much as the work.
create function private.record_receipts(deliveries public.deliveries[]) returns void
  language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, data)
  select d.chatbot_id, d.conversation_id, d.escalation_id,
    (case d.kind when 'email' then 'mail.' || d.status when 'channel' then 'channel.' || d.status when 'push' then 'push.' || d.status else 'webhook.' || case d.status
      when 'queued' then 'retried' when 'sent' then 'delivered' else d.status::text end end)::public.event_type,
    jsonb_strip_nulls(jsonb_build_object(
      'delivery_id', d.id, 'purpose', d.purpose, 'recipient', d.recipient, 'channel', d.channel_name, 'channel_kind', c.kind, 'device', d.device_name,
      'reason', d.reason,
      'seen_by', d.skipped_by, 'endpoint_id', d.endpoint_id, 'url', w.url, 'event', v.type,
      'attempt', nullif(d.attempt_count, 0),
      'seq', case d.purpose when 'reply' then (select min(r.seq) from public.reply_receipts r where r.delivery_id = d.id) end,
      'next_attempt_at', case d.status when 'queued' then d.next_attempt_at end))
  from unnest(deliveries) as d
  left join public.webhook_endpoints w on w.id = d.endpoint_id
  left join public.events v on v.id = d.event_id
  left join public.alert_channels c on c.id = d.channel_id
  where d.conversation_id is not null and not (d.kind <> 'webhook' and d.status = 'queued')
    -- Why a reply is not mailed is said once, of the reply; that it was read in time is not worth a line.
    and not (d.purpose = 'reply' and d.status = 'skipped')
    -- An incident that was never opened need not be closed.
    and not (d.purpose in ('acknowledge', 'resolve') and d.status = 'skipped');
end $$;
comment on function private.record_receipts is 'Writes the timeline entries of receipts that moved.';

create function private.tg_deliveries__follow_new() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  is_due boolean;
  settled public.deliveries[];
begin
  -- What is due before the clock's next sweep is announced too: the dispatcher stays awake for it.
  select bool_or(a.status = 'queued' and a.next_attempt_at <= now() + interval '12 seconds'),
    array_agg(a::public.deliveries) filter (where a.status <> 'queued')
  into is_due, settled from added a;
  if is_due then
    perform private.ring_doorbell();
  end if;
  if settled is not null then
    perform private.record_receipts(settled);
  end if;
  return null;
end $$;
comment on function private.tg_deliveries__follow_new is 'Rings for what is due now or soon, and records what was skipped at once.';
create trigger _500_follow_new after insert on public.deliveries
  referencing new table as added for each statement execute function private.tg_deliveries__follow_new();

create function private.tg_deliveries__follow_change() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  moved public.deliveries[];
begin
  select array_agg(n::public.deliveries) into moved
  from after_change n join before_change o on o.id = n.id
  where n.status <> o.status and n.status <> 'queued'
    -- A webhook that failed and will be tried again: its lease was given back, it did not run out.
    or (n.kind = 'webhook' and n.status = 'queued' and o.status = 'queued'
      and o.lease_token is not null and n.lease_token is null);
  if moved is null then
    return null;
  end if;
  perform private.record_receipts(moved);
  if exists (select from unnest(moved) as m where m.purpose = 'reply') then
    perform private.follow_reply_mails(moved);
  end if;
  if exists (select from unnest(moved) as m where m.kind = 'channel' and m.purpose = 'test') then
    perform private.end_test_incidents(moved);
  end if;
  if exists (select from unnest(moved) as m where m.kind = 'push' and m.status in ('skipped', 'failed')) then
    -- Whoever was to be told on their devices alone, and was not, is told by mail, at the time that was meant.
    insert into public.deliveries (chatbot_id, conversation_id, escalation_id, kind, purpose, recipient, rung, round, next_attempt_at)
    select distinct on (n.escalation_id, n.round, n.rung, lower(n.recipient)) n.chatbot_id, n.conversation_id, n.escalation_id, 'email',
      n.purpose, n.recipient, n.rung, n.round,
      case when o.attempt_count = 0 and o.lease_token is null then greatest(now(), o.next_attempt_at) else now() end
    from after_change n join before_change o on o.id = n.id
    where n.kind = 'push' and n.purpose in ('alert', 'reminder') and n.status in ('skipped', 'failed') and o.status <> n.status
      and n.reason is distinct from 'seen' and n.reason is distinct from 'kill_switch' and n.reason is distinct from 'left_team'
      and not exists (
        select from public.deliveries d
        where d.escalation_id = n.escalation_id and d.round = n.round and d.rung = n.rung and lower(d.recipient) = lower(n.recipient)
          and (d.kind = 'email' or d.status in ('queued', 'sent', 'delivered')))
    order by n.escalation_id, n.round, n.rung, lower(n.recipient), o.next_attempt_at
    on conflict do nothing;
  end if;
  -- Alerts that were folded into a summary share its fate.
  update public.deliveries a set status = s.status, sent_at = s.sent_at, delivered_at = s.delivered_at,
    finished_at = s.finished_at, next_attempt_at = null, last_error = s.last_error
  from unnest(moved) as s
  where s.purpose = 'summary' and a.summary_id = s.id and a.status <> s.status;
  return null;
end $$;
comment on function private.tg_deliveries__follow_change is 'Records receipts that moved, moves the alerts a summary carried, and mails whom no device told.';
create trigger _500_follow_change after update on public.deliveries
  referencing old table as before_change new table as after_change
  for each statement execute function private.tg_deliveries__follow_change();

create function private.requeue(ids uuid[]) returns setof uuid
  language plpgsql security definer set search_path = '' as $$
begin
  return query
  update public.deliveries d set status = 'queued', reason = null, summary_id = null, next_attempt_at = now(),
    finished_at = null, attempt_base = d.attempt_count, lease_token = null, leased_until = null
  where d.id = any (ids) and d.reason is distinct from 'duplicate_of_owner'
    and (d.lease_token is null or d.status <> 'queued' or d.leased_until < now())
  returning d.id;
  if found then
    perform private.ring_doorbell();
  end if;
end $$;
comment on function private.requeue is
  'Sends deliveries again: the same id, the same bytes, a fresh schedule. Those of which an attempt is under way are left out.';
