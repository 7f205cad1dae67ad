// How a desk that nobody looks at makes itself heard. The browser's own notification, badge and loudspeaker are watched, since
// no test can see or hear them.
import type { Page } from '@playwright/test';
import { converse, createTeam, expect, openDesk, row, test } from './dashboard-stage.ts';

/** What the page asked of the browser. */
interface Heard {
  notes: number;
  badges: number[];
  notifications: { title: string; body: string; click: () => void }[];
}

declare global {
  interface Window {
    heard: Heard;
    isAway: boolean;
  }
}

/** Watches what the page asks of the browser, which has been told before that this site may notify. */
async function listenIn(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.heard = { notes: 0, badges: [], notifications: [] };
    window.isAway = false;
    Object.defineProperty(document, 'visibilityState', { get: () => (window.isAway ? 'hidden' : 'visible') });
    navigator.setAppBadge = (count = 0) => Promise.resolve(void window.heard.badges.push(count));
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      window.heard.notes += 1;
      start.call(this, when);
    };
    window.Notification = class {
      static permission = 'granted';
      onclick = () => {};
      constructor(title: string, { body }: NotificationOptions) {
        window.heard.notifications.push({ title, body: body ?? '', click: () => this.onclick() });
      }
      close() {}
    } as unknown as typeof Notification;
  });
}

const heard = (page: Page) =>
  page.evaluate(() => ({
    ...window.heard,
    notifications: window.heard.notifications.map(({ title, body }) => ({ title, body })),
  }));
const leave = (page: Page) => page.evaluate(() => void (window.isAway = true));
const icon = (page: Page) => page.locator('link[data-favicon]').getAttribute('href');

test('a request that arrives while nobody looks is heard, shown by the desktop, and one click away', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await listenIn(page);
  await openDesk(page, team.desk);
  await page.getByText('Nothing waiting', { exact: true }).click();
  await leave(page);
  const id = await converse(sql, team.chatbot_id, {
    name: 'Vera Visitor',
    question: 'Is anybody there?',
    answer: 'Me!',
  });
  await expect
    .poll(async () => (await heard(page)).notifications)
    .toEqual([{ title: 'Acme Help: a visitor is asking for a person', body: 'Me!' }]);
  expect((await heard(page)).notes).toBe(2);
  await page.evaluate(() => window.heard.notifications[0]!.click());
  await expect(page).toHaveURL(new RegExp(`conv=${id}`));
  await expect(page.getByRole('heading', { name: 'Vera Visitor' })).toBeVisible();
});

test('a desk that is looked at stays silent, and so does one that nobody has touched', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await listenIn(page);
  // Looking into the page from here counts as a touch, so the browser is made to say what it would have said.
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive: false } });
  });
  await openDesk(page, team.desk);
  const seen = await converse(sql, team.chatbot_id);
  await expect(row(page, seen)).toBeVisible();
  expect(await heard(page)).toMatchObject({ notes: 0, notifications: [] });
  await leave(page);
  await converse(sql, team.chatbot_id);
  await expect.poll(async () => (await heard(page)).notifications.length).toBe(1);
  expect((await heard(page)).notes).toBe(0);
});

test('the title, the icon of the tab and the badge of the app count who waits', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await listenIn(page);
  await openDesk(page, team.desk);
  expect(await icon(page)).toMatch(/favicon\.svg$/);
  const ids: string[] = [];
  for (let n = 1; n <= 2; n++) ids.push(await converse(sql, team.chatbot_id));
  await expect(page).toHaveTitle(/^\(2\) /);
  await expect.poll(async () => decodeURIComponent((await icon(page)) ?? '')).toContain('>2</text>');
  await sql`update escalations set status = 'resolved' where conversation_id = any (${ids})`;
  await expect(page).toHaveTitle(/^(?!\()/);
  await expect.poll(() => icon(page)).toMatch(/favicon\.svg$/);
  await expect.poll(async () => (await heard(page)).badges.at(-1)).toBe(0);
  expect((await heard(page)).badges).toContain(2);
});

test('the app can be installed: its manifest names icons that are there', async ({ page, stack }) => {
  await page.goto(`${stack.app_url}/login`);
  const address = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = (await (await page.request.get(new URL(address!, stack.app_url).href)).json()) as {
    display: string;
    icons: { src: string; sizes: string; type: string }[];
  };
  expect(manifest.display).toBe('standalone');
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']));
  for (const { src, sizes, type } of manifest.icons) {
    const answer = await page.request.get(new URL(src, stack.app_url).href);
    expect(answer.headers()['content-type'], src).toContain(type);
    if (type !== 'image/png') continue;
    // The size stands in the first chunk of every PNG.
    const bytes = await answer.body();
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`).toBe(sizes);
  }
});
