-- Searching the triage list: the words of a transcript, the lead's name and address, the session, the short reference. A
-- frequent word is found by walking the newest cases until a page is full; a rare one through an index. Each way is slow
-- exactly where the other is quick. The index knows every window of three characters, so that one or two characters are the
-- beginning of a window: 返品 is two characters and worth finding, and pg_trgm knows neither short words nor, in some
-- locales, other scripts.

-- The scope is a word of the same vector: a chatbot with few messages does not pay for the words of one with many. \x01 keeps
-- it, and the cuts, apart from what people write.
create function private.windows(p_scope uuid, p_body text) returns tsvector
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  body text := private.fold(translate(p_body, E'\x01', ' '));
begin
  return array_to_tsvector(array_remove(
    E'\x01' || p_scope::text
      || string_to_array(regexp_replace(body, '(...)', E'\\1\x01', 'g'), E'\x01')
      || string_to_array(regexp_replace(substr(body, 2), '(...)', E'\\1\x01', 'g'), E'\x01')
      || string_to_array(regexp_replace(substr(body, 3), '(...)', E'\\1\x01', 'g'), E'\x01'),
    ''));
end
$$;
comment on function private.windows is 'Every stretch of three characters, and the shorter ones at the end, for an index of one chatbot''s words.';

create function private.windows_query(p_scope uuid, p_search text) returns tsquery
language sql immutable set search_path = '' as $$
  select (E'''\x01' || p_scope || '''')::tsquery && string_agg(
    '''' || replace(replace(substr(t.term, i, 3), '\', '\\'), '''', '''''') || '''' || case when length(t.term) < 3 then ':*' else '' end,
    ' & ')::tsquery
  -- Sixty characters leave so few texts that reading those is quicker than asking for more windows.
  from (select left(private.fold(translate(btrim(p_search, E' \t\r\n'), E'\x01', ' ')), 60) as term) t,
    generate_series(1, greatest(length(t.term) - 2, 1)) i
$$;
comment on function private.windows_query is 'What a text must have in its windows to contain the words; it may have them apart, so the text must be read.';

create index messages_by_window on public.messages using gin (private.windows(chatbot_id, text));

create table private.search_terms (
  conversation_id uuid primary key references public.conversations on delete cascade,
  chatbot_id uuid not null,
  terms text not null
);
comment on table private.search_terms is
  'Who and which session, one line per conversation; apart from the conversations because those change with every message.';
alter table private.search_terms enable row level security;
revoke all on private.search_terms from public, anon, authenticated;
create index search_terms_by_window on private.search_terms using gin (private.windows(chatbot_id, terms));

create function private.note_search_terms(p_conversation_id uuid) returns void
language sql set search_path = '' as $$
  insert into private.search_terms (conversation_id, chatbot_id, terms)
  select c.id, c.chatbot_id,
    concat_ws(' ', c.reference, c.session_id, c.visitor_name, c.visitor_email, l.name, l.email, l.phone)
  from public.conversations c
  left join public.leads l on l.conversation_id = c.id
  where c.id = p_conversation_id and c.started_at is not null
  on conflict (conversation_id) do update set terms = excluded.terms
$$;

create function private.tg__note_search_terms() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_table_name = 'leads' then
    perform private.note_search_terms(new.conversation_id);
  else
    perform private.note_search_terms(new.id);
  end if;
  return null;
end
$$;

create trigger _600_note_search_terms after insert on public.conversations
  for each row when (new.started_at is not null) execute function private.tg__note_search_terms();
create trigger _600_note_new_search_terms after update of started_at, visitor_name, visitor_email on public.conversations
  for each row when (
    (new.started_at is null) is distinct from (old.started_at is null)
    or new.visitor_name is distinct from old.visitor_name or new.visitor_email is distinct from old.visitor_email
  )
  execute function private.tg__note_search_terms();
create trigger _600_note_search_terms after insert or update of name, email, phone on public.leads
  for each row execute function private.tg__note_search_terms();

create function private.like_pattern(p_search text) returns text
language sql immutable set search_path = ''
return '%' || regexp_replace(private.fold(nullif(btrim(p_search, E' \t\r\n'), '')), '([\\%_])', '\\\1', 'g') || '%';
comment on function private.like_pattern is 'What a folded text is LIKE when it contains the words; null when there are none.';

