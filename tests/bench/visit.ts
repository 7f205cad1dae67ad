// One visit to a page at a quarter of the processor's speed, and what it asked of the page's main thread. Nothing of the test's
// own may run there: a locator or `page.evaluate` brings a script of Playwright's into the page, larger than what is
// measured here. So the page is watched by one-line expressions, and touched by mouse and keyboard alone.
import type { Browser, BrowserContextOptions, CDPSession, Page } from '@playwright/test';

export const THROTTLE = 4;
/** When a page has everything: how often to look. */
const LOOK_EVERY_MS = 100;
const GIVE_UP_MS = 60_000;

export interface Cost {
  /** Milliseconds at work, on the processor. */
  taskMs: number;
  /** The longest it was at work without a pause. */
  longestMs: number;
  /** By how much the page was really slowed down: more than asked for when others use the machine. */
  slowness: number;
}

export interface Visit {
  url: string;
  context?: BrowserContextOptions;
  act(page: Page, until: (expression: string) => Promise<void>): Promise<void>;
}

/** The page is loaded and at rest before the clock starts; its event `go` then begins everything. */
export async function measureVisit(browser: Browser, visit: Visit): Promise<Cost> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...visit.context });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  // Time at work, not time gone by: what another process does meanwhile is not the page's.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(visit.url);
  await page.waitForLoadState('networkidle');
  const slowness = await slowDown(devtools);

  const before = await taskTime(devtools);
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing', '__metadata'] });
  await look(devtools, `performance.mark('${MARK}'), document.dispatchEvent(new Event('go'))`);
  await until(devtools, 'document.documentElement.dataset.done');
  await visit.act(page, (expression) => until(devtools, expression));
  await page.waitForLoadState('networkidle');
  const taskMs = (await taskTime(devtools)) - before;
  const longestMs = longestTask((await browser.stopTracing()).toString());
  await context.close();
  return { taskMs, longestMs, slowness };
}

/** Throttles, and weighs the same piece of work before and after. */
async function slowDown(devtools: CDPSession): Promise<number> {
  const weigh = async () => {
    const before = await taskTime(devtools);
    await look(devtools, 'for (let i = 0, sum = 0; i < 4e6; i++) sum += Math.sqrt(i)');
    return (await taskTime(devtools)) - before;
  };
  await weigh();
  const full = await weigh();
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  await weigh();
  return (await weigh()) / full;
}

async function look(devtools: CDPSession, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = await devtools.send('Runtime.evaluate', { expression });
  if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
  return result.value;
}

async function until(devtools: CDPSession, expression: string): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS;
  while (!(await look(devtools, `!!(${expression})`))) {
    if (Date.now() > deadline) throw new Error(`Never true: ${expression}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function taskTime(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')!.value * 1000;
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Time on the processor, in microseconds. */
  tdur?: number;
}

const MARK = 'visit begins';

/** The longest that the thread of the mark was at work without a pause. Processor time: waiting for it makes no task longer. */
function longestTask(trace: string): number {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const page = traceEvents.find(({ name }) => name === MARK);
  if (!page) throw new Error('The trace has lost the page.');
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith('RunTask') && pid === page.pid && tid === page.tid,
  );
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
}
