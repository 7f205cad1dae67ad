// Searching a million conversations through the Data API as the dashboard does, with the words that are hardest: one and two
// characters, a word that is everywhere, one that is nowhere, other scripts, wildcards. Every answer is compared with reading
// everything.
import type { Sql } from 'postgres';
import { rpc } from '../../support/clients.ts';
import { report, sideBySide, type Check, type Figure } from '../harness.ts';
import { milliseconds, quantile, timed } from '../numbers.ts';
import type { Stage } from './stage.ts';

const ROUNDS = 5;
const PAGE = 50;
const GOAL_MILLISECONDS = 300;
const VIEWS = [
  { filter: 'unresolved', days: 30 },
  { filter: 'all', days: 90 },
  { filter: 'total', days: 366 },
  { filter: 'population', days: 90 },
];

/** What people type, by kind; the names are taken from a case of eleven months ago. */
async function terms({ superuser, chatbots }: Stage): Promise<Record<string, string>> {
  const [old] = await superuser<
    { session_id: string; reference: string; visitor_email: string; visitor_name: string }[]
  >`
    select session_id, reference, visitor_email, visitor_name from public.conversations
    where chatbot_id = ${chatbots.largest} and escalation_id is not null and visitor_name is not null
    order by escalated_at limit 1 offset 400`;
  return {
    'one letter, everywhere': 'e',
    'one letter, seldom': 'ß',
    'one character, nowhere': '~',
    'two letters, everywhere': 'or',
    'two letters, seldom': 'xy',
    'two letters, in references': 'qq',
    'two letters, nowhere': 'øå',
    'two characters of Japanese': '返品',
    'a word of Hebrew': 'נציג',
    'a very common word': 'order',
    'two common words': 'the parcel',
    'a product': 'jade camera mini',
    'one of a few thousand': 'größe',
    'a word in a dozen messages': 'xylophone',
    nothing: 'no such words anywhere',
    wildcards: '%_\\',
    'wildcards in a text': '100%_deal\\sale',
    'a session': old!.session_id,
    'a reference': old!.reference,
    'an address': old!.visitor_email,
    'a part of addresses': '@mail.example',
    'a name': old!.visitor_name,
  };
}

/** The first rows of the list by reading everything, in the order of the list. */
const NAIVE = `
  select c.id from public.conversations c
  where c.chatbot_id = $1 and c.escalation_id is not null and c.escalated_at >= now() - make_interval(hours => 24 * $3)
    and (exists (select from public.messages m where m.conversation_id = c.id and m.text ilike $2)
      or concat_ws(' ', c.reference, c.session_id, c.visitor_name, c.visitor_email) ilike $2
      or exists (select from public.leads l where l.conversation_id = c.id and concat_ws(' ', l.name, l.email, l.phone) ilike $2))
  order by c.escalated_at desc, c.id desc limit 200`;

const naive = (sql: Sql, chatbot: string, term: string, days: number) =>
  sql.unsafe<{ id: string }[]>(NAIVE, [chatbot, `%${term.replace(/[\\%_]/g, '\\$&')}%`, days], {
    prepare: true,
  });

/** Search. */
export async function search(stage: Stage): Promise<void> {
  const { owner, superuser, chatbots } = stage;
  const chatbot_id = chatbots.largest;
  const find = (search: string, view: { filter: string; days: number }, max_rows = PAGE) =>
    rpc<{ id: string }[]>(owner.db, 'list_cases', { chatbot_id, search, ...view, max_rows });
  const all: number[] = [];
  const figures: Figure[] = [];
  const checks: Check[] = [];
  for (const [kind, term] of Object.entries(await terms(stage))) {
    const took: number[] = [];
    for (const view of VIEWS) {
      for (let round = 0; round < ROUNDS; round += 1) took.push(await milliseconds(() => find(term, view)));
    }
    all.push(...took);
    figures.push({
      name: `p95, ${kind}`,
      value: quantile(took, 0.95),
      unit: 'ms',
      atMost: GOAL_MILLISECONDS,
    });
    const year = { filter: 'total', days: 366 };
    const [mine, theirs] = [await find(term, year, 200), await naive(superuser, chatbot_id, term, year.days)];
    const isTrue = mine.map(({ id }) => id).join() === theirs.map(({ id }) => id).join();
    checks.push({ name: `${kind}: the same ${theirs.length} cases as reading everything`, isTrue });
  }
  const nowhere = 'no such words anywhere';
  const { rates, ratio, sameAgainstSame } = await sideBySide(
    [
      timed('reading everything', 1, () => naive(superuser, chatbot_id, nowhere, 366)),
      timed('search', 3, () => find(nowhere, VIEWS[2]!)),
    ],
    5,
  );
  await report({
    metric: 'S1',
    title: 'search among 1,000,000 conversations',
    how: `Each term in ${VIEWS.length} views, ${ROUNDS} times each, through the Data API as a member; the naive way reads every case of a year with ILIKE.`,
    claims: [
      {
        name: 'words that are nowhere: ours ÷ reading everything',
        ratio: ratio('search', 'reading everything'),
      },
    ],
    figures: [
      { name: 'p95 of all searches', value: quantile(all, 0.95), unit: 'ms', atMost: GOAL_MILLISECONDS },
      ...figures,
    ],
    checks,
    sameAgainstSame,
    rates,
  });
}
