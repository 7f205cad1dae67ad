-- The triage list as the dashboard reads it, and the same rows for the CSV. Both ask private.find_cases for the ids of one page
-- and then look up what a row shows, once per page and by primary key.

-- Some words before what was found and some after it, on one line. Folding may move a place by the letters it writes as two.
create function private.excerpt(p_text text, p_search text) returns text
language sql immutable set search_path = ''
return (
  select case when found.at > 31 then '…' || regexp_replace(substr(one.line, found.at - 30, 15), '^\S*\s?', '') || substr(one.line, found.at - 15, 145)
    else left(one.line, 160) end
  from (select regexp_replace(p_text, '\s+', ' ', 'g') as line) one,
    lateral (select position(private.fold(btrim(p_search, E' \t\r\n')) in private.fold(one.line)) as at) found
);

create function private.list_cases(
  p_chatbot_id uuid, p_filter text, p_sort text, p_days integer, p_search text, p_after_at timestamptz, p_after_id uuid,
  p_max_rows integer, p_after_status public.escalation_status
) returns table (
  id uuid, reference text, session_id text, language text, visitor_name text, visitor_email text,
  last_message_preview text, last_message_role public.message_role, last_message_at timestamptz,
  last_activity_at timestamptz, message_count integer, escalation_id uuid, escalation_status public.escalation_status,
  escalated_at timestamptz, escalation_number integer, escalation_version bigint, escalation_trigger public.escalation_trigger,
  ask_count integer, resolved_at timestamptz, claimed_by uuid, claimed_by_name text, handled_by uuid, unread_count integer,
  version bigint, question text, page_path text, found_in text,
  due_at timestamptz, warn_at timestamptz, is_resolve_due boolean, due_order_at timestamptz
)
language plpgsql stable security definer rows 50 set search_path = '' as $$
declare
  since timestamptz := private.window_start(p_days);
  me uuid := auth.uid();
  cursor_status public.escalation_status := p_after_status;
  pattern text := private.like_pattern(p_search);
begin
  perform private.require_role(p_chatbot_id, 'agent');
  if cursor_status is null and p_after_id is not null and p_sort in ('waiting', 'due') then
    select c.escalation_status into cursor_status
    from public.conversations c where c.id = p_after_id and c.chatbot_id = p_chatbot_id;
  end if;
  return query
    select c.id, c.reference, c.session_id, c.language, c.visitor_name, c.visitor_email, c.last_message_preview,
      c.last_message_role, c.last_message_at, c.last_activity_at, c.message_count, c.escalation_id, c.escalation_status,
      c.escalated_at, e.number, e.version, e.trigger, e.ask_count, c.resolved_at, c.claimed_by,
      -- Nobody's name is not asked for: fifty such questions cost as much as the whole page.
      case when c.claimed_by is not null then private.name_of(c.claimed_by) end, c.handled_by,
      -- A request is unread until somebody has opened it, also when no word was typed; so is what was marked so.
      greatest(c.last_seq - coalesce(r.last_read_seq, 0),
        case when r.is_marked_unread or (e.status = 'open' and e.first_opened_at is null) then 1 else 0 end)::integer, c.version,
      e.question, nullif(left(regexp_replace(c.page_url, '^https?://[^/?#]*', ''), 200), ''),
      case when pattern is not null then (
        select private.excerpt(m.text, p_search) from public.messages m
        where m.conversation_id = c.id and private.fold(m.text) like pattern order by m.seq desc limit 1) end,
      e.due_at, case when due.is_resolve then e.resolve_warn_at else e.first_reply_warn_at end, due.is_resolve, e.due_order_at
    from private.find_cases(p_chatbot_id, p_filter, p_sort, since, p_search, p_after_at, p_after_id, cursor_status,
      least(greatest(coalesce(p_max_rows, 50), 1), 200)) with ordinality page (conversation_id, at, n)
    join public.conversations c on c.id = page.conversation_id
    left join public.escalations e on e.id = c.escalation_id
    cross join lateral (
      select e.due_at = e.resolve_due_at and (e.first_replied_at is not null or e.first_reply_due_at is distinct from e.due_at) as is_resolve
    ) due
    left join public.conversation_reads r on r.conversation_id = c.id and r.user_id = me
    order by page.n;
end
$$;

-- A person as the team sees them: the name they chose, else the part of their address before the @.
create function private.name_of(p_user_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(nullif(btrim(p.display_name), ''), split_part(p.email, '@', 1))
    from public.profiles p where p.user_id = p_user_id);
end
$$;

create function public.list_cases(
  chatbot_id uuid, filter text default 'unresolved', sort text default 'newest', days integer default 30,
  search text default null, after_at timestamptz default null, after_id uuid default null, max_rows integer default 50,
  after_status public.escalation_status default null
) returns table (
  id uuid, reference text, session_id text, language text, visitor_name text, visitor_email text,
  last_message_preview text, last_message_role public.message_role, last_message_at timestamptz,
  last_activity_at timestamptz, message_count integer, escalation_id uuid, escalation_status public.escalation_status,
  escalated_at timestamptz, escalation_number integer, escalation_version bigint, escalation_trigger public.escalation_trigger,
  ask_count integer, resolved_at timestamptz, claimed_by uuid, claimed_by_name text, handled_by uuid, unread_count integer,
  version bigint, question text, page_path text, found_in text,
  due_at timestamptz, warn_at timestamptz, is_resolve_due boolean, due_order_at timestamptz
)
language sql stable rows 50 set search_path = '' as $$
  select * from private.list_cases($1, $2, $3, $4, $5, $6, $7, $8, $9)
$$;
comment on function public.list_cases is
  'One page of the triage list, at most 200 rows. The next page starts after the last row: its escalated_at (or
last_activity_at for the population; its due_order_at among the open ones when sorted by due), its id and, when sorted by waiting or
by due, its escalation_status.';

revoke execute on function private.excerpt, private.list_cases, private.name_of, public.list_cases
  from public, anon, authenticated;
grant execute on function private.list_cases, public.list_cases to authenticated;
