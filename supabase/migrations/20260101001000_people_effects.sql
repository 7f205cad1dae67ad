-- What follows from people and chatbots coming and going. A profile follows its auth user, a new chatbot gets its settings
-- and its owner, and there is exactly one owner at any time, whoever writes the rows.

-- Runs inside Auth's own transaction: raising here would break sign-up itself.
create function private.tg_users__keep_profile() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (user_id, email, display_name)
  values (
    new.id, coalesce(new.email, ''),
    left(coalesce(
      nullif(btrim(new.raw_user_meta_data ->> 'display_name'), ''),
      nullif(btrim(new.raw_user_meta_data ->> 'name'), ''),
      split_part(coalesce(new.email, ''), '@', 1)), 80))
  on conflict (user_id) do update set email = excluded.email, updated_at = now();
  return new;
exception when others then
  raise warning 'No profile for %: %', new.id, sqlerrm;
  return new;
end $$;
comment on function private.tg_users__keep_profile is 'Makes the profile of a new user and keeps its e-mail address equal.';
create trigger _500_handoff_make_profile after insert on auth.users
  for each row execute function private.tg_users__keep_profile();
create trigger _500_handoff_keep_email after update of email on auth.users
  for each row when (new.email is distinct from old.email) execute function private.tg_users__keep_profile();

-- People who signed up before Handoff moved in.
insert into public.profiles (user_id, email, display_name)
select u.id, coalesce(u.email, ''), left(split_part(coalesce(u.email, ''), '@', 1), 80) from auth.users u
on conflict (user_id) do nothing;

create trigger _100_set_updated_at before update on public.profiles
  for each row execute function private.tg__set_updated_at();
create trigger _100_set_updated_at before update on public.chatbots
  for each row execute function private.tg__set_updated_at();

create function private.tg_chatbots__furnish() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  insert into public.chatbot_members (chatbot_id, user_id, role) values (new.id, new.owner_id, 'owner');
  insert into public.human_support_settings (chatbot_id) values (new.id);
  insert into public.alert_rungs (chatbot_id, position, after_minutes, target)
  values (new.id, 1, 0, 'recipients'), (new.id, 2, 15, 'owner');
  insert into public.lead_forms (chatbot_id) values (new.id);
  insert into public.office_hours (chatbot_id) values (new.id);
  insert into public.bots (chatbot_id) values (new.id);
  return null;
end $$;
comment on function private.tg_chatbots__furnish is 'Gives a new chatbot its owner''s membership, one row in every settings table and the ladder of its alerts.';
create trigger _500_furnish after insert on public.chatbots
  for each row execute function private.tg_chatbots__furnish();

create function private.tg_chatbots__move_owner() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update public.chatbot_members m set role = 'admin' where m.chatbot_id = new.id and m.user_id = old.owner_id;
  insert into public.chatbot_members (chatbot_id, user_id, role) values (new.id, new.owner_id, 'owner')
  on conflict (chatbot_id, user_id) do update set role = 'owner';
  return null;
end $$;
comment on function private.tg_chatbots__move_owner is 'Makes the new owner the owner and the former one an admin.';
create trigger _500_move_owner after update of owner_id on public.chatbots
  for each row when (new.owner_id <> old.owner_id) execute function private.tg_chatbots__move_owner();

create function private.tg_chatbot_members__keep_one_owner() returns trigger
  language plpgsql security definer set search_path = '' as $$
declare
  owner uuid;
begin
  select c.owner_id into owner from public.chatbots c
  where c.id = case tg_op when 'DELETE' then old.chatbot_id else new.chatbot_id end;
  if tg_op = 'DELETE' then
    -- Without a chatbot, the chatbot itself is being deleted.
    if owner = old.user_id then
      perform private.refuse('LASTO', 'A chatbot always has exactly one owner.');
    end if;
    return old;
  end if;
  if (new.role = 'owner') is distinct from (new.user_id = owner) then
    perform private.refuse('LASTO', 'A chatbot always has exactly one owner.');
  end if;
  return new;
end $$;
comment on function private.tg_chatbot_members__keep_one_owner is 'Refuses a second owner, and losing the only one.';
create trigger _200_keep_one_owner before insert or update or delete on public.chatbot_members
  for each row execute function private.tg_chatbot_members__keep_one_owner();

-- Whoever is removed could come back by an invitation of their own, and so could whoever they had sent it to.
create function private.tg_chatbot_members__take_invitations_back() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  delete from public.chatbot_invites i
  where i.chatbot_id = old.chatbot_id and i.invited_by = old.user_id and i.accepted_at is null;
  return null;
end $$;
comment on function private.tg_chatbot_members__take_invitations_back is 'Withdraws what somebody sent who may not invite any more.';
create trigger _500_take_invitations_back after delete on public.chatbot_members
  for each row execute function private.tg_chatbot_members__take_invitations_back();
create trigger _500_take_invitations_back_of_an_agent after update of role on public.chatbot_members
  for each row when (new.role = 'agent') execute function private.tg_chatbot_members__take_invitations_back();

create function private.tg_chatbot_members__hand_rungs_on() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  update public.alert_rungs r set target = 'owner', member_id = null
  where r.chatbot_id = old.chatbot_id and r.member_id = old.user_id;
  return old;
end $$;
comment on function private.tg_chatbot_members__hand_rungs_on is 'What was to be told to somebody who leaves is told to the owner.';
create trigger _100_hand_rungs_on before delete on public.chatbot_members
  for each row execute function private.tg_chatbot_members__hand_rungs_on();

create function private.tg_chatbot_members__announce() returns trigger
  language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'DELETE' then
    -- Nobody should wait for a person who has left. Cases are locked as everywhere: the conversation, then the episode.
    perform from public.conversations c
    where c.id in (
      select e.conversation_id from public.escalations e
      where e.claimed_by = old.user_id and e.chatbot_id = old.chatbot_id and e.status = 'open')
    order by c.id for no key update;
    update public.escalations e set claimed_by = null
    where e.claimed_by = old.user_id and e.chatbot_id = old.chatbot_id and e.status = 'open';
    -- The last that is said where the removed person listens, and to everybody else the sign to move.
    perform private.notify(old.chatbot_id, 'member.removed', jsonb_build_object('user_id', old.user_id));
    perform private.move_topic(old.chatbot_id);
  else
    perform private.notify(new.chatbot_id, 'member.changed', jsonb_build_object('user_id', new.user_id));
  end if;
  return null;
end $$;
comment on function private.tg_chatbot_members__announce is 'Tells the dashboards, and releases what a removed person had claimed.';
create trigger _500_announce after insert or update or delete on public.chatbot_members
  for each row execute function private.tg_chatbot_members__announce();
