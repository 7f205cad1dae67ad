-- What a reply did before it had a receipt, a mail and an event of its own (the functions as they stood on 29 November 2026): the
-- measure that A1 holds today's reply against. Applied to a copy of the measured database, in which it replaces what came since.
drop trigger _600_follow_reply on public.messages;
drop trigger _600_follow_reading on public.conversations;
drop index public.messages_replies_idx;

create or replace function private.topic_of(chatbot_id uuid) returns text
  language sql stable security definer set search_path = '' as $$
  select 'chatbot:' || $1 || coalesce(
    (select '.' || a.move_count from private.audiences a where a.chatbot_id = $1), '')
$$;

create or replace function private.name_of(p_user_id uuid) returns text
language sql stable set search_path = '' as $$
  select coalesce(nullif(btrim(p.display_name), ''), split_part(p.email, '@', 1))
  from public.profiles p where p.user_id = p_user_id
$$;

create or replace function private.mark_read(c public.conversations) returns void
language sql set search_path = '' as $$
  insert into public.conversation_reads as r (conversation_id, user_id, chatbot_id, last_read_seq, last_read_at)
  values (c.id, auth.uid(), c.chatbot_id, c.last_seq, now())
  on conflict (conversation_id, user_id) do update set
    last_read_seq = greatest(r.last_read_seq, excluded.last_read_seq), last_read_at = excluded.last_read_at,
    is_marked_unread = false
$$;

create or replace function private.reply_json(p_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select to_jsonb(m) || jsonb_build_object('author_name', private.name_of(m.author_id), 'escalation_version', e.version)
  from public.messages m
  join public.conversations c on c.id = m.conversation_id
  left join public.escalations e on e.id = c.escalation_id
  where m.id = p_id
$$;

create or replace function private.require_no_crossing(c public.conversations, p_seen_seq integer) returns void
language plpgsql stable set search_path = '' as $$
declare
  crossing public.messages;
  e public.escalations;
begin
  select * into crossing from public.messages m
  where m.conversation_id = c.id and m.seq > p_seen_seq and m.role = 'agent' and m.author_id is distinct from auth.uid()
  order by m.seq desc limit 1;
  if crossing.id is not null then
    select * into e from public.escalations x where x.id = c.escalation_id;
    perform private.refuse('STALE', 'Somebody has replied since you looked.', jsonb_build_object(
      'status', e.status, 'version', e.version, 'what', 'reply.sent', 'changed_at', crossing.created_at,
      'changed_by', crossing.author_id, 'changed_by_name', private.name_of(crossing.author_id))::text);
  end if;
end
$$;

create or replace function private.send_reply(p_conversation_id uuid, p_id uuid, p_text text, p_seen_seq integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  words text := private.require_text(p_text);
  c public.conversations := private.hold_conversation(p_conversation_id, p_id);
  sent public.messages;
begin
  select * into sent from public.messages m where m.id = p_id;
  if sent.id is not null then
    if sent.conversation_id <> c.id or sent.author_id is distinct from me then
      perform private.refuse('CONFL', 'This id belongs to another message.');
    end if;
    return private.reply_json(p_id);
  end if;
  perform private.require_no_crossing(c, p_seen_seq);
  if c.handled_by is null then
    insert into public.messages (conversation_id, role, event, text, author_id)
    values (c.id, 'system', 'person_joined', coalesce(private.first_name(me), ''), me);
  end if;
  update public.escalations e set first_opened_at = now()
  where e.id = c.escalation_id and e.status = 'open' and e.first_opened_at is null;
  insert into public.messages (id, conversation_id, role, text, author_id) values (p_id, c.id, 'agent', words, me);
  select * into c from public.conversations t where t.id = c.id;
  perform private.mark_read(c);
  return private.reply_json(p_id);
end
$$;

create or replace function private.tg_messages__number() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  there uuid;
begin
  select c.chatbot_id into new.chatbot_id from public.conversations c
  where c.id = new.conversation_id for no key update;
  if not found then
    perform private.refuse('NTFND', 'This conversation doesn’t exist.');
  end if;
  select m.conversation_id into there from public.messages m where m.id = new.id;
  if there = new.conversation_id then
    -- The same message again: a browser that did not hear our answer. Once is enough.
    return null;
  elsif there is not null then
    perform private.refuse('CONFL', 'This id belongs to another message.');
  end if;
  select coalesce(max(m.seq), 0) + 1 into new.seq from public.messages m where m.conversation_id = new.conversation_id;
  return new;
end $$;

create or replace function private.tg_messages__emit() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
  is_first boolean;
begin
  select conversations.started_at is null into is_first
  from public.conversations where conversations.id = new.conversation_id;
  update public.conversations set
    last_seq = new.seq,
    version = version + 1,
    message_count = message_count + case new.role when 'system' then 0 else 1 end,
    started_at = case new.role when 'system' then started_at else coalesce(started_at, new.created_at) end,
    last_activity_at = greatest(last_activity_at, new.created_at),
    last_message_at = case new.role when 'system' then last_message_at else new.created_at end,
    last_message_role = case new.role when 'system' then last_message_role else new.role end,
    last_message_preview = case new.role when 'system' then last_message_preview
      else left(btrim(regexp_replace(left(new.text, 1000), '\s+', ' ', 'g')), 160) end,
    handled_by = case new.role when 'agent' then coalesce(new.author_id, handled_by) else handled_by end,
    -- Rolling: every reply keeps the assistant silent for another day.
    assistant_muted_until = case new.role when 'agent' then new.created_at + interval '24 hours'
      else assistant_muted_until end
  where id = new.conversation_id
  returning * into c;

  if is_first and c.started_at is not null then
    perform private.start_conversation(c);
  end if;
  if new.role = 'agent' then
    update public.escalations e set first_replied_at = new.created_at, first_replied_by = new.author_id
    where e.conversation_id = c.id and e.status = 'open' and e.first_replied_at is null;
    insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id, data)
    values (c.chatbot_id, c.id, c.escalation_id, 'reply.sent', new.author_id,
      jsonb_build_object('message_id', new.id, 'seq', new.seq,
        'version', (select e.version from public.escalations e where e.id = c.escalation_id)));
  elsif new.role in ('visitor', 'assistant') then
    perform private.notify(c.chatbot_id, 'message.received', jsonb_strip_nulls(jsonb_build_object(
      'conversation_id', c.id, 'escalation_id', c.escalation_id, 'version', c.version, 'seq', new.seq)));
  end if;
  if new.role = 'visitor' then
    perform private.emit_event('message.received', c, null, json_build_object(
      'conversation_id', c.id, 'session_id', c.session_id, 'chatbot_id', c.chatbot_id,
      'message_id', new.id, 'text', new.text, 'sent_at', private.utc_text(new.created_at),
      'message_count', c.message_count));
  else
    perform private.hint('visitor:' || c.id, 'changed', jsonb_build_object('seq', new.seq));
  end if;
  return null;
end $$;

create or replace function private.tg_escalations__judge_change() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  new.version := old.version + 1;
  if new.claimed_by is distinct from old.claimed_by then
    new.claimed_at := case when new.claimed_by is not null then now() end;
  end if;
  if new.first_opened_at is not null and old.first_opened_at is null then
    new.first_opened_by := coalesce(new.first_opened_by, (select auth.uid()));
  end if;
  if old.status = 'open' and new.status = 'resolved' then
    new.resolved_at := coalesce(new.resolved_at, now());
    new.resolved_by := coalesce(new.resolved_by, (select auth.uid()));
    new.undo_until := coalesce(new.undo_until, now() + interval '10 seconds');
  elsif old.status = 'resolved' and new.status = 'open' then
    if exists (select from public.escalations n where n.conversation_id = old.conversation_id and n.number > old.number) then
      perform private.refuse('CONFL', 'The visitor has asked again since. Only the latest request can be reopened.');
    end if;
    if new.undo_until is null and old.undo_until is not null then
      -- By when it was asked for: five hundred at once take their time.
      if now() > old.undo_until then
        perform private.refuse('TOOLT', 'It’s too late to undo this.');
      end if;
    else
      new.reopen_count := old.reopen_count + 1;
    end if;
    new.undo_until := null;
    new.resolved_at := null;
    new.resolved_by := null;
  end if;
  return new;
end $$;

create or replace function private.tg_escalations__follow_people() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  caller uuid := (select auth.uid());
begin
  update public.conversations set
    claimed_by = case escalation_id when new.id then new.claimed_by else claimed_by end,
    last_activity_at = case when new.ask_count > old.ask_count then greatest(last_activity_at, now()) else last_activity_at end,
    version = version + 1
  where id = new.conversation_id;
  insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, actor_id, data)
  select new.chatbot_id, new.conversation_id, new.id, n.type::public.event_type, n.actor_id,
    n.data || jsonb_build_object('version', new.version)
  from (
    values
      -- Asking is never refused, so telling of it has a measure: once a minute, with the exact count.
      ('escalation.asked_again', null::uuid, jsonb_build_object('ask_count', new.ask_count),
        new.ask_count > old.ask_count and not exists (
          select from public.timeline_entries t where t.escalation_id = new.id and t.type = 'escalation.asked_again'
            and t.created_at > now() - interval '1 minute')),
      ('escalation.opened', new.first_opened_by, '{}', old.first_opened_at is null and new.first_opened_at is not null),
      (case
          when new.claimed_by is null then 'escalation.released'
          when old.claimed_by is null and coalesce(caller, new.claimed_by) = new.claimed_by then 'escalation.claimed'
          else 'escalation.assigned' end,
        coalesce(caller, new.claimed_by), jsonb_build_object('user_id', coalesce(new.claimed_by, old.claimed_by)),
        new.claimed_by is distinct from old.claimed_by)
  ) as n (type, actor_id, data, has_happened)
  where n.has_happened;
  if old.first_opened_at is null and new.first_opened_at is not null then
    perform private.hint('visitor:' || new.conversation_id, 'changed', '{}');
  end if;
  return null;
