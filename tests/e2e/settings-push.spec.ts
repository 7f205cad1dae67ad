// Account → Notifications on your devices: a browser is turned on, tried, told of a case by its real service worker, and turned off. The push
// service is one of ours, as this Chromium has none; what it decrypts is handed to the worker as the browser would.
import type { BrowserContext, Page } from '@playwright/test';
import config from '../../playwright.config.ts';
import { wholeChromium } from '../support/chromium.ts';
import { escalate } from '../support/outbox.ts';
import { startPushService, type Browser, type PushService, type Pushed } from '../support/push-service.ts';
import {
  accessibilityFindings,
  createTeam,
  expect,
  findingsInBothLights,
  joinOf,
  signIn,
  test,
} from './dashboard-stage.ts';
import { SENT } from './story.ts';

// The shell that tells the other stories denies notifications to everybody.
test.use(
  wholeChromium
    ? { launchOptions: { ...config.use?.launchOptions, executablePath: wholeChromium } }
    : { channel: 'chromium' },
);

let service: PushService;
test.beforeAll(async () => void (service = await startPushService()));
test.afterAll(async () => await service.stop());

/** Gives pages of this context a push manager that subscribes at our service, and the permission that a person would give. */
async function withPushManager(context: BrowserContext, origin: string): Promise<Browser> {
  const browser = service.subscribe();
  await context.grantPermissions(['notifications'], { origin });
  await context.addInitScript(({ endpoint, p256dh, auth }) => {
    if (!('PushManager' in window)) return;
    const bytesOf = (text: string) =>
      Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)).buffer;
    const made = () => {
      const key = localStorage.getItem('test-subscription');
      return key === null
        ? null
        : {
            endpoint,
            options: { userVisibleOnly: true, applicationServerKey: bytesOf(key) },
            toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh, auth } }),
            unsubscribe: async () => {
              localStorage.removeItem('test-subscription');
              return true;
            },
          };
    };
    const manager = PushManager.prototype as unknown as Record<string, unknown>;
    manager['getSubscription'] = async () => made();
    manager['subscribe'] = async ({ applicationServerKey }: { applicationServerKey: string }) => {
      localStorage.setItem('test-subscription', applicationServerKey);
      return made();
    };
  }, browser.subscription);
  return browser;
}

/** Hands what the push service has decrypted to the page's service worker. */
async function deliver(page: Page, { text }: Pushed): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) =>
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [one] = registrations.filter(({ isDeleted }) => !isDeleted);
      if (one) resolve(one.registrationId);
    }),
  );
  await devtools.send('ServiceWorker.enable');
  const registrationId = await registered;
  const { origin } = new URL(page.url());
  await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: text });
  await devtools.detach();
}

const shown = (page: Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const all = (await registration?.getNotifications()) ?? [];
    return all.map(({ title, body, tag }) => ({ title, body, tag }));
  });

/** What a tap on the only notification does. */
const tap = (page: Page) =>
  page
    .context()
    .serviceWorkers()[0]!
    .evaluate(async () => {
      const { registration, NotificationEvent } = globalThis as unknown as {
        registration: ServiceWorkerRegistration;
        NotificationEvent: new (type: string, init: { notification: Notification | undefined }) => Event;
      };
      const [notification] = await registration.getNotifications();
      globalThis.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
    });

const pushedTo = (browser: Browser) => service.pushed.filter((push) => push.browser === browser);

