// D6: a million rows through the app's own export, against COPY of the same columns; how much memory the app takes meanwhile; and
// whether the database stops when the browser does.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { report, sideBySide, type Check, type Variant } from '../harness.ts';
import { waitFor } from '../../support/clients.ts';
import { deskOf, signInToApp } from './desk.ts';
import { SIZES, type Stage } from './stage.ts';

const MEGABYTE = 1024 * 1024;
const PAGE_BYTES = 4096;
const SAMPLE_MILLISECONDS = 100;
const ID_LENGTH = 36;
const SAMPLE_DAYS = 30;
const WHOLE_DAYS = 365;

const columns = (chatbot: string, days: number) => `
  select c.id, c.reference, c.session_id, e.status, e.number, c.escalation_count, e.trigger, e.ask_count, e.question,
    e.escalated_at, e.first_opened_at, e.first_replied_at, e.resolved_at, c.last_message_at, p.display_name, q.display_name,
    coalesce(l.name, c.visitor_name), coalesce(l.email, c.visitor_email), l.phone, c.language, c.page_url, c.message_count,
    case when e.id is not null then private.alert_outcome_of(e.id) end
  from public.conversations c
  left join public.escalations e on e.id = c.escalation_id
  left join public.leads l on l.conversation_id = c.id
  left join public.profiles p on p.user_id = e.resolved_by
  left join public.profiles q on q.user_id = c.claimed_by
  where c.chatbot_id = '${chatbot}' and c.started_at is not null and c.last_activity_at >= now() - interval '${24 * days} hours'
  order by c.last_activity_at desc, c.id desc`;