end $$;

create or replace function private.hour_of(at timestamptz) returns timestamptz
language sql immutable parallel safe set search_path = ''
return date_bin('1 hour', at, '2000-01-01 00:00:00+00');

create or replace function private.windows(p_scope uuid, p_body text) returns tsvector
language sql immutable parallel safe set search_path = ''
return (
  select array_to_tsvector(array_remove(
    E'\x01' || p_scope::text
      || string_to_array(regexp_replace(f.body, '(...)', E'\\1\x01', 'g'), E'\x01')
      || string_to_array(regexp_replace(substr(f.body, 2), '(...)', E'\\1\x01', 'g'), E'\x01')
      || string_to_array(regexp_replace(substr(f.body, 3), '(...)', E'\\1\x01', 'g'), E'\x01'),
    ''))
  from (select private.fold(translate(p_body, E'\x01', ' ')) as body offset 0) f);

create or replace function private.tg_timeline_entries__notify() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.notify(n.chatbot_id, n.type, jsonb_strip_nulls(jsonb_build_object(
    'conversation_id', n.conversation_id, 'escalation_id', n.escalation_id, 'user_id', n.actor_id,
    'version', c.version, 'seq', c.last_seq)))
  from (
    select distinct on (a.conversation_id, a.type) a.* from added a
    order by a.conversation_id, a.type, a.id desc
  ) as n
  join public.conversations c on c.id = n.conversation_id;
  return null;
end $$;
