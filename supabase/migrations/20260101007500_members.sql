-- Who works on a chatbot. Admins invite and remove agents; only the owner makes or removes admins. An invitation is a link in
-- a mail: its token is kept here as a hash, and it is good for the invited address alone. Whoever is removed loses access with
-- this transaction, and what they had claimed is free again.

create function private.invite_member(p_chatbot_id uuid, p_email text, p_role public.member_role) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  address text;
  token text := private.random_token(32);
  invite public.chatbot_invites;
  delivery_id uuid := gen_random_uuid();
begin
  perform private.hold_member(p_chatbot_id, me);
  if private.require_role(p_chatbot_id, 'admin') <> 'owner' and p_role is distinct from 'agent' then
    perform private.refuse('FORBD', 'Only the owner can invite admins.');
  elsif p_role is null or p_role = 'owner' then
    perform private.refuse('INVAL', 'Invite as agent or admin. To change the owner, transfer the chatbot.');
  end if;
  address := private.require_address(p_email);
  if exists (
    select from public.chatbot_members m join public.profiles p on p.user_id = m.user_id
    where m.chatbot_id = p_chatbot_id and lower(p.email) = lower(address)
  ) then
    perform private.refuse('CONFL', 'This person is already a member.');
  end if;
  -- Anybody can sign up and make a chatbot; nobody shall fill strangers' mailboxes with it.
  perform private.limit_rate('invitations', me::text);
  perform private.limit_rate('invitations_to_address', lower(address));
  -- Inviting again renews the invitation: the old link stops working.
  insert into public.chatbot_invites as i (chatbot_id, email, role, token_hash, invited_by)
  values (p_chatbot_id, address, p_role, extensions.digest(token, 'sha256'), me)
  on conflict (chatbot_id, lower(email)) where accepted_at is null do update set
    email = excluded.email, role = excluded.role, token_hash = excluded.token_hash, invited_by = excluded.invited_by,
    created_at = now(), expires_at = now() + interval '7 days'
  returning i.* into invite;
  insert into public.deliveries (id, chatbot_id, kind, purpose, recipient, next_attempt_at)
  values (delivery_id, p_chatbot_id, 'email', 'invite', address, now());
  insert into private.delivery_data (delivery_id, data)
  values (delivery_id, jsonb_build_object(
    'url', rtrim(coalesce(private.setting('app_url'), ''), '/') || '/invite/' || token,
    'role', p_role,
    'gets_alerts', private.is_recipient(p_chatbot_id, address),
    'invited_by', private.name_of(me),
    'expires_at', invite.expires_at
  ));
  return to_jsonb(invite) - 'token_hash';
end
$$;

