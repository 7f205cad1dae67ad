-- The triage list. Which cases a filter shows, and in which order, is said once, as an ordered set of stretches; the list,
-- its search and the export walk those stretches by keyset, so page 1,000 costs what page 1 does. Longest-waiting order puts
-- the open cases first, the oldest at the top, and the resolved ones after them; due-next order differs from it only in that the open
-- cases are ordered by what is due next.

create function private.stretches_of(p_filter text, p_since timestamptz, is_waiting boolean)
returns table (
  ordinal integer, is_population boolean, status public.escalation_status, lower_at timestamptz, upper_at timestamptz,
  is_ascending boolean
)
language plpgsql stable set search_path = '' as $$
begin
  case p_filter
    when 'population', 'replied', 'reply_read', 'reply_fetched', 'reply_mailed', 'reply_waiting', 'reply_unreachable' then
      return query values (1, true, null::public.escalation_status, p_since, 'infinity'::timestamptz, false);
    when 'unresolved', 'past_due' then
      return query values (1, false, 'open'::public.escalation_status, '-infinity'::timestamptz, 'infinity'::timestamptz,
        is_waiting);
    when 'unresolved_in_window', 'unseen', 'due' then
      return query values (1, false, 'open'::public.escalation_status, p_since, 'infinity'::timestamptz, is_waiting);
    when 'older' then
      return query values (1, false, 'open'::public.escalation_status, '-infinity'::timestamptz, p_since, is_waiting);
    when 'resolved' then
      return query values (1, false, 'resolved'::public.escalation_status, p_since, 'infinity'::timestamptz, false);
    when 'total', 'delivered', 'accepted', 'alert_waiting', 'alert_held', 'alert_failed', 'unreachable', 'opted_out', 'seen_first',
      'seen', 'targeted', 'within_target', 'missed_target' then
      if is_waiting then
        return query values
          (1, false, 'open'::public.escalation_status, p_since, 'infinity'::timestamptz, true),
          (2, false, 'resolved'::public.escalation_status, p_since, 'infinity'::timestamptz, false);
      else
        return query values (1, false, null::public.escalation_status, p_since, 'infinity'::timestamptz, false);
      end if;
    when 'all' then
      return query values
        (1, false, case when is_waiting then 'open'::public.escalation_status end,
          case when is_waiting then '-infinity' else p_since end, 'infinity'::timestamptz, is_waiting),
        (2, false, case when is_waiting then 'resolved'::public.escalation_status else 'open' end,
          case when is_waiting then p_since else '-infinity' end, case when is_waiting then 'infinity' else p_since end,
          false);
    else
      perform private.refuse('INVAL', 'This filter doesn’t exist.');
  end case;
end
$$;

-- In due-next order what is past due, and what is due, is a part of the index.
create function private.case_stretches(p_filter text, p_sort text, p_since timestamptz)
returns table (
  ordinal integer, is_population boolean, status public.escalation_status, lower_at timestamptz, upper_at timestamptz,
  is_ascending boolean, due_from timestamptz, due_until timestamptz
)
language plpgsql stable set search_path = '' as $$
begin
  if p_sort is null or p_sort not in ('newest', 'waiting', 'due') then
    perform private.refuse('INVAL', 'Sort by newest, by waiting or by due.');
  end if;
  return query
  select s.ordinal, s.is_population, s.status, s.lower_at, s.upper_at, s.is_ascending,
    case when p_sort = 'due' and s.is_ascending then case p_filter when 'due' then now() else '-infinity' end end,
    case when p_sort = 'due' and s.is_ascending then case p_filter when 'past_due' then now() else 'infinity' end end
  from private.stretches_of(p_filter, p_since, p_sort in ('waiting', 'due')) s;
end
$$;

-- One static query per index, so that each keeps its own plan; `escalation_id is not null` is what the indexes of cases ask for. A null cursor starts at the end of the stretch.
create function private.page_of_stretch(
  p_chatbot_id uuid, p_is_population boolean, p_status public.escalation_status, p_lower_at timestamptz,
  p_upper_at timestamptz, p_is_ascending boolean, p_due_from timestamptz, p_due_until timestamptz, p_after_at timestamptz, p_after_id uuid, p_max_rows integer
) returns table (conversation_id uuid, at timestamptz)
language plpgsql stable rows 50 set search_path = '' as $$
declare
  first_at timestamptz := coalesce(p_after_at, case when p_is_ascending then '-infinity' else 'infinity' end::timestamptz);
  first_id uuid := coalesce(p_after_id, case
    when p_is_ascending then '00000000-0000-0000-0000-000000000000' else 'ffffffff-ffff-ffff-ffff-ffffffffffff' end::uuid);
