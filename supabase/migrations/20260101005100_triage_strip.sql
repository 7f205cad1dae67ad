-- The stat strip and the pills: one statement, so that every figure comes from the same moment. Hours in the future of the
-- partial one are summed from the tallies; see the chapter before. Rates are fractions between 0 and 1, null when there is
-- nothing to divide by. In PL/pgSQL because it keeps its plans: making them took longer than counting.

create function private.count_window(p_chatbot_id uuid, p_since timestamptz)
returns table (population bigint, open_cases bigint, resolved_cases bigint, all_open bigint)
language plpgsql stable rows 1 set search_path = '' as $$
declare
  whole timestamptz := private.hour_of(p_since) + interval '1 hour';
begin
  return query
  with whole_hours as (
    select coalesce(sum(t.population), 0) as population, coalesce(sum(t.open_cases), 0) as open_cases,
      coalesce(sum(t.resolved_cases), 0) as resolved_cases
    from private.tallies t
    where t.chatbot_id = p_chatbot_id and t.hour >= whole
  ), all_time as (
    select coalesce(sum(t.open_cases), 0) as open_cases
    from private.tallies t
    where t.chatbot_id = p_chatbot_id and t.hour = '-infinity'
  ), active as (
    select count(*) as population
    from public.conversations c
    where c.chatbot_id = p_chatbot_id and c.started_at is not null
      and c.last_activity_at >= p_since and c.last_activity_at < whole
  ), escalated as (
    select count(*) filter (where c.escalation_status = 'open') as open_cases,
      count(*) filter (where c.escalation_status = 'resolved') as resolved_cases
    from public.conversations c
    where c.chatbot_id = p_chatbot_id and c.escalation_id is not null
      and c.escalated_at >= p_since and c.escalated_at < whole
  )
  select whole_hours.population + active.population, whole_hours.open_cases + escalated.open_cases,
    whole_hours.resolved_cases + escalated.resolved_cases, all_time.open_cases
  from whole_hours, all_time, active, escalated;
end
$$;

create function private.hours_to_resolve(p_chatbot_id uuid, p_since timestamptz)
returns table (average_hours numeric, median_hours numeric)
language plpgsql stable rows 1 set search_path = '' as $$
begin
  return query
  select round(avg(took)::numeric, 2), round(percentile_cont(0.5) within group (order by took)::numeric, 2)
  from (
    select date_part('epoch', c.resolved_at - c.escalated_at) / 3600 as took
    from public.conversations c
    where c.chatbot_id = p_chatbot_id and c.escalated_at >= p_since and c.escalation_status = 'resolved'
  ) resolved;
end
$$;

-- What became of the targets of the window's cases, each in exactly one place; the share leaves out what is not decided yet. What is
-- past due waits for somebody, so it counts whenever it was asked, as the open cases of the pill do. Null for a team without targets.
create function private.count_targets(p_chatbot_id uuid, p_since timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  n record;
  past_due bigint;
  next_due_at timestamptz;
begin
  -- `private.target_outcome` in the words of an index: a hundred thousand calls would take a second.
  select count(*) as targeted, count(*) filter (where e.missed_at is null) as within,
    count(*) filter (where e.missed_at < now()) as missed, count(*) filter (where e.missed_at >= now()) as due
  into n
  from public.escalations e
  where e.chatbot_id = p_chatbot_id and e.escalated_at >= p_since and not e.is_superseded
    and (e.first_reply_due_at is not null or e.resolve_due_at is not null);
  select count(*) into past_due from public.escalations e
  where e.chatbot_id = p_chatbot_id and e.status = 'open' and e.due_order_at < now();
  select e.due_at into next_due_at from public.escalations e
  where e.chatbot_id = p_chatbot_id and e.status = 'open' and e.due_order_at >= now()
  order by e.due_order_at, e.conversation_id limit 1;
  if n.targeted = 0 and past_due = 0 and not exists (
    select from public.human_support_settings s
    where s.chatbot_id = p_chatbot_id and (s.first_reply_minutes is not null or s.resolve_minutes is not null)) then
    return null;
  end if;
  return jsonb_build_object(
    'targeted', n.targeted, 'within', n.within, 'missed', n.missed, 'due', n.due,
    'unexplained', n.targeted - n.within - n.missed - n.due,
    'within_rate', round(n.within::numeric / nullif(n.within + n.missed, 0), 4),
    'past_due', past_due, 'next_due_at', next_due_at);
end
$$;

create function private.triage_stats(p_chatbot_id uuid, p_days integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  since timestamptz := private.window_start(p_days);
  n record;
  took record;
begin
  perform private.require_role(p_chatbot_id, 'agent');
  select * into n from private.count_window(p_chatbot_id, since);
  select * into took from private.hours_to_resolve(p_chatbot_id, since);
  return jsonb_build_object(
    'days', p_days,
    'since', since,
    'population', n.population,
    'total', n.open_cases + n.resolved_cases,
    'unresolved', n.open_cases,
    'resolved', n.resolved_cases,
    'older_open', n.all_open - n.open_cases,
    'resolution_rate', round(n.resolved_cases::numeric / nullif(n.open_cases + n.resolved_cases, 0), 4),
    'escalation_rate', round((n.open_cases + n.resolved_cases)::numeric / nullif(n.population, 0), 4),
    'average_hours_to_resolve', took.average_hours,
    'median_hours_to_resolve', took.median_hours,
    'pills', jsonb_build_object(
      'unresolved', n.all_open, 'resolved', n.resolved_cases, 'all', n.all_open + n.resolved_cases
    ),
    'targets', private.count_targets(p_chatbot_id, since),
    'as_of', now()
  );
end
$$;

create function public.triage_stats(chatbot_id uuid, days integer default 30) returns jsonb
language sql stable set search_path = '' as $$
  select private.triage_stats($1, $2)
$$;
comment on function public.triage_stats is
  'The stat strip and the counts of the pills over the last days: equal to what list_cases lists.';

revoke execute on function private.count_window, private.hours_to_resolve, private.count_targets, private.triage_stats, public.triage_stats
  from public, anon, authenticated;
grant execute on function private.triage_stats to authenticated;
grant execute on function public.triage_stats to authenticated;
