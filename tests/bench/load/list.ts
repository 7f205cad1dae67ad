// D2 and D3: one page of the triage list, however deep, against OFFSET; and against asking once more for every row.
import type { Sql } from 'postgres';
import { report, sideBySide, type Check } from '../harness.ts';
import { median, slope, timed } from '../numbers.ts';
import type { Stage } from './stage.ts';

const YEAR = 366;
const PAGE = 50;
const DEPTHS = [0, 1000, 10_000, 49_000];

interface Cursor {
  escalated_at: string | null;
  id: string | null;
}

const page = (sql: Sql, chatbot: string, after: Cursor, rows = PAGE) =>
  sql<{ id: string; escalated_at: string; last_message_preview: string; message_count: number }[]>`
    select id, escalated_at::text, last_message_preview, message_count, unread_count, escalation_number
    from public.list_cases(${chatbot}, 'total', 'newest', ${YEAR}, null, ${after.escalated_at}::timestamptz, ${after.id}::uuid, ${rows})`;

const OFFSET = `
  select c.* from public.conversations c
  where c.chatbot_id = $1 and c.escalation_id is not null and c.escalated_at >= now() - make_interval(hours => 24 * $2)
  order by c.escalated_at desc, c.id desc limit ${PAGE} offset $3`;

async function cursorAt(sql: Sql, chatbot: string, depth: number): Promise<Cursor> {
  if (depth === 0) return { escalated_at: null, id: null };
  const [row] = await sql<Cursor[]>`
    select escalated_at::text, id from public.conversations where chatbot_id = ${chatbot} and escalation_id is not null
    order by escalated_at desc, id desc limit 1 offset ${depth - 1}`;
  return row!;
}

/** Whether walking all pages gives every case once, in the order in which SQL sorts them. */
async function walk({ member, superuser, chatbots }: Stage): Promise<Check> {
  const expected = await superuser<{ id: string }[]>`
    select id from public.conversations where chatbot_id = ${chatbots.largest} and escalation_id is not null
    order by escalated_at desc, id desc`;
  const walked: string[] = [];
  let after: Cursor = { escalated_at: null, id: null };
  for (;;) {
    const rows = await page(member, chatbots.largest, after, 200);
    walked.push(...rows.map(({ id }) => id));
    const last = rows.at(-1);
    if (!last) break;
    after = last;
  }
  return {
    name: `walking all pages gives each of ${expected.length} cases once, in order`,
    isTrue: walked.length === expected.length && expected.every(({ id }, index) => id === walked[index]),
  };
}

/** D2. */
export async function d2(stage: Stage): Promise<void> {
  const { member, superuser, chatbots } = stage;
  const cursors = await Promise.all(DEPTHS.map((depth) => cursorAt(superuser, chatbots.largest, depth)));
  const ours = (depth: number) => `keyset, depth ${depth}`;
  const naive = (depth: number) => `OFFSET, depth ${depth}`;
  const { rates, ratio, sameAgainstSame } = await sideBySide(
    [
      timed(naive(49_000), 3, () =>
        superuser.unsafe(OFFSET, [chatbots.largest, YEAR, 49_000], { prepare: true }),
      ),
      ...DEPTHS.slice(1, 3).map((depth) =>
        timed(naive(depth), 3, () =>
          superuser.unsafe(OFFSET, [chatbots.largest, YEAR, depth], { prepare: true }),
        ),
      ),
      ...DEPTHS.map((depth, index) =>
        timed(ours(depth), 20, () => page(member, chatbots.largest, cursors[index]!)),
      ),
    ],
    11,
  );
  const curve = (name: (depth: number) => string) =>
    slope(DEPTHS.slice(1).map((depth) => ({ size: depth, cost: 1 / median(rates[name(depth)]!) })));
  await report({
    metric: 'D2',
    title: 'a page of the list at depth 49,000',
    how: `${PAGE} of 100,000 cases with everything a row shows; list_cases as a member against OFFSET on the conversations alone as the superuser.`,
    claims: [
      {
        name: 'ours ÷ OFFSET at 49,000',
        ratio: ratio(ours(49_000), naive(49_000)),
        reach: 40,
        worldClass: 80,
      },
      {
        name: 'cost at 49,000 ÷ cost at 0',
        ratio: ratio(ours(0), ours(49_000)),
        reach: 1.2,
        worldClass: 1.05,
        isCost: true,
      },
    ],
    figures: [
      { name: 'slope of ours, 1,000 to 49,000 (log-log)', value: curve(ours), unit: '', atMost: 0.05 },
      { name: 'slope of OFFSET', value: curve(naive), unit: '' },
    ],
    checks: [await walk(stage)],
    sameAgainstSame,
    rates,
  });
}

const ONE_ROW = `
  select e.number, e.version, e.trigger,
    (select m.text from public.messages m where m.conversation_id = $1 order by m.seq desc limit 1) as preview,
    (select count(*) from public.messages m where m.conversation_id = $1 and m.role <> 'system') as message_count
  from public.escalations e where e.conversation_id = $1 order by e.number desc limit 1`;

/** The list as it is written first: the cases, then one question for each row. */
async function rowByRow(sql: Sql, chatbot: string) {
  const cases = await sql<{ id: string }[]>`
    select * from public.conversations where chatbot_id = ${chatbot} and escalation_id is not null
    order by escalated_at desc, id desc limit ${PAGE}`;
  const rows: { preview: string; message_count: string }[] = [];
  for (const { id } of cases) {
    const [row] = await sql.unsafe<{ preview: string; message_count: string }[]>(ONE_ROW, [id], {
      prepare: true,
    });
    rows.push(row!);
  }
  return rows;
}

/** D3. */
export async function d3({ member, superuser, chatbots }: Stage): Promise<void> {
  const start: Cursor = { escalated_at: null, id: null };
  const { rates, ratio, sameAgainstSame } = await sideBySide([
    timed('one query per row', 3, () => rowByRow(superuser, chatbots.largest)),
    timed('list_cases', 30, () => page(member, chatbots.largest, start)),
  ]);
  const [mine, theirs] = [
    await page(member, chatbots.largest, start),
    await rowByRow(superuser, chatbots.largest),
  ];
  const row = (preview: unknown, count: unknown) => `${String(preview).slice(0, 160)} ${Number(count)}`;
  await report({
    metric: 'D3',
    title: 'a list of 50 with previews and counts',
    how: 'list_cases as a member against the cases and then one query for each row, as the superuser.',
    claims: [
      {
        name: 'ours ÷ one query per row',
        ratio: ratio('list_cases', 'one query per row'),
        reach: 20,
        worldClass: 50,
      },
    ],
    checks: [
      {
        name: 'the same 50 previews and counts',
        isTrue:
          mine.map((r) => row(r.last_message_preview, r.message_count)).join('\n') ===
          theirs.map((r) => row(r.preview, r.message_count)).join('\n'),
      },
    ],
    sameAgainstSame,
    rates,
  });
}