create function private.withdraw_invite(p_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  invite public.chatbot_invites;
begin
  select * into invite from public.chatbot_invites i where i.id = p_id;
  if private.require_role(invite.chatbot_id, 'admin') <> 'owner' and invite.role <> 'agent' then
    perform private.refuse('FORBD', 'Only the owner can withdraw an admin’s invitation.');
  end if;
  delete from public.chatbot_invites i where i.id = p_id and i.accepted_at is null;
end
$$;

create function private.accept_invite(p_token text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  invite public.chatbot_invites;
begin
  select * into invite from public.chatbot_invites i
  where i.token_hash = extensions.digest(btrim(p_token), 'sha256') for update;
  if invite.id is null then
    perform private.refuse('NTFND', 'This invitation doesn’t exist or was replaced by a newer one.');
  elsif not exists (
    select from public.profiles p where p.user_id = me and lower(p.email) = lower(invite.email)
  ) then
    perform private.refuse('FORBD', 'This invitation was sent to a different address. Sign in with that one.');
  end if;
  if invite.accepted_at is null then
    if invite.expires_at < now() then
      perform private.refuse('TOOLT', 'This invitation has expired. Ask for a new one.');
    end if;
    insert into public.chatbot_members (chatbot_id, user_id, role) values (invite.chatbot_id, me, invite.role)
    on conflict do nothing;
    update public.chatbot_invites i set accepted_at = now() where i.id = invite.id;
  else
    -- A link that was used up lets nobody back in who has been removed since.
    perform private.require_role(invite.chatbot_id, 'agent');
  end if;
  return invite.chatbot_id;
end
$$;

-- Looking at an invitation changes nothing, and says no more than its link: whose chatbot it is, only the invited person reads.
create function private.read_invite(p_token text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  invite public.chatbot_invites;
begin
  select * into invite from public.chatbot_invites i where i.token_hash = extensions.digest(btrim(p_token), 'sha256');
  if invite.id is null then
    return jsonb_build_object('state', 'unknown');
  elsif not exists (
    select from public.profiles p where p.user_id = me and lower(p.email) = lower(invite.email)
  ) then
    return jsonb_build_object('state', 'elsewhere');
  end if;
  return jsonb_build_object(
    'state', case when invite.accepted_at is not null then 'accepted' when invite.expires_at < now() then 'expired' else 'open' end,
    'chatbot', (select c.name from public.chatbots c where c.id = invite.chatbot_id),
    'role', invite.role,
    'gets_alerts', private.is_recipient(invite.chatbot_id, invite.email));
end
$$;

create function private.is_recipient(p_chatbot_id uuid, p_email text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.escalation_recipients r where r.chatbot_id = p_chatbot_id and lower(r.email) = lower(p_email))
$$;

-- A member's address is told by the same list that the settings show; the owner's is told always.
create function private.save_member_alerts(p_chatbot_id uuid, p_user_id uuid, p_gets_alerts boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare
  address text;
begin
  perform private.require_role(p_chatbot_id, 'admin');
  select p.email into address from public.chatbot_members m join public.profiles p on p.user_id = m.user_id
  where m.chatbot_id = p_chatbot_id and m.user_id = p_user_id;
  if address is null then
    perform private.refuse('NTFND', 'This person isn’t a member.');
  elsif p_gets_alerts is null then
    perform private.refuse('INVAL', 'Say whether this person gets alerts.');
  elsif not p_gets_alerts then
    delete from public.escalation_recipients r where r.chatbot_id = p_chatbot_id and lower(r.email) = lower(address);
  elsif not private.is_recipient(p_chatbot_id, address) then
    insert into public.escalation_recipients (chatbot_id, email, position)
    select p_chatbot_id, address, coalesce(max(r.position), 0) + 1 from public.escalation_recipients r
    where r.chatbot_id = p_chatbot_id;
  end if;
end
$$;

create function private.set_member_role(p_chatbot_id uuid, p_user_id uuid, p_role public.member_role) returns void
language plpgsql security definer set search_path = '' as $$
declare
  present public.member_role;
begin
  perform private.require_role(p_chatbot_id, 'owner');
  select m.role into present from public.chatbot_members m
  where m.chatbot_id = p_chatbot_id and m.user_id = p_user_id for update;
  if present is null then
    perform private.refuse('NTFND', 'This person isn’t a member.');
  elsif present = 'owner' or p_role is null or p_role = 'owner' then
    perform private.refuse('LASTO', 'A chatbot always has exactly one owner. Transfer ownership instead.');
  end if;
  update public.chatbot_members m set role = p_role
  where m.chatbot_id = p_chatbot_id and m.user_id = p_user_id and m.role <> p_role;
end
$$;

create function private.remove_member(p_chatbot_id uuid, p_user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  me uuid := private.require_sign_in();
  mine public.member_role := private.require_role(p_chatbot_id, 'agent');
  theirs public.member_role;
begin
  select m.role into theirs from public.chatbot_members m
  where m.chatbot_id = p_chatbot_id and m.user_id = p_user_id for update;
  if theirs is null then
    perform private.refuse('NTFND', 'This person isn’t a member.');
  elsif theirs = 'owner' then
    perform private.refuse('LASTO', 'The owner can’t leave. Transfer the chatbot first.');
  elsif p_user_id <> me and mine <> 'owner' and (mine <> 'admin' or theirs <> 'agent') then
    perform private.refuse('FORBD', 'Your role doesn’t allow this.');
  end if;
  delete from public.chatbot_members m where m.chatbot_id = p_chatbot_id and m.user_id = p_user_id;
end
$$;

create function public.invite_member(chatbot_id uuid, email text, role public.member_role default 'agent') returns jsonb
language sql set search_path = '' as $$ select private.invite_member($1, $2, $3) $$;
comment on function public.invite_member is 'Invites an address by mail, or renews its invitation.';
create function public.withdraw_invite(id uuid) returns void
language sql set search_path = '' as $$ select private.withdraw_invite($1) $$;
comment on function public.withdraw_invite is 'Takes an invitation back that nobody has accepted yet.';
create function public.accept_invite(token text) returns uuid
language sql set search_path = '' as $$ select private.accept_invite($1) $$;
comment on function public.accept_invite is 'Joins the chatbot one was invited to and answers with its id.';
create function public.read_invite(token text) returns jsonb
language sql stable set search_path = '' as $$ select private.read_invite($1) $$;
comment on function public.read_invite is
  'What an invitation''s link is worth to the person asking: open, accepted, expired, for somebody else (elsewhere), or unknown.';
create function public.save_member_alerts(chatbot_id uuid, user_id uuid, gets_alerts boolean) returns void
language sql set search_path = '' as $$ select private.save_member_alerts($1, $2, $3) $$;
comment on function public.save_member_alerts is 'Adds a member''s address to those that are told when a visitor asks for a person, or takes it away.';
create function public.set_member_role(chatbot_id uuid, user_id uuid, role public.member_role) returns void
language sql set search_path = '' as $$ select private.set_member_role($1, $2, $3) $$;
comment on function public.set_member_role is 'Makes a member an agent or an admin; the owner alone may.';
create function public.remove_member(chatbot_id uuid, user_id uuid) returns void
language sql set search_path = '' as $$ select private.remove_member($1, $2) $$;
comment on function public.remove_member is 'Removes a member, or oneself; what they had claimed is released.';

revoke execute on function private.invite_member, private.withdraw_invite, private.accept_invite, private.read_invite,
  private.save_member_alerts, private.set_member_role, private.remove_member, public.invite_member, public.withdraw_invite,
  public.accept_invite, public.read_invite, public.save_member_alerts, public.set_member_role, public.remove_member
  from public, anon, authenticated;
revoke execute on function private.is_recipient from public, anon, authenticated;
grant execute on function private.invite_member, private.withdraw_invite, private.accept_invite, private.read_invite,
  private.save_member_alerts, private.set_member_role, private.remove_member, public.invite_member, public.withdraw_invite,
  public.accept_invite, public.read_invite, public.save_member_alerts, public.set_member_role, public.remove_member
  to authenticated;
