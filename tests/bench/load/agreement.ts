// Whether what was written behind the triggers' back is what they would have made: the tallies equal count(*), and every search
// document, cut anew by the product's own function, is the one that stands there.
import type { Sql } from 'postgres';
import type { Check } from '../harness.ts';

const TALLIES = `
  with counted as (
    select c.chatbot_id, t.hour, sum(t.population) as population, sum(t.open) as open, sum(t.resolved) as resolved
    from public.conversations c
    cross join lateral (values
      (private.hour_of(c.last_activity_at), (c.started_at is not null)::integer, 0, 0),
      (private.hour_of(c.escalated_at), 0, (c.escalation_status = 'open')::integer, (c.escalation_status = 'resolved')::integer),
      (case when c.escalation_status = 'open' then '-infinity'::timestamptz end, 0, 1, 0)
    ) t (hour, population, open, resolved)
    where t.hour is not null group by 1, 2
  ), tallied as (
    select chatbot_id, hour, sum(population) as population, sum(open_cases) as open, sum(resolved_cases) as resolved
    from private.tallies group by 1, 2
  )
  select count(*)::int as n from counted full join tallied using (chatbot_id, hour)
  where (counted.population, coalesce(counted.open, 0), coalesce(counted.resolved, 0))
    is distinct from (tallied.population, tallied.open, tallied.resolved)`;

const SUMMARIES = `
  select count(*)::int as n
  from public.conversations c
  join (
    select conversation_id, count(*) filter (where role <> 'system') as said, max(seq) as seq
    from public.messages group by 1
  ) m on m.conversation_id = c.id
  where (c.message_count, c.last_seq) is distinct from (m.said, m.seq)`;

const SAMPLE = 300;

/** What void a run when it does not hold. */
export async function agreement(superuser: Sql): Promise<Check[]> {
  const one = async (query: string) => (await superuser.unsafe<{ n: number }[]>(query))[0]!.n;
  const terms = await superuser.begin(async (sql) => {
    await sql`create temporary table before on commit drop as
      select * from private.search_terms order by random() limit ${SAMPLE}`;
    await sql`select private.note_search_terms(conversation_id) from before`;
    const [found] = await sql<{ n: number }[]>`
      select count(*)::int as n from before b join private.search_terms s using (conversation_id) where s.terms <> b.terms`;
    return found!.n;
  });
  const [documents] = await superuser<{ n: number }[]>`
    select count(*)::int as n from public.conversations c
    where c.started_at is not null and not exists (select from private.search_terms s where s.conversation_id = c.id)`;
  return [
    { name: 'every tally equals count(*) of its hour', isTrue: (await one(TALLIES)) === 0 },
    { name: 'every summary equals its messages', isTrue: (await one(SUMMARIES)) === 0 },
    {
      name: `every conversation can be searched, and ${SAMPLE} documents made anew are the same`,
      isTrue: terms + documents!.n === 0,
    },
  ];
}
