-- Many cases at once: one call does what it can and lists the rest with the reason, never half of one case. Each case is judged
-- under its own lock exactly as if it were the only one; one that was refused keeps nothing of the attempt.

-- The conversations are locked in one order, so that two people acting on overlapping selections cannot wait for each other.
-- A foreign case is looked up no more than a missing one: the order of the answer would tell the two apart.
create function private.in_locking_order(p_escalation_ids uuid[], p_expected_versions bigint[])
returns table (escalation_id uuid, expected_version bigint)
language plpgsql stable set search_path = '' as $$
begin
  if cardinality(p_escalation_ids) > 500 then
    perform private.refuse('INVAL', 'At most 500 cases at once.');
  end if;
  if cardinality(p_expected_versions) <> cardinality(p_escalation_ids) then
    perform private.refuse('INVAL', 'Give a version for every case, or for none.');
  end if;
  return query
    select ids.id, ids.version
    from (select i.id, min(i.version) from unnest(p_escalation_ids, p_expected_versions) i (id, version) group by i.id) ids (id, version)
    left join public.escalations e on e.id = ids.id and e.chatbot_id in (select private.my_chatbot_ids())
    order by e.conversation_id, ids.id;
end
$$;

-- Taking hundreds of resolves back takes a moment too: the ten seconds of the page must not run out halfway through.
create function private.act_on_many(p_action text, p_escalation_ids uuid[], p_expected_versions bigint[] default null,
  p_user_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  target record;
  e public.escalations;
  changed uuid[] := '{}';
  skipped jsonb := '[]';
  detail text;
begin
  -- Memberships before cases, here too: nobody who is to be given something is removed from now on.
  perform private.hold_member(mine, p_user_id) from private.my_chatbot_ids() mine;
  for target in select * from private.in_locking_order(p_escalation_ids, p_expected_versions) loop
    begin
      e := private.hold_case(target.escalation_id);
      perform private.require_version(e, target.expected_version);
      case p_action
        when 'resolve' then
          perform private.require_open(e);
          update public.escalations t set status = 'resolved', undo_until = now() + interval '15 seconds' where t.id = e.id;
        when 'undo' then perform private.undo_resolve(e.id);
        when 'claim' then perform private.claim_escalation(e.id);
        when 'assign' then perform private.assign_escalation(e.id, p_user_id);
      end case;
      changed := changed || e.id;
    exception
      when sqlstate 'NTFND' or sqlstate 'CONFL' or sqlstate 'STALE' or sqlstate 'CLAIM' or sqlstate 'TOOLT' then
        get stacked diagnostics detail = pg_exception_detail;
        skipped := skipped || jsonb_build_object('id', target.escalation_id, 'code', sqlstate, 'reason', sqlerrm,
          'detail', nullif(detail, '')::jsonb);
    end;
  end loop;
  return jsonb_build_object('changed', cardinality(changed), 'changed_ids', to_jsonb(changed), 'skipped', skipped);
end
$$;

create function public.resolve_many(escalation_ids uuid[], expected_versions bigint[] default null) returns jsonb
language sql set search_path = '' as $$ select private.act_on_many('resolve', $1, $2) $$;
comment on function public.resolve_many is
  'Resolves up to 500 cases: how many changed, and the skipped ones with the reason; STALE for what others changed since.';
create function public.undo_resolve_many(escalation_ids uuid[]) returns jsonb
language sql set search_path = '' as $$ select private.act_on_many('undo', $1) $$;
comment on function public.undo_resolve_many is
  'Takes up to 500 resolves back, each within its ten seconds: how many, and the skipped ones with the reason.';
create function public.claim_many(escalation_ids uuid[]) returns jsonb
language sql set search_path = '' as $$ select private.act_on_many('claim', $1) $$;
comment on function public.claim_many is 'Takes up to 500 open cases; those of somebody else are skipped and named.';
create function public.assign_many(escalation_ids uuid[], user_id uuid, expected_versions bigint[] default null) returns jsonb
language sql set search_path = '' as $$ select private.act_on_many('assign', $1, $3, $2) $$;
comment on function public.assign_many is
  'Assigns up to 500 open cases to a member of the team, or to nobody: how many, and the skipped ones with the reason.';

revoke execute on function private.in_locking_order, private.act_on_many,
  public.resolve_many, public.undo_resolve_many, public.claim_many, public.assign_many
  from public, anon, authenticated;
grant execute on function private.act_on_many,
  public.resolve_many, public.undo_resolve_many, public.claim_many, public.assign_many
  to authenticated;
