-- What leaves the house: where to (webhook endpoints, API keys for those who come and fetch), what (one delivery per
-- recipient or endpoint), and every attempt. Rows are written inside the transaction that causes them; nothing here
-- talks to the network.

create table public.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  url text not null check (length(url) <= 2000),
  description text not null default '' check (length(description) <= 200),
  events text[] not null check (
    events <@ array['lead.captured', 'conversation.started', 'message.received', 'message.sent', 'conversation.escalated',
      'conversation.handed_back', 'conversation.resolved', 'conversation.reopened']),
  is_enabled boolean not null default true,
  disabled_reason text,
  failing_since timestamptz,
  last_success_at timestamptz,
  secret_id uuid not null,
  previous_secret_id uuid,
  previous_secret_until timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.webhook_endpoints is 'A URL that hears about events. Its secret is in Vault; only the id stands here.';
create index webhook_endpoints_chatbot_id_idx on public.webhook_endpoints (chatbot_id);
create index webhook_endpoints_failing_idx on public.webhook_endpoints (failing_since)
  where is_enabled and failing_since is not null;

create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  name text not null check (length(btrim(name)) between 1 and 80),
  prefix text not null,
  key_hash bytea not null unique check (length(key_hash) = 32),
  created_by uuid,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table public.api_keys is 'Keys of people who bring their own bot; only the SHA-256 is kept.';
create index api_keys_chatbot_id_idx on public.api_keys (chatbot_id);

create table public.deliveries (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  conversation_id uuid references public.conversations (id) on delete cascade,
  escalation_id uuid references public.escalations (id) on delete cascade,
  event_id uuid references public.events (id) on delete cascade,
  kind public.delivery_kind not null,
  purpose public.delivery_purpose not null,
  recipient text,
  endpoint_id uuid references public.webhook_endpoints (id) on delete cascade,
  channel_id uuid references public.alert_channels (id) on delete set null,
  channel_name text,
  device_id uuid,
  device_name text,
  status public.delivery_status not null default 'queued',
  reason text,
  body text,
  attempt_count integer not null default 0,
  attempt_base integer not null default 0,
  lost_count integer not null default 0,
  next_attempt_at timestamptz default now(),
  lease_token uuid,
  leased_until timestamptz,
  provider_message_id text,
  summary_id uuid references public.deliveries (id) on delete set null,
  rung smallint,
  round smallint,
  skipped_by uuid,
  period date,
  place bigint,
  created_at timestamptz not null default now(),
  sent_at timestamptz,
  delivered_at timestamptz,
  finished_at timestamptz,
  last_error text,
  -- Who has to wait for whom: webhooks queue per endpoint, notifications per device, what a channel is
  -- told per channel, mail per chatbot.
  lane uuid generated always as (coalesce(endpoint_id, device_id, channel_id, chatbot_id)) stored,
  constraint deliveries_go_somewhere check (
    case kind
      when 'email' then (recipient is not null or purpose = 'reply') and endpoint_id is null and channel_name is null and device_id is null
      -- What a channel was told stays when the channel has gone.
      when 'channel' then channel_name is not null and recipient is null and endpoint_id is null and device_id is null
      -- The recipient is whose device it is. What it was told stays when the device has gone.
      when 'push' then device_id is not null and device_name is not null and recipient is not null and endpoint_id is null and channel_name is null
      else endpoint_id is not null and recipient is null and channel_name is null and device_id is null end)
) with (fillfactor = 80);
comment on table public.deliveries is 'One mail to one recipient, one event to one endpoint, one message to one channel, or one notification on one device: the receipt.';
comment on column public.deliveries.reason is
  'Why it was skipped or failed: kill_switch, duplicate_of_owner, suppressed, seen, undone, endpoint_disabled, nothing_open, in_summary, attempts_exhausted, permanent, channel_paused, channel_gone, channel_removed, not_told, device_removed, quiet_hours, left_team …';
comment on column public.deliveries.channel_name is 'What the channel was called when this was queued.';
comment on column public.deliveries.device_id is 'The device that is notified; it may have been removed since.';
comment on column public.deliveries.device_name is 'What the device was called when this was queued.';
comment on column public.deliveries.recipient is 'The address; of a mail to the visitor it is known when somebody takes it to send it.';
comment on column public.deliveries.body is 'The bytes to send when no event holds them, as for a test.';
comment on column public.deliveries.attempt_base is
  'Attempts that do not count towards giving up: before a redelivery, while the channel was paused, and those whose lease was lost.';
comment on column public.deliveries.lost_count is 'How many leases in a row ended without a result: the sender died, or could not report.';
comment on column public.deliveries.next_attempt_at is 'When it is due; while leased, when the lease ends; null while a summary carries it.';
comment on column public.deliveries.summary_id is 'The summary mail that carried this alert when the recipient had too many.';
comment on column public.deliveries.rung is 'The step of the ladder that it is, from 1; null for what is none.';
comment on column public.deliveries.round is
  'Which climb of the ladder: 1 from the request itself, later ones from words of the visitor that nobody looked at.';
