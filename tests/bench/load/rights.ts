// D4: what it costs that everybody sees only their own. The list, the strip and a transcript as a member, through policies and
// through the functions that check the role once, against the superuser who has the filter and no check; and against the
// policy as it is written first, a function asked for every row.
import { report, sideBySide } from '../harness.ts';
import { timed } from '../numbers.ts';
import { LONG_TRANSCRIPTS } from './population.ts';
import type { Stage } from './stage.ts';

const PER_ROW = `
  create or replace function bench.is_member(chatbot uuid, person uuid) returns boolean
  language plpgsql stable security definer as $$
  begin
    return exists (select from public.chatbot_members m where m.chatbot_id = chatbot and m.user_id = person);
  end $$`;

const LIST = `select id, last_message_preview, message_count from public.conversations
  where chatbot_id = $1 and escalation_id is not null order by escalated_at desc, id desc limit 50`;
const STRIP = `select count(*) from public.conversations
  where chatbot_id = $1 and started_at is not null and last_activity_at >= now() - interval '30 days'`;
const TRANSCRIPT = `select id, seq, role, text, created_at from public.messages
  where conversation_id = $2 and chatbot_id = $1 order by seq desc limit 1000`;
// The strip as the dashboard reads it, and the same functions without the question who asks.
const UNCHECKED = `select (select to_jsonb(n) from private.count_window($1, private.window_start(30)) n) as counts,
  (select to_jsonb(t) from private.hours_to_resolve($1, private.window_start(30)) t) as hours`;
const CHECKED = 'select public.triage_stats($1, 30) as stats';
const perRow = (query: string) => query.replace('where ', 'where bench.is_member(chatbot_id, $3) and ');

/** D4. */
export async function d4({ member, superuser: pool, chatbots, owner }: Stage): Promise<void> {
  const superuser = await pool.reserve();
  // The work itself is compared, not over how many processors it is spread.
  await superuser`set max_parallel_workers_per_gather = 0`;
  const { largest } = chatbots;
  await superuser.unsafe(PER_ROW).simple();
  const [long] = await superuser<{ id: string }[]>`
    select id from public.conversations where chatbot_id = ${largest} and message_count = ${LONG_TRANSCRIPTS.at(-1)!}`;
  const arms = [
    { name: 'list', query: LIST, parameters: [largest], times: 60 },
    { name: 'counting a table', query: STRIP, parameters: [largest], times: 6 },
    { name: 'transcript', query: TRANSCRIPT, parameters: [largest, long!.id], times: 10 },
  ];
  const variants = arms.flatMap(({ name, query, parameters, times }) => [
    timed(`${name}: superuser with the filter`, times, () =>
      superuser.unsafe(query, parameters, { prepare: true }),
    ),
    timed(`${name}: member, under the policy`, times, () =>
      member.unsafe(query, parameters, { prepare: true }),
    ),
    timed(`${name}: a function asked per row`, 1, () =>
      superuser.unsafe(perRow(query).replace('$3', `'${owner.id}'`), parameters, { prepare: true }),
    ),
  ]);
  variants.push(
    timed('strip: without the check', 20, () => superuser.unsafe(UNCHECKED, [largest], { prepare: true })),
    timed('strip: the function a member calls', 20, () =>
      member.unsafe(CHECKED, [largest], { prepare: true }),
    ),
  );
  const [first, ...rest] = variants;
  const { rates, ratio, sameAgainstSame } = await sideBySide([first!, ...rest], 15);
  const checks = [];
  for (const { name, query, parameters } of arms) {
    const [mine, all] = [await member.unsafe(query, parameters), await superuser.unsafe(query, parameters)];
    checks.push({
      name: `${name}: the same ${all.length} rows`,
      isTrue: JSON.stringify(mine) === JSON.stringify(all),
    });
  }
  const [foreign] = await member<
    { n: number }[]
  >`select count(*)::int as n from public.chatbots where name = 'Elsewhere'`;
  checks.push({ name: "nothing of somebody else's is seen", isTrue: foreign!.n === 0 });
  await report({
    metric: 'D4',
    title: 'the cost of row-level security',
    how: 'The same query with the same filter as a member and as the superuser, on tables of a million rows, on one processor; cost, less is better.',
    claims: [
      {
        name: 'strip: the function a member calls ÷ without its check',
        ratio: ratio('strip: without the check', 'strip: the function a member calls'),
        reach: 1.4,
        worldClass: 1.15,
        isCost: true,
      },
      ...arms.flatMap(({ name }) => [
        {
          name: `${name}: member ÷ superuser`,
          ratio: ratio(`${name}: superuser with the filter`, `${name}: member, under the policy`),
          reach: 1.4,
          worldClass: 1.15,
          isCost: true,
        },
        {
          name: `${name}: naive, a function per row ÷ superuser`,
          ratio: ratio(`${name}: superuser with the filter`, `${name}: a function asked per row`),
          isCost: true,
        },
      ]),
    ],
    checks,
    sameAgainstSame,
    rates,
  });
  await superuser`reset all`;
  superuser.release();
}