/** Lines of a CSV after its header, and the hash of the ids that they begin with. */
async function readLines(stream: AsyncIterable<Uint8Array>): Promise<{ lines: number; ids: string }> {
  const hash = createHash('sha256');
  let lines = -1;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split(/(?<=\n)(?="?[0-9a-f]{8}-)/);
    rest = parts.pop() ?? '';
    for (const part of parts) {
      if (lines >= 0) hash.update(part.replace('"', '').slice(0, ID_LENGTH));
      lines += 1;
    }
  }
  hash.update(rest.replace('"', '').slice(0, ID_LENGTH));
  return { lines: lines + 1, ids: hash.digest('hex') };
}

/** D6. */
export async function d6(stage: Stage): Promise<void> {
  const { superuser, chatbots, app } = stage;
  const cookie = await signInToApp(stage);
  const address = (days: number) =>
    `${deskOf(stage, chatbots.largest)}/export.csv?filter=population&days=${days}`;
  const fromApp = async (days: number, signal?: AbortSignal) => {
    const answer = await fetch(address(days), { headers: { cookie }, ...(signal && { signal }) });
    if (!answer.ok || !answer.body) throw new Error(`The export answered ${answer.status}.`);
    return answer.body as AsyncIterable<Uint8Array>;
  };
  /** Takes all that it gives as it comes: the driver's stream may stop for good when it is read by iteration. */
  const copied = async (days: number): Promise<void> => {
    const query = `copy (${columns(chatbots.largest, days)}) to stdout (format csv)`;
    const stream: Readable = await superuser.unsafe(query).readable();
    await finished(stream.resume());
  };
  const [{ rows = 0 } = {}] = await superuser<{ rows: number }[]>`
    select count(*)::int as rows from public.conversations
    where chatbot_id = ${chatbots.largest} and last_activity_at >= now() - make_interval(days => ${SAMPLE_DAYS})`;
  const perSecond = (name: string, take: () => Promise<void>): Variant => ({
    name,
    async run() {
      const start = performance.now();
      await take();
      return (1000 * rows) / (performance.now() - start);
    },
  });
  const { rates, ratio, sameAgainstSame } = await sideBySide(
    [
      perSecond('copy … to stdout', () => copied(SAMPLE_DAYS)),
      perSecond('the export of the app', async () => {
        for await (const chunk of await fromApp(SAMPLE_DAYS)) void chunk;
      }),
      {
        name: 'naive: all rows at once, built in Node',
        async run() {
          const start = performance.now();
          const all = await superuser.unsafe<Record<string, unknown>[]>(
            columns(chatbots.largest, SAMPLE_DAYS),
          );
          const text = all
            .map((row) =>
              Object.values(row)
                .map((cell) => JSON.stringify(String(cell ?? '')))
                .join(),
            )
            .join('\r\n');
          return (1000 * all.length) / (text.length > 0 ? performance.now() - start : 0);
        },
      },
    ],
    3,
  );

  const before = resident(app.pid);
  let highest = before;
  const sampling = setInterval(() => (highest = Math.max(highest, resident(app.pid))), SAMPLE_MILLISECONDS);
  const start = performance.now();
  const whole = await readLines(await fromApp(WHOLE_DAYS));
  const took = performance.now() - start;
  const highestOfFirst = highest;
  await readLines(await fromApp(WHOLE_DAYS));
  clearInterval(sampling);
  const wanted = await idsInDatabase(stage);
  const checks: Check[] = [
    {
      name: `${SIZES.largest.toLocaleString('en')} rows after the header, with the ids and in the order of the database`,
      isTrue: wanted.lines === SIZES.largest && whole.lines === wanted.lines && whole.ids === wanted.ids,
    },
    await cancelled(stage, fromApp),
  ];
  await report({
    metric: 'D6',
    title: 'the CSV of a million conversations',
    how: `Rows a second over ${rows.toLocaleString('en')} rows of ${SAMPLE_DAYS} days, and once over all ${SIZES.largest.toLocaleString('en')}, from the export route of the built app.`,
    claims: [
      {
        name: 'the app ÷ copy',
        ratio: ratio('the export of the app', 'copy … to stdout'),
        reach: 0.4,
        worldClass: 0.7,
      },
      {
        name: 'naive, built in Node ÷ copy',
        ratio: ratio('naive: all rows at once, built in Node', 'copy … to stdout'),
      },
    ],
    figures: [
      {
        name: 'memory the app gained over a million rows',
        value: (highestOfFirst - before) / MEGABYTE,
        unit: 'MB',
        atMost: 30,
      },
      {
        name: 'memory it gained over a second million after that',
        value: (highest - highestOfFirst) / MEGABYTE,
        unit: 'MB',
        atMost: 10,
      },
      { name: 'a million rows', value: took / 1000, unit: 's' },
    ],
    checks,
    sameAgainstSame,
    rates,
  });
}

/** What the file must hold: how many cases, and the hash of their ids in order. */
async function idsInDatabase({ superuser, chatbots }: Stage): Promise<{ lines: number; ids: string }> {
  const hash = createHash('sha256');
  let lines = 0;
  const cases = superuser<{ id: string }[]>`
    select id from public.conversations
    where chatbot_id = ${chatbots.largest} and started_at is not null
      and last_activity_at >= now() - make_interval(hours => ${24 * WHOLE_DAYS})
    order by last_activity_at desc, id desc`;
  for await (const rows of cases.cursor(10_000)) {
    for (const { id } of rows) hash.update(id);
    lines += rows.length;
  }
  return { lines, ids: hash.digest('hex') };
}

function resident(pid: number | undefined): number {
  const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
  return Number(pages) * PAGE_BYTES;
}

/** A browser that gives up in the middle: a second later the database works for nobody. */
async function cancelled(
  { superuser }: Stage,
  fromApp: (days: number, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>,
): Promise<Check> {
  const aborting = new AbortController();
  const stream = (await fromApp(WHOLE_DAYS, aborting.signal))[Symbol.asyncIterator]();
  await stream.next();
  await stream.next();
  aborting.abort();
  const since = performance.now();
  const busy = async () => {
    const [found] = await superuser<{ n: number }[]>`
      select count(*)::int as n from pg_stat_activity
      where usename = 'authenticator' and state = 'active' and query like '%export_lines%'`;
    return found!.n;
  };
  let quietSince: number | null = null;
  const quiet = await waitFor('a quiet database', async () => {
    quietSince = (await busy()) === 0 ? (quietSince ?? performance.now()) : null;
    return quietSince !== null && performance.now() - quietSince > 1000 && quietSince;
  });
  const milliseconds = Math.round(quiet - since);
  return {
    name: `a download that is given up is out of the database after ${milliseconds} ms`,
    isTrue: milliseconds < 1000,
  };
}
