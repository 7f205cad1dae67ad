// The desk's stories: one agent at work, signed in through the form.
import assert from 'node:assert/strict';
import { converse, say, type Person, type Team } from '../e2e/dashboard-stage.ts';
import type { Page, Target } from './page.ts';
import type { Stage, Story } from './stage.ts';

const SIGN_IN: Target = { role: 'button', name: 'Sign in' };
const UNDO: Target = { role: 'button', name: 'Undo' };
const caseRow = (id: string): Target => ({ css: `[data-case="${id}"]` });
const current = (id: string): Target => ({ css: `[data-case="${id}"][aria-current="true"]` });
const opened = (name: string): Target => ({ role: 'heading', name });
const inLog = (text: string): Target => ({ css: '[role="log"] *', text });
const counted = (pill: string, count: number): Target => ({
  css: `[data-pill="${pill}"] .count`,
  text: String(count),
});

async function fillIn(page: Page, { email, password }: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.type({ role: 'textbox', name: 'E-mail' }, email);
  await page.type({ role: 'textbox', name: 'Password' }, password);
  await page.click(SIGN_IN);
}

async function enter(stage: Stage, { agent }: Team, page: Page, path: string): Promise<void> {
  await page.open(`${stage.stack.app_url}/login`);
  await fillIn(page, agent);
  await page.until('the sign-in', async () => !(await page.path()).startsWith('/login'));
  await page.open(stage.stack.app_url + path);
}

async function atDesk(stage: Stage, team: Team, options: { isDark?: boolean } = {}): Promise<Page> {
  const page = await stage.page(options);
  await enter(stage, team, page, team.desk);
  await page.sees({ css: '[data-pill="unresolved"]' });
  return page;
}

/** How the request of a conversation stands in the database. */
async function statusOf({ sql }: Stage, conversation: string): Promise<string | undefined> {
  const [row] = await sql<
    { status: string }[]
  >`select status from escalations where conversation_id = ${conversation}`;
  return row?.status;
}

