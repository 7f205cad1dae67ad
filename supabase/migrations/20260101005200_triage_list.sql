-- The triage list. Which cases a filter shows, and in which order, is said once, as an ordered set of stretches; the list,
-- its search and the export walk those stretches by keyset, so page 1,000 costs what page 1 does. Longest-waiting order puts
-- the open cases first, the oldest at the top, and the resolved ones after them.

create function private.case_stretches(p_filter text, p_sort text, p_since timestamptz)
returns table (
  ordinal integer, is_population boolean, status public.escalation_status, lower_at timestamptz, upper_at timestamptz,
  is_ascending boolean
)
language plpgsql stable set search_path = '' as $$
declare
  is_waiting boolean := p_sort = 'waiting';
begin
  if p_sort is null or p_sort not in ('newest', 'waiting') then
    perform private.refuse('INVAL', 'Sort by newest or by waiting.');
  end if;
  case p_filter
    when 'population', 'replied', 'reply_read', 'reply_fetched', 'reply_mailed', 'reply_waiting', 'reply_unreachable' then
      return query values (1, true, null::public.escalation_status, p_since, 'infinity'::timestamptz, false);
    when 'unresolved' then
      return query values (1, false, 'open'::public.escalation_status, '-infinity'::timestamptz, 'infinity'::timestamptz,
        is_waiting);
    when 'unresolved_in_window' then
      return query values (1, false, 'open'::public.escalation_status, p_since, 'infinity'::timestamptz, is_waiting);
    when 'older' then
      return query values (1, false, 'open'::public.escalation_status, '-infinity'::timestamptz, p_since, is_waiting);
    when 'resolved' then
      return query values (1, false, 'resolved'::public.escalation_status, p_since, 'infinity'::timestamptz, false);
    when 'total', 'delivered', 'accepted', 'waiting_mail', 'held_mail', 'failed_mail', 'unreachable', 'opted_out', 'seen_first' then
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

-- One static query per index, so that each keeps its own plan; `escalation_id is not null` is what the indexes of cases ask for. A null cursor starts at the end of the stretch.
create function private.page_of_stretch(
  p_chatbot_id uuid, p_is_population boolean, p_status public.escalation_status, p_lower_at timestamptz,
  p_upper_at timestamptz, p_is_ascending boolean, p_after_at timestamptz, p_after_id uuid, p_max_rows integer
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

-- Where the alert mails of one escalation ended up, as one word; reconciliation, the list's mail filters and the CSV share it. What
-- the mail service merely took is not yet in a mailbox; an address that bounced before is not somebody's wish; what waits for a
-- summary is held; whom somebody saw before it left needs none. An escalation without any delivery told nobody, so it failed. An alert in a summary is where the summary is.
create function private.alert_outcome(status public.delivery_status, reason text, is_in_summary boolean) returns text
language sql immutable set search_path = ''
return case status
  when 'delivered' then 'delivered'
  when 'sent' then 'accepted'
  when 'queued' then case when is_in_summary then 'held_mail' else 'waiting_mail' end
  when 'skipped' then case
    when reason in ('suppressed', 'no_address', 'channel_gone', 'channel_removed') then 'unreachable' when reason = 'seen' then 'seen_first' else 'opted_out' end
  else 'failed_mail'
end;

create function private.mail_outcome(outcomes text[]) returns text
language sql immutable set search_path = ''
return coalesce(
  (select o from unnest('{delivered,accepted,waiting_mail,held_mail,seen_first,failed_mail,unreachable,opted_out}'::text[]) with ordinality k (o, n)
    where o = any (outcomes) order by n limit 1),
  'failed_mail');

create function private.mail_outcome_of(p_escalation_id uuid) returns text
language sql stable set search_path = '' as $$
  select private.mail_outcome(array_agg(
    private.alert_outcome(coalesce(s.status, d.status), coalesce(s.reason, d.reason), s.id is not null)))
  from public.deliveries d
  left join public.deliveries s on s.id = d.summary_id
  where d.escalation_id = p_escalation_id and d.purpose = 'alert'
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

revoke execute on function private.reply_statuses, private.case_stretches, private.page_of_stretch, private.alert_outcome, private.mail_outcome, private.mail_outcome_of
  from public, anon, authenticated;
