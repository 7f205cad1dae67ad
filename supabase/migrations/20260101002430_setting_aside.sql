-- What is due and chosen, but not sent: what has become pointless says why, and what is too much in an hour is told in one summary. Both
-- work on what the claim has locked, and hand the rest on.

-- What has become pointless since it was queued is skipped with its reason: somebody has seen the case, the switch was turned off, the
-- address has bounced, or nothing is open any more. An alert that has been tried is tried to its end; a reminder would be
-- untrue, and so would be a notification, which shows up at once. The rest of `ids` is returned.
create function private.skip_pointless(ids uuid[]) returns uuid[]
  language sql volatile security definer set search_path = '' as $$
  with judged as (
    select d.id, v.seen_by, case
      when d.purpose = 'reminder' or d.purpose = 'alert' and (d.attempt_count = 0 or d.kind = 'push') then case
        when v.escalation_id = d.escalation_id and v.unseen_since <= d.created_at then null else 'seen' end
    end as seen, case
      when d.kind = 'channel' then case
        when h.id is null then 'channel_removed'
        when not h.is_enabled then case h.disabled_reason when 'gone' then 'channel_gone' else 'channel_paused' end
        when d.purpose in ('acknowledge', 'resolve') and not exists (
          select from public.deliveries a where a.escalation_id = d.escalation_id and a.channel_id = d.channel_id
            and a.purpose in ('alert', 'reminder') and a.status in ('sent', 'delivered')) then 'not_told'
        when d.purpose = 'summary' and not exists (select from public.deliveries a where a.summary_id = d.id) then 'nothing_open' end
      when d.kind = 'push' then case
        when g.id is null then 'device_removed'
        when d.purpose = 'test' then null
        when p.user_id is null then 'left_team'
        when not p.notify_escalation then 'kill_switch'
        when private.is_quiet(p, now()) then 'quiet_hours'
        when d.purpose = 'summary' and not exists (select from public.deliveries a where a.summary_id = d.id) then 'nothing_open' end
      when not (private.member_behind(d.chatbot_id, d.recipient)).notify_escalation then 'kill_switch'
      when exists (select from private.suppressed_addresses s where s.email = lower(d.recipient)) then 'suppressed'
      when d.purpose = 'digest' and not exists (
        select from public.escalations e where e.chatbot_id = d.chatbot_id and e.status = 'open') then 'nothing_open'
      when d.purpose = 'summary' and not exists (select from public.deliveries a where a.summary_id = d.id) then 'nothing_open'
    end as reason
    from public.deliveries d left join public.conversations v on v.id = d.conversation_id
    left join public.alert_channels h on h.id = d.channel_id
    left join public.push_devices g on g.id = d.device_id
    left join public.chatbot_members t on t.user_id = g.user_id and t.chatbot_id = d.chatbot_id
    left join public.profiles p on p.user_id = t.user_id
    where d.id = any (ids) and (d.kind = 'push' or d.kind = 'channel' and (d.conversation_id is not null or d.purpose = 'summary') or d.kind = 'email' and d.purpose in ('alert', 'reminder', 'contact', 'reply_bounced', 'summary', 'digest', 'assigned', 'mentioned'))
  ), skipped as (
    update public.deliveries d set status = 'skipped', reason = coalesce(j.seen, j.reason),
      skipped_by = case when j.seen is not null then j.seen_by end, next_attempt_at = null, finished_at = now(),
      lease_token = null, leased_until = null
    from judged j where d.id = j.id and coalesce(j.seen, j.reason) is not null
    returning d.id
  )
  select coalesce(array_agg(i.id), '{}') from unnest(ids) as i (id) where i.id not in (select s.id from skipped s)
$$;
comment on function private.skip_pointless is 'Skips what nobody should get any more.';

-- Twenty messages of a chatbot to an address, a channel or a device in any sixty minutes, reminders and contact details included; what is more goes
-- into one summary, which leaves when the first of the twenty is an hour old. The alerts wait with it and share its fate, so that every
-- receipt stays true. A summary that another sweep holds may be leaving with its text written already: nobody joins it, and the alert
-- soon looks again. Where a case is an incident of its own, each is told by itself.
create function private.fold_excess(ids uuid[]) returns uuid[]
  language plpgsql security definer set search_path = '' as $$
declare
  excess uuid[];
  -- Marks the mails admitted by this very call.
  present timestamptz := clock_timestamp();
