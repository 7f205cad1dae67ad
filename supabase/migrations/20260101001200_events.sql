-- What the outside hears. An event is written once, with the bytes every receiver will get, and one delivery for each
-- endpoint that asked for its type. The same rows are the feed of the API. Nobody is counted here: the feed's numbers
-- are given when it is read, so that a thousand visitors can escalate without meeting at one counter.

create function private.emit_event(
  type public.event_type, conversation public.conversations, escalation_id uuid, data json,
  available_at timestamptz default now()
) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  event_id uuid := gen_random_uuid();
begin
  insert into public.events (id, chatbot_id, type, conversation_id, escalation_id, body, available_at)
  values (
    event_id, conversation.chatbot_id, type, conversation.id, escalation_id,
    json_build_object(
      'event', type, 'type', type, 'chatbot_id', conversation.chatbot_id,
      'timestamp', private.utc_text(now()), 'data', data)::text,
    available_at);
  insert into public.deliveries
    (chatbot_id, conversation_id, escalation_id, event_id, kind, purpose, endpoint_id, next_attempt_at)
  select conversation.chatbot_id, conversation.id, emit_event.escalation_id, event_id, 'webhook', 'event', w.id,
    emit_event.available_at
  from public.webhook_endpoints w
  where w.chatbot_id = conversation.chatbot_id and w.is_enabled and emit_event.type::text = any (w.events)
  -- One that is being deleted at this moment would be missed by the foreign key, and undo what the event tells of.
  for key share of w;
end $$;
comment on function private.emit_event is 'Writes an event''s body and queues it for every endpoint that listens.';

create function private.number_events(chatbot_id uuid) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  last bigint;
begin
  -- One reader at a time gives numbers; whatever commits later gets a later number, so no reader ever skips one.
  perform pg_advisory_xact_lock(hashtextextended('events:' || number_events.chatbot_id, 0));
  select coalesce(max(e.seq), 0) into last from public.events e
  where e.chatbot_id = number_events.chatbot_id and e.seq is not null;
  with waiting as materialized (
    select e.id, e.created_at from public.events e
    where e.chatbot_id = number_events.chatbot_id and e.seq is null and e.available_at <= now()
    -- More than any page, and never so many that a feed nobody has read for years cannot be read any more.
    order by e.created_at, e.id limit 5000
    for update
  ), numbered as (
    select w.id, last + row_number() over (order by w.created_at, w.id) as seq from waiting w
  )
  update public.events e set seq = n.seq from numbered n where e.id = n.id;
end $$;
comment on function private.number_events is 'Numbers a chatbot''s finished events in order, without gaps, the first 5,000 that have no number.';

create function private.tg_events__refuse_rewriting() returns trigger
  language plpgsql set search_path = '' as $$
begin
  if (new.body, new.type, new.conversation_id) is distinct from (old.body, old.type, old.conversation_id)
    or (old.seq is not null and new.seq is distinct from old.seq) then
    perform private.refuse('CONFL', 'What was said cannot be changed.');
  end if;
  return new;
end $$;
comment on function private.tg_events__refuse_rewriting is 'Keeps body and number of an event for ever.';
create trigger _200_refuse_rewriting before update on public.events
  for each row execute function private.tg_events__refuse_rewriting();
