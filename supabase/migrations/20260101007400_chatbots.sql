-- A chatbot's life: made, listed, handed to somebody else, deleted. And the profile and the canned replies of those who work
-- with it.

create function private.create_chatbot(p_name text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  name text := private.clean_words(p_name, 'name', 80);
  made uuid;
begin
  if name is null then
    perform private.refuse('INVAL', 'A chatbot needs a name.');
  elsif (select count(*) >= 50 from public.chatbots c where c.owner_id = me) then
    perform private.refuse('CONFL', 'One person can own at most 50 chatbots.');
  end if;
  insert into public.chatbots (owner_id, name) values (me, name) returning id into made;
  return made;
end
$$;

create function private.my_chatbots()
returns table (
  id uuid, name text, accent_color text, role public.member_role, open_count integer, created_at timestamptz,
  oldest_open_at timestamptz, at_work text[], asked_last_days integer, is_set_up boolean
)
language sql stable security definer set search_path = '' as $$
  select c.id, c.name, c.accent_color, m.role, (
      select coalesce(sum(t.open_cases), 0)::integer
      from private.tallies t where t.chatbot_id = c.id and t.hour = '-infinity'
    ), c.created_at, (
      select min(w.escalated_at) from public.conversations w
      where w.chatbot_id = c.id and w.escalation_id is not null and w.escalation_status = 'open'
    ), (
      select coalesce(array_agg(private.name_of(p.claimed_by) order by private.name_of(p.claimed_by)), '{}')
      from (
        select distinct w.claimed_by from public.conversations w
        where w.chatbot_id = c.id and w.escalation_id is not null and w.escalation_status = 'open' and w.claimed_by is not null
      ) p
    ), (
      select coalesce(sum(t.open_cases + t.resolved_cases), 0)::integer
      from private.tallies t where t.chatbot_id = c.id and t.hour >= private.hour_of(now() - interval '7 days')
    ),
    -- Whoever asks for a person has shown more than a test could.
    exists (select from public.answers a where a.chatbot_id = c.id offset 1)
      and c.snippet_seen_at is not null
      and exists (select from public.escalations e where e.chatbot_id = c.id)
  from public.chatbot_members m
  join public.chatbots c on c.id = m.chatbot_id
  where m.user_id = (select auth.uid())
  order by c.created_at, c.id
$$;

create function private.delete_chatbot(p_chatbot_id uuid, p_confirm_name text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'owner');
  if (select c.name from public.chatbots c where c.id = p_chatbot_id for update) is distinct from btrim(p_confirm_name) then
    perform private.refuse('INVAL', 'The name doesn’t match, so nothing was deleted.');
  end if;
  delete from public.chatbots c where c.id = p_chatbot_id;
end
$$;

-- The one who hands over stays on as an admin. Two who hand it over at once, or one who is removing the new owner meanwhile, come
-- one after the other: the chatbot is locked before its members, as in deleting it.
create function private.transfer_chatbot(p_chatbot_id uuid, p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'owner');
  perform from public.chatbots c where c.id = p_chatbot_id for no key update;
  perform private.require_role(p_chatbot_id, 'owner');
  -- Whoever is being removed at this moment is waited for: a transfer brings nobody back.
  perform private.hold_member(p_chatbot_id, p_user_id);
  if p_user_id is null or not exists (
    select from public.chatbot_members m where m.chatbot_id = p_chatbot_id and m.user_id = p_user_id
  ) then
    perform private.refuse('NTFND', 'The new owner must be a member already.');
  end if;
  update public.chatbots c set owner_id = p_user_id where c.id = p_chatbot_id and c.owner_id <> p_user_id;
end
$$;

create function private.save_profile(p_profile jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  p public.profiles;
begin
  perform private.require_keys(p_profile, '{display_name,notify_escalation,time_zone,keyboard_shortcuts}');
  select * into p from public.profiles t where t.user_id = private.require_sign_in() for update;
  if p.user_id is null then
    perform private.refuse('SIGNI', 'Please sign in.');
  end if;
  p.time_zone := private.words_in(p_profile, 'time_zone', p.time_zone, 60);
  perform private.require_time_zone(p.time_zone);
  update public.profiles t set
    display_name = coalesce(private.words_in(p_profile, 'display_name', p.display_name, 80), ''),
    notify_escalation = private.flag_in(p_profile, 'notify_escalation', p.notify_escalation),
    time_zone = p.time_zone,
    keyboard_shortcuts = private.flag_in(p_profile, 'keyboard_shortcuts', p.keyboard_shortcuts)
  where t.user_id = p.user_id returning * into p;
  return to_jsonb(p);
end
$$;

create function private.save_canned_reply(p_chatbot_id uuid, p_id uuid, p_shortcut text, p_body text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  new_shortcut text := ltrim(private.clean_words(p_shortcut, 'shortcut', 41), '/');
  new_body text := private.clean_words(p_body, 'body', 4000, true);
  saved uuid;
begin
  perform private.require_role(p_chatbot_id, 'agent');
  if new_shortcut is null or new_shortcut !~ '^[[:alnum:]_-]{1,40}$' then
    perform private.refuse('INVAL', 'A shortcut is one word of up to 40 letters, digits, - and _.');
  elsif new_body is null then
    perform private.refuse('INVAL', 'The reply is empty.');
  end if;
  if p_id is null then
    insert into public.canned_replies (chatbot_id, shortcut, body, created_by)
    values (p_chatbot_id, new_shortcut, new_body, me) returning id into saved;
  else
    update public.canned_replies r set shortcut = new_shortcut, body = new_body
    where r.id = p_id and r.chatbot_id = p_chatbot_id returning id into saved;
    if saved is null then
      perform private.refuse('NTFND', 'This reply no longer exists.');
    end if;
  end if;
  return saved;
exception
  when unique_violation then
    perform private.refuse('CONFL', 'There is already a reply with this shortcut.');
end
$$;

create function private.delete_canned_reply(p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_role((select r.chatbot_id from public.canned_replies r where r.id = p_id), 'agent');
  delete from public.canned_replies r where r.id = p_id;
end
$$;

create function public.create_chatbot(name text) returns uuid
language sql set search_path = '' as $$ select private.create_chatbot($1) $$;
comment on function public.create_chatbot is 'Makes a chatbot that belongs to the person signed in.';
create function public.my_chatbots()
returns table (
  id uuid, name text, accent_color text, role public.member_role, open_count integer, created_at timestamptz,
  oldest_open_at timestamptz, at_work text[], asked_last_days integer, is_set_up boolean
)
language sql stable set search_path = '' as $$ select * from private.my_chatbots() $$;
comment on function public.my_chatbots is 'The chatbots one is a member of: how many cases are open and since when, who is on them, how many asked in seven days, and whether they are set up.';
create function public.delete_chatbot(chatbot_id uuid, confirm_name text) returns void
language sql set search_path = '' as $$ select private.delete_chatbot($1, $2) $$;
comment on function public.delete_chatbot is 'Deletes a chatbot with all that belongs to it; its name must be typed.';
create function public.transfer_chatbot(chatbot_id uuid, user_id uuid) returns void
language sql set search_path = '' as $$ select private.transfer_chatbot($1, $2) $$;
comment on function public.transfer_chatbot is 'Makes another member the owner; the owner so far becomes an admin.';
create function public.save_profile(profile jsonb) returns jsonb
language sql set search_path = '' as $$ select private.save_profile($1) $$;
comment on function public.save_profile is 'Saves one''s own name, time zone and preferences; an absent key stays.';
create function public.save_canned_reply(chatbot_id uuid, id uuid, shortcut text, body text) returns uuid
language sql set search_path = '' as $$ select private.save_canned_reply($1, $2, $3, $4) $$;
comment on function public.save_canned_reply is 'Adds a canned reply, or changes the one with this id.';
create function public.delete_canned_reply(id uuid) returns void
language sql set search_path = '' as $$ select private.delete_canned_reply($1) $$;
comment on function public.delete_canned_reply is 'Deletes a canned reply.';

revoke execute on function private.create_chatbot, private.my_chatbots, private.delete_chatbot,
  private.transfer_chatbot, private.save_profile, private.save_canned_reply, private.delete_canned_reply,
  public.create_chatbot, public.my_chatbots, public.delete_chatbot, public.transfer_chatbot, public.save_profile,
  public.save_canned_reply, public.delete_canned_reply
  from public, anon, authenticated;
grant execute on function private.create_chatbot, private.my_chatbots, private.delete_chatbot,
  private.transfer_chatbot, private.save_profile, private.save_canned_reply, private.delete_canned_reply,
  public.create_chatbot, public.my_chatbots, public.delete_chatbot, public.transfer_chatbot, public.save_profile,
  public.save_canned_reply, public.delete_canned_reply
  to authenticated;
