-- All that the triage page shows above a case, in one statement, which sees one moment: what the strip counts is what the list
-- shows and what the receipts line accounts for. The page reads it for every live update, so it must stay quick.

-- How many cases of each kind a search finds, up to two hundred: whoever finds nothing here is told where there is something.
-- Null without words.
create function private.count_matches(p_chatbot_id uuid, p_days integer, p_search text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_chatbot_id, 'agent');
  if private.like_pattern(p_search) is null then return null; end if;
  return (
    select jsonb_build_object(
      'unresolved', count(*) filter (where c.escalation_status = 'open'),
      'resolved', count(*) filter (where c.escalation_status = 'resolved'),
      'all', count(*),
      'is_complete', count(*) < 200)
    from private.find_cases(p_chatbot_id, 'all', 'newest', private.window_start(p_days), p_search, null, null, null, 200) f
    join public.conversations c on c.id = f.conversation_id);
end
$$;

create function public.triage_overview(
  chatbot_id uuid, filter text default 'unresolved', sort text default 'newest', days integer default 30,
  search text default null, max_rows integer default 50
) returns json
language sql stable set search_path = '' as $$
  select json_build_object(
    'stats', private.triage_stats($1, $4),
    'rows', (
      select coalesce(json_agg(r), '[]')
      from private.list_cases($1, $2, $3, $4, $5, null, null, $6, null) r
    ),
    'reconciliation', private.reconciliation($1, $4),
    'health', private.sender_health(),
    'matches', private.count_matches($1, $4, $5))
$$;
comment on function public.triage_overview is
  'The stat strip of triage_stats, the first page of list_cases (at most 200 rows), the reconciliation, the health of the
sender and what a search finds under the other pills, as of the same moment.';

revoke execute on function private.count_matches, public.triage_overview from public, anon, authenticated;
grant execute on function private.count_matches, public.triage_overview to authenticated;