export const DESK_STORIES: Story[] = [
  {
    name: 'is turned away with a wrong password, signs in with the right one, and signs out',
    of: 'desk',
    async tell(stage) {
      const team = await stage.team();
      const page = await stage.page();
      await page.open(stage.stack.app_url + team.desk);
      await fillIn(page, { email: team.agent.email, password: 'wrong-horse-battery' });
      await page.sees({ role: 'alert' });
      await page.click({ role: 'textbox', name: 'Password' });
      await page.press('Control+a');
      await page.tab.type(team.agent.password);
      await page.press('Enter');
      // Where the way led before the door.
      await page.sees({ css: '[data-pill="unresolved"]' });
      assert.ok((await page.path()).startsWith(team.desk));
      await page.click({ role: 'button', name: 'Sign out' });
      await page.sees({ role: 'link', name: 'Sign in' });
    },
  },
  {
    name: 'sees a new case live, opens it, replies, resolves, and takes that back',
    of: 'desk',
    async tell(stage) {
      const team = await stage.team();
      const other = await converse(stage.sql, team.chatbot_id, { name: 'Fred First' });
      const page = await atDesk(stage, team);
      await page.sees(caseRow(other));
      const id = await converse(stage.sql, team.chatbot_id, { name: 'Wanda Waiting' });
      await page.sees(caseRow(id));
      await page.sees(counted('unresolved', 2));
      await page.click(caseRow(id));
      await page.sees(opened('Wanda Waiting'));
      await page.sees(inLog('Where is my parcel?'));
      await say(stage.sql, id, 'Hello? Anybody?');
      await page.sees(inLog('Hello? Anybody?'));
      await page.type({ role: 'textbox', name: 'Reply to Wanda Waiting' }, 'I have found your parcel.');
      await page.press('Control+Enter');
      await page.sees(inLog('I have found your parcel.'));
      await page.misses(inLog('Sending…'));
      const replies = () =>
        stage.sql`select from messages where conversation_id = ${id} and role = 'agent' and text = 'I have found your parcel.'`;
      await page.until('one reply in the database', async () => (await replies()).length === 1);
      await page.click({ role: 'button', name: 'Mark resolved' });
      await page.misses(caseRow(id));
      await page.sees(counted('unresolved', 1));
      await page.until('the case to be resolved', async () => (await statusOf(stage, id)) === 'resolved');
      await page.click(UNDO);
      await page.sees(caseRow(id));
      await page.sees(counted('unresolved', 2));
      await page.until('the case to be open', async () => (await statusOf(stage, id)) === 'open');
    },
  },
  {
    name: 'works through cases by keyboard: J, K, R, N, E, Z, X, /, ?, Ctrl+K, Esc',
    of: 'desk',
    async tell(stage) {
      const team = await stage.team();
      const older = await converse(stage.sql, team.chatbot_id, { name: 'Olaf Older' });
      const page = await atDesk(stage, team);
      await page.sees(caseRow(older));
      // What comes live says that the page listens, to keys as well.
      const newer = await converse(stage.sql, team.chatbot_id, { name: 'Nele Newer' });
      await page.sees(caseRow(newer));
      await page.press('j');
      await page.sees(current(newer));
      await page.press('j');
      await page.sees(current(older));
      await page.sees(opened('Olaf Older'));
      await page.press('k');
      await page.sees(opened('Nele Newer'));
      await page.sees(inLog('Where is my parcel?'));
      await page.press('r');
      await page.holdsFocus({ role: 'textbox', name: 'Reply to Nele Newer' });
      await page.tab.type('On its way, j k e.');
      await page.press('Control+Enter');
      await page.sees(inLog('On its way, j k e.'));
      await page.press('Escape');
      await page.press('n');
      await page.holdsFocus({ role: 'textbox', name: 'Internal note' });
      await page.tab.type('Third time.');
      await page.press('Control+Enter');
      await page.sees(inLog('Third time.'));
      await page.press('Escape');
      await page.press('e');
      await page.misses(caseRow(newer));
      await page.press('z');
      await page.sees(caseRow(newer));
      await page.until('the case to be open', async () => (await statusOf(stage, newer)) === 'open');
      await page.press('x');
      await page.sees({ text: '1 selected', css: 'strong' });
      await page.press('Escape');
      await page.misses({ text: '1 selected', css: 'strong' });
      await page.press('/');
      await page.holdsFocus({ role: 'textbox', name: 'Search transcripts, leads and sessions' });
      await page.press('Escape');
      await page.press('?');
      await page.sees({ role: 'dialog', text: 'Undo the last resolve' });
      await page.press('Escape');
      await page.misses({ role: 'dialog' });
      await page.press('Control+k');
      await page.holdsFocus({ css: '[role="combobox"]', name: 'Find a case or an action' });
      await page.tab.type('Olaf');
      await page.sees({ css: '[role="option"]', text: 'Olaf Older' });
      await page.press('Enter');
      await page.sees(opened('Olaf Older'));
    },
  },
  {
    name: 'searches, and exports what is found and one transcript as CSV',
    of: 'desk',
    needs: ['download'],
    async tell(stage) {
      const team = await stage.team();
      await converse(stage.sql, team.chatbot_id, { name: 'Fred First' });
      const page = await atDesk(stage, team);
      const edda = { name: 'Edda Export', question: 'Do you ship to Malta?' };
      const id = await converse(stage.sql, team.chatbot_id, edda);
      await page.sees(caseRow(id));
      await page.type({ role: 'textbox', name: 'Search transcripts, leads and sessions' }, 'Malta');
      await page.counts({ css: '[data-case]' }, 1);
      await page.click({ role: 'button', name: 'Export this list' });
      await page.click({ role: 'button', name: 'CSV' });
      const list = await stage.downloaded();
      assert.ok(list.startsWith('\uFEFF'));
      assert.ok(list.includes('Edda Export') && !list.includes('Fred First'));
      await page.click(caseRow(id));
      await page.sees(opened('Edda Export'));
      await page.click({ role: 'button', name: 'More' });
      await page.click({ role: 'button', name: 'Export transcript (CSV)' });
      const transcript = await stage.downloaded();
      assert.ok(transcript.startsWith('\uFEFF'));
      assert.ok(transcript.includes('Do you ship to Malta?'));
    },
  },
  {
    name: 'sees it dark on a dark system, light on a light one',
    of: 'desk',
    needs: ['dark'],
    async tell(stage) {
      const team = await stage.team();
      const id = await converse(stage.sql, team.chatbot_id, { name: 'Wanda' });
      const lightness: number[] = [];
      for (const isDark of [true, false]) {
        const page = await atDesk(stage, team, { isDark });
        await page.click(caseRow(id));
        await page.sees(inLog('Where is my parcel?'));
        lightness.push(await page.lightness({ role: 'log' }));
        await page.tab.close();
      }
      const [dark = 255, light = 0] = lightness;
      assert.ok(
        dark < 64 && light > 192,
        `the desk is ${dark} in the dark and ${light} in the light, of 255`,
      );
    },
  },
  {
    name: 'reads Arabic and Hebrew from right to left beside English',
    of: 'desk',
    async tell(stage) {
      const team = await stage.team();
      const id = await converse(stage.sql, team.chatbot_id, {
        name: 'ليلى',
        question: 'أين طلبي رقم 42؟',
        answer: 'On its way.',
      });
      const page = await atDesk(stage, team);
      await page.click(caseRow(id));
      await page.sees(inLog('On its way.'));
      await say(stage.sql, id, 'איפה החבילה שלי?');
      for (const [text, direction] of [
        ['أين طلبي رقم 42؟', 'rtl'],
        ['איפה החבילה שלי?', 'rtl'],
        ['On its way.', 'ltr'],
      ] as const) {
        await page.sees(inLog(text));
        await page.runs(inLog(text), direction);
      }
      await page.type({ role: 'textbox', name: 'Reply to ليلى' }, 'مرحبا ليلى');
      await page.press('Control+Enter');
      await page.sees(inLog('مرحبا ليلى'));
      await page.runs(inLog('مرحبا ليلى'), 'rtl');
    },
  },
  {
    name: 'is told which browsers the dashboard works in',
    of: 'desk',
    isBelowFloor: true,
    async tell(stage) {
      const page = await stage.page();
      await page.open(`${stage.stack.app_url}/login`);
      await page.sees({
        text: 'It works in Chrome and Edge from version 111, Firefox from 115 and Safari from 16.4.',
      });
    },
  },
];
