-- Export. The app streams a file page by page with the same keyset as the list, so the file has the rows that the list shows and
-- nothing is ever held whole in memory. Every time stands in it in UTC and by the clock of a zone; both are told here, so that the
-- file shows the hours that mail and charts show. What was taken out of the house stands on the timeline.

create view private.export_rows as
  select c.id as conversation_id, e.id as escalation_id, e.number as escalation_number, c.escalation_count as episodes,
    c.reference, c.session_id, e.status, e.trigger, e.ask_count, e.question, e.escalated_at, e.first_opened_at, e.first_replied_at,
    e.resolved_at,
    -- Asking for nobody's name would cost more than the rest of the row.
    case when e.resolved_by is not null then private.name_of(e.resolved_by) end as resolved_by_name,
    case when c.claimed_by is not null then private.name_of(c.claimed_by) end as claimed_by_name,
    coalesce(l.name, c.visitor_name) as visitor_name, coalesce(l.email, c.visitor_email) as visitor_email,
    l.phone as visitor_phone, c.language, c.page_url, c.message_count, c.last_message_at,
    case when e.id is not null then private.alert_outcome_of(e.id) end as alert_outcome,
    case when coalesce(e.first_reply_due_at, e.resolve_due_at) is not null then private.target_outcome(e) end as target_outcome
  from public.conversations c
  left join public.escalations e on e.id = c.escalation_id
  left join public.leads l on l.conversation_id = c.id;
comment on view private.export_rows is 'What a file says of each conversation, with its latest escalation.';
revoke all on private.export_rows from public, anon, authenticated;

create function private.export_cases(
  p_chatbot_id uuid, p_filter text, p_sort text, p_days integer, p_search text, p_after_at timestamptz, p_after_id uuid,
  p_max_rows integer, p_after_status public.escalation_status, p_since timestamptz
) returns table (
  conversation_id uuid, cursor_at timestamptz, escalation_id uuid, escalation_number integer, episodes integer,
  reference text, session_id text, status public.escalation_status, trigger public.escalation_trigger, ask_count integer,
  question text, escalated_at timestamptz, first_opened_at timestamptz, first_replied_at timestamptz,
  resolved_at timestamptz, resolved_by_name text, claimed_by_name text, visitor_name text, visitor_email text,
  visitor_phone text, language text, page_url text, message_count integer, last_message_at timestamptz, alert_outcome text, target_outcome text
)
language plpgsql stable security definer rows 1000 set search_path = '' as $$
declare
  since timestamptz := coalesce(p_since, private.window_start(p_days));
begin
  perform private.require_role(p_chatbot_id, 'agent');
  return query
    select r.conversation_id, page.at, r.escalation_id, r.escalation_number, r.episodes, r.reference, r.session_id, r.status, r.trigger,
      r.ask_count, r.question, r.escalated_at, r.first_opened_at, r.first_replied_at, r.resolved_at, r.resolved_by_name,
      r.claimed_by_name, r.visitor_name, r.visitor_email, r.visitor_phone, r.language, r.page_url, r.message_count,
      r.last_message_at, r.alert_outcome, r.target_outcome
    from private.find_cases(p_chatbot_id, p_filter, p_sort, since, p_search, p_after_at, p_after_id, p_after_status,
      least(greatest(coalesce(p_max_rows, 1000), 1), 5000)) with ordinality page (conversation_id, at, n)
    join private.export_rows r on r.conversation_id = page.conversation_id
    order by page.n;
end
$$;

