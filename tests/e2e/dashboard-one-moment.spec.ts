// Whatever counts requests says the same number: the strip and the line below it, the list, the charts and the file, while visitors
// ask, mails bounce and colleagues resolve. HANDOFF_SEED repeats a story, HANDOFF_STORY_SECONDS lengthens it.
import type { Page } from '@playwright/test';
import type { Sql } from 'postgres';
import { converse, createTeam, escalate, expect, openDesk, test, type Person } from './dashboard-stage.ts';

const SECONDS = Number(process.env['HANDOFF_STORY_SECONDS'] ?? 20);
const SEED = Number(process.env['HANDOFF_SEED'] ?? Date.now() % 100_000);
/** How long a figure may be behind. */
const BEHIND_MILLISECONDS = 1500;

/** A small generator of numbers from 0 to 1 (mulberry32), the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One thing that happens to a chatbot's cases. */
async function happen(sql: Sql, chatbot_id: string, colleague: Person, random: () => number): Promise<void> {
  const dice = random();
  if (dice < 0.4) {
    await converse(sql, chatbot_id, { name: `Visitor ${Math.floor(random() * 1000)}` });
    return;
  }
  if (dice < 0.65) {
    const [open] = await sql<{ id: string }[]>`
      select id from escalations where chatbot_id = ${chatbot_id} and status = 'open' order by md5(id::text || ${String(random())}) limit 1`;
    if (open)
      await colleague.db.rpc('resolve_escalation', { escalation_id: open.id, expected_version: null });
    return;
  }
  if (dice < 0.8) {
    const [resolved] = await sql<{ id: string }[]>`
      select id from conversations where chatbot_id = ${chatbot_id} and escalation_status = 'resolved' limit 1`;
    if (resolved) await escalate(sql, resolved.id);
    return;
  }
  // Until the last mail of an escalation has failed it counts as on the way.
  await sql`
    update deliveries set status = 'bounced', reason = 'HardBounce', next_attempt_at = null
    where escalation_id = (select escalation_id from deliveries
      where chatbot_id = ${chatbot_id} and purpose = 'alert' and status <> 'bounced' limit 1)`;
}

interface Figures {
  total: number;
  unresolved: number;
  failed: number;
}

async function truth(sql: Sql, chatbot_id: string): Promise<Figures> {
  const [figures] = await sql<Figures[]>`
    select count(*)::int as total, count(*) filter (where escalation_status = 'open')::int as unresolved,
      count(*) filter (where private.alert_outcome_of(escalation_id) = 'alert_failed')::int as failed
    from conversations where chatbot_id = ${chatbot_id} and escalation_id is not null`;
  return figures!;
}

/** What one window shows, read in one instant. */
function read(
  page: Page,
): Promise<Figures & { line: number; listed: number; pill: number; buckets: number }> {
  return page.evaluate(() => {
    const number = (selector: string) =>
      Number(document.querySelector(selector)?.textContent?.replace(/\D/g, '') || 0);
    const buckets = [...document.querySelectorAll('.line > [data-counts]:not([data-counts="total"])')];
    return {
      total: number('[data-figure="total"] .value'),
      unresolved: number('[data-figure="unresolved_in_window"] .value'),
      failed: number('[data-counts="alert_failed"]'),
      line: number('[data-counts="total"]'),
      listed: document.querySelectorAll('[data-row]').length,
      pill: number('[data-pill="unresolved"] .count'),
      buckets: buckets.reduce((sum, bucket) => sum + Number(bucket.textContent?.replace(/\D/g, '')), 0),
    };
  });
}

test('strip, line, list, charts and file are of one moment, whatever happens', async ({
  enter,
  stack,
  sql,
}) => {
  test.setTimeout(120_000 + SECONDS * 1000);
  const random = randomFrom(SEED);
  const team = await createTeam(stack, sql);
  for (let made = 0; made < 3; made++) await converse(sql, team.chatbot_id);
  const page = await enter(team.agent, { viewport: { width: 1280, height: 2400 } });
  const charts = await page.context().newPage();
  await openDesk(page, team.desk);
  await openDesk(charts, `${team.desk}/insights`);

  /** What was true, and until when; the last one still is. */
  const history: { figures: Figures; until: number }[] = [];
  const note = async () => {
    const figures = await truth(sql, team.chatbot_id);
    const last = history.at(-1);
    if (last) last.until = performance.now();
    history.push({ figures, until: Infinity });
  };
  const wasTrue = (name: keyof Figures, value: number, since: number) =>
    history.some(({ figures, until }) => until >= since && figures[name] === value);

  await note();
  const faults: string[] = [];
  const end = performance.now() + SECONDS * 1000;
  let isOver = false;
  const life = (async () => {
    while (!isOver) {
      await happen(sql, team.chatbot_id, team.owner, random);
      await note();
      const pause = 100 + random() * 900;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  })();

  for (let samples = 0; performance.now() < end; samples++) {
    const began = performance.now();
    const [desk, chart, file] = await Promise.all([
      read(page),
      charts.evaluate(() => Number(document.querySelector('[data-total]')?.textContent?.replace(/\D/g, ''))),
      page.request.get(`${team.desk}/export.csv?filter=total`).then((answer) => answer.text()),
    ]);
    const exported = file.trim().split('\r\n').length - 1;
    // How long a busy machine takes to answer us, it takes to answer the page, which asks once for a notice and once for the list.
    const since = began - BEHIND_MILLISECONDS - 2 * (performance.now() - began);
    const say = (what: string) => faults.push(`${Math.round(began)}: ${what} (seed ${SEED})`);
    if (desk.total !== desk.line) say(`the strip says ${desk.total}, the line ${desk.line}`);
    if (desk.total !== desk.buckets) say(`the strip says ${desk.total}, the buckets ${desk.buckets}`);
    if (desk.unresolved !== desk.listed) say(`the strip says ${desk.unresolved}, the list ${desk.listed}`);
    if (desk.unresolved !== desk.pill) say(`the strip says ${desk.unresolved}, the pill ${desk.pill}`);
    for (const name of ['total', 'unresolved', 'failed'] as const)
      if (!wasTrue(name, desk[name], since)) say(`${name} ${desk[name]} is of long ago`);
    if (!wasTrue('total', chart, since)) say(`the chart's ${chart} is of long ago`);
    if (!wasTrue('total', exported, since)) say(`the file's ${exported} is of long ago`);
    const rest = 1000 - (performance.now() - began);
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  }
  isOver = true;
  await life;
  expect(faults).toEqual([]);
});
