-- The proof behind the promise: every escalation of the window in exactly one of eight buckets, by what became of its alerts,
-- by mail and at channels. The buckets count the same cases as the strip's total and as the list's filter of the same name. Earlier episodes of
-- a case that came back are accounted for beside them, so that nothing hides behind a newer one; and so are the reminders, whether and
-- how soon somebody saw the case, and what people answered. Each of these adds up by itself.

-- A step of the ladder whose time has not come is planned: nothing waits for it.
create function private.reminder_outcome(d public.deliveries, summary public.deliveries) returns text
language sql stable set search_path = ''
return case
  when coalesce(summary.status, d.status) = 'queued' then case
    when summary.id is not null then 'held'
    when d.attempt_count = 0 and d.next_attempt_at > now() then 'planned'
    else 'waiting' end
  when coalesce(summary.status, d.status) = 'sent' then 'accepted'
  when coalesce(summary.status, d.status) = 'delivered' then 'delivered'
  when d.status = 'skipped' then case d.reason when 'seen' then 'not_needed' else 'held_back' end
  when coalesce(summary.status, d.status) in ('bounced', 'complained', 'failed') then 'failed'
end;

-- After a burst the planner knows nothing yet of thousands of new rows, takes them for one, and would look all of them up again for each.
create function private.reconciliation(p_chatbot_id uuid, p_days integer) returns jsonb
language plpgsql stable security definer set search_path = '' set enable_nestloop = off set jit = off as $$
declare
  since timestamptz := private.window_start(p_days);
  buckets jsonb;
  earlier jsonb;
  mails jsonb;
  reminders jsonb;
  seen jsonb;
begin
  perform private.require_role(p_chatbot_id, 'agent');
  with episodes as (
    select e.id, e.seen_at, e.escalated_at, row_number() over (partition by e.conversation_id order by e.number desc) = 1 as is_latest
    from public.escalations e
    where e.chatbot_id = p_chatbot_id and e.escalated_at >= since
  ), told as (
    select ep.id, ep.is_latest, coalesce((l.s).status, d.status) as status, d.purpose,
      case d.purpose when 'reminder' then private.reminder_outcome(d, l.s)
        else private.alert_outcome(coalesce((l.s).status, d.status), coalesce((l.s).reason, d.reason), (l.s).id is not null) end as outcome
    from episodes ep
    -- Nothing is queued before the escalation is received, so the same range of days holds both.
    left join public.deliveries d on d.escalation_id = ep.id and d.purpose in ('alert', 'reminder')
      and d.chatbot_id = p_chatbot_id and d.created_at >= since - interval '1 day'
    -- Few have a summary, and each of those is looked up by its key.
    left join lateral (select x as s from public.deliveries x where x.id = d.summary_id offset 0) as l on true
  ), outcomes as (
    select is_latest, private.best_outcome(array_agg(outcome) filter (where purpose = 'alert')) as outcome
    from told group by id, is_latest
  ), counted as (
    select is_latest, jsonb_build_object(
      'escalations', count(*),
      'delivered', count(*) filter (where outcome = 'delivered'),
      'accepted', count(*) filter (where outcome = 'accepted'),
      'waiting', count(*) filter (where outcome = 'alert_waiting'),
      'held', count(*) filter (where outcome = 'alert_held'),
      'unreachable', count(*) filter (where outcome = 'unreachable'),
      'failed', count(*) filter (where outcome = 'alert_failed'),
      'opted_out', count(*) filter (where outcome = 'opted_out'),
      'seen_first', count(*) filter (where outcome = 'seen_first')
    ) as counts
    from outcomes group by is_latest
  )
  select (select counts from counted where is_latest), (select counts from counted where not is_latest),
    (select jsonb_object_agg(s.status, coalesce(n.n, 0))
     from unnest(enum_range(null::public.delivery_status)) s (status)
     left join (select a.status, count(*) as n from told a where a.purpose = 'alert' group by a.status) n on n.status = s.status),
    (select jsonb_object_agg(o.outcome, o.n) || jsonb_build_object('reminders', sum(o.n), 'unexplained', sum(o.n) filter (where o.is_unknown))
     from (
       select k.outcome, count(t.id) as n, k.outcome = 'unexplained' as is_unknown
       from unnest('{planned,waiting,held,accepted,delivered,not_needed,held_back,failed,unexplained}'::text[]) k (outcome)
       left join told t on t.purpose = 'reminder' and coalesce(t.outcome, 'unexplained') = k.outcome group by k.outcome) o),
    (select jsonb_build_object('seen', count(ep.seen_at), 'waiting', count(*) filter (where ep.seen_at is null),
        'median_minutes', round((percentile_cont(0.5) within group (
          order by greatest(extract(epoch from ep.seen_at - ep.escalated_at), 0) / 60) filter (where ep.seen_at is not null))::numeric, 1))
     from episodes ep where ep.is_latest)
  into buckets, earlier, mails, reminders, seen;
  buckets := coalesce(buckets, '{"escalations":0,"delivered":0,"accepted":0,"waiting":0,"held":0,"failed":0,"unreachable":0,"opted_out":0,"seen_first":0}');
  return buckets || jsonb_build_object(
    'days', p_days,
    'since', since,
    'unexplained', (buckets ->> 'escalations')::int
      - (select sum(b.value::int) from jsonb_each_text(buckets - 'escalations') b),
    'buckets', buckets - 'escalations',
    'earlier_episodes', coalesce(earlier, '{"escalations":0,"delivered":0,"accepted":0,"waiting":0,"held":0,"failed":0,"unreachable":0,"opted_out":0,"seen_first":0}'),
    'mails', mails,
    -- Against the sum of the buckets, so that the difference means something.
    'seen', seen || jsonb_build_object('escalations', (buckets ->> 'escalations')::int,
      'unexplained', (buckets ->> 'escalations')::int - (seen ->> 'seen')::int - (seen ->> 'waiting')::int),
    'reminders', reminders,
    'replies', private.reply_numbers(p_chatbot_id, p_days),
    -- Whether anything of that was told at a channel: then a mailbox is not all that was reached.
    'has_channels', exists (select from public.alert_channels c where c.chatbot_id = p_chatbot_id),
    'as_of', now()
  );
end
$$;

create function public.reconciliation(chatbot_id uuid, days integer default 30) returns jsonb
language sql stable set search_path = '' as $$ select private.reconciliation($1, $2) $$;
comment on function public.reconciliation is
  'Where the alerts of every escalation in the window ended up, by mail and at channels. The unexplained difference is always 0.';

-- Whether the sender runs: any sweep of the last three minutes says so. Before the very first sweep it counts as stopped.
create function private.sender_health() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'is_stopped', private.is_sender_stopped(),
    'last_sweep_at', max(s.last_sweep_at),
    'mail_paused', coalesce(bool_or(s.paused_until > now()), false),
    'pause_reason', max(s.pause_reason) filter (where s.paused_until > now())
  )
  from private.senders s
$$;

create function public.sender_health() returns jsonb
language sql stable set search_path = '' as $$ select private.sender_health() $$;
comment on function public.sender_health is
  'Whether mail and webhooks are being sent at all: stopped means no sweep for three minutes.';

revoke execute on function private.reminder_outcome, private.reconciliation, private.sender_health, public.reconciliation, public.sender_health
  from public, anon, authenticated;
grant execute on function private.reconciliation, private.sender_health, public.reconciliation, public.sender_health
  to authenticated;
