-- Who is who: people (a profile beside each auth user), chatbots, and the roles people have on them. Everything else
-- hangs off a chatbot, and every policy asks the one question answered at the end: which chatbots are mine?

create table public.profiles (
  user_id uuid primary key references auth.users (id) on delete cascade,
  email text not null,
  display_name text not null default '' check (length(display_name) <= 80),
  notify_escalation boolean not null default true,
  time_zone text not null default 'UTC',
  keyboard_shortcuts boolean not null default true,
  quiet_from time,
  quiet_until time,
  quiet_days smallint[] not null default '{1,2,3,4,5,6,7}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_quiet_hours_have_both_ends check ((quiet_from is null) = (quiet_until is null)),
  constraint profiles_quiet_days_are_weekdays check (quiet_days <@ '{1,2,3,4,5,6,7}')
);
comment on table public.profiles is 'A person who signs in; one per auth user, made and kept equal by triggers.';
comment on column public.profiles.notify_escalation is
  'The master switch: off stops escalation mail to this person on every chatbot they are a member of, as owner and when listed.';
comment on column public.profiles.quiet_from is
  'From when the person''s devices are told nothing, by the clock of time_zone; null when there are no quiet hours.';
comment on column public.profiles.quiet_until is 'Until when; at the same time or earlier it is on the next day.';
comment on column public.profiles.quiet_days is 'The ISO weekdays on which quiet hours begin.';
create index profiles_email_key on public.profiles (lower(email));

create table public.chatbots (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references public.profiles (user_id) on delete restrict,
  name text not null check (length(btrim(name)) between 1 and 80),
  greeting text check (length(greeting) <= 1000),
  accent_color text not null default '#2563eb' check (accent_color ~ '^#[0-9a-f]{6}$'),
  position public.widget_position not null default 'right',
  allowed_origins text[] not null default '{}' check (cardinality(allowed_origins) <= 50),
  page_parameters text[] not null default '{}' check (cardinality(page_parameters) <= 20),
  language text check (language ~ '^[a-z]{2,3}$'),
  contact_text text check (length(contact_text) <= 500),
  snippet_seen_at timestamptz,
  snippet_seen_url text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.chatbots is 'One bot on one site.';
comment on column public.chatbots.allowed_origins is
  'Origins the widget may be loaded from; empty allows any. https://*.example.com allows every sub-domain.';
comment on column public.chatbots.page_parameters is
  'Query parameters of a page address that the team may see; every other one may hold a secret and is dropped.';
comment on column public.chatbots.contact_text is 'What the visitor reads in place of the confirmation when the sender has stopped.';
create index chatbots_owner_id_idx on public.chatbots (owner_id);

create table public.chatbot_members (
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  user_id uuid not null references public.profiles (user_id) on delete cascade,
  role public.member_role not null,
  created_at timestamptz not null default now(),
  primary key (chatbot_id, user_id)
);
comment on table public.chatbot_members is 'Who may do what on a chatbot; the owner''s row follows chatbots.owner_id.';
create index chatbot_members_user_id_idx on public.chatbot_members (user_id, chatbot_id);
create unique index chatbot_members_one_owner on public.chatbot_members (chatbot_id) where role = 'owner';

create table public.chatbot_invites (
  id uuid primary key default gen_random_uuid(),
  chatbot_id uuid not null references public.chatbots (id) on delete cascade,
  email text not null check (private.is_email(email)),
  role public.member_role not null check (role <> 'owner'),
  token_hash bytea not null unique,
  invited_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz
);
comment on table public.chatbot_invites is 'An invitation by e-mail to join a chatbot; the link itself is known only to the mail.';
create index chatbot_invites_chatbot_id_idx on public.chatbot_invites (chatbot_id);
create unique index chatbot_invites_one_waiting on public.chatbot_invites (chatbot_id, lower(email))
  where accepted_at is null;

create function private.my_chatbot_ids() returns setof uuid
  language plpgsql stable security definer rows 5 set search_path = '' as $$
begin
  return query
  select m.chatbot_id from public.chatbot_members m where m.user_id = (select auth.uid());
end $$;
comment on function private.my_chatbot_ids is 'The chatbots the signed-in person is a member of; asked once per statement.';

create function private.my_admin_chatbot_ids() returns setof uuid
  language plpgsql stable security definer rows 5 set search_path = '' as $$
begin
  return query
  select m.chatbot_id from public.chatbot_members m
  where m.user_id = (select auth.uid()) and m.role in ('owner', 'admin');
end $$;
comment on function private.my_admin_chatbot_ids is 'The chatbots the signed-in person may change settings of.';

create function private.my_teammate_ids() returns setof uuid
  language plpgsql stable security definer rows 20 set search_path = '' as $$
begin
  return query
  select m.user_id from public.chatbot_members m where m.chatbot_id in (select private.my_chatbot_ids());
end $$;
comment on function private.my_teammate_ids is 'Everybody who shares a chatbot with the signed-in person.';

-- Foreign and missing look the same, so that nobody learns from the answer which ids exist.
create function private.require_role(chatbot_id uuid, needed public.member_role default 'agent')
  returns public.member_role
  language plpgsql stable security definer set search_path = '' as $$
declare
  mine public.member_role;
begin
  select m.role into mine from public.chatbot_members m
  where m.chatbot_id = require_role.chatbot_id and m.user_id = (select auth.uid());
  if mine is null then
    perform private.refuse('NTFND', 'This doesn’t exist, or you don’t have access to it.');
  end if;
  -- The enum lists the mightiest first.
  if mine > needed then
    perform private.refuse('FORBD', 'Your role doesn’t allow this.');
  end if;
  return mine;
end $$;
comment on function private.require_role is 'The caller''s role; refuses with NTFND when not a member, FORBD when the role is too low.';

-- An address in a profile proves nothing by itself: anybody may sign up with somebody else's. So what an account says counts for
-- an address only where the account was let in, and once it has confirmed the address. An owner needs no proof: the address that
-- is told is the account's own.
create function private.member_behind(chatbot_id uuid, address text) returns public.profiles
  language sql stable security definer set search_path = '' as $$
  select p from public.profiles p
  join public.chatbot_members m on m.user_id = p.user_id and m.chatbot_id = $1
  join auth.users u on u.id = p.user_id
  where lower(p.email) = lower($2) and (m.role = 'owner' or u.email_confirmed_at is not null)
  order by m.role limit 1
$$;
comment on function private.member_behind is 'Whose wishes count for mail of a chatbot to an address; nobody''s when no member has confirmed it.';

grant execute on function private.my_chatbot_ids, private.my_admin_chatbot_ids, private.my_teammate_ids,
  private.require_role to authenticated;
