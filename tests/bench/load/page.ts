// The triage page at a million conversations: how long until its rows can be used, and how long after a press, a click or a key
// the next frame comes, by the browser's own Event Timing.
import type { Page } from '@playwright/test';
import { report, type Figure } from '../harness.ts';
import { quantile } from '../numbers.ts';
import { enter, launch, press, throttle } from './browser.ts';
import { deskOf } from './desk.ts';
import type { Stage } from './stage.ts';

const SLOWER = 4;
const LOADS = 7;
const OPENED = 12;
const RESOLVED = 6;
const OPENED_ANSWER = /\/open$/;
const LIST_ANSWER = /\/overview\?/;
/** Event Timing says nothing about what is over within a frame. */
const LEAST_MILLISECONDS = 16;

/** Milliseconds from the navigation until a click on a row is the page's and no longer the link's. */
async function untilUsable(page: Page, address: string): Promise<number> {
  await page.goto(address, { waitUntil: 'commit' });
  return await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let isTaken = false;
        addEventListener('click', (event) => {
          isTaken = event.defaultPrevented;
          event.preventDefault();
        });
        const look = () => {
          const row = document.querySelector('[data-case]');
          row?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, button: 0 }));
          if (isTaken) resolve(performance.now());
          else setTimeout(look, 5);
        };
        look();
      }),
  );
}

/** P1: from the address to rows that can be clicked. */
export async function usable(stage: Stage): Promise<void> {
  const browser = await launch();
  try {
    const page = await enter(browser, stage);
    const address = deskOf(stage, stage.chatbots.largest);
    await untilUsable(page, address);
    const took: number[] = [];
    for (let load = 0; load < LOADS; load += 1) took.push(await untilUsable(page, address));
    const rows = await page.locator('[data-case]').count();
    await report({
      metric: 'P1',
      title: 'the triage page at 1,000,000 conversations',
      how: `Navigation until a click on a row is handled, ${LOADS} loads of the built app in Chromium, not throttled, on the machine that also serves it.`,
      claims: [],
      figures: [
        { name: 'median', value: quantile(took, 0.5), unit: 'ms', atMost: 1000 },
        { name: 'slowest', value: Math.max(...took), unit: 'ms', atMost: 1000 },
      ],
      checks: [{ name: `${rows} rows are drawn`, isTrue: rows > 0 }],
      rates: {},
    });
  } finally {
    await browser.close();
  }
}

/** Begins to collect the durations of interactions, by their id. */
async function observe(page: Page): Promise<void> {
  await page.evaluate(() => {
    const found = new Map<number, number>();
    Object.assign(globalThis, { found });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEventTiming & { interactionId: number })[]) {
        if (entry.interactionId)
          found.set(entry.interactionId, Math.max(found.get(entry.interactionId) ?? 0, entry.duration));
      }
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
}

/** The durations since the last call; as many as there were interactions. */
async function collect(page: Page, interactions: number): Promise<number[]> {
  await page.waitForLoadState('networkidle');
  const slow = await page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        // The observer hears of an interaction after the frame that it led to.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(tell)));
        function tell() {
          const { found } = globalThis as unknown as { found: Map<number, number> };
          resolve([...found.values()]);
          found.clear();
        }
      }),
  );
  const rest = Math.max(0, interactions - slow.length);
  return [...slow, ...Array.from({ length: rest }, () => LEAST_MILLISECONDS)];
}

/** What the machine itself takes just now: clicks on a button that changes one word, on a page with nothing else. */
async function clicksOnNothing(page: Page): Promise<number[]> {
  await page.setContent('<button onclick="this.textContent = Math.random()">Press</button>');
  await observe(page);
  for (let index = 0; index < OPENED; index += 1) await press(page, page.locator('button'));
  return await collect(page, OPENED);
}

/** D7. */
export async function d7(stage: Stage): Promise<void> {
  const browser = await launch();
  try {
    const page = await enter(browser, stage);
    await page.goto(deskOf(stage, stage.chatbots.largest));
    await page.locator('[data-case]').first().waitFor();
    await page.waitForLoadState('networkidle');
    await throttle(page, SLOWER);
    await observe(page);
    const heading = page.locator('[role=log] .item').first();
    const byKind: Record<string, number[]> = {};

    for (let index = 0; index < OPENED; index += 1) {
      await press(page, page.locator('[data-case]').nth(index % 6), OPENED_ANSWER);
      await heading.waitFor();
    }
    byKind['open a case'] = await collect(page, OPENED);

    const pills = ['all', 'resolved', 'unresolved'];
    for (const name of [...pills, ...pills]) {
      await press(page, page.locator(`[data-pill="${name}"]`), LIST_ANSWER);
      await page.locator('[aria-busy=false] [data-case]').first().waitFor();
    }
    byKind['change the filter'] = await collect(page, 2 * pills.length);

    await press(page, page.locator('[data-case]').first(), OPENED_ANSWER);
    await heading.waitFor();
    await press(page, page.locator('#composer'));
    const words = 'We have found your parcel, it arrives tomorrow.';
    await page.locator('#composer').pressSequentially(words, { delay: 30 });
    byKind['type a reply'] = await collect(page, words.length);
    await page.locator('#composer').fill('');

    for (let index = 0; index < RESOLVED; index += 1) {
      const button = page.getByRole('button', { name: 'Mark resolved' });
      await press(page, button, OPENED_ANSWER);
      await heading.waitFor();
      await button.waitFor();
    }
    byKind['resolve a case'] = await collect(page, RESOLVED);

    const all = Object.values(byKind).flat();
    const plain = await enter(browser, stage);
    await throttle(plain, SLOWER);
    const nothing = quantile(await clicksOnNothing(plain), 0.95);
    const figures = Object.entries(byKind).map(([kind, took]): Figure => ({
      name: `p95, ${kind}`,
      value: quantile(took, 0.95),
      unit: 'ms',
      atMost: 100,
    }));
    const [{ n = 0 } = {}] = await stage.superuser<{ n: number }[]>`
      select count(*)::int as n from public.timeline_entries
      where chatbot_id = ${stage.chatbots.largest} and type = 'conversation.resolved' and actor_id = ${stage.owner.id}`;
    await report({
      metric: 'D7',
      title: 'from a press to the next frame',
      how: `${all.length} interactions in the triage page at 1,000,000 conversations, by Event Timing, in Chromium, processor ${SLOWER} times slower.`,
      claims: [],
      figures: [
        { name: 'p95 of all', value: quantile(all, 0.95), unit: 'ms', atMost: 100 },
        ...figures,
        {
          name: 'p95 at the same time of a button on an empty page',
          value: nothing,
          unit: 'ms',
        },
      ],
      checks: [{ name: `${RESOLVED} cases pressed, ${n} resolved in the database`, isTrue: n >= RESOLVED }],
      rates: {},
    });
  } finally {
    await browser.close();
  }
}
