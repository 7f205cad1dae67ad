-- The proof behind the promise: every escalation of the window in exactly one of seven buckets, by what became of its alert
-- mails. The buckets count the same cases as the strip's total and as the list's filter of the same name. Earlier episodes of
-- a case that came back are accounted for beside them, so that nothing hides behind a newer one; and so is what people answered.

create function private.reconciliation(p_chatbot_id uuid, p_days integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  since timestamptz := private.window_start(p_days);
  buckets jsonb;
  earlier jsonb;
  mails jsonb;
begin
  perform private.require_role(p_chatbot_id, 'agent');
  with episodes as (
    select e.id, row_number() over (partition by e.conversation_id order by e.number desc) = 1 as is_latest
    from public.escalations e
    where e.chatbot_id = p_chatbot_id and e.escalated_at >= since
  ), alerts as (
    select ep.id, ep.is_latest, coalesce(s.status, d.status) as status,
      private.alert_outcome(coalesce(s.status, d.status), coalesce(s.reason, d.reason), s.id is not null) as outcome
    from episodes ep
    -- An alert is queued when the escalation is received, so the same range of days holds both.
    left join public.deliveries d on d.escalation_id = ep.id and d.purpose = 'alert'
      and d.chatbot_id = p_chatbot_id and d.created_at >= since - interval '1 day'
    left join public.deliveries s on s.id = d.summary_id
  ), outcomes as (
    select is_latest, private.mail_outcome(array_agg(outcome) filter (where status is not null)) as outcome
    from alerts group by id, is_latest
  ), counted as (
    select is_latest, jsonb_build_object(
      'escalations', count(*),
      'delivered', count(*) filter (where outcome = 'delivered'),
      'accepted', count(*) filter (where outcome = 'accepted'),
      'waiting', count(*) filter (where outcome = 'waiting_mail'),
      'held', count(*) filter (where outcome = 'held_mail'),
      'unreachable', count(*) filter (where outcome = 'unreachable'),
      'failed', count(*) filter (where outcome = 'failed_mail'),
      'opted_out', count(*) filter (where outcome = 'opted_out')
    ) as counts
    from outcomes group by is_latest
  )
  select (select counts from counted where is_latest), (select counts from counted where not is_latest),
    (select jsonb_object_agg(s.status, coalesce(n.n, 0))
     from unnest(enum_range(null::public.delivery_status)) s (status)
     left join (select a.status, count(*) as n from alerts a group by a.status) n on n.status = s.status)
  into buckets, earlier, mails;
  buckets := coalesce(buckets, '{"escalations":0,"delivered":0,"accepted":0,"waiting":0,"held":0,"failed":0,"unreachable":0,"opted_out":0}');
  return buckets || jsonb_build_object(
    'days', p_days,
    'since', since,
    'unexplained', (buckets ->> 'escalations')::int
      - (select sum(b.value::int) from jsonb_each_text(buckets - 'escalations') b),
    'buckets', buckets - 'escalations',
    'earlier_episodes', coalesce(earlier, '{"escalations":0,"delivered":0,"accepted":0,"waiting":0,"held":0,"failed":0,"unreachable":0,"opted_out":0}'),
    'mails', mails,
    'replies', private.reply_numbers(p_chatbot_id, p_days),
    'as_of', now()
  );
end
$$;

create function public.reconciliation(chatbot_id uuid, days integer default 30) returns jsonb
language sql stable set search_path = '' as $$ select private.reconciliation($1, $2) $$;
comment on function public.reconciliation is
  'Where the alert mails of every escalation in the window ended up. The unexplained difference is always 0.';

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

revoke execute on function private.reconciliation, private.sender_health, public.reconciliation, public.sender_health
  from public, anon, authenticated;
grant execute on function private.reconciliation, private.sender_health, public.reconciliation, public.sender_health
  to authenticated;