test('a browser is turned on and tried without a pointer, shows a case, opens it, and forgets it once somebody has seen it', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  const browser = await withPushManager(page.context(), stack.app_url);
  await page.goto('/account');
  const section = page.getByRole('region', { name: 'Notifications on your devices' });
  await expect(section.getByText('Notifications are off in this browser.')).toBeVisible();
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await section.getByRole('button', { name: 'Turn on in this browser' }).press('Enter');
  await expect(section.getByText('Notifications are on in this browser.')).toBeVisible();
  await expect(section.getByRole('heading')).toBeFocused();
  const device = section.getByRole('listitem').filter({ hasText: 'this browser' });
  await expect(device).toContainText(/Chrome on \w+/);
  await expect(device.getByText('Not notified yet')).toBeVisible();
  expect(await findingsInBothLights(page)).toEqual([]);

  await device.getByRole('button', { name: /^Rename/ }).press('Enter');
  await expect(device.getByRole('textbox', { name: 'Name of the device' })).toBeFocused();
  await device.getByRole('textbox', { name: 'Name of the device' }).fill('המחשב שלי');
  await device.getByRole('textbox', { name: 'Name of the device' }).press('Enter');
  await expect(device.getByText('המחשב שלי')).toBeVisible();
  await expect(device.getByRole('button', { name: /^Rename/ })).toBeFocused();
  await device.getByRole('button', { name: /^Send a test/ }).press('Enter');
  await expect(device.getByText('The push service took the test.')).toBeVisible(SENT);
  await expect(device.getByText(/^Last notified/)).toBeVisible();
  await deliver(page, pushedTo(browser)[0]!);
  await expect
    .poll(() => shown(page))
    .toEqual([
      {
        title: 'Handoff: this is a test, and it works',
        body: 'This device will be notified of escalations.',
        tag: 'test',
      },
    ]);
  await tap(page);
  await expect.poll(() => shown(page)).toEqual([]);

  const joined = joinOf(page);
  await page.goto(team.desk);
  await joined;
  const { conversation_id } = await escalate(sql, team.chatbot_id, 'My SECRET question');
  await expect.poll(() => pushedTo(browser).length, SENT).toBe(2);
  await deliver(page, pushedTo(browser)[1]!);
  await expect.poll(() => shown(page)).toHaveLength(1);
  const [notification] = await shown(page);
  const [row] = await sql<
    { reference: string }[]
  >`select reference from conversations where id = ${conversation_id}`;
  expect(notification).toEqual({
    title: 'Acme Help: a visitor asked for a person',
    body: row!.reference,
    tag: conversation_id,
  });
  const seen = await team.agent.db.rpc('open_case', { conversation_id });
  expect(seen.error).toBeNull();
  await expect.poll(() => shown(page)).toEqual([]);

  const second = await escalate(sql, team.chatbot_id, 'Another question');
  await expect.poll(() => pushedTo(browser).length, SENT).toBe(3);
  await deliver(page, pushedTo(browser)[2]!);
  await expect.poll(() => shown(page)).toHaveLength(1);
  await tap(page);
  await page.waitForURL((url) => url.searchParams.get('conv') === second.conversation_id);
  await expect(page.getByText('Another question').first()).toBeVisible();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.pathname === '/' || url.pathname === '/login');
  expect(await sql`select from push_devices where user_id = ${team.owner.id}`).toHaveLength(0);
});

test('a browser that is turned off is no device any more, and what it would have told goes by mail', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await withPushManager(page.context(), stack.app_url);
  await page.setViewportSize({ width: 375, height: 800 });
  await page.goto('/account');
  const section = page.getByRole('region', { name: 'Notifications on your devices' });
  await section.getByRole('button', { name: 'Turn on in this browser' }).click();
  const off = section.getByRole('button', { name: /^Remove Chrome on/ });
  await expect(off).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
  expect(await accessibilityFindings(page)).toEqual([]);
  await off.press('Enter');
  await expect(section.getByText('Notifications are off in this browser.')).toBeVisible();
  await expect(section.getByRole('heading')).toBeFocused();
  expect(await sql`select from push_devices where user_id = ${team.agent.id}`).toHaveLength(0);
});

test('whoever signs in where somebody else did not sign out is notified there from then on, and nobody else', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await withPushManager(page.context(), stack.app_url);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Turn on in this browser' }).click();
  await expect(page.getByText('Notifications are on in this browser.')).toBeVisible();
  await page.context().clearCookies({ name: /^sb-/ });
  await signIn(page.context(), stack, team.agent);
  await page.goto('/account');
  const whose = () =>
    sql`select user_id from push_devices where user_id in (${team.owner.id}, ${team.agent.id})`;
  await expect.poll(whose).toEqual([{ user_id: team.agent.id }]);
});

test('it says in plain words where notifications are blocked, or cannot be', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const blocked = await enter(team.owner);
  await blocked.addInitScript(() =>
    Object.defineProperty(Notification, 'permission', { get: () => 'denied' }),
  );
  await blocked.goto('/account');
  await expect(blocked.getByText('Notifications are blocked in this browser.')).toBeVisible();
  const without = await enter(team.owner);
  await without.addInitScript(() => Reflect.deleteProperty(window, 'PushManager'));
  await without.goto('/account');
  await expect(without.getByText('This browser can’t show notifications.')).toBeVisible();
  const userAgent =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
  const phone = await enter(team.owner, { userAgent });
  await phone.addInitScript(() => Reflect.deleteProperty(window, 'PushManager'));
  await phone.goto('/account');
  await expect(phone.getByText('add Handoff to the Home Screen first')).toBeVisible();
});

test('quiet hours are kept as they were entered', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await page.goto('/account');
  await page.getByRole('switch', { name: /Keep my devices quiet/ }).check();
  await page.getByLabel('From', { exact: true }).fill('21:30');
  await page.getByLabel('Until', { exact: true }).fill('06:15');
  await page.getByRole('checkbox', { name: 'Sunday' }).uncheck();
  await page.getByRole('button', { name: 'Save quiet hours' }).press('Enter');
  await expect(page.getByText('Quiet hours saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('From', { exact: true })).toHaveValue('21:30');
  await expect(page.getByLabel('Until', { exact: true })).toHaveValue('06:15');
  await expect(page.getByRole('checkbox', { name: 'Sunday' })).not.toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Saturday' })).toBeChecked();
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'])
    await page.getByRole('checkbox', { name: day }).uncheck();
  await page.getByRole('button', { name: 'Save quiet hours' }).press('Enter');
  await expect(page.getByText('Choose at least one day.')).toBeVisible();
});
