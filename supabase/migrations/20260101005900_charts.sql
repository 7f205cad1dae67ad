-- The charts, all drawn from the cases of the strip's total: the bars of a chart add up to the figure above it. Days and hours
-- are those of the person looking, so a day on which clocks change has 23 or 25 hours and still holds every case once.

create type private.chart_case as (
  trigger public.escalation_trigger, message_id uuid, escalated_at timestamptz, first_opened_at timestamptz,
  first_replied_at timestamptz, first_received_at timestamptz, resolved_at timestamptz, target_outcome text
);

-- Read once and drawn five times. The times of the escalation repeat those of its conversation, which lets both sides come
-- from one range of an index.
create function private.window_cases(p_chatbot_id uuid, p_since timestamptz, p_until timestamptz default 'infinity')
returns private.chart_case[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(row(
    e.trigger, e.message_id, c.escalated_at, e.first_opened_at, e.first_replied_at, (
      select min(private.received_at(r)) from public.reply_receipts r where r.conversation_id = c.id and r.escalation_id = e.id
    ), c.resolved_at, private.target_outcome(e)
  )::private.chart_case), '{}')
  from public.conversations c
  join public.escalations e on e.id = c.escalation_id and e.chatbot_id = p_chatbot_id
    and e.escalated_at >= p_since and e.escalated_at < p_until
  where c.chatbot_id = p_chatbot_id and c.escalation_id is not null and c.escalated_at >= p_since and c.escalated_at < p_until
$$;

create function private.chart_per_day(p_cases private.chart_case[], p_since timestamptz, p_time_zone text) returns jsonb
language sql stable set search_path = '' as $$
  with cases as (
    select (w.escalated_at at time zone p_time_zone)::date as asked_on,
      (w.resolved_at at time zone p_time_zone)::date as resolved_on
    from unnest(p_cases) w
  ), asked as (
    select asked_on as day, count(*) as n from cases group by asked_on
  ), resolved as (
    select resolved_on as day, count(*) as n from cases where resolved_on is not null group by resolved_on
  ), days as (
    select d::date as day
    from generate_series(
      (p_since at time zone p_time_zone)::date::timestamp, (now() at time zone p_time_zone)::date::timestamp, '1 day'
    ) d
    union select day from asked
    union select day from resolved
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'day', days.day, 'escalations', coalesce(asked.n, 0), 'resolutions', coalesce(resolved.n, 0)
  ) order by days.day), '[]')
  from days
  left join asked on asked.day = days.day
  left join resolved on resolved.day = days.day
$$;

-- The days on which somebody asked who had a target; none for a team without any.
create function private.chart_targets(p_cases private.chart_case[], p_time_zone text) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'day', day, 'within', within, 'missed', missed, 'due', due,
    'within_rate', round(within::numeric / nullif(within + missed, 0), 4)) order by day), '[]')
  from (
    select (w.escalated_at at time zone p_time_zone)::date as day, count(*) filter (where w.target_outcome = 'within') as within,
      count(*) filter (where w.target_outcome = 'missed') as missed, count(*) filter (where w.target_outcome = 'due') as due
    from unnest(p_cases) w where w.target_outcome is not null group by 1
  ) days
$$;

create function private.chart_by_trigger(p_cases private.chart_case[]) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_agg(jsonb_build_object('trigger', t.trigger, 'count', coalesce(n.n, 0)) order by coalesce(n.n, 0) desc, t.trigger)
  from unnest(enum_range(null::public.escalation_trigger)) t (trigger)
  left join (
    select w.trigger, count(*) as n from unnest(p_cases) w group by w.trigger
  ) n on n.trigger = t.trigger
$$;

create function private.chart_hour_of_week(p_cases private.chart_case[], p_time_zone text) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('weekday', weekday, 'hour', hour, 'count', n) order by weekday, hour), '[]')
  from (
    select extract(isodow from w.escalated_at at time zone p_time_zone)::int as weekday,
      extract(hour from w.escalated_at at time zone p_time_zone)::int as hour, count(*) as n
    from unnest(p_cases) w
    group by 1, 2
  ) cells
$$;

