// W3: what the widget costs the page it stands on, at a quarter of the processor's speed: the time its main thread is at work, and
// whether any single task holds it for more than 50 ms. Against the same page without it; the server behind is the real one.
import { execFileSync } from 'node:child_process';
import { chromium, type BrowserContextOptions } from '@playwright/test';
import type { Sql } from 'postgres';
import { systemChromium } from '../support/chromium.ts';
import { connectSql } from '../support/clients.ts';
import { describeStack, startOwnStack } from '../support/own-stack.ts';
import { makeChatbot, visit } from '../support/visitor.ts';
import { report, sideBySide, type Variant } from './harness.ts';
import { servePages } from './host-page.ts';
import { median } from './numbers.ts';
import { measureVisit, THROTTLE, type Cost, type Visit } from './visit.ts';

const LONG_MS = 50;
const REPETITIONS = 7;
/** The page by itself and with the button alone differ by little: each is visited so often at a time. */
const CHEAP_VISITS = 3;
/** The goals in milliseconds are those of a machine on which the page's own work takes so long; a slower one has as much more. */
const PAGE_MS = 94;
const CLOSED_MS = 50;
/** More slowed down than this the page was not alone on its processor, and its tasks are no measure. */
const SLOWEST = THROTTLE * 1.25;
const HISTORY = 200;
/** A case of nothing but long answers may hold the page a little longer. */
const LONGEST_MS = 200;
/** A piece of such an answer; repeated to the length that an answer may have. */
const MARKDOWN = `## Sizes *and* __returns__

- **Boots**, [see](https://shop.example/boots_(new)) \`a*b\`
  1. ~~old~~ _new_ \\*kept\\*

> | S | M |
> |---|---|
> | 1 | *2* |

`;

const QUESTION = 'How do I return boots?';
const ROOT = `document.querySelector('handoff-widget')?.shadowRoot`;
/** The middle of the button, in a window of 1280 × 800. */
const BUTTON = [1232, 752] as const;

const BARE = 'a page without it';
const CLOSED = 'closed: the button alone';
const OPEN = 'open';
const ASKED = 'open, asked and answered';
const RETURNED = `open, with ${HISTORY} messages of before`;
const LONG = `open, with ${HISTORY} messages of 4,000 characters of Markdown`;

