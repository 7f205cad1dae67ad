-- What became of each reply of a person: whether the visitor has read it, fetched it, or been sent it by mail. There is one row for
-- every message of the role `agent`, and nothing here is ever guessed: a reply waits until something proves where it has got to.

-- It goes with its message, and so with its conversation and its chatbot; to ask for those as well would cost every reply three looks.
create table public.reply_receipts (
  message_id uuid primary key references public.messages (id) on delete cascade,
  chatbot_id uuid not null,
  conversation_id uuid not null,
  escalation_id uuid,
  seq bigint not null,
  status public.reply_status not null default 'waiting',
  reason text,
  delivery_id uuid references public.deliveries (id) on delete set null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  fetched_at timestamptz,
  mailed_at timestamptz,
  delivered_at timestamptz,
  bounced_at timestamptz,
  unreachable_at timestamptz
) with (fillfactor = 85);
comment on table public.reply_receipts is 'Where each reply has got to: one row per message of a person, written in its transaction.';
comment on column public.reply_receipts.status is 'The furthest that is proven. Read, then fetched, wins over everything, whenever it comes.';
comment on column public.reply_receipts.reason is 'Why nobody received it: no_address, not_fetched, mail_off, suppressed, imported, or how its mail ended.';
comment on column public.reply_receipts.delivery_id is 'The mail that carried it.';
create unique index reply_receipts_conversation_seq_key on public.reply_receipts (conversation_id, seq);
create index reply_receipts_chatbot_created_idx on public.reply_receipts (chatbot_id, created_at);
create index reply_receipts_delivery_id_idx on public.reply_receipts (delivery_id) where delivery_id is not null;
-- What the receipts are held against.
create index messages_replies_idx on public.messages (chatbot_id, created_at) where role = 'agent';

-- Beside the addresses that no mail reaches: who got a mail meant for somebody else, or whose mailbox sent one back, is not written
-- to again on behalf of visitors. Alerts to a member of the team at the same address go on.
create table private.refused_addresses (
  email text primary key check (email = lower(email)),
  reason text not null check (reason in ('not_me', 'bounced')),
  since timestamptz not null default now()
);
comment on table private.refused_addresses is 'Addresses to which no reply is mailed any more: their owner said so, or one bounced.';

create table private.reply_quota (
  email text primary key check (email = lower(email)),
  sent_at timestamptz[] not null default '{}'
);
comment on table private.reply_quota is
  'When replies were mailed to an address within the last hour, over all conversations: at most three. Anybody may type anybody''s address.';

create table private.reply_links (
  token_hash bytea primary key check (length(token_hash) = 32),
  purpose text not null check (purpose in ('resume', 'not_me')),
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  delivery_id uuid not null references public.deliveries (id) on delete cascade,
  expires_at timestamptz not null
);
comment on table private.reply_links is 'What the links in a mail to a visitor open. The token can be made again from a key in Vault; here is its SHA-256.';
create index reply_links_conversation_id_idx on private.reply_links (conversation_id);
create index reply_links_delivery_id_idx on private.reply_links (delivery_id);

create function private.received_at(r public.reply_receipts) returns timestamptz
  language sql immutable set search_path = '' as $$
  select least(r.read_at, r.fetched_at, r.delivered_at)
$$;
comment on function private.received_at is 'When the reply was with the visitor: read, fetched by their bot, or in their mailbox; null before.';
