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

create function private.takes_no_replies(address text) returns boolean
  language sql stable security definer set search_path = '' as $$
  select exists (select from private.suppressed_addresses s where s.email = lower($1))
    or exists (select from private.refused_addresses r where r.email = lower($1))
$$;
comment on function private.takes_no_replies is 'Whether a reply is not mailed to this address: one bounced, was complained about, or was not meant for its owner.';

-- One mail carries a burst: it is due when its first reply has waited for long enough, and what follows until then goes with it. A mail
-- that somebody is just taking to send it may go without this reply; then the reply gets a mail of its own.
create function private.queue_reply_mail(c public.conversations) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  minutes integer;
begin
  loop
    perform from public.deliveries d
    where d.conversation_id = c.id and d.purpose = 'reply' and d.status = 'queued' and d.attempt_count = 0 for share;
    exit when found;
    minutes := (select s.reply_mail_wait_minutes from public.human_support_settings s where s.chatbot_id = c.chatbot_id);
    insert into public.deliveries (chatbot_id, conversation_id, kind, purpose, next_attempt_at)
    values (c.chatbot_id, c.id, 'email', 'reply', now() + make_interval(mins => coalesce(minutes, 0)))
    on conflict (conversation_id) where purpose = 'reply' and status = 'queued' and attempt_count = 0 do nothing;
    exit when found;
  end loop;
end $$;
comment on function private.queue_reply_mail is 'Sees to it that a mail is under way for what the visitor has not read.';

-- All that follows from a reply, in one go, since a person waits for it. What an import brings from the past has been read or not, long
-- ago; nobody is to be written to because of it. Whoever has a bot of their own hears of a person's words by the event; that an
-- endpoint took it proves nothing, it may be somebody's archive.
create function private.tg_messages__follow_reply() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
  status public.reply_status := 'waiting';
  asked uuid;
begin
  select * into c from public.conversations x where x.id = new.conversation_id;
  if new.seq <= c.visitor_read_seq then
    status := 'read';
  elsif new.created_at < now() - interval '1 day' then
    status := 'unreachable';
  end if;
  insert into public.reply_receipts (message_id, chatbot_id, conversation_id, escalation_id, seq, created_at,
    status, reason, read_at, unreachable_at)
  values (new.id, c.chatbot_id, c.id, c.escalation_id, new.seq, new.created_at, status,
    case status when 'unreachable' then 'imported' end,
    case status when 'read' then new.created_at end, case status when 'unreachable' then new.created_at end);
  if status = 'waiting' then
    perform private.queue_reply_mail(c);
  end if;
  select m.id into asked from public.messages m
  where m.conversation_id = c.id and m.role = 'visitor' and m.seq < new.seq order by m.seq desc limit 1;
  perform private.emit_event('message.sent', c, c.escalation_id, json_build_object(
    'conversation_id', c.id, 'session_id', c.session_id, 'chatbot_id', c.chatbot_id,
    'message_id', new.id, 'seq', new.seq, 'author', private.first_name(new.author_id), 'text', new.text,
    'sent_at', private.utc_text(new.created_at), 'in_reply_to', asked));
  return null;
end $$;
comment on function private.tg_messages__follow_reply is
  'Begins the receipt of a reply, queues the mail for the case that it stays unread, and announces it to a bot.';
create trigger _600_follow_reply after insert on public.messages
  for each row when (new.role = 'agent') execute function private.tg_messages__follow_reply();

create function private.tg_messages__tell_handed_back() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
begin
  select * into c from public.conversations x where x.id = new.conversation_id;
  perform private.emit_event('conversation.handed_back', c, c.escalation_id, json_build_object(
    'conversation_id', c.id, 'session_id', c.session_id, 'chatbot_id', c.chatbot_id,
    'seq', new.seq, 'author', private.first_name(new.author_id), 'handed_back_at', private.utc_text(new.created_at)));
  return null;
end $$;
comment on function private.tg_messages__tell_handed_back is 'Announces that the assistant, or a bot, may speak again.';
create trigger _600_tell_handed_back after insert on public.messages
  for each row when (new.event = 'handed_back') execute function private.tg_messages__tell_handed_back();

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

create function private.take_replies(
  conversation_id uuid, after_seq bigint, up_to_seq bigint, how public.reply_status, is_mailed_only boolean default false
) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  moved record;
begin
  with taken as (
    update public.reply_receipts r set status = how, reason = null,
      read_at = case how when 'read' then now() else r.read_at end,
      fetched_at = case how when 'fetched' then now() else r.fetched_at end
    where r.conversation_id = take_replies.conversation_id and r.seq > after_seq and r.seq <= up_to_seq
      and r.status not in ('read', how) and (r.delivery_id is not null or not is_mailed_only)
    returning r.seq
  )
  select count(*) as count, min(t.seq) as first_seq into moved from taken t;
  if moved.count > 0 then
    update public.conversations c set version = c.version + 1 where c.id = take_replies.conversation_id;
    perform private.tell_receipts(conversation_id,
      case how when 'read' then 'reply.read' else 'reply.fetched' end::public.event_type, moved.first_seq, moved.count);
  end if;