export async function w3(): Promise<void> {
  execFileSync('npm', ['run', 'build:widget'], { stdio: 'ignore' });
  const stack = await startOwnStack();
  const { api_url, db_url } = describeStack(stack);
  const sql = connectSql({ db_url });
  const { chatbotId } = await makeChatbot(sql);
  await sql`insert into public.answers (chatbot_id, question, answer)
    values (${chatbotId}, ${QUESTION}, 'Returns are **free** within 60 days.')`;
  const pages = await servePages(api_url, chatbotId);
  const returning = await earlierVisit(
    sql,
    api_url,
    chatbotId,
    pages.origin,
    'About **boots** and how to return them.',
  );
  const reading = await earlierVisit(
    sql,
    api_url,
    chatbotId,
    pages.origin,
    MARKDOWN.repeat(100).slice(0, 4000),
  );
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-gpu'],
    ...(systemChromium && { executablePath: systemChromium }),
  });
  const costs: Record<string, Cost[]> = {};
  const variant = (name: string, act: Visit['act'], path = '/', context = {}): Variant => ({
    name,
    run: async () => {
      const visits: Cost[] = [];
      for (let nth = 0; nth < (name === BARE || name === CLOSED ? CHEAP_VISITS : 1); nth++)
        visits.push(await measureVisit(browser, { url: pages.origin + path, act, context }));
      (costs[name] ??= []).push(...visits);
      return 1000 / median(visits.map(({ taskMs }) => taskMs));
    },
  });
  const { rates, ratio, sameAgainstSame } = await sideBySide(
    [
      variant(BARE, async () => undefined, '/bare'),
      variant(CLOSED, close),
      variant(OPEN, open),
      variant(ASKED, ask),
      variant(RETURNED, comeBack, '/', returning),
      variant(LONG, comeBack, '/', reading),
    ],
    REPETITIONS,
  );
  await browser.close();
  pages.close();
  await sql.end();
  await stack.stop();

  const middle = (name: string, field: keyof Cost) => median(costs[name]!.map((cost) => cost[field]));
  const worst = (name: string) => Math.round(Math.max(...costs[name]!.map(({ longestMs }) => longestMs)));
  const slowness = median(Object.values(costs).flatMap((all) => all.map((cost) => cost.slowness)));
  const ours = [CLOSED, OPEN, ASKED, RETURNED, LONG];
  const pageMs = middle(BARE, 'taskMs');
  const share = Math.max(1, pageMs / PAGE_MS);
  const most = (name: string) => Math.round((name === LONG ? LONGEST_MS : LONG_MS) * share);
  const addedMs = (name: string) => middle(name, 'taskMs') - pageMs;
  const closedMost = Math.round(CLOSED_MS * share);
  await report({
    metric: 'W3',
    title: 'the widget on a page at a quarter of the speed',
    how:
      `Main-thread time of a page that builds a shop's shelves, as pages per second of it; with the widget against without. ` +
      `Milliseconds are processor time at ${THROTTLE}× throttle, in the middle of ${REPETITIONS + 1} rounds. The page's own work took ` +
      `${Math.round(pageMs)} ms; goals in milliseconds are for one of ${PAGE_MS}, and grow with it. Its longest task ` +
      `took ${Math.round(middle(BARE, 'longestMs'))} ms; the worst of all visits ${ours.map((name) => `${worst(name)} ms (${name})`).join(', ')}.`,
    claims: ours.map((name) => ({ name: `${name} ÷ without`, ratio: ratio(name, BARE) })),
    figures: ours.flatMap((name) => [
      { name: `longest task, ${name}`, value: middle(name, 'longestMs'), unit: 'ms', atMost: most(name) },
      {
        name: `added work, ${name}`,
        value: addedMs(name),
        unit: 'ms',
        ...(name === CLOSED && { atMost: closedMost }),
      },
    ]),
    checks: [
      {
        name: `${CLOSED}: adds no more than ${closedMost} ms of work`,
        isTrue: addedMs(CLOSED) <= closedMost,
      },
      ...[BARE, ...ours].map((name) => ({
        name: `${name}: no task is longer than ${most(name)} ms`,
        isTrue: middle(name, 'longestMs') <= most(name),
      })),
      {
        name: `the page ran at ${slowness.toFixed(1)}× throttle, not slower than ${SLOWEST}×`,
        isTrue: slowness <= SLOWEST,
      },
    ],
    sameAgainstSame,
    rates,
  });
}

const close: Visit['act'] = (_page, until) => until(`${ROOT}?.querySelector('.launcher')`);

const open: Visit['act'] = async (page, until) => {
  await close(page, until);
  await page.mouse.click(...BUTTON);
  await until(`${ROOT}.activeElement?.tagName === 'TEXTAREA'`);
};

const ask: Visit['act'] = async (page, until) => {
  await open(page, until);
  await page.keyboard.type(QUESTION);
  await page.keyboard.press('Enter');
  await until(`${ROOT}.textContent.includes('Returns are free within 60 days.')`);
};

const comeBack: Visit['act'] = async (page, until) => {
  await open(page, until);
  await until(`${ROOT}.querySelectorAll('.turn').length > ${HISTORY}`);
};

/** A browser that has been here before; of all that was said every other message is a visitor's, unless it is long. */
async function earlierVisit(
  sql: Sql,
  api: string,
  chatbotId: string,
  origin: string,
  text: string,
): Promise<BrowserContextOptions> {
  const { token, conversationId } = await visit(api, chatbotId);
  await sql`insert into public.messages (conversation_id, chatbot_id, role, text)
    select ${conversationId}, ${chatbotId}, case when n % 2 = 0 and ${text.length} < 4000 then 'visitor' else 'assistant' end::public.message_role, ${text}::text
    from generate_series(1, ${HISTORY}) n`;
  const value = JSON.stringify({ token, conversation_id: conversationId });
  const localStorage = [{ name: `handoff:${chatbotId}:session`, value }];
  return { storageState: { cookies: [], origins: [{ origin, localStorage }] } };
}
