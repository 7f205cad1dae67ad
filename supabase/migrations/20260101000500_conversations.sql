-- What visitors say. A conversation carries the summary that lists show, so that a list of fifty is one index scan;
-- triggers keep it equal to the messages. A session nobody has written in yet has no `started_at` and is not counted.
-- People (`author_id`, `handled_by`, …) are kept by id without a foreign key: what they did outlives their account.

-- Nobody can misread these on the phone: no 0 and O, 1 and I, no vowels that make words. There are 482 million, so the first
-- ten thousand conversations meet without trouble and a million would not: a name in use is not given again.
create function private.new_reference() returns text
  language plpgsql volatile security definer set search_path = '' as $$
declare
  name text;
begin
  loop
    select string_agg(
      substr('23456789BCDFGHJKMNPQRSTVWXYZ', 1 + get_byte(r.bytes, i) % 28, 1) || case i when 2 then '-' else '' end,
      '' order by i)
    into name
    from (select uuid_send(gen_random_uuid()) as bytes) as r, generate_series(0, 5) as i;
    exit when not exists (select from public.conversations c where c.reference = name);
  end loop;
  return name;
end $$;
comment on function private.new_reference is 'A short name for a conversation, such as K7Q-4MX.';

create table public.conversations (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  session_id text not null default 'embed-' || replace(gen_random_uuid()::text, '-', '')
    check (length(session_id) between 7 and 128),
  reference text not null unique default private.new_reference(),
  language text not null default 'en',
  page_url text,
  user_agent text,
  visitor_name text,
  visitor_email text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  last_activity_at timestamptz not null default now(),
  last_message_at timestamptz,
  last_message_role public.message_role,
  last_message_preview text,
  message_count integer not null default 0,
  last_seq bigint not null default 0,
  escalation_id uuid,
  escalation_status public.escalation_status,
  escalated_at timestamptz,
  escalation_count integer not null default 0,
  claimed_by uuid,
  assistant_muted_until timestamptz,
  handled_by uuid,
  visitor_read_seq bigint not null default 0,
  visitor_seen_at timestamptz,
  unseen_since timestamptz,
  seen_at timestamptz,
  seen_by uuid,
  version bigint not null default 0,
  -- Not by itself: people with their own bot choose it, and two of them may both have a customer 1.
  unique (chatbot_id, session_id)
) with (fillfactor = 85);
comment on table public.conversations is 'One visitor session with one chatbot, with the summary its lists show.';
comment on column public.conversations.started_at is 'First message or escalation; before that the session is not listed, counted or announced.';
comment on column public.conversations.escalation_id is 'The latest episode; its status and time are repeated beside it for the lists.';
comment on column public.conversations.message_count is 'Messages without the system''s own lines.';
comment on column public.conversations.visitor_seen_at is
  'When the widget last read it: within a minute and a half, the visitor still has the page open.';
comment on column public.conversations.unseen_since is
  'Since when the visitor has been waiting for somebody to look: the request, or the first words after somebody last did. Null when seen.';
comment on column public.conversations.seen_at is 'When that last ended, by `seen_by`.';
comment on column public.conversations.version is 'Goes up with every change a list or transcript shows.';
create index conversations_escalated_idx on public.conversations (chatbot_id, escalated_at desc, id desc)
  where escalation_id is not null;
create index conversations_status_idx on public.conversations
  (chatbot_id, escalation_status, escalated_at desc, id desc) where escalation_id is not null;
create index conversations_activity_idx on public.conversations (chatbot_id, last_activity_at desc, id desc)
  where started_at is not null;
create index conversations_unstarted_idx on public.conversations (created_at) where started_at is null;

create table public.messages (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  seq bigint not null,
  role public.message_role not null,
  text text not null,
  event text check (event in ('person_joined', 'resolved', 'handed_back')),
  author_id uuid,
  feedback text check (feedback = 'positive'),
  followups text[] not null default '{}',
  suggest_human boolean not null default false,
  answer_id uuid,
  in_reply_to uuid,
  via public.message_via not null default 'widget',
  created_at timestamptz not null default now(),
  unique (conversation_id, seq),
  constraint messages_event_is_systems check ((event is null) or role = 'system'),
  constraint messages_text_length check (role = 'system' or length(text) between 1 and 20000)
);
comment on table public.messages is 'Everything said, in order of `seq`, which a trigger assigns.';
comment on column public.messages.event is 'What a system line is about; its text is then the person''s first name.';
comment on column public.messages.via is 'The way it came: typed in the widget, sent by somebody''s own bot, written on the desk, or mailed.';
comment on column public.messages.answer_id is
  'What it was answered with. No foreign key: an answer that is deleted at this moment must not cost a visitor the reply.';
comment on column public.messages.in_reply_to is 'The visitor''s message an assistant''s answers; at most one answer each.';
create index messages_chatbot_id_idx on public.messages (chatbot_id);
create index messages_answer_id_idx on public.messages (answer_id) where answer_id is not null;
create unique index messages_one_answer_each on public.messages (in_reply_to) where in_reply_to is not null;

create table public.leads (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid not null unique references public.conversations (id) on delete cascade,
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  name text check (length(name) <= 200),
  email text check (email is null or private.is_email(email)),
  phone text check (length(phone) <= 60),
  custom jsonb not null default '{}' check (jsonb_typeof(custom) = 'object'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.leads is 'How to reach the visitor, as the lead form gave it.';
create index leads_chatbot_id_idx on public.leads (chatbot_id, created_at desc);

create table public.conversation_reads (
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  user_id uuid not null references public.profiles (user_id) on delete cascade,
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  last_read_seq bigint not null default 0,
  last_read_at timestamptz not null default now(),
  is_marked_unread boolean not null default false,
  primary key (conversation_id, user_id)
);
comment on table public.conversation_reads is 'How far each member has read each conversation, and which of them they mean to look at again.';
create index conversation_reads_user_id_idx on public.conversation_reads (user_id);
create index conversation_reads_chatbot_id_idx on public.conversation_reads (chatbot_id);

create table private.conversation_tokens (
  token_hash bytea primary key check (length(token_hash) = 32),
  conversation_id uuid not null references public.conversations (id) on delete cascade,
  created_at timestamptz not null default now()
);
comment on table private.conversation_tokens is 'SHA-256 of the token by which a visitor''s browser holds its conversation.';
create index conversation_tokens_conversation_id_idx on private.conversation_tokens (conversation_id);