-- Enough memory that the bitmap names rows and not whole pages, whose texts would all have to be cut into windows again.
create function private.found_conversations(p_chatbot_id uuid, p_search text) returns uuid[]
language plpgsql stable set search_path = '' set work_mem = '64MB' as $$
declare
  wanted tsquery := private.windows_query(p_chatbot_id, p_search);
  pattern text := private.like_pattern(p_search);
begin
  return coalesce(array_agg(f.conversation_id), '{}') from (
    select m.conversation_id from public.messages m
    where private.windows(m.chatbot_id, m.text) @@ wanted and private.fold(m.text) like pattern
    union
    select s.conversation_id from private.search_terms s
    where private.windows(s.chatbot_id, s.terms) @@ wanted and private.fold(s.terms) like pattern
  ) f;
end
$$;

-- The conversations of a list of replies come from the receipts' index, however few or many they are; null for every other list.
create function private.replied_conversations(p_chatbot_id uuid, p_since timestamptz, p_statuses public.reply_status[], p_search text)
returns uuid[]
language plpgsql stable set search_path = '' as $$
declare
  ids uuid[];
begin
  if p_statuses is null then
    return null;
  end if;
  select coalesce(array_agg(distinct r.conversation_id), '{}') into ids from public.reply_receipts r
  where r.chatbot_id = p_chatbot_id and r.created_at >= p_since and r.status = any (p_statuses);
  if private.like_pattern(p_search) is null then
    return ids;
  end if;
  return array(select unnest(ids) intersect select unnest(private.found_conversations(p_chatbot_id, p_search)));
end
$$;

-- What waits for somebody is rare, so these lists come from their indexes; null for the others, which are walked, and for what is
-- walked in the order of its index.
create function private.rare_conversations(p_chatbot_id uuid, p_filter text, p_sort text, p_since timestamptz, p_search text) returns uuid[]
language plpgsql stable set search_path = '' as $$
declare
  ids uuid[];
begin
  if p_filter = 'unseen' then
    select coalesce(array_agg(e.conversation_id), '{}') into ids from public.escalations e
    where e.chatbot_id = p_chatbot_id and e.seen_at is null and not e.is_superseded and e.escalated_at >= p_since;
  elsif p_filter in ('past_due', 'due') and (p_sort <> 'due' or private.like_pattern(p_search) is not null) then
    select coalesce(array_agg(e.conversation_id), '{}') into ids from public.escalations e
    where e.chatbot_id = p_chatbot_id and e.status = 'open' and e.due_order_at < now() + interval '100 years'
      and private.episode_fits(p_filter, e);
  else
    return private.replied_conversations(p_chatbot_id, p_since, private.reply_statuses(p_filter), p_search);
  end if;
  if private.like_pattern(p_search) is null then
    return ids;
  end if;
  return array(select unnest(ids) intersect select unnest(private.found_conversations(p_chatbot_id, p_search)));
end
$$;

-- One page of cases in the order of the list. Once 2,000 cases have been looked through in vain the words are rare, and the
-- rest comes from the index.
create function private.find_cases(
  p_chatbot_id uuid, p_filter text, p_sort text, p_since timestamptz, p_search text, p_after_at timestamptz,
  p_after_id uuid, p_after_status public.escalation_status, p_max_rows integer
) returns table (conversation_id uuid, at timestamptz)
language plpgsql stable rows 50 set search_path = '' as $$
declare
  pattern text := private.like_pattern(p_search);
  outcome text := case when p_filter in ('delivered', 'accepted', 'alert_waiting', 'alert_held', 'alert_failed', 'unreachable', 'opted_out', 'seen_first') then p_filter end;
  is_by_episode boolean := p_filter in ('seen', 'targeted', 'within_target', 'missed_target', 'due', 'past_due');
  is_walk boolean := pattern is not null or outcome is not null or is_by_episode;
  can_use_index boolean := pattern is not null and outcome is null and not is_by_episode;
  batch_size integer := case when is_walk then 500 else p_max_rows end;
  wanted integer := p_max_rows;
  walked integer := 0;
  found_ids uuid[] := private.rare_conversations(p_chatbot_id, p_filter, p_sort, p_since, p_search);
  stretch record;
  cursor_at timestamptz;
  cursor_id uuid;
  batch_ids uuid[];
  batch_ats timestamptz[];
  got integer;