begin
  if p_is_population then
    return query
      select c.id, c.last_activity_at from public.conversations c
      where c.chatbot_id = p_chatbot_id and c.started_at is not null
        and c.last_activity_at >= p_lower_at and (c.last_activity_at, c.id) < (first_at, first_id)
      order by c.last_activity_at desc, c.id desc limit p_max_rows;
  elsif p_due_from is not null then
    -- An open episode is always the latest of its conversation.
    return query
      select e.conversation_id, e.due_order_at from public.escalations e
      where e.chatbot_id = p_chatbot_id and e.status = 'open'
        and e.escalated_at >= p_lower_at and e.escalated_at < p_upper_at
        and e.due_order_at >= p_due_from and e.due_order_at < p_due_until
        and (e.due_order_at, e.conversation_id) > (first_at, first_id)
      order by e.due_order_at, e.conversation_id limit p_max_rows;
  elsif p_status = 'open' and p_is_ascending then
    return query
      select c.id, c.escalated_at from public.conversations c
      where c.chatbot_id = p_chatbot_id and c.escalation_id is not null and c.escalation_status = 'open'
        and c.escalated_at >= p_lower_at and c.escalated_at < p_upper_at
        and (c.escalated_at, c.id) > (first_at, first_id)
      order by c.escalated_at, c.id limit p_max_rows;
  elsif p_status = 'open' then
    return query
      select c.id, c.escalated_at from public.conversations c
      where c.chatbot_id = p_chatbot_id and c.escalation_id is not null and c.escalation_status = 'open'
        and c.escalated_at >= p_lower_at and c.escalated_at < p_upper_at
        and (c.escalated_at, c.id) < (first_at, first_id)
      order by c.escalated_at desc, c.id desc limit p_max_rows;
  elsif p_status = 'resolved' then
    return query
      select c.id, c.escalated_at from public.conversations c
      where c.chatbot_id = p_chatbot_id and c.escalation_id is not null and c.escalation_status = 'resolved'
        and c.escalated_at >= p_lower_at and (c.escalated_at, c.id) < (first_at, first_id)
      order by c.escalated_at desc, c.id desc limit p_max_rows;
  else
    return query
      select c.id, c.escalated_at from public.conversations c
      where c.chatbot_id = p_chatbot_id and c.escalation_id is not null
        and c.escalated_at >= p_lower_at and (c.escalated_at, c.id) < (first_at, first_id)
      order by c.escalated_at desc, c.id desc limit p_max_rows;
  end if;
end
$$;

-- Where the alerts of one escalation ended up, as one word; reconciliation, the list's filters and the CSV share it. What the mail
-- service, or that of a channel, merely took has not yet arrived; an address that bounced before is not somebody's wish; what waits for a
-- summary is held; whom somebody saw before it left needs none. An escalation without any delivery told nobody, so it failed. An alert in a summary is where the summary is.
-- In plpgsql, whose plans are kept: a function of SQL that calls others plans them anew for each case of a list.
create function private.alert_outcome(status public.delivery_status, reason text, is_in_summary boolean) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case status
    when 'delivered' then 'delivered'
    when 'sent' then 'accepted'
    when 'queued' then case when is_in_summary then 'alert_held' else 'alert_waiting' end
    when 'skipped' then case
      when reason in ('suppressed', 'no_address', 'channel_gone', 'channel_removed', 'device_removed') then 'unreachable'
      when reason = 'seen' then 'seen_first'
      else 'opted_out' end
    else 'alert_failed'
  end;
end
$$;

create function private.best_outcome(outcomes text[]) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(
    (select o from unnest('{delivered,accepted,alert_waiting,alert_held,seen_first,alert_failed,unreachable,opted_out}'::text[]) with ordinality k (o, n)
      where o = any (outcomes) order by n limit 1),
    'alert_failed');
end
$$;

create function private.alert_outcome_of(p_escalation_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select private.best_outcome(array_agg(
      private.alert_outcome(coalesce(s.status, d.status), coalesce(s.reason, d.reason), s.id is not null)))
    from public.deliveries d
    left join public.deliveries s on s.id = d.summary_id
    where d.escalation_id = p_escalation_id and d.purpose = 'alert');
end
$$;

-- Which cases stand in a list by what became of their latest episode; null for the lists that are about something else.
create function private.episode_fits(p_filter text, e public.escalations) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return case p_filter
    when 'seen' then e.seen_at is not null
    when 'unseen' then e.seen_at is null
    when 'past_due' then coalesce(e.due_at < now(), false)
    when 'targeted' then private.target_outcome(e) is not null
    when 'within_target' then coalesce(private.target_outcome(e) = 'within', false)
    when 'missed_target' then coalesce(private.target_outcome(e) = 'missed', false)
    when 'due' then coalesce(private.target_outcome(e) = 'due', false)
  end;
end
$$;

-- Where a reply must have got to for its conversation to stand in a list; the numbers of the replies count the same.
create function private.reply_statuses(p_filter text) returns public.reply_status[]
language sql immutable set search_path = ''
return case p_filter
  when 'replied' then '{waiting,read,fetched,mailed,delivered,bounced,unreachable}'::public.reply_status[]
  when 'reply_read' then '{read}'
  when 'reply_fetched' then '{fetched}'
  when 'reply_mailed' then '{mailed,delivered}'
  when 'reply_waiting' then '{waiting}'
  when 'reply_unreachable' then '{bounced,unreachable}'
end;

revoke execute on function private.reply_statuses, private.episode_fits, private.stretches_of, private.case_stretches, private.page_of_stretch, private.alert_outcome, private.best_outcome, private.alert_outcome_of
  from public, anon, authenticated;
