-- What a person does with a case: open it, resolve it, take that back, reopen it. Each action holds the case's lock, changes the
-- one row, and answers with the case as it is now; summary, timeline, events and notices follow from triggers. Doing a thing
-- twice does it once. Whoever names the version they looked at is told what changed instead of acting on something else.

create function private.require_sign_in() returns uuid
language plpgsql stable set search_path = '' as $$
begin
  if auth.uid() is null then
    perform private.refuse('SIGNI', 'Please sign in.');
  end if;
  return auth.uid();
end
$$;

-- Removing somebody takes their membership first, then the cases they have, so this comes before a case is locked: whoever is
-- being removed at this moment is waited for, and nobody is removed while being given something.
create function private.hold_member(p_chatbot_id uuid, p_user_id uuid) returns void
language sql set search_path = '' as $$
  select from public.chatbot_members m where m.chatbot_id = p_chatbot_id and m.user_id = p_user_id for key share
$$;

create function private.hold_case(p_escalation_id uuid) returns public.escalations
language plpgsql set search_path = '' as $$
declare
  there uuid := (select e.chatbot_id from public.escalations e where e.id = p_escalation_id);
begin
  perform private.hold_member(there, auth.uid());
  perform private.require_role(there, 'agent');
  return private.lock_case(p_escalation_id);
end
$$;

-- What the caller did since is no surprise to the caller: opening a case makes it newer, too. What anybody else did is.
create function private.require_version(e public.escalations, p_expected_version bigint) returns void
language plpgsql stable set search_path = '' as $$
declare
  surprise public.timeline_entries;
begin
  if p_expected_version is null or p_expected_version = e.version then
    return;
  end if;
  select * into surprise from public.timeline_entries t
  where t.escalation_id = e.id and (t.data ->> 'version')::bigint > p_expected_version and t.actor_id is distinct from auth.uid()
  order by t.id desc limit 1;
  if surprise.id is not null then
    perform private.refuse('STALE', 'This case has changed since you looked.', jsonb_build_object(
      'status', e.status, 'version', e.version, 'what', surprise.type, 'changed_at', surprise.created_at,
      'changed_by', surprise.actor_id, 'changed_by_name', private.name_of(surprise.actor_id)
    )::text);
  end if;
end
$$;

create function private.action_result(p_escalation_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('escalation', to_jsonb(e), 'conversation', private.case_json(e.conversation_id))
  from public.escalations e where e.id = p_escalation_id
$$;

create function private.resolve_escalation(p_escalation_id uuid, p_expected_version bigint) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  e public.escalations := private.hold_case(p_escalation_id);
begin
  perform private.require_version(e, p_expected_version);
  update public.escalations t set status = 'resolved' where t.id = e.id and t.status = 'open';
  return private.action_result(e.id);
end
$$;

create function private.undo_resolve(p_escalation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  e public.escalations := private.hold_case(p_escalation_id);
begin
  if e.status = 'resolved' then
    if e.undo_until is null or now() > e.undo_until then
      perform private.refuse('TOOLT', 'It’s too late to undo this.');
    end if;
    update public.escalations t set status = 'open', undo_until = null where t.id = e.id;
  end if;
  return private.action_result(e.id);
end
$$;

create function private.reopen_escalation(p_escalation_id uuid, p_expected_version bigint) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  e public.escalations := private.hold_case(p_escalation_id);
begin
  perform private.require_version(e, p_expected_version);
  update public.escalations t set status = 'open' where t.id = e.id and t.status = 'resolved';
  return private.action_result(e.id);
end
$$;

create function private.mark_read(c public.conversations) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.conversation_reads as r (conversation_id, user_id, chatbot_id, last_read_seq, last_read_at)
  values (c.id, auth.uid(), c.chatbot_id, c.last_seq, now())
  on conflict on constraint conversation_reads_pkey do update set
    last_read_seq = greatest(r.last_read_seq, excluded.last_read_seq), last_read_at = excluded.last_read_at,
    is_marked_unread = false;
end
$$;

create function private.mark_unread(p_conversation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_case(p_conversation_id);
begin
  insert into public.conversation_reads (conversation_id, user_id, chatbot_id, is_marked_unread)
  values (c.id, private.require_sign_in(), c.chatbot_id, true)
  on conflict (conversation_id, user_id) do update set is_marked_unread = true;
  return jsonb_build_object('conversation', private.case_json(c.id));
end
$$;

-- The first person to open an open case stops the clock of "hours to first open". Looking again ends the waiting of a
-- visitor who has written since, and moves one's own mark, which everybody moves after locking the conversation.
create function private.open_case(p_conversation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  c public.conversations := private.require_case(p_conversation_id);
begin
  if c.escalation_status = 'open'
    and exists (select from public.escalations e where e.id = c.escalation_id and e.first_opened_at is null)
  then
    perform private.lock_case(c.escalation_id);
    update public.escalations e set first_opened_at = now()
    where e.id = c.escalation_id and e.status = 'open' and e.first_opened_at is null;
  elsif c.unseen_since is not null then
    perform private.see_case(c.id, auth.uid());
  end if;
  perform private.forget_word(c.id, auth.uid());
  perform private.mark_read(c);
  return jsonb_build_object(
    'conversation', private.case_json(c.id),
    'escalation', (select to_jsonb(e) from public.escalations e where e.id = c.escalation_id)
  );
end
$$;

create function public.resolve_escalation(escalation_id uuid, expected_version bigint default null) returns jsonb
language sql set search_path = '' as $$ select private.resolve_escalation($1, $2) $$;
comment on function public.resolve_escalation is
  'Marks an episode resolved; for ten seconds that can be undone. STALE when it is not the version looked at.';
create function public.undo_resolve(escalation_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.undo_resolve($1) $$;
comment on function public.undo_resolve is 'Takes a resolve back within ten seconds, as if it had not been; TOOLT after that.';
create function public.reopen_escalation(escalation_id uuid, expected_version bigint default null) returns jsonb
language sql set search_path = '' as $$ select private.reopen_escalation($1, $2) $$;
comment on function public.reopen_escalation is 'Opens a resolved episode again; CONFL when the visitor has asked anew since.';
create function public.open_case(conversation_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.open_case($1) $$;
comment on function public.open_case is 'Marks a conversation read by the caller and, once, its open episode as opened.';
create function public.mark_unread(conversation_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.mark_unread($1) $$;
comment on function public.mark_unread is 'Shows a conversation as unread to the caller until they open it again.';

revoke execute on function private.require_sign_in, private.hold_member, private.hold_case,
  private.require_version, private.action_result, private.resolve_escalation, private.undo_resolve,
  private.reopen_escalation, private.mark_read, private.mark_unread, private.open_case,
  public.resolve_escalation, public.undo_resolve, public.reopen_escalation, public.open_case, public.mark_unread
  from public, anon, authenticated;
grant execute on function private.resolve_escalation, private.undo_resolve, private.reopen_escalation,
  private.open_case, private.mark_unread, public.resolve_escalation, public.undo_resolve, public.reopen_escalation,
  public.open_case, public.mark_unread to authenticated;
