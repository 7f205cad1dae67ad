-- The episodes of asking for a human, and the log of everything that happens to them. An escalation row may be written
-- by anyone (widget, API, SQL, import); the triggers of a later chapter do the rest. The timeline only grows.

create table public.escalations (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  number integer not null,
  status public.escalation_status not null default 'open',
  trigger public.escalation_trigger not null,
  message_id uuid references public.messages (id) on delete set null,
  request_id uuid not null default gen_random_uuid(),
  ask_count integer not null default 1 check (ask_count >= 1),
  tapped_at timestamptz,
  escalated_at timestamptz not null default now(),
  question text not null default '',
  first_opened_at timestamptz,
  first_opened_by uuid,
  seen_at timestamptz,
  seen_by uuid,
  claimed_at timestamptz,
  claimed_by uuid,
  first_replied_at timestamptz,
  first_replied_by uuid,
  resolved_at timestamptz,
  resolved_by uuid,
  undo_until timestamptz,
  reopen_count integer not null default 0,
  version bigint not null default 1,
  unique (conversation_id, number),
  constraint escalations_resolved_has_time check ((status = 'resolved') = (resolved_at is not null))
) with (fillfactor = 85);
comment on table public.escalations is 'One episode of asking for a human: open until resolved.';
comment on column public.escalations.question is 'The visitor''s latest words when asking, or an empty text.';
comment on column public.escalations.tapped_at is 'When the visitor tapped, by the visitor''s clock; escalated_at is ours.';
comment on column public.escalations.seen_at is
  'When a person first saw it: opened, claimed, assigned, answered or resolved, whichever came first.';
comment on column public.escalations.undo_until is 'Until then resolving can be taken back without a trace in the numbers.';
create unique index escalations_one_open on public.escalations (conversation_id) where status = 'open';
create index escalations_chatbot_escalated_idx on public.escalations (chatbot_id, escalated_at desc, id desc);
create index escalations_message_id_idx on public.escalations (message_id) where message_id is not null;
create index escalations_claimed_by_idx on public.escalations (claimed_by) where claimed_by is not null;

-- Kept for ever, beside the episode: a browser that repeats an old request gets the old answer, not a new episode.
create table private.escalation_requests (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  request_id uuid not null,
  escalation_id uuid not null references public.escalations (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (conversation_id, request_id)
);
comment on table private.escalation_requests is 'Which episode answered which request; repeating a request is harmless.';
create index escalation_requests_escalation_id_idx on private.escalation_requests (escalation_id);

create table public.timeline_entries (
  id bigint generated always as identity primary key,
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  escalation_id uuid references public.escalations (id) on delete cascade,
  type public.event_type not null,
  actor_id uuid,
  data jsonb not null default '{}',
  created_at timestamptz not null default now()
);
comment on table public.timeline_entries is 'What happened to a conversation, append-only; notes are entries of type note.added.';
create index timeline_entries_conversation_id_idx on public.timeline_entries (conversation_id, id);
create index timeline_entries_chatbot_id_idx on public.timeline_entries (chatbot_id);
create index timeline_entries_escalation_id_idx on public.timeline_entries (escalation_id);

-- Part of every timeline that it names, and numbered with the entries. One row for a page of a list instead of one for each of
-- its cases: a list of a million would write more than it reads. Whoever asks names the chatbot too, so ids of other chatbots mean
-- nothing here.
create table private.list_exports (
  id bigint primary key default nextval('public.timeline_entries_id_seq'),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  actor_id uuid,
  conversation_ids uuid[] not null,
  created_at timestamptz not null default now()
);
comment on table private.list_exports is 'Cases that left the house together, as a page of an exported list; append-only.';
create index list_exports_chatbot_id_idx on private.list_exports (chatbot_id);
create index list_exports_conversation_ids_idx on private.list_exports using gin (conversation_ids)
  with (gin_pending_list_limit = 256);

create table public.events (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  seq bigint,
  place bigint not null default 0,
  type public.event_type not null,
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  escalation_id uuid references public.escalations (id) on delete cascade,
  body text not null,
  -- The clock, not the transaction's time: several events of one transaction keep their order.
  created_at timestamptz not null default clock_timestamp(),
  available_at timestamptz not null default now()
);
comment on table public.events is 'What webhooks and the event feed say. The body is written once; its bytes never change.';
comment on column public.events.place is 'Its place among the events of its conversation; the body says it as `seq`.';
comment on column public.events.seq is 'Gapless per chatbot, given when the feed is read, so that escalating meets no shared counter.';
comment on column public.events.available_at is 'Not in the feed before; infinity when undone.';
create unique index events_chatbot_seq_key on public.events (chatbot_id, seq);
create index events_unnumbered_idx on public.events (chatbot_id, available_at) where seq is null;
create index events_conversation_id_idx on public.events (conversation_id);
create index events_escalation_id_idx on public.events (escalation_id) where escalation_id is not null;
