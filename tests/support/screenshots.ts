// `npm run screenshots`: the pictures in docs/screenshots, taken of the running product in Chromium: sign-in, dashboard,
// settings, widget and mailbox. Uses the stack that HANDOFF_STACK names, else one of its own with fresh demo data.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import config from '../../playwright.config.ts';
import startStack from '../e2e/global-setup.ts';
import { STATES } from './screenshot-states.ts';
import type { StackFile } from '../e2e/story.ts';

const folder = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 812 };
type Theme = 'light' | 'dark';

async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const stop = await startStack();
  const stack = JSON.parse(readFileSync(process.env['HANDOFF_STACK']!, 'utf8')) as StackFile;
  await untilSenderRuns(stack);
  const browser = await chromium.launch(config.use?.launchOptions ?? {});
  try {
    await shootTeam(browser, stack);
    await shootStates(browser, stack);
    await shootVisitor(browser, stack);
    await shootMailbox(browser, stack);
  } finally {
    await browser.close();
    await stop?.();
  }
}

/** A stack that has just started says for some seconds that alerts are not being sent. */
async function untilSenderRuns({ db_url }: StackFile): Promise<void> {
  const sql = postgres(db_url, { max: 1, onnotice: () => undefined });
  for (let isStopped = true; isStopped; await new Promise((resolve) => setTimeout(resolve, 250)))
    [{ isStopped } = { isStopped }] = await sql<
      { isStopped: boolean }[]
    >`select private.is_sender_stopped() as "isStopped"`;
  await sql.end();
}

async function shootTeam(browser: Browser, stack: StackFile): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await inContext(browser, WIDE, theme, async (page) => {
      await page.goto(`${stack.app_url}/login`);
      await shoot(page, `login-${theme}`);
      await signIn(page, stack);
      await shoot(page, `chatbots-${theme}`);
      await openTriage(page, stack);
      await shoot(page, `dashboard-${theme}`);
      await page.goto(`${stack.app_url}/dashboard/chatbots/${stack.demo.chatbot_id}/embed/human-support`);
      await page.getByRole('button', { name: 'Save Customization' }).waitFor();
      await shoot(page, `settings-${theme}`);
    });
  }
  await inContext(browser, PHONE, 'light', async (page) => {
    await signIn(page, stack);
    await page.goto(`${stack.app_url}/dashboard/chatbots/${stack.demo.chatbot_id}/human-support`);
    await page.getByRole('list', { name: 'Cases' }).getByRole('link').first().waitFor();
    await shoot(page, 'dashboard-375-list');
    await page.getByRole('list', { name: 'Cases' }).getByRole('link').first().click();
    await page.getByRole('log').waitFor();
    await shoot(page, 'dashboard-375-transcript');
    await page.goto(`${stack.app_url}/dashboard/chatbots/${stack.demo.chatbot_id}/embed/human-support`);
    await shoot(page, 'settings-375');
  });
}

/** Every state of the triage page, wide in the light and on a telephone in the dark. */
async function shootStates(browser: Browser, stack: StackFile): Promise<void> {
  const desk = `${stack.app_url}/dashboard/chatbots/${stack.demo.chatbot_id}/human-support`;
  for (const [size, theme] of [
    [WIDE, 'light'],
    [PHONE, 'dark'],
  ] as const) {
    for (const [name, show] of Object.entries(STATES)) {
      await inContext(browser, size, theme, async (page) => {
        await signIn(page, stack);
        await show(page, desk);
        await shoot(page, `state-${name}-${size.width}`);
      });
    }
  }
}

async function signIn(page: Page, stack: StackFile): Promise<void> {
  await page.goto(`${stack.app_url}/login`);
  await page.getByLabel('E-mail').fill(stack.demo.email);
  await page.getByLabel('Password').fill(stack.demo.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/dashboard**');
}

async function openTriage(page: Page, stack: StackFile): Promise<void> {
  await page.goto(`${stack.app_url}/dashboard/chatbots/${stack.demo.chatbot_id}/human-support`);
  await page.getByRole('list', { name: 'Cases' }).getByRole('link').first().click();
  await page.getByRole('log').waitFor();
}

async function shootVisitor(browser: Browser, stack: StackFile): Promise<void> {
  for (const [name, size, theme] of [
    ['widget', WIDE, 'light'],
    ['widget-375', PHONE, 'dark'],
  ] as const) {
    await inContext(browser, size, theme, async (page) => {
      await page.goto(`${stack.app_url}/demo`);
      await page.getByRole('button', { name: /chat/i }).first().click();
      await page.getByRole('textbox').fill('How long do I have to return boots?');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Talk to a human' }).first().waitFor();
      await shoot(page, `${name}-open-${theme}`);
      await page.getByRole('button', { name: 'Talk to a human' }).first().click();
      await page.getByText('The team will follow up soon', { exact: false }).first().waitFor();
      await shoot(page, `${name}-escalated-${theme}`);
    });
  }
}

async function shootMailbox(browser: Browser, stack: StackFile): Promise<void> {
  await inContext(browser, WIDE, 'light', async (page) => {
    await page.goto(stack.mailbox_url);
    await page.locator('a[href*="id="]').first().click();
    await shoot(page, 'mailbox-light');
  });
}

async function inContext(
  browser: Browser,
  viewport: { width: number; height: number },
  colorScheme: Theme,
  take: (page: Page) => Promise<void>,
): Promise<void> {
  const context: BrowserContext = await browser.newContext({
    viewport,
    colorScheme,
    reducedMotion: 'reduce',
  });
  try {
    await take(await context.newPage());
  } finally {
    await context.close();
  }
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.info(`docs/screenshots/${name}.png`);
}

await main();