begin
  for stretch in select * from private.case_stretches(p_filter, p_sort, p_since) s order by s.ordinal loop
    -- Only the orders of what waits change direction between their stretches: a cursor among the open cases says nothing
    -- about the resolved ones, and one among the resolved has all the open ones behind it.
    cursor_at := p_after_at;
    cursor_id := p_after_id;
    if p_sort in ('waiting', 'due') and p_after_at is not null and p_after_status is not null then
      continue when stretch.status = 'open' and p_after_status = 'resolved';
      if stretch.status = 'resolved' and p_after_status = 'open' then
        cursor_at := null;
        cursor_id := null;
      end if;
    end if;
    loop
      exit when found_ids is not null;
      select array_agg(p.conversation_id), array_agg(p.at) into batch_ids, batch_ats
      from private.page_of_stretch(p_chatbot_id, stretch.is_population, stretch.status, stretch.lower_at, stretch.upper_at,
        stretch.is_ascending, stretch.due_from, stretch.due_until, cursor_at, cursor_id, batch_size) p;
      exit when batch_ids is null;
      return query
        select b.id, b.happened_at from unnest(batch_ids, batch_ats) with ordinality b (id, happened_at, n)
        where (pattern is null
            or exists (select from public.messages m where m.conversation_id = b.id and private.fold(m.text) like pattern)
            or exists (select from private.search_terms s where s.conversation_id = b.id and private.fold(s.terms) like pattern))
          and (outcome is null or outcome = private.alert_outcome_of(
            (select c.escalation_id from public.conversations c where c.id = b.id)))
          and (not is_by_episode or (
            select private.episode_fits(p_filter, e) from public.escalations e
            where e.id = (select c.escalation_id from public.conversations c where c.id = b.id)))
        order by b.n limit wanted;
      get diagnostics got = row_count;
      wanted := wanted - got;
      walked := walked + cardinality(batch_ids);
      exit when wanted = 0 or cardinality(batch_ids) < batch_size;
      cursor_at := batch_ats[cardinality(batch_ats)];
      cursor_id := batch_ids[cardinality(batch_ids)];
      if can_use_index and walked >= 2000 then
        found_ids := private.found_conversations(p_chatbot_id, p_search);
      end if;
    end loop;
    exit when wanted = 0;
    if found_ids is not null then
      return query select * from private.pick_cases(p_chatbot_id, found_ids, stretch.is_population, stretch.status,
        stretch.lower_at, stretch.upper_at, stretch.is_ascending, stretch.due_from is not null, cursor_at, cursor_id, wanted);
      get diagnostics got = row_count;
      wanted := wanted - got;
      exit when wanted = 0;
    end if;
  end loop;
end
$$;

create function private.pick_cases(
  p_chatbot_id uuid, p_ids uuid[], p_is_population boolean, p_status public.escalation_status, p_lower_at timestamptz,
  p_upper_at timestamptz, p_is_ascending boolean, p_is_by_due boolean, p_after_at timestamptz, p_after_id uuid, p_max_rows integer
) returns table (conversation_id uuid, at timestamptz)
language sql stable set search_path = '' as $$
  select c.id, c.at
  from (
    select c.id, c.escalation_status, happened.at as happened_at, case when p_is_by_due then (
        select e.due_order_at from public.escalations e where e.id = c.escalation_id)
      else happened.at end as at
    from unnest(p_ids) found (id)
    join public.conversations c using (id)
    cross join lateral (select case when p_is_population then c.last_activity_at else c.escalated_at end as at) happened
    where c.chatbot_id = p_chatbot_id and c.started_at is not null
  ) c
  where c.happened_at >= p_lower_at and c.happened_at < p_upper_at and (p_status is null or c.escalation_status = p_status)
    and case
      when p_after_at is null then true
      when p_is_ascending then (c.at, c.id) > (p_after_at, p_after_id)
      else (c.at, c.id) < (p_after_at, p_after_id)
    end
  order by case when p_is_ascending then c.at end, case when p_is_ascending then c.id end, c.at desc, c.id desc
  limit p_max_rows
$$;

revoke execute on function private.windows, private.windows_query, private.note_search_terms, private.tg__note_search_terms,
  private.like_pattern, private.found_conversations, private.replied_conversations, private.rare_conversations, private.find_cases, private.pick_cases
  from public, anon, authenticated;
-- An index is kept by whoever writes the row.
grant execute on function private.windows to service_role;