begin
  with firsts as materialized (
    select d.id, d.chatbot_id, coalesce(d.device_id::text, d.channel_id::text, lower(d.recipient)) as recipient,
      row_number() over (partition by d.chatbot_id, coalesce(d.device_id::text, d.channel_id::text, lower(d.recipient)) order by d.created_at, d.id) as place
    from public.deliveries d
    left join public.alert_channels c on c.id = d.channel_id left join private.channel_kinds k on k.kind = c.kind
    where d.id = any (ids) and d.purpose in ('alert', 'reminder', 'contact') and d.attempt_count = 0 and k.has_incidents is not true
  ), counted as (
    insert into private.mail_quota as q (chatbot_id, recipient, sent_at)
    select f.chatbot_id, f.recipient, array_fill(present, array[least(count(*), 20)::integer]) from firsts f
    group by f.chatbot_id, f.recipient order by f.chatbot_id, f.recipient
    on conflict (chatbot_id, recipient) do update set sent_at = array(
      select x.at from (
        select x.at, true from unnest(q.sent_at) as x (at) where x.at > present - interval '1 hour'
        union all
        select x.at, false from unnest(excluded.sent_at) as x (at)
      ) as x (at, was_there)
      order by x.was_there desc, x.at limit 20)
    returning q.chatbot_id, q.recipient, cardinality(array_positions(q.sent_at, present)) as admitted
  )
  select array_agg(f.id) into excess
  from firsts f join counted c on c.chatbot_id = f.chatbot_id and c.recipient = f.recipient and f.place > c.admitted;
  if excess is null then
    return ids;
  end if;
  -- A channel or a device is sent few at a time, so few of them are ever chosen; what waits behind them is beyond the twenty as well.
  excess := excess || array(
    select d.id from public.deliveries d
    where d.lane in (select x.lane from public.deliveries x where x.id = any (excess) and x.kind in ('channel', 'push'))
      and d.chatbot_id in (select x.chatbot_id from public.deliveries x where x.id = any (excess) and x.lane = d.lane)
      and d.status = 'queued' and d.next_attempt_at <= now() and d.purpose in ('alert', 'reminder', 'contact') and d.attempt_count = 0
      and d.id <> all (ids)
    for no key update skip locked);
  insert into public.deliveries (chatbot_id, kind, purpose, recipient, channel_id, channel_name, device_id, device_name, next_attempt_at)
  select distinct on (d.chatbot_id, coalesce(d.device_id::text, d.channel_id::text, lower(d.recipient))) d.chatbot_id, d.kind, 'summary'::public.delivery_purpose, d.recipient,
    d.channel_id, d.channel_name, d.device_id, d.device_name,
    (select min(x.at) + interval '1 hour' from private.mail_quota q, unnest(q.sent_at) as x (at)
      where q.chatbot_id = d.chatbot_id and q.recipient = coalesce(d.device_id::text, d.channel_id::text, lower(d.recipient)))
  from public.deliveries d where d.id = any (excess)
  on conflict (chatbot_id, coalesce(device_id::text, channel_id::text, lower(recipient))) where purpose = 'summary' and status = 'queued' and attempt_count = 0
  do nothing;
  with held as materialized (
    select s.id, s.chatbot_id, coalesce(s.device_id::text, s.channel_id::text, lower(s.recipient)) as recipient from public.deliveries s
    where (s.chatbot_id, coalesce(s.device_id::text, s.channel_id::text, lower(s.recipient))) in (
        select d.chatbot_id, coalesce(d.device_id::text, d.channel_id::text, lower(d.recipient)) from public.deliveries d where d.id = any (excess))
      and s.purpose = 'summary' and s.status = 'queued' and s.attempt_count = 0
    for no key update skip locked
  ), joined as (
    select d.id, h.id as summary_id from public.deliveries d
    left join held h on h.chatbot_id = d.chatbot_id and h.recipient = coalesce(d.device_id::text, d.channel_id::text, lower(d.recipient))
    where d.id = any (excess)
  )
  update public.deliveries d set summary_id = j.summary_id,
    reason = case when j.summary_id is not null then 'in_summary' end,
    next_attempt_at = case when j.summary_id is null then now() + interval '5 seconds' end
  from joined j where d.id = j.id;
  return array(select i.id from unnest(ids) as i (id) where i.id <> all (excess));
end $$;
comment on function private.fold_excess is 'Holds back alerts, reminders and contact details beyond twenty an hour for a summary; the rest of `ids` is returned.';