create function private.chart_durations(p_cases private.chart_case[]) returns jsonb
language sql stable set search_path = '' as $$
  with took as (
    select measure.ordinal, measure.name, date_part('epoch', measure.ended_at - w.escalated_at) / 3600 as hours
    from unnest(p_cases) w
    cross join lateral (values
      (1, 'first_open', w.first_opened_at), (2, 'first_reply', w.first_replied_at),
      (3, 'first_received', w.first_received_at), (4, 'resolve', w.resolved_at)
    ) measure (ordinal, name, ended_at)
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'measure', name, 'median_hours', median_hours, 'p90_hours', p90_hours, 'count', n) order by ordinal), '[]')
  from (
    select ordinal, name, round(percentile_cont(0.5) within group (order by hours)::numeric, 2) as median_hours,
      round(percentile_cont(0.9) within group (order by hours)::numeric, 2) as p90_hours, count(hours) as n
    from took group by ordinal, name
  ) measures
$$;

-- What share is at least meant when `p_part` of `p_whole` were counted: the lower end of Wilson's 95 % interval. One of one says
-- little, a hundred of 190 says a lot.
create function private.at_least_share(p_part bigint, p_whole bigint) returns double precision
language sql immutable set search_path = ''
return case when p_whole > 0 then
  (p_part + 1.9208 - 1.96 * sqrt(p_part::double precision * (p_whole - p_part) / p_whole + 0.9604)) / (p_whole + 3.8416)
else 0 end;

-- An escalation belongs to the answer it was tapped under. The hundred that most need work are enough for a ranking.
create index messages_by_feedback on public.messages (chatbot_id, created_at) where feedback is not null;

create function private.chart_answers(p_chatbot_id uuid, p_cases private.chart_case[], p_since timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with votes as (
    select m.answer_id, 1 as positive, 0 as needs_human
    from public.messages m
    where m.chatbot_id = p_chatbot_id and m.feedback is not null and m.created_at >= p_since and m.answer_id is not null
    union all
    select m.answer_id, 0, 1
    from unnest(p_cases) w
    join public.messages m on m.id = w.message_id
    where m.answer_id is not null
  ), ranked as (
    select a.id, a.question, sum(v.positive) as positive, sum(v.needs_human) as needs_human,
      private.at_least_share(sum(v.needs_human), count(*)) as at_least
    from votes v
    join public.answers a on a.id = v.answer_id
    group by a.id, a.question
    order by at_least desc, count(*) desc, a.question
    limit 100
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'answer_id', id, 'question', question, 'positive', positive, 'needs_human', needs_human
  ) order by at_least desc, positive + needs_human desc, question), '[]')
  from ranked
$$;

create function private.triage_charts(p_chatbot_id uuid, p_days integer, p_time_zone text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  since timestamptz := private.window_start(p_days);
  cases private.chart_case[];
  before private.chart_case[];
begin
  perform private.require_role(p_chatbot_id, 'agent');
  perform private.require_time_zone(p_time_zone);
  cases := private.window_cases(p_chatbot_id, since);
  -- As long a time, for what has become more or less; a conversation whose latest request came since then counts there alone.
  before := private.window_cases(p_chatbot_id, since - (now() - since), since);
  return jsonb_build_object(
    'days', p_days,
    'since', since,
    'time_zone', p_time_zone,
    'per_day', private.chart_per_day(cases, since, p_time_zone),
    'targets', private.chart_targets(cases, p_time_zone),
    'by_trigger', private.chart_by_trigger(cases),
    'hour_of_week', private.chart_hour_of_week(cases, p_time_zone),
    'durations', private.chart_durations(cases),
    'answers', private.chart_answers(p_chatbot_id, cases, since),
    'before', jsonb_build_object('by_trigger', private.chart_by_trigger(before), 'durations', private.chart_durations(before),
      'targets', private.chart_targets(before, p_time_zone))
  );
end
$$;

create function private.require_time_zone(p_time_zone text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if not private.is_time_zone(p_time_zone) then
    perform private.refuse('INVAL', 'This time zone doesn’t exist.');
  end if;
end
$$;

create function public.triage_charts(chatbot_id uuid, days integer default 30, time_zone text default 'UTC') returns jsonb
language sql stable set search_path = '' as $$ select private.triage_charts($1, $2, $3) $$;
comment on function public.triage_charts is
  'Every chart of the dashboard in one call: the cases of the strip''s total, by day and hour of the given time zone; before has the
figures of as many days before them.';

revoke execute on function private.window_cases, private.chart_per_day, private.chart_targets, private.chart_by_trigger,
  private.chart_hour_of_week, private.chart_durations, private.at_least_share, private.chart_answers, private.triage_charts,
  private.require_time_zone, public.triage_charts
  from public, anon, authenticated;
grant execute on function private.triage_charts, public.triage_charts to authenticated;
