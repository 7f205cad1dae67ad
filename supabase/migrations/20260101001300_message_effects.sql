-- What follows from a message. Its number, the conversation's summary, the events and notices come from here, so that it
-- makes no difference whether the widget, the API, a person or an import wrote the row. The conversation's row is the
-- lock: whoever adds to a conversation or escalates it takes that first.

create function private.tg_messages__number() returns trigger
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
  if new.role = 'agent' and new.via = 'widget' then
    new.via := 'desk';
  end if;
  select coalesce(max(m.seq), 0) + 1 into new.seq from public.messages m where m.conversation_id = new.conversation_id;
  return new;
end $$;
comment on function private.tg_messages__number is 'Gives a message its place in the conversation; ignores one that is there already.';
create trigger _100_number before insert on public.messages
  for each row execute function private.tg_messages__number();

create function private.start_conversation(c public.conversations) returns void
  language plpgsql security definer set search_path = '' as $$
begin
  insert into public.timeline_entries (chatbot_id, conversation_id, type) values (c.chatbot_id, c.id, 'conversation.started');
  perform private.emit_event('conversation.started', c, null, json_build_object(
    'conversation_id', c.id, 'session_id', c.session_id, 'chatbot_id', c.chatbot_id,
    'started_at', private.utc_text(c.started_at), 'language', c.language, 'page_url', c.page_url));
end $$;
comment on function private.start_conversation is 'Announces a session that has become a conversation.';

create function private.tg_messages__emit() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
  is_first boolean;
  was_unseen boolean;
begin
  select conversations.started_at is null, conversations.unseen_since is not null into is_first, was_unseen
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
    unseen_since = case new.role
      when 'agent' then null
      when 'visitor' then case when escalation_status = 'open' then coalesce(unseen_since, now()) end
      else unseen_since end,
    seen_at = case when new.role = 'agent' and was_unseen then now() else seen_at end,
    seen_by = case when new.role = 'agent' and was_unseen then new.author_id else seen_by end,
    handled_by = case new.role when 'agent' then coalesce(new.author_id, handled_by) else handled_by end,
    -- Rolling: every reply keeps the assistant silent for another day.
    assistant_muted_until = case new.role when 'agent' then new.created_at + interval '24 hours'
      else assistant_muted_until end
  where id = new.conversation_id
  returning * into c;

  if is_first and c.started_at is not null then
    perform private.start_conversation(c);
  end if;
  if was_unseen and c.unseen_since is null then
    perform private.end_ladder(c.escalation_id, new.author_id);
  elsif not was_unseen and c.unseen_since is not null then
    perform private.climb_again(c.escalation_id);
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
comment on function private.tg_messages__emit is 'Keeps the summary equal to the messages and announces each.';
create trigger _500_emit after insert on public.messages
  for each row execute function private.tg_messages__emit();

create function private.tg_messages__announce_feedback() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update public.conversations c set version = c.version + 1 where c.id = new.conversation_id;
  perform private.notify(new.chatbot_id, 'message.received', jsonb_build_object(
    'conversation_id', new.conversation_id, 'seq', new.seq,
    'version', (select c.version from public.conversations c where c.id = new.conversation_id)));
  return null;
end $$;
comment on function private.tg_messages__announce_feedback is 'Shows a thumbs-up on open dashboards.';
create trigger _500_announce_feedback after update of feedback on public.messages
  for each row when (old.feedback is distinct from new.feedback)
  execute function private.tg_messages__announce_feedback();

create function private.tg_leads__emit() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations;
begin
  update public.conversations set
    visitor_name = coalesce(new.name, visitor_name), visitor_email = coalesce(new.email, visitor_email),
    version = version + 1
  where id = new.conversation_id
  returning * into c;
  insert into public.timeline_entries (chatbot_id, conversation_id, escalation_id, type)
  values (c.chatbot_id, c.id, c.escalation_id, 'lead.captured');
  perform private.emit_event('lead.captured', c, null, json_build_object(
    'conversation_id', c.id, 'session_id', c.session_id, 'chatbot_id', c.chatbot_id,
    'name', new.name, 'email', new.email, 'phone', new.phone, 'custom', new.custom,
    'captured_at', private.utc_text(new.updated_at), 'url', private.deep_link(c.chatbot_id, c.id)));
  perform private.queue_contact(c);
  return null;
end $$;
comment on function private.tg_leads__emit is 'Puts the visitor''s name on the conversation and announces the lead.';
create trigger _500_emit after insert on public.leads
  for each row execute function private.tg_leads__emit();
create trigger _500_emit_change after update on public.leads
  for each row when ((old.name, old.email, old.phone, old.custom)
    is distinct from (new.name, new.email, new.phone, new.custom))
  execute function private.tg_leads__emit();
