// `npm run test:speech [firefox|chromium …]`: starts the built product and a desktop session with a real Orca, brings about ten moments
// in each browser and compares what Orca says with the table of sentences. What came of it is written into docs/engines.md.
import { mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres, { type Sql } from 'postgres';
import { converse, createTeam } from '../e2e/dashboard-stage.ts';
import startStack from '../e2e/global-setup.ts';
import type { StackFile } from '../e2e/story.ts';
import { makeShop, serveHost } from '../e2e/widget-stage.ts';
import { chromium } from '../engines/chromium.ts';
import type { Engine } from '../engines/driver.ts';
import { ENGINES } from '../engines/engines.ts';
import { firefox } from '../engines/firefox.ts';
import { install } from '../engines/install.ts';
import { Page } from '../engines/page.ts';
import { temporaryFolder, until } from '../engines/program.ts';
import { saveSpeech, writePage, type Heard } from '../engines/report.ts';
import { judge } from './judge.ts';
import { deskMoments, visitorMoments, type Moment } from './moments.ts';
import { orcaVersion, PROGRAMS, startSession, type Session } from './orca.ts';

const PICTURES = fileURLToPath(new URL('../../test-results/speech', import.meta.url));
const BROWSERS = [firefox, chromium];

/** Lets the moments of one page happen, one after the other, each only when the one before has been spoken to its end. */
async function hear(session: Session, page: Page, moments: Moment[], engine: Engine): Promise<Heard[]> {
  const heard: Heard[] = [];
  for (const { name, happen } of moments) {
    await session.quiet();
    const before = session.spoken().length;
    let expected: string[] = [];
    let why: string | undefined;
    try {
      expected = await happen();
      const said = () => judge(expected, session.spoken().slice(before));
      // A busy machine takes its time until anything is said; what is said too often comes soon after.
      await until('the sentences', () => !said(), { timeoutMs: 60_000 }).catch(() => undefined);
      await session.quiet();
      why = said();
    } catch (error) {
      why = (error as Error).message.split('\n')[0];
    }
    const lines = session.spoken().slice(before);
    if (why)
      await page.tab
        .picture(join(PICTURES, `${engine.id}-${name.replace(/\W+/g, '-')}.png`))
        .catch(() => undefined);
    heard.push({ name, expected, result: why ? 'failed' : 'spoken', ...(why && { why }), lines });
    console.info(`${engine.id}  ${why ? 'failed' : 'spoken'}  ${name}: ${expected.join(' | ')}`);
    if (why) console.info(`    ${why}; Orca said:\n${lines.map((line) => `      ${line}`).join('\n')}`);
  }
  return heard;
}

/** Opens a browser in the session, leads it to where the moments are, and lets them happen. */
async function inBrowser(
  engine: Engine,
  session: Session,
  lead: (page: Page) => Promise<void>,
  momentsOf: (page: Page) => Moment[],
): Promise<Heard[]> {
  const downloads = temporaryFolder('downloads');
  const page = new Page(
    await engine.window({ isDark: false, downloads: downloads.path, session: session.env }),
  );
  const moments = momentsOf(page);
  try {
    await session.focus(engine.id);
    await lead(page);
    return await hear(session, page, moments, engine);
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]!;
    console.info(`${engine.id}  ${why}`);
    await page.tab.picture(join(PICTURES, `${engine.id}.png`)).catch(() => undefined);
    return moments.map(({ name }) => ({ name, expected: [], result: 'failed', why, lines: [] }));
  } finally {
    await page.tab.close();
    downloads.remove();
  }
}

async function atVisitor(engine: Engine, session: Session, stack: StackFile, sql: Sql): Promise<Heard[]> {
  const shop = await makeShop(sql);
  const host: Server = serveHost(stack, shop, {});
  if (!host.listening) await new Promise((resolve) => host.once('listening', resolve));
  const lead = async (page: Page) => {
    await page.open(`http://localhost:${(host.address() as AddressInfo).port}/`);
    await page.click({ css: '.launcher' });
    await page.holdsFocus({ css: '.panel textarea' });
  };
  try {
    return await inBrowser(engine, session, lead, (page) => visitorMoments(page, sql, shop));
  } finally {
    host.closeAllConnections();
    host.close();
  }
}

async function atDesk(engine: Engine, session: Session, stack: StackFile, sql: Sql): Promise<Heard[]> {
  const team = await createTeam(stack, sql);
  await converse(sql, team.chatbot_id, { name: 'Ida', question: 'Do you ship to Malta?' });
  const lead = async (page: Page) => {
    await page.open(stack.app_url + team.desk);
    await page.type({ role: 'textbox', name: 'E-mail' }, team.agent.email);
    await page.type({ role: 'textbox', name: 'Password' }, team.agent.password);
    await page.click({ role: 'button', name: 'Sign in' });
    await page.click({ role: 'textbox', name: 'Search transcripts, leads and sessions' });
  };
  return inBrowser(engine, session, lead, (page) => deskMoments(page, sql, team));
}

const wanted = process.argv.slice(2);
const browsers = BROWSERS.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
if (browsers.length === 0) throw new Error(`The browsers are ${BROWSERS.map(({ id }) => id).join(' and ')}.`);
for (const { needs } of browsers) install({ ...needs.programs, ...PROGRAMS }, needs.packages);
mkdirSync(PICTURES, { recursive: true });
const stop = await startStack();
const stack = JSON.parse(readFileSync(process.env['HANDOFF_STACK']!, 'utf8')) as StackFile;
const sql = postgres(stack.db_url, { max: 2, onnotice: () => undefined });
try {
  for (const engine of browsers) {
    const session = await startSession();
    try {
      const heard = [
        ...(await atVisitor(engine, session, stack, sql)),
        ...(await atDesk(engine, session, stack, sql)),
      ];
      if (heard.some(({ result }) => result === 'failed')) process.exitCode = 1;
      await saveSpeech(engine, `Orca ${orcaVersion()}, ${engine.name} ${await engine.version()}`, heard);
    } finally {
      await session.stop();
    }
    await writePage(ENGINES);
  }
} finally {
  await sql.end();
  await stop?.();
}
