// P2: what the first triage page asks of a line, with nothing in the browser's cache: the requests, their bytes as they travel, and
// whether the page that they make works and is live. From the built app, the demo's owner, in Chromium.
import { execFileSync } from 'node:child_process';
import { chromium, type Browser, type Page } from '@playwright/test';
import { systemChromium } from '../support/chromium.ts';
import { connectSql, untilSenderRuns } from '../support/clients.ts';
import { escalate } from '../support/outbox.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';
import { report } from './harness.ts';
import { median } from './numbers.ts';

const OWNER = { email: 'owner@demo.handoff.test', password: 'handoff-demo' };
const CHATBOT = 'c0ffee00-0000-4000-8000-000000000001';
const VISITS = 5;
const KILOBYTE = 1024;

type Kind = 'Document' | 'Script' | 'Stylesheet' | 'other';

interface Visit {
  /** As they travel, heads included. */
  bytes: Record<Kind, number>;
  requests: Record<Kind, number>;
  /** Whether a case that comes later is drawn without the page asking to be loaded again. */
  isLive: boolean;
  /** Whether a press on a row opens it in the page. */
  isAtWork: boolean;
}

export async function p2(): Promise<void> {
  execFileSync('npm', ['run', 'build:changed'], { stdio: 'ignore' });
  const own = await startOwnStack({ app: 'built' });
  const stack = describeStack(own);
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-gpu'],
    ...(systemChromium && { executablePath: systemChromium }),
  });
  try {
    await untilSenderRuns(stack);
    const visits: Visit[] = [];
    while (visits.length < VISITS) visits.push(await visit(browser, stack));
    await tell(visits);
  } finally {
    await browser.close();
    await own.stop();
  }
}

async function visit(browser: Browser, stack: TestStack): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const signIn = await context.request.post(`${stack.app_url}/login`, {
    form: OWNER,
    headers: { origin: stack.app_url },
    maxRedirects: 0,
  });
  if (signIn.status() !== 303 && !signIn.ok())
    throw new Error(`The app did not let the owner in: ${signIn.status()}.`);
  const page = await context.newPage();
  const travelled = await watch(page);
  await page.goto(`${stack.app_url}/dashboard/chatbots/${CHATBOT}/human-support`);
  await page.waitForLoadState('networkidle');
  // What follows is work, and no longer the first page.
  const { bytes, requests } = structuredClone(travelled);
  const sql = connectSql(stack);
  const { conversation_id } = await escalate(sql, CHATBOT);
  await sql.end();
  const row = page.locator(`[data-case="${conversation_id}"]`);
  const isLive = await row.waitFor({ timeout: 10_000 }).then(
    () => true,
    () => false,
  );
  await page.locator('[data-case]').first().click();
  await page.locator('[role=log] .item').first().waitFor();
  const isAtWork = travelled.requests.Document === 1 && page.url().includes('conv=');
  await context.close();
  return { bytes, requests, isLive, isAtWork };
}

/** Counts what the page asks for from now on. */
async function watch(page: Page): Promise<Pick<Visit, 'bytes' | 'requests'>> {
  const none = (): Record<Kind, number> => ({ Document: 0, Script: 0, Stylesheet: 0, other: 0 });
  const travelled = { bytes: none(), requests: none() };
  const kinds = new Map<string, Kind>();
  const devtools = await page.context().newCDPSession(page);
  devtools.on('Network.requestWillBeSent', ({ requestId, request, type }) => {
    if (request.url.startsWith('data:')) return;
    const kind = type === 'Document' || type === 'Script' || type === 'Stylesheet' ? type : 'other';
    kinds.set(requestId, kind);
    travelled.requests[kind] += 1;
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind) travelled.bytes[kind] += encodedDataLength;
  });
  await devtools.send('Network.enable');
  return travelled;
}

const sum = (values: Record<Kind, number>) => Object.values(values).reduce((all, one) => all + one, 0);

async function tell(visits: Visit[]): Promise<void> {
  const middle = (of: (visit: Visit) => number) => median(visits.map(of));
  const kilobytes = (kind: Kind) => middle(({ bytes }) => bytes[kind]) / KILOBYTE;
  await report({
    metric: 'P2',
    title: 'the first triage page with an empty cache',
    how:
      `The demo’s owner opens the list, ${VISITS} times in a fresh Chromium context, from the built app. Bytes are those that travel, ` +
      'heads included, until nothing has been asked for during half a second.',
    claims: [],
    figures: [
      { name: 'scripts', value: kilobytes('Script'), unit: 'KB', atMost: 90 },
      { name: 'scripts asked for', value: middle(({ requests }) => requests.Script), unit: '' },
      { name: 'document', value: kilobytes('Document'), unit: 'KB', atMost: 25 },
      { name: 'styles', value: kilobytes('Stylesheet'), unit: 'KB' },
      { name: 'everything', value: middle(({ bytes }) => sum(bytes)) / KILOBYTE, unit: 'KB' },
      { name: 'requests', value: middle(({ requests }) => sum(requests)), unit: '', atMost: 25 },
    ],
    checks: [
      { name: 'a press on a row opens it in the page', isTrue: visits.every(({ isAtWork }) => isAtWork) },
      { name: 'a case that comes is drawn at once', isTrue: visits.every(({ isLive }) => isLive) },
    ],
    rates: {},
  });
}
