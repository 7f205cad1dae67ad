// W3: what the widget costs the page it stands on, at a quarter of the processor's speed: the time its main thread is at work, and
// whether any single task holds it for more than 50 ms. Against a page without it; the server behind is the real one.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { connectSql } from '../support/clients.ts';
import { describeStack, startOwnStack } from '../support/own-stack.ts';
import { makeChatbot } from '../support/visitor.ts';
import { report, sideBySide, type Variant } from './harness.ts';

const THROTTLE = 4;
const LONG_MS = 50;
const REPETITIONS = 9;

/** What a page asked of its main thread. */
interface Cost {
  taskMs: number;
  longestMs: number;
}

export async function w3(): Promise<void> {
  execFileSync('npm', ['run', 'build:widget'], { stdio: 'ignore' });
  const stack = await startOwnStack();
  const { api_url, ...rest } = describeStack(stack);
  const sql = connectSql({ db_url: rest.db_url });
  const { chatbotId } = await makeChatbot(sql);
  await sql`insert into public.answers (chatbot_id, question, answer)
    values (${chatbotId}, 'How do I return boots?', 'Returns are **free** within 60 days.')`;
  const server = await servePages(api_url, chatbotId);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const system = '/usr/bin/chromium';
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-gpu'],
    ...(existsSync(system) && { executablePath: system }),
  });
  const costs: Record<string, Cost[]> = {};
  const variant = (name: string, path: string, act: (page: Page) => Promise<void>): Variant => ({
    name,
    run: async () => {
      const cost = await measure(browser, origin + path, act);
      (costs[name] ??= []).push(cost);
      return 1000 / cost.taskMs;
    },
  });
  const { rates, ratio, sameAgainstSame } = await sideBySide(
    [
      variant('a page without it', '/bare', settle),
      variant('closed: the button alone', '/', closed),
      variant('open, asked and answered', '/', opened),
    ],
    REPETITIONS,
  );
  await browser.close();
  server.close();
  await sql.end();
  await stack.stop();

  const added = (name: string) =>
    median(costs[name]!, 'taskMs') - median(costs['a page without it']!, 'taskMs');
  const longest = (name: string) => Math.round(median(costs[name]!, 'longestMs'));
  const [button, panel] = ['closed: the button alone', 'open, asked and answered'];
  await report({
    metric: 'W3',
    title: 'the widget on a page at a quarter of the speed',
    how:
      `Main-thread time of a page at ${THROTTLE}× throttle, as pages per second of it; a page with the widget against one without. ` +
      `The button adds ${Math.round(added(button!))} ms, opening it, asking and being answered ${Math.round(added(panel!))} ms; ` +
      `the longest single tasks took ${longest(button!)} ms and ${longest(panel!)} ms, on the page without it ${longest('a page without it')} ms.`,
    claims: [
      { name: 'closed ÷ without', ratio: ratio(button!, 'a page without it') },
      { name: 'open ÷ without', ratio: ratio(panel!, 'a page without it') },
    ],
    checks: [
      {
        name: `closed, no task of its own is longer than ${LONG_MS} ms`,
        isTrue: longest(button!) <= LONG_MS,
      },
      { name: `opening, no task is longer than ${LONG_MS} ms`, isTrue: longest(panel!) <= LONG_MS },
    ],
    sameAgainstSame,
    rates,
  });
}

const median = (costs: Cost[], field: keyof Cost) =>
  costs.map((cost) => cost[field]).sort((a, b) => a - b)[costs.length >> 1]!;

/** One visit in a context of its own. The page itself is loaded before the clock starts; the widget comes after. */
async function measure(browser: Browser, url: string, act: (page: Page) => Promise<void>): Promise<Cost> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  // Time at work, not time gone by: what another process does meanwhile is not the page's.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  await page.goto(url);
  await page.waitForLoadState('load');
  const before = await taskTime();
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await page.evaluate(() => document.dispatchEvent(new Event('go')));
  await act(page);
  const taskMs = (await taskTime()) - before;
  const longestMs = longestTask((await browser.stopTracing()).toString());
  await context.close();
  return { taskMs, longestMs };

  async function taskTime(): Promise<number> {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
  }
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  args?: { name?: string };
  /** Time on the processor, in microseconds. */
  tdur?: number;
}

/** The longest that a page's main thread was at work without a pause. Processor time: a busy machine makes no task longer. */
function longestTask(trace: string): number {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid}:${tid}`;
  const pages = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(threadOf),
  );
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && pages.has(threadOf(event)));
  return Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1000));
}

/** Two frames after everything is quiet. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

async function closed(page: Page): Promise<void> {
  await page.locator('handoff-widget .launcher').waitFor();
  await settle(page);
}

async function opened(page: Page): Promise<void> {
  const widget = page.locator('handoff-widget');
  await widget.locator('.launcher').click();
  await widget.locator('textarea').fill('How do I return boots?');
  await widget.locator('textarea').press('Enter');
  await widget.getByText('Returns are free within 60 days.').waitFor();
  await settle(page);
}

async function servePages(api: string, chatbotId: string): Promise<Server> {
  const page = (script: string) => `<!doctype html><title>Host</title><h1>A page</h1><script>
    document.addEventListener('go', () => { ${script} })</script>`;
  const embed = `const s = document.createElement('script'); s.src = '/widget.js';
    s.dataset.chatbot = '${chatbotId}'; s.dataset.api = '${api}'; document.head.append(s);`;
  const server = createServer(({ url = '/' }, response) => {
    const isScript = /^\/widget[\w/.-]*\.js$/.test(url);
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    if (isScript) response.end(readFileSync(join('static', url)));
    else response.end(page(url === '/bare' ? '' : embed));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}
