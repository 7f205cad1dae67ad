-- All that the triage page shows above a case, in one statement, which sees one moment: what the strip counts is what the list
-- shows and what the receipts line accounts for. The page reads it for every live update, so it must stay quick.

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
    'health', private.sender_health())
$$;
comment on function public.triage_overview is
  'The stat strip of triage_stats, the first page of list_cases (at most 200 rows), the reconciliation and the health of the
sender, as of the same moment.';

revoke execute on function public.triage_overview from public, anon, authenticated;
grant execute on function public.triage_overview to authenticated;
