-- What the assistant knows and says: the bot behind the widget, its answers, the phrases by which visitors ask for a
-- person, and the replies that a team keeps ready. A bot's key lives in Vault and is never read back through here.

create table public.bots (
  chatbot_id uuid primary key references public.chatbots (id) on delete cascade,
  kind public.bot_kind not null default 'built_in',
  base_url text check (length(base_url) <= 500),
  model text check (length(model) <= 200),
  instructions text check (length(instructions) <= 8000),
  api_key_secret_id uuid,
  updated_at timestamptz not null default now(),
  constraint bots_endpoint_is_named check (kind = 'built_in' or (base_url is not null and model is not null))
);
comment on table public.bots is 'Who answers: the built-in search over the answers, or an OpenAI-compatible endpoint.';

create table public.answers (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  question text not null check (length(btrim(question)) between 1 and 500),
  answer text not null check (length(btrim(answer)) between 1 and 20000),
  is_enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.answers is 'What the built-in bot knows: a question and its answer in Markdown.';
create unique index answers_chatbot_question_key on public.answers (chatbot_id, private.fold(btrim(question)));

create table public.intent_phrases (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid references public.chatbots (id) on delete cascade,
  language text not null check (language ~ '^[a-z]{2,3}$'),
  phrase text not null check (length(btrim(phrase)) between 1 and 200),
  is_enabled boolean not null default true,
  plain_phrase text generated always as (private.plain(phrase)) stored
);
comment on table public.intent_phrases is
  'Words that ask for a person. Without a chatbot: the built-in list. A chatbot''s own rows for a language take its place.';
create index intent_phrases_chatbot_id_idx on public.intent_phrases (chatbot_id, language);
create unique index intent_phrases_once on public.intent_phrases
  (chatbot_id, language, plain_phrase) nulls not distinct;

create table public.canned_replies (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  shortcut text not null check (shortcut ~ '^[[:alnum:]_-]{1,40}$'),
  body text not null check (length(btrim(body)) between 1 and 4000),
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.canned_replies is 'Replies a team keeps ready, found by a short word.';
create unique index canned_replies_chatbot_shortcut_key on public.canned_replies (chatbot_id, private.fold(shortcut));
