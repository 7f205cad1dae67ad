-- Whose case it is. A claim is taken, not fought over: when two people claim at once the second is told who was first. Anybody
-- on the team may assign or release, because people fall ill; the timeline says who did. Resolving or assigning many at once
-- does what it can and lists the rest with the reason, never half of one case.

create function private.require_open(e public.escalations) returns void
language plpgsql stable set search_path = '' as $$
begin
  if e.status <> 'open' then
    perform private.refuse('CONFL', 'This case is resolved already. Reopen it first.');
  end if;
end
$$;

create function private.claim_escalation(p_escalation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  e public.escalations := private.hold_case(p_escalation_id);
begin
  perform private.require_open(e);
  if e.claimed_by <> auth.uid() then
    perform private.refuse('CLAIM', format('%s has claimed this case already.', private.name_of(e.claimed_by)),
      jsonb_build_object('claimed_by', e.claimed_by, 'name', private.name_of(e.claimed_by), 'claimed_at', e.claimed_at)::text);
  end if;
  update public.escalations t set claimed_by = auth.uid() where t.id = e.id and t.claimed_by is null;
  return private.action_result(e.id);
end
$$;

create function private.release_escalation(p_escalation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  e public.escalations := private.hold_case(p_escalation_id);
begin
  update public.escalations t set claimed_by = null where t.id = e.id and t.claimed_by is not null;
  return private.action_result(e.id);
end
$$;

create function private.assign_escalation(p_escalation_id uuid, p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  e public.escalations := private.hold_case(p_escalation_id);
begin
  perform private.require_open(e);
  if p_user_id is not null and not exists (
    select from public.chatbot_members m where m.chatbot_id = e.chatbot_id and m.user_id = p_user_id
  ) then
    perform private.refuse('NTFND', 'This person is not a member of this chatbot.');
  end if;
  update public.escalations t set claimed_by = p_user_id
  where t.id = e.id and t.claimed_by is distinct from p_user_id;
  return private.action_result(e.id);
end
$$;

-- The conversations are locked in one order, so that two people acting on overlapping selections cannot wait for each other.
-- A foreign case is looked up no more than a missing one: the order of the answer would tell the two apart.
create function private.in_locking_order(p_escalation_ids uuid[]) returns setof uuid
language plpgsql stable set search_path = '' as $$
begin
  if cardinality(p_escalation_ids) > 500 then
    perform private.refuse('INVAL', 'At most 500 cases at once.');
  end if;
  return query
    select ids.id from (select distinct i.id from unnest(p_escalation_ids) i (id)) ids
    left join public.escalations e on e.id = ids.id and e.chatbot_id in (select private.my_chatbot_ids())
    order by e.conversation_id, ids.id;
end
$$;

create function private.many_result(p_changed uuid[], p_skipped jsonb) returns jsonb
language sql immutable set search_path = ''
return jsonb_build_object('changed', cardinality(p_changed), 'changed_ids', to_jsonb(p_changed), 'skipped', p_skipped);

create function private.resolve_many(p_escalation_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  escalation_id uuid;
  e public.escalations;
  changed uuid[] := '{}';
  skipped jsonb := '[]';
begin
  for escalation_id in select private.in_locking_order(p_escalation_ids) loop
    begin
      e := private.hold_case(escalation_id);
      perform private.require_open(e);
      update public.escalations t set status = 'resolved' where t.id = e.id;
      changed := changed || e.id;
    exception
      when sqlstate 'NTFND' or sqlstate 'CONFL' then
        skipped := skipped || jsonb_build_object('id', escalation_id, 'code', sqlstate, 'reason', sqlerrm);
    end;
  end loop;
  return private.many_result(changed, skipped);
end
$$;

create function private.assign_many(p_escalation_ids uuid[], p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  escalation_id uuid;
  changed uuid[] := '{}';
  skipped jsonb := '[]';
begin
  for escalation_id in select private.in_locking_order(p_escalation_ids) loop
    begin
      perform private.assign_escalation(escalation_id, p_user_id);
      changed := changed || escalation_id;
    exception
      when sqlstate 'NTFND' or sqlstate 'CONFL' then
        skipped := skipped || jsonb_build_object('id', escalation_id, 'code', sqlstate, 'reason', sqlerrm);
    end;
  end loop;
  return private.many_result(changed, skipped);
end
$$;

create function public.claim_escalation(escalation_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.claim_escalation($1) $$;
comment on function public.claim_escalation is 'Takes an open case; CLAIM with the name when somebody else has it.';
create function public.release_escalation(escalation_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.release_escalation($1) $$;
comment on function public.release_escalation is 'Gives a case back to the team.';
create function public.assign_escalation(escalation_id uuid, user_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.assign_escalation($1, $2) $$;
comment on function public.assign_escalation is 'Gives an open case to a member of the team, or to nobody.';
create function public.resolve_many(escalation_ids uuid[]) returns jsonb
language sql set search_path = '' as $$ select private.resolve_many($1) $$;
comment on function public.resolve_many is 'Resolves up to 500 cases: how many changed, and the skipped ones with the reason.';
create function public.assign_many(escalation_ids uuid[], user_id uuid) returns jsonb
language sql set search_path = '' as $$ select private.assign_many($1, $2) $$;
comment on function public.assign_many is 'Assigns up to 500 open cases: how many, and the skipped ones with the reason.';

revoke execute on function private.require_open, private.claim_escalation, private.release_escalation,
  private.assign_escalation, private.in_locking_order, private.many_result, private.resolve_many, private.assign_many,
  public.claim_escalation, public.release_escalation, public.assign_escalation, public.resolve_many, public.assign_many
  from public, anon, authenticated;
grant execute on function private.claim_escalation, private.release_escalation, private.assign_escalation,
  private.resolve_many, private.assign_many, public.claim_escalation, public.release_escalation,
  public.assign_escalation, public.resolve_many, public.assign_many
  to authenticated;