end $$;
comment on function private.take_replies is
  'Marks replies as read or fetched, all or only what a mail carried; call it with the conversation locked.';

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

-- Who leaves an address later is written to for all that has not been received. The mail comes first, so that nobody waits for its
-- sender while holding what the sender waits for.
create function private.tg_leads__readdress_replies() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
begin
  if not exists (
    select from public.reply_receipts r where r.conversation_id = new.conversation_id
      and (r.status = 'bounced' or (r.status = 'unreachable' and r.reason <> 'imported')))
  then
    return null;
  end if;
  select * into c from public.conversations x where x.id = new.conversation_id for no key update;
  perform private.queue_reply_mail(c);
  update public.reply_receipts r set status = 'waiting', reason = null, delivery_id = null
  where r.conversation_id = c.id and (r.status = 'bounced' or (r.status = 'unreachable' and r.reason <> 'imported'));
  return null;
end $$;
comment on function private.tg_leads__readdress_replies is 'Queues a mail for replies that found nobody, now that there is an address, or another one.';
create trigger _600_readdress_replies after insert on public.leads
  for each row when (new.email is not null) execute function private.tg_leads__readdress_replies();
create trigger _600_readdress_replies_elsewhere after update of email on public.leads
  for each row when (lower(new.email) is distinct from lower(old.email) and new.email is not null)
  execute function private.tg_leads__readdress_replies();

-- A mail's receipt is that of the replies it carried. What has been read or fetched meanwhile stays so. A mail that comes back ends it
-- for its address, and whoever answered is told, since they believe to have been heard.
create function private.follow_reply_mails(mails public.deliveries[]) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  update public.reply_receipts r set
    status = case d.status when 'sent' then 'mailed' when 'delivered' then 'delivered' when 'bounced' then 'bounced'
      when 'complained' then 'bounced' else 'unreachable' end::public.reply_status,
    reason = case when d.status in ('sent', 'delivered') then null else coalesce(d.reason, d.status::text) end,
    mailed_at = case when d.status in ('sent', 'delivered') then coalesce(r.mailed_at, now()) else r.mailed_at end,
    delivered_at = case when d.status = 'delivered' then now() else r.delivered_at end,
    bounced_at = case when d.status in ('bounced', 'complained') then now() else r.bounced_at end,
    unreachable_at = case when d.status in ('failed', 'skipped') then now() else r.unreachable_at end
  from unnest(mails) as d
  where d.purpose = 'reply' and d.status <> 'queued' and r.delivery_id = d.id and r.status not in ('read', 'fetched');
  insert into private.refused_addresses (email, reason)
  select distinct lower(d.recipient), 'bounced' from unnest(mails) as d
  where d.purpose = 'reply' and d.status in ('bounced', 'complained') on conflict do nothing;
  perform private.tell_of_bounce(d) from unnest(mails) as d where d.purpose = 'reply' and d.status in ('bounced', 'complained');
end $$;
comment on function private.follow_reply_mails is 'Moves the receipts of replies with the mails that carried them.';

create function private.tell_of_bounce(mail public.deliveries) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  told uuid;
begin
  insert into public.deliveries (chatbot_id, conversation_id, kind, purpose, recipient)
  select mail.chatbot_id, mail.conversation_id, 'email', 'reply_bounced', p.email
  from (
    select coalesce((
      select m.author_id from public.messages m join public.chatbot_members t on t.chatbot_id = mail.chatbot_id and t.user_id = m.author_id
      where m.conversation_id = mail.conversation_id and m.role = 'agent' order by m.seq desc limit 1), b.owner_id) as user_id
    from public.chatbots b where b.id = mail.chatbot_id
  ) as whose join public.profiles p on p.user_id = whose.user_id
  where private.is_email(p.email) and not exists (
    select from public.deliveries k join private.delivery_data x on x.delivery_id = k.id
    where k.conversation_id = mail.conversation_id and k.purpose = 'reply_bounced' and x.data ->> 'delivery_id' = mail.id::text)
  returning id into told;
  insert into private.delivery_data (delivery_id, data)
  select told, jsonb_build_object(
    'delivery_id', mail.id, 'address', mail.recipient, 'reason', mail.reason, 'reference', c.reference,
    'replies', (select jsonb_agg(m.text order by m.seq) from public.reply_receipts r join public.messages m on m.id = r.message_id
      where r.delivery_id = mail.id),
    'url', private.deep_link(mail.chatbot_id, mail.conversation_id))
  from public.conversations c where c.id = mail.conversation_id and told is not null;
end $$;
comment on function private.tell_of_bounce is 'Tells whoever answered, once, that the visitor''s mailbox did not take the answer; the owner where they are gone.';
