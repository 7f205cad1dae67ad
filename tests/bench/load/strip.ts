// D1: the stat strip at a million conversations, against counting them: with every index there is, and with none. Our strip
// brings the averages and medians too, and so do the naive ones.
import type { Sql } from 'postgres';
import { report, sideBySide, type Check } from '../harness.ts';
import { median, slope, timed } from '../numbers.ts';
import { SIZES, type Stage } from './stage.ts';

const DAYS = 30;

const COUNTED = `
  with cases as (
    select escalation_status, extract(epoch from resolved_at - escalated_at) / 3600 as hours
    from public.conversations
    where chatbot_id = $1 and escalation_id is not null and escalated_at >= now() - make_interval(hours => 24 * $2)
  )
  select (select count(*) from public.conversations
      where chatbot_id = $1 and started_at is not null and last_activity_at >= now() - make_interval(hours => 24 * $2)) as population,
    (select count(*) from public.conversations
      where chatbot_id = $1 and escalation_id is not null and escalation_status = 'open') as open,
    count(*) as total, count(*) filter (where escalation_status = 'open') as unresolved,
    count(*) filter (where escalation_status = 'resolved') as resolved,
    round(avg(hours)::numeric, 2) as average, round(percentile_cont(0.5) within group (order by hours)::numeric, 2) as median
  from cases`;

// The counts alone, which is what the first draft of a strip asks for.
const COUNTS_ALONE = `
  select (select count(*) from public.conversations
      where chatbot_id = $1 and started_at is not null and last_activity_at >= now() - make_interval(hours => 24 * $2)) as population,
    (select count(*) from public.conversations
      where chatbot_id = $1 and escalation_id is not null and escalation_status = 'open') as open,
    count(*) as total, count(*) filter (where escalation_status = 'open') as unresolved
  from public.conversations
  where chatbot_id = $1 and escalation_id is not null and escalated_at >= now() - make_interval(hours => 24 * $2)`;
const OUR_COUNTS = 'select * from private.count_window($1, private.window_start($2))';

const count = (sql: Sql, chatbot: string, days: number) =>
  sql.unsafe<Record<string, string>[]>(COUNTED, [chatbot, days], { prepare: true });

/** Whether every figure is what counting gives, in windows of any length and chatbots of any size. */
async function checks({ superuser, owner, chatbots }: Stage): Promise<Check[]> {
  const differences: string[] = [];
  for (const [name, chatbot] of Object.entries(chatbots)) {
    for (const days of [1, 7, 30, 90, 366]) {
      await superuser.begin(async (sql) => {
        await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub: owner.id })}, true)`;
        const [ours] = await sql<{ s: Record<string, number> & { pills: Record<string, number> } }[]>`
          select public.triage_stats(${chatbot}, ${days}) as s`;
        const [naive] = await count(sql as unknown as Sql, chatbot, days);
        const { s } = ours!;
        const mine = [
          s['population'],
          s['total'],
          s['unresolved'],
          s['resolved'],
          s['older_open']! + s['unresolved']!,
        ];
        mine.push(s['average_hours_to_resolve'], s['median_hours_to_resolve'], s.pills['all']);
        const n = naive!;
        const theirs = [
          n['population'],
          n['total'],
          n['unresolved'],
          n['resolved'],
          n['open'],
          n['average'],
          n['median'],
        ];
        theirs.push(String(Number(n['open']) + Number(n['resolved'])));
        if (mine.join() !== theirs.map(Number).join())
          differences.push(`${name}, ${days} days: ${mine.join()} instead of ${theirs.map(Number).join()}`);
      });
    }
  }
  const name = `every figure of the strip equals count(*), for three chatbots and five windows ${differences.join('; ')}`;
  return [{ name, isTrue: differences.length === 0 }];
}

/** D1. */
export async function d1(stage: Stage): Promise<void> {
  const { member, superuser, chatbots } = stage;
  const [indexed, plain] = [await superuser.reserve(), await superuser.reserve()];
  try {
    await plain
      .unsafe('set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off')
      .simple();
    const strip = (chatbot: string) => () => member`select public.triage_stats(${chatbot}, ${DAYS})`;
    const counts = (query: string, chatbot: string) => () =>
      indexed.unsafe(query, [chatbot, DAYS], { prepare: true });
    const { rates, ratio, sameAgainstSame } = await sideBySide(
      [
        timed('count(*) with indexes', 3, () => count(indexed, chatbots.largest, DAYS)),
        timed('count(*) without indexes', 1, () => count(plain, chatbots.largest, DAYS)),
        timed('the strip at 1,000,000', 20, strip(chatbots.largest)),
        timed('the strip at 100,000', 20, strip(chatbots.middle)),
        timed('the strip at 10,000', 20, strip(chatbots.smallest)),
        timed('counts alone: count(*) with indexes', 3, counts(COUNTS_ALONE, chatbots.largest)),
        timed('counts alone: ours at 1,000,000', 40, counts(OUR_COUNTS, chatbots.largest)),
        timed('counts alone: ours at 10,000', 40, counts(OUR_COUNTS, chatbots.smallest)),
        timed('count(*) with indexes at 100,000', 3, () => count(indexed, chatbots.middle, DAYS)),
        timed('count(*) with indexes at 10,000', 3, () => count(indexed, chatbots.smallest, DAYS)),
      ],
      9,
    );
    const curve = (names: [string, string, string]) =>
      slope(names.map((name, at) => ({ size: Object.values(SIZES)[at]!, cost: 1 / median(rates[name]!) })));
    await report({
      metric: 'D1',
      title: 'the stat strip at 1,000,000 conversations',
      how: `All figures of the strip over ${DAYS} days, averages and medians included, one statement each way. Three chatbots in one database.`,
      claims: [
        {
          name: 'ours ÷ count(*) with indexes',
          ratio: ratio('the strip at 1,000,000', 'count(*) with indexes'),
          reach: 20,
          worldClass: 40,
        },
        {
          name: 'ours ÷ count(*) without indexes',
          ratio: ratio('the strip at 1,000,000', 'count(*) without indexes'),
        },
        {
          name: 'counts alone: ours ÷ count(*) with indexes',
          ratio: ratio('counts alone: ours at 1,000,000', 'counts alone: count(*) with indexes'),
          reach: 20,
          worldClass: 40,
        },
        {
          name: 'counts alone: cost at 1,000,000 ÷ cost at 10,000',
          ratio: ratio('counts alone: ours at 10,000', 'counts alone: ours at 1,000,000'),
          reach: 2,
          worldClass: 1.3,
          isCost: true,
        },
        {
          name: 'cost at 1,000,000 ÷ cost at 10,000',
          ratio: ratio('the strip at 10,000', 'the strip at 1,000,000'),
          reach: 2,
          worldClass: 1.3,
          isCost: true,
        },
      ],
      figures: [
        {
          name: 'slope of ours, 10,000 to 1,000,000 (log-log)',
          value: curve(['the strip at 1,000,000', 'the strip at 100,000', 'the strip at 10,000']),
          unit: '',
          atMost: 0.05,
        },
        {
          name: 'slope of count(*) with indexes',
          value: curve([
            'count(*) with indexes',
            'count(*) with indexes at 100,000',
            'count(*) with indexes at 10,000',
          ]),
          unit: '',
        },
      ],
      checks: await checks(stage),
      sameAgainstSame,
      rates,
    });
  } finally {
    // Whoever gets this connection next must not count without indexes.
    await plain`reset all`;
    plain.release();
    indexed.release();
  }
}
