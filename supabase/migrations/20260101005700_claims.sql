-- Whose case it is. A claim is taken, not fought over: when two people claim at once the second is told who was first. Anybody
-- on the team may assign or release, because people fall ill; the timeline says who did.

create function private.require_open(e public.escalations) returns void
language plpgsql stable set search_path = '' as $$
begin
  if e.status <> 'open' then
    perform private.refuse('CONFL', 'This case is already resolved. Reopen it first.');
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
    perform private.refuse('CLAIM', format('%s has already claimed this case.', private.name_of(e.claimed_by)),
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
  e public.escalations;
begin
  perform private.hold_member((select t.chatbot_id from public.escalations t where t.id = p_escalation_id), p_user_id);
  e := private.hold_case(p_escalation_id);
  perform private.require_open(e);
  if p_user_id is not null and not exists (
    select from public.chatbot_members m where m.chatbot_id = e.chatbot_id and m.user_id = p_user_id
  ) then
    perform private.refuse('NTFND', 'This person isn’t a member of this chatbot.');
  end if;
  update public.escalations t set claimed_by = p_user_id
  where t.id = e.id and t.claimed_by is distinct from p_user_id;
  return private.action_result(e.id);
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

revoke execute on function private.require_open, private.claim_escalation, private.release_escalation,
  private.assign_escalation, public.claim_escalation, public.release_escalation, public.assign_escalation
  from public, anon, authenticated;
grant execute on function private.claim_escalation, private.release_escalation, private.assign_escalation,
  public.claim_escalation, public.release_escalation, public.assign_escalation
  to authenticated;