comment on column public.deliveries.skipped_by is 'Who had seen the case in time, when the reason is seen.';
comment on column public.deliveries.place is 'The event''s place in its conversation: at each endpoint events arrive in this order.';
comment on column public.deliveries.period is 'The week a digest is about: its Monday.';
-- One mail per step of the ladder and address, one message to its channel, one notification for each device; the receipt that says "you are the owner" is none. Serves
-- the foreign key, too.
create unique index deliveries_one_alert_each on public.deliveries
  (escalation_id, round, rung, lower(coalesce(device_id::text, recipient, channel_name)), (reason is not distinct from 'duplicate_of_owner'));
create index deliveries_channel_created_idx on public.deliveries (channel_id, created_at desc, id desc)
  where channel_id is not null;
create index deliveries_at_channel_idx on public.deliveries (channel_id)
  where status = 'queued' and lease_token is not null and channel_id is not null;
create index deliveries_at_device_idx on public.deliveries (device_id)
  where status = 'queued' and lease_token is not null and device_id is not null;
create unique index deliveries_one_event_each on public.deliveries (event_id, endpoint_id)
  where event_id is not null;
create unique index deliveries_one_digest_each on public.deliveries (chatbot_id, lower(recipient), period)
  where purpose = 'digest';
create unique index deliveries_one_summary_waiting on public.deliveries 
  (chatbot_id, coalesce(device_id::text, channel_id::text, lower(recipient)))
  where purpose = 'summary' and status = 'queued' and attempt_count = 0;
create unique index deliveries_one_reply_mail_waiting on public.deliveries (conversation_id)
  where purpose = 'reply' and status = 'queued' and attempt_count = 0;
-- Looking at a case asks for these each time; there are hardly ever any.
create index deliveries_words_waiting_idx on public.deliveries (conversation_id)
  where purpose in ('assigned', 'mentioned') and status = 'queued';
-- The claim walks this one from lane to lane and reads only what is due.
create index deliveries_due_idx on public.deliveries (lane, next_attempt_at, id) where status = 'queued';
create index deliveries_in_order_idx on public.deliveries (endpoint_id, conversation_id, place)
  where status = 'queued' and place is not null;
create index deliveries_leased_idx on public.deliveries (endpoint_id)
  where status = 'queued' and lease_token is not null;
create index deliveries_chatbot_created_idx on public.deliveries (chatbot_id, created_at desc, id desc);
create index deliveries_endpoint_created_idx on public.deliveries (endpoint_id, created_at desc, id desc)
  where endpoint_id is not null;
create index deliveries_conversation_id_idx on public.deliveries (conversation_id);
create index deliveries_summary_id_idx on public.deliveries (summary_id) where summary_id is not null;
create index deliveries_provider_message_id_idx on public.deliveries (provider_message_id)
  where provider_message_id is not null;

create table public.delivery_attempts (
  id bigint generated always as identity primary key,
  delivery_id uuid not null references public.deliveries (id) on delete cascade,
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  number integer not null,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  duration_ms integer,
  outcome text check (
    outcome in ('ok', 'retry', 'permanent', 'pause', 'gone', 'suppressed', 'unclear', 'lease_lost')),
  status_code integer,
  error_code text,
  error text,
  response_snippet text,
  request jsonb,
  unique (delivery_id, number)
);
comment on table public.delivery_attempts is 'Each try at a delivery, written before it is made; without an outcome it is under way.';
create index delivery_attempts_chatbot_id_idx on public.delivery_attempts (chatbot_id);

create table private.claims (
  token uuid primary key,
  claimed_at timestamptz not null default now()
);
comment on table private.claims is
  'Claims of the last minutes by the caller''s token. HTTP clients and gateways may repeat a request by themselves: a claim that comes twice takes nothing new.';

create table private.delivery_data (
  delivery_id uuid primary key references public.deliveries (id) on delete cascade,
  data jsonb not null
);
comment on table private.delivery_data is 'What a mail must say and members need not read, such as the link of an invitation.';

create table private.suppressed_addresses (
  email text primary key check (email = lower(email)),
  reason text not null,
  since timestamptz not null default now()
);
comment on table private.suppressed_addresses is 'Addresses that bounced for good or complained; mail to them is skipped.';

-- Without a foreign key: a sweep must not wait for a chatbot that is being deleted, and the rows go after a day.
create table private.mail_quota (
  chatbot_id uuid not null,
  recipient text not null check (recipient = lower(recipient)),
  sent_at timestamptz[] not null default '{}',
  primary key (chatbot_id, recipient)
);
comment on table private.mail_quota is
  'When a chatbot''s alerts went to an address, or to the channel or device of that id, within the last hour: at most twenty. A stranger''s chatbot uses up its own.';

create table private.senders (
  kind text primary key,
  last_sweep_at timestamptz,
  paused_until timestamptz,
  pause_reason text
);
comment on table private.senders is 'Whether the sender lives (its last sweep) and whether a channel is paused.';

create table private.limits (
  scope text primary key,
  max_count integer not null check (max_count > 0),
  window_seconds integer not null check (window_seconds > 0)
);
comment on table private.limits is 'How often what may be done; rows, so that an operator can change them without a release.';

create table private.rate_limits (
  scope text not null,
  key text not null,
  window_started_at timestamptz not null default now(),
  count integer not null default 1,
  primary key (scope, key)
);
comment on table private.rate_limits is 'How often it has been done in the present window.';
create index rate_limits_window_started_at_idx on private.rate_limits (window_started_at);