create function public.export_cases(
  chatbot_id uuid, filter text default 'all', sort text default 'newest', days integer default 30,
  search text default null, after_at timestamptz default null, after_id uuid default null,
  max_rows integer default 1000, after_status public.escalation_status default null, since timestamptz default null
) returns table (
  conversation_id uuid, cursor_at timestamptz, escalation_id uuid, escalation_number integer, episodes integer,
  reference text, session_id text, status public.escalation_status, trigger public.escalation_trigger, ask_count integer,
  question text, escalated_at timestamptz, first_opened_at timestamptz, first_replied_at timestamptz,
  resolved_at timestamptz, resolved_by_name text, claimed_by_name text, visitor_name text, visitor_email text,
  visitor_phone text, language text, page_url text, message_count integer, last_message_at timestamptz, alert_outcome text, target_outcome text
)
language sql stable rows 1000 set search_path = '' as $$
  select * from private.export_cases($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
$$;
comment on function public.export_cases is
  'The rows of list_cases for a CSV, up to 5,000 a page: each case with its latest escalation, which is the one that counts.
The next page starts after the last row''s cursor_at and conversation_id; pass the first page''s window as since.';

-- A browser may know places that this database has not heard of.
create function private.export_zone(zone text) returns text
language sql stable security definer set search_path = ''
return case when private.is_time_zone(zone) then zone else 'UTC' end;
comment on function private.export_zone is 'The zone by whose clock a file tells local times: the one asked for, or UTC where it is unknown.';

-- A page as one value: the Data API counts it as one row, and the names of the columns are not said two thousand times.
create function public.export_page(
  chatbot_id uuid, filter text default 'all', sort text default 'newest', days integer default 30,
  search text default null, after_at timestamptz default null, after_id uuid default null,
  max_rows integer default 1000, after_status public.escalation_status default null, since timestamptz default null,
  time_zone text default 'UTC'
) returns json
language sql stable set search_path = '' as $$
  with clock as materialized (select private.export_zone($11) as zone)
  select coalesce(json_agg(json_build_array(
    r.cursor_at, r.conversation_id, r.reference, r.session_id, r.status, r.escalation_number, r.episodes, r.trigger, r.ask_count,
    r.question,
    r.escalated_at at time zone 'UTC', r.escalated_at at time zone zone,
    r.first_opened_at at time zone 'UTC', r.first_opened_at at time zone zone,
    r.first_replied_at at time zone 'UTC', r.first_replied_at at time zone zone,
    r.resolved_at at time zone 'UTC', r.resolved_at at time zone zone,
    r.last_message_at at time zone 'UTC', r.last_message_at at time zone zone,
    zone, r.resolved_by_name, r.claimed_by_name, r.visitor_name, r.visitor_email, r.visitor_phone, r.language, r.page_url,
    r.message_count, r.alert_outcome, r.target_outcome
  )), '[]')
  from private.export_cases($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) r cross join clock
$$;
comment on function public.export_page is
  'The rows of export_cases as arrays, as the app streams a file of a million: cursor_at first, times as wall clocks in UTC and in the zone.';

-- The same rows as lines of a CSV by RFC 4180: built here, a row costs the app next to nothing. What a spreadsheet would run or show
-- otherwise is the app's to guard.
create function private.export_lines(
  p_chatbot_id uuid, p_filter text, p_sort text, p_days integer, p_search text, p_after_at timestamptz, p_after_id uuid,
  p_max_rows integer, p_after_status public.escalation_status, p_since timestamptz, p_time_zone text
) returns json
language plpgsql stable security definer set search_path = '' set datestyle = 'ISO' as $$
declare
  since timestamptz := coalesce(p_since, private.window_start(p_days));
  zone text := private.export_zone(p_time_zone);
begin
  perform private.require_role(p_chatbot_id, 'agent');
  return (
    select json_build_object('lines', string_agg(line, ''), 'conversation_ids', coalesce(json_agg(conversation_id), '[]'),
      'at', (array_agg(at))[count(*)], 'status', (array_agg(status))[count(*)])
    from (
      select page.at, r.conversation_id, r.status, concat(
        '"' || r.conversation_id || '"', ',', '"' || replace(r.reference, '"', '""') || '"', ',',
        '"' || replace(r.session_id, '"', '""') || '"', ',', '"' || r.status || '"', ',', r.escalation_number, ',', r.episodes, ',',
        '"' || r.trigger || '"', ',', r.ask_count, ',', '"' || replace(r.question, '"', '""') || '"', ',',
        date_trunc('second', r.escalated_at at time zone 'UTC'), ',', date_trunc('second', r.escalated_at at time zone zone), ',',
        date_trunc('second', r.first_opened_at at time zone 'UTC'), ',', date_trunc('second', r.first_opened_at at time zone zone), ',',
        date_trunc('second', r.first_replied_at at time zone 'UTC'), ',', date_trunc('second', r.first_replied_at at time zone zone), ',',
        date_trunc('second', r.resolved_at at time zone 'UTC'), ',', date_trunc('second', r.resolved_at at time zone zone), ',',
        date_trunc('second', r.last_message_at at time zone 'UTC'), ',', date_trunc('second', r.last_message_at at time zone zone), ',',
        '"' || zone || '"', ',', '"' || replace(r.resolved_by_name, '"', '""') || '"', ',',
        '"' || replace(r.claimed_by_name, '"', '""') || '"', ',', '"' || replace(r.visitor_name, '"', '""') || '"', ',',
        '"' || replace(r.visitor_email, '"', '""') || '"', ',', '"' || replace(r.visitor_phone, '"', '""') || '"', ',',
        '"' || replace(r.language, '"', '""') || '"', ',', '"' || replace(r.page_url, '"', '""') || '"', ',', r.message_count, ',',
        '"' || r.alert_outcome || '"', ',', '"' || r.target_outcome || '"', E'\r\n') as line
      from private.find_cases(p_chatbot_id, p_filter, p_sort, since, p_search, p_after_at, p_after_id, p_after_status,
        least(greatest(coalesce(p_max_rows, 1000), 1), 5000)) with ordinality page (conversation_id, at, n)
      join private.export_rows r on r.conversation_id = page.conversation_id
      order by page.n) l);
end
$$;

create function public.export_lines(
  chatbot_id uuid, filter text default 'all', sort text default 'newest', days integer default 30,
  search text default null, after_at timestamptz default null, after_id uuid default null,
  max_rows integer default 1000, after_status public.escalation_status default null, since timestamptz default null,
  time_zone text default 'UTC'
) returns json
language sql stable set search_path = '' as $$
  select private.export_lines($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
$$;
comment on function public.export_lines is
  'The rows of export_page as lines of a CSV, unguarded; whose they are, and where the next page begins.';

create function public.export_messages(
  conversation_id uuid, after_seq bigint default 0, time_zone text default 'UTC', max_rows integer default 1000
) returns json
language sql stable set search_path = '' as $$
  with clock as materialized (select private.export_zone($3) as zone)
  select coalesce(json_agg(json_build_array(
    m.seq, m.created_at at time zone 'UTC', m.created_at at time zone zone, zone, m.role, m.author_name, m.text, m.feedback,
    -- How a person's words came, and how far they got.
    case when m.role in ('visitor', 'agent') then m.via end, m.receipt ->> 'status'
  ) order by m.seq), '[]')
  from private.read_messages($1, null, $2, $4) m cross join clock
$$;
comment on function public.export_messages is
  'Up to 1,000 messages after after_seq as arrays, oldest first, with their times as wall clocks in UTC and in the zone.';

create function private.record_export(p_chatbot_id uuid, p_conversation_id uuid, p_kind text, p_row_count integer)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
begin
  perform private.require_role(p_chatbot_id, 'agent');
  if p_conversation_id is null then
    return;
  end if;
  c := private.require_case(p_conversation_id);
  if c.chatbot_id <> p_chatbot_id then
    perform private.refuse('NTFND', 'This doesn’t exist, or you don’t have access to it.');
  end if;
  insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id, data)
  values (c.chatbot_id, c.id, c.escalation_id, 'conversation.exported', auth.uid(),
    jsonb_build_object('kind', left(p_kind, 40), 'row_count', p_row_count));
end
$$;

create function public.record_export(chatbot_id uuid, conversation_id uuid, kind text, row_count integer) returns void
language sql set search_path = '' as $$ select private.record_export($1, $2, $3, $4) $$;
comment on function public.record_export is 'Notes on a conversation''s timeline that its transcript was exported.';

-- A page of a list on its way out, noted for each of its cases. Nobody's desk needs to hear of it at once: a list of a million
-- would be a million notices.
create function private.record_list_export(p_chatbot_id uuid, p_conversation_ids uuid[]) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'agent');
  if cardinality(p_conversation_ids) > 5000 then
    perform private.refuse('INVAL', 'At most 5,000 cases at once.');
  end if;
  insert into private.list_exports (chatbot_id, actor_id, conversation_ids)
  select p_chatbot_id, auth.uid(), p_conversation_ids where cardinality(p_conversation_ids) > 0;
end
$$;

create function public.record_list_export(chatbot_id uuid, conversation_ids uuid[]) returns void
language sql set search_path = '' as $$ select private.record_list_export($1, $2) $$;
comment on function public.record_list_export is
  'Notes on the timelines of up to 5,000 cases that they left the house in a list; those of other chatbots show nothing of it.';

revoke execute on function private.export_cases, private.export_lines, private.export_zone, private.record_export, private.record_list_export,
  public.export_cases, public.export_page, public.export_lines, public.export_messages, public.record_export, public.record_list_export
  from public, anon, authenticated;
grant execute on function private.export_cases, private.export_lines, private.export_zone, private.record_export, private.record_list_export,
  public.export_cases, public.export_page, public.export_lines, public.export_messages, public.record_export, public.record_list_export
  to authenticated;
