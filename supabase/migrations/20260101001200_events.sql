-- What the outside hears. An event is written once, with the bytes every receiver will get, and one delivery for each
-- endpoint that asked for its type. The same rows are the feed of the API. Nobody is counted here: the feed's numbers
-- are given when it is read, so that a thousand visitors can escalate without meeting at one counter.

-- The conversation's row is held by whoever tells of it, so these numbers follow the order in which things happened.
create table private.event_counts (
  conversation_id uuid primary key references public.conversations (id) on delete cascade,
  count bigint not null default 1
);
comment on table private.event_counts is 'How many events of a conversation there have been.';

create function private.next_place(conversation_id uuid) returns bigint
  language plpgsql volatile security definer set search_path = '' as $$
declare
  place bigint;
begin
  insert into private.event_counts as n (conversation_id) values (next_place.conversation_id)
  on conflict on constraint event_counts_pkey do update set count = n.count + 1
  returning n.count into place;
  return place;
end $$;
comment on function private.next_place is 'The place of the next event in its conversation, from 1; one that is taken back leaves a gap.';

create function private.emit_event(
  type public.event_type, conversation public.conversations, escalation_id uuid, data json,
  available_at timestamptz default now()
) returns void
  language plpgsql security definer set search_path = '' as $$
declare
  event_id uuid := gen_random_uuid();
  place bigint := private.next_place(conversation.id);
begin
  insert into public.events (id, chatbot_id, type, conversation_id, escalation_id, place, body, available_at)
  values (
    event_id, conversation.chatbot_id, type, conversation.id, escalation_id, place,
    json_build_object(
      'event', type, 'type', type, 'chatbot_id', conversation.chatbot_id,
      'timestamp', private.utc_text(now()), 'seq', place, 'data', data)::text,
    available_at);
  -- Most chatbots have no endpoint, and writing nothing has its price, too.
  if not exists (select from public.webhook_endpoints w where w.chatbot_id = conversation.chatbot_id) then
    return;
  end if;
  insert into public.deliveries
    (chatbot_id, conversation_id, escalation_id, event_id, kind, purpose, endpoint_id, place, next_attempt_at)
  select conversation.chatbot_id, conversation.id, emit_event.escalation_id, event_id, 'webhook', 'event', w.id,
    place, emit_event.available_at
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
  with held as materialized (
    -- Nothing goes ahead of a resolve that may still be taken back; it is a matter of seconds.
    select p.conversation_id, min(p.place) as place from public.events p
    where p.chatbot_id = number_events.chatbot_id and p.seq is null and p.available_at > now() and p.available_at < 'infinity'
    group by p.conversation_id
  ), waiting as materialized (
    select e.id, e.created_at, e.conversation_id, e.place from public.events e
    where e.chatbot_id = number_events.chatbot_id and e.seq is null and e.available_at <= now()
      and not exists (select from held h where h.conversation_id = e.conversation_id and h.place < e.place)
    -- More than any page, and never so many that a feed nobody has read for years cannot be read any more.
    order by e.created_at, e.conversation_id, e.place limit 5000
    for update
  ), numbered as (
    select w.id, last + row_number() over (order by w.created_at, w.conversation_id, w.place) as seq from waiting w
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
