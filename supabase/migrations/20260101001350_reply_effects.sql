-- What follows from a reply, and from its being read. The receipt is written by a trigger, so that every reply has one, whoever wrote
-- the row. The conversation's row is the lock here as everywhere: it is taken before a receipt is touched.

-- The widget reads at least every half minute while the page is open and somebody waits for a person.
create function private.is_page_open(c public.conversations) returns boolean
  language sql stable set search_path = '' as $$
  select coalesce(c.visitor_seen_at > now() - interval '90 seconds', false)
$$;
comment on function private.is_page_open is 'Whether the visitor has the page open, as far as we can tell.';

create function private.is_own_bot(conversation_id uuid) returns boolean
  language sql stable security definer set search_path = '' as $$
  select not exists (select from private.conversation_tokens t where t.conversation_id = $1)
$$;
comment on function private.is_own_bot is 'Whether no widget ever opened this conversation: somebody''s own bot carries it.';

create function private.visitor_address(c public.conversations) returns text
  language sql stable security definer set search_path = '' as $$
  select a.address from (
    select coalesce((select l.email from public.leads l where l.conversation_id = c.id), c.visitor_email) as address
  ) a where private.is_email(a.address)
$$;
comment on function private.visitor_address is 'Where a visitor can be reached by mail; null when nobody knows.';

create function private.is_suppressed(address text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (select from private.suppressed_addresses s where s.email = lower($1))
$$;
comment on function private.is_suppressed is 'Whether mail to this address has bounced for good or was complained about.';

-- What an import brings from the past has been read or not, long ago; nobody is to be written to because of it.
create function private.tg_messages__keep_receipt() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
  is_old boolean := new.created_at < now() - interval '1 day';
begin
  select * into c from public.conversations x where x.id = new.conversation_id;
  insert into public.reply_receipts (message_id, chatbot_id, conversation_id, escalation_id, seq, created_at,
    status, reason, read_at, unreachable_at)
  values (new.id, c.chatbot_id, c.id, c.escalation_id, new.seq, new.created_at,
    case when new.seq <= c.visitor_read_seq then 'read' when is_old then 'unreachable' else 'waiting' end::public.reply_status,
    case when new.seq > c.visitor_read_seq and is_old then 'imported' end,
    case when new.seq <= c.visitor_read_seq then new.created_at end,
    case when new.seq > c.visitor_read_seq and is_old then new.created_at end);
  return null;
end $$;
comment on function private.tg_messages__keep_receipt is 'Begins the receipt of a reply.';
create trigger _600_keep_receipt after insert on public.messages
  for each row when (new.role = 'agent') execute function private.tg_messages__keep_receipt();

-- Whoever has a bot of their own hears of a person's words here, and of their end. That an endpoint took the event proves nothing: it
-- may be somebody's archive.
create function private.tg_messages__tell_own_bot() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
begin
  select * into c from public.conversations x where x.id = new.conversation_id;
  if new.role = 'agent' then
    perform private.emit_event('message.sent', c, c.escalation_id, json_build_object(
      'conversation_id', c.id, 'session_id', c.session_id, 'chatbot_id', c.chatbot_id,
      'message_id', new.id, 'seq', new.seq, 'author', private.first_name(new.author_id), 'text', new.text,
      'sent_at', private.utc_text(new.created_at), 'in_reply_to', (
        select m.id from public.messages m
        where m.conversation_id = c.id and m.role = 'visitor' and m.seq < new.seq order by m.seq desc limit 1)));
  else
    perform private.emit_event('conversation.handed_back', c, c.escalation_id, json_build_object(
      'conversation_id', c.id, 'session_id', c.session_id, 'chatbot_id', c.chatbot_id,
      'seq', new.seq, 'author', private.first_name(new.author_id), 'handed_back_at', private.utc_text(new.created_at)));
  end if;
  return null;
end $$;
comment on function private.tg_messages__tell_own_bot is 'Announces what a person says, and that the assistant may speak again.';
create trigger _600_tell_own_bot after insert on public.messages
  for each row when (new.role = 'agent' or new.event = 'handed_back') execute function private.tg_messages__tell_own_bot();

-- Open desks hear of every move; the timeline says it once for replies that are read one after the other.
create function private.tell_receipts(
  conversation_id uuid, type public.event_type, first_seq bigint, moved bigint, reason text default null
) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
  last_at timestamptz;
begin
  select * into c from public.conversations x where x.id = tell_receipts.conversation_id;
  select case type when 'reply.read' then r.read_at when 'reply.fetched' then r.fetched_at end into last_at
  from public.reply_receipts r where r.conversation_id = c.id and r.seq < first_seq order by r.seq desc limit 1;
  if last_at > now() - interval '1 minute' then
    perform private.notify(c.chatbot_id, type, jsonb_strip_nulls(jsonb_build_object(
      'conversation_id', c.id, 'escalation_id', c.escalation_id, 'version', c.version, 'seq', first_seq)));
  else
    insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type, data)
    values (c.chatbot_id, c.id, c.escalation_id, type,
      jsonb_strip_nulls(jsonb_build_object('seq', first_seq, 'count', moved, 'reason', reason)));
  end if;
end $$;
comment on function private.tell_receipts is 'Says that replies have got somewhere: by an entry of the timeline, or to open dashboards alone.';

create function private.take_replies(conversation_id uuid, after_seq bigint, up_to_seq bigint, how public.reply_status) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  moved record;
begin
  with taken as (
    update public.reply_receipts r set status = how, reason = null,
      read_at = case how when 'read' then now() else r.read_at end,
      fetched_at = case how when 'fetched' then now() else r.fetched_at end
    where r.conversation_id = take_replies.conversation_id and r.seq > after_seq and r.seq <= up_to_seq
      and r.status not in ('read', how)
    returning r.seq
  )
  select count(*) as count, min(t.seq) as first_seq into moved from taken t;
  if moved.count > 0 then
    update public.conversations c set version = c.version + 1 where c.id = take_replies.conversation_id;
    perform private.tell_receipts(conversation_id,
      case how when 'read' then 'reply.read' else 'reply.fetched' end::public.event_type, moved.first_seq, moved.count);
  end if;
end $$;
comment on function private.take_replies is 'Marks replies as read or fetched; call it with the conversation locked.';

create function private.tg_conversations__follow_reading() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  perform private.take_replies(new.id, old.visitor_read_seq, new.visitor_read_seq, 'read');
  return null;
end $$;
comment on function private.tg_conversations__follow_reading is 'Moves the receipts of what the visitor has read.';
create trigger _600_follow_reading after update of visitor_read_seq on public.conversations
  for each row when (new.visitor_read_seq > old.visitor_read_seq)
  execute function private.tg_conversations__follow_reading();
