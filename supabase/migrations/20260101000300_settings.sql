-- What an owner sets: how the widget asks for a person, who is told, the buttons, the lead form and the office hours.
-- One row per chatbot in most of these, made together with the chatbot, so that readers never meet a missing one.

create table public.human_support_settings (
  chatbot_id uuid primary key references public.chatbots (id) on delete cascade,
  show_escalation_cta boolean not null default true,
  replace_followups boolean not null default false,
  positive_label text check (length(btrim(positive_label)) between 1 and 80),
  request_help_label text check (length(btrim(request_help_label)) between 1 and 80),
  confirmation_message text check (length(btrim(confirmation_message)) between 1 and 500),
  intent_mode public.intent_mode not null default 'off',
  reply_mail_enabled boolean not null default true,
  reply_mail_wait_minutes integer not null default 3 check (reply_mail_wait_minutes between 0 and 60),
  hold_seconds integer not null default 0 check (hold_seconds between 0 and 180),
  updated_at timestamptz not null default now(),
  version bigint not null default 1
);
comment on table public.human_support_settings is 'How the widget offers a person; a null label means the localised default.';
comment on column public.human_support_settings.reply_mail_wait_minutes is
  'How long a reply stays unread before it goes to a visitor who has left, by mail.';
comment on column public.human_support_settings.hold_seconds is
  'How long the first alert waits for somebody who is looking already; whoever sees the case by then gets no mail about it.';
comment on column public.human_support_settings.version is
  'Goes up with every change of anything the widget shows, here or in a neighbouring table.';

create table public.escalation_recipients (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  email text not null,
  position integer not null default 0,
  created_at timestamptz not null default now()
);
comment on table public.escalation_recipients is 'Addresses alerted besides the owner: at most ten, compared without case.';
create unique index escalation_recipients_chatbot_email_key
  on public.escalation_recipients (chatbot_id, lower(email));

-- What differs between the services: how often each takes a message at one address, what is entered there, and whether each case is an
-- incident of its own there. Those are told when a case is seen and resolved, too, and nothing is summed up for them.
create table private.channel_kinds (
  kind public.channel_kind primary key,
  pace_messages integer not null check (pace_messages > 0),
  pace_seconds integer not null check (pace_seconds > 0),
  fields text[] not null,
  secret_fields text[] not null,
  has_incidents boolean not null default false
);
comment on table private.channel_kinds is 'The services a channel can be at. The same stands in _shared/channels; a test compares them.';
insert into private.channel_kinds (kind, pace_messages, pace_seconds, fields, secret_fields, has_incidents) values
  ('slack', 1, 1, '{}', '{url}', false),
  ('teams', 4, 1, '{}', '{url}', false),
  ('discord', 5, 2, '{}', '{url}', false),
  ('google_chat', 1, 1, '{}', '{url}', false),
  ('mattermost', 5, 1, '{}', '{url}', false),
  ('telegram', 20, 60, '{chat_id}', '{bot_token}', false),
  ('ntfy', 12, 60, '{server}', '{topic,token}', false),
  ('pagerduty', 120, 60, '{region}', '{routing_key}', true);

create table public.alert_channels (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  kind public.channel_kind not null,
  name text not null check (length(btrim(name)) between 1 and 80),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  secret_id uuid not null,
  is_enabled boolean not null default true,
  disabled_reason text,
  failing_since timestamptz,
  last_success_at timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (chatbot_id, id)
);
comment on table public.alert_channels is
  'A place at a chat or paging service where the team is told. Its address or token is in Vault; only the id stands here.';
comment on column public.alert_channels.settings is 'What was entered and is no secret, by field.';
comment on column public.alert_channels.disabled_reason is 'by_hand, or gone: the service said that the address is worth nothing any more.';
comment on column public.alert_channels.failing_since is 'Since when every message was refused or lost; null while it works.';

-- Without a foreign key and in a row of its own: sending must not wait for whoever edits the channel.
create table private.channel_pace (
  channel_id uuid primary key,
  answered_at timestamptz[] not null default '{}',
  resumes_at timestamptz
);
comment on table private.channel_pace is
  'When a channel answered within its window, so that it is never told more often than its service takes; and until when it asked to be left alone.';

-- Whoever leaves the team is told nothing more: a step that was theirs becomes the owner's. So does one of a channel that is removed.
create table public.alert_rungs (
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  position smallint not null check (position between 1 and 5),
  after_minutes integer not null check (after_minutes between 0 and 1440),
  clock public.alert_clock not null default 'always',
  target public.alert_target not null,
  member_id uuid,
  channel_id uuid,
  by public.alert_means not null default 'both',
  primary key (chatbot_id, position),
  foreign key (chatbot_id, member_id) references public.chatbot_members (chatbot_id, user_id),
  foreign key (chatbot_id, channel_id) references public.alert_channels (chatbot_id, id),
  constraint alert_rungs_name_a_member check ((target = 'member') = (member_id is not null)),
  constraint alert_rungs_name_a_channel check ((target = 'channel') = (channel_id is not null))
);
comment on table public.alert_rungs is
  'Who is told, and after how long, while nobody has seen a request for a person: the ladder, in the order of its times.';
comment on column public.alert_rungs.after_minutes is 'Minutes by the rung''s clock: all of them, or those of office hours alone.';
comment on column public.alert_rungs.by is 'How people are told: by mail, on their devices, or both; whoever has no device that can be told gets the mail.';
create index alert_rungs_member_idx on public.alert_rungs (chatbot_id, member_id) where member_id is not null;
create index alert_rungs_channel_idx on public.alert_rungs (chatbot_id, channel_id) where channel_id is not null;

create table public.followup_buttons (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  type public.followup_button_type not null,
  label text not null check (length(btrim(label)) between 1 and 60),
  value text,
  position integer not null default 0,
  constraint followup_buttons_value_fits check (
    case type
      when 'message' then value is not null and length(btrim(value)) between 1 and 4000
      when 'link' then value is not null and length(value) <= 2000 and value ~* '^https://[^\s<>"]+$'
      else value is null
    end
  )
);
comment on table public.followup_buttons is 'The persistent buttons above the widget''s input, in order; at most six.';
create index followup_buttons_chatbot_id_idx on public.followup_buttons (chatbot_id, position);

create table public.lead_forms (
  chatbot_id uuid primary key references public.chatbots (id) on delete cascade,
  timing public.lead_timing not null default 'off',
  fields jsonb not null default '[]' check (jsonb_typeof(fields) = 'array'),
  intro text check (length(intro) <= 500),
  updated_at timestamptz not null default now()
);
comment on table public.lead_forms is
  'When the widget asks for contact details and which: [{"key","label","is_required"}], key name, email, phone or custom_….';

create table public.office_hours (
  chatbot_id uuid primary key references public.chatbots (id) on delete cascade,
  is_enabled boolean not null default false,
  time_zone text not null default 'UTC',
  weekly jsonb not null default '{}' check (jsonb_typeof(weekly) = 'object'),
  holidays date[] not null default '{}' check (cardinality(holidays) <= 400),
  updated_at timestamptz not null default now()
);
comment on table public.office_hours is
  'When people answer: {"1":[["09:00","17:00"]]} by ISO weekday, in the time zone named; not on holidays.';
