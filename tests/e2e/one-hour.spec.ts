// One hour everywhere: Postgres, Node, Deno and Chromium have time zones of their own and disagree about some. Whatever somebody
// reads of a case in such a zone (list, transcript, print, file, mail, chart) and of the team's hours is the hour of Postgres.
import type { Page } from '@playwright/test';
import { mailsTo } from '../support/outbox.ts';
import { disagreements, type Disagreement } from '../support/zones.ts';
import {
  accessibilityFindings,
  createTeam,
  expect,
  openDesk,
  row,
  test,
  type Team,
} from './dashboard-stage.ts';

const DAY_SECONDS = 86_400;
const UNTIL = Date.UTC(2028, 0, 1) / 1000;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

let found: Disagreement[] = [];

// The programs are asked once.
test.describe.configure({ mode: 'default' });

test.beforeAll(async ({ browser, sql }) => {
  const page = await browser.newPage();
  found = await disagreements(sql, page, Math.floor(Date.now() / 1000 / DAY_SECONDS) * DAY_SECONDS, UNTIL);
  await page.close();
  for (const { zone, at, programs } of found)
    console.info(`${zone}: ${programs.join(', ')} from ${new Date(at * 1000).toISOString()} on`);
});

/** The clock on the wall, as Postgres reads it, 90 minutes after they begin to differ. */
interface Wall {
  day: string;
  time: string;
  hour: number;
  weekday: number;
}

test('list, transcript, print, file, mail, charts and office hours show the hour of the database', async ({
  enter,
  stack,
  sql,
}) => {
  test.setTimeout(60_000 + found.length * 40_000);
  for (const { zone, at } of found) {
    const team = await createTeam(stack, sql);
    const instant = new Date((Math.max(at, Math.floor(Date.now() / 1000)) + 5400) * 1000).toISOString();
    const [wall] = await sql<Wall[]>`
      select to_char(t, 'YYYY-MM-DD') as day, to_char(t, 'HH24:MI') as time, extract(hour from t)::int as hour,
        extract(isodow from t)::int as weekday
      from (select ${instant}::timestamptz at time zone ${zone} as t) w`;
    await test.step(zone, async () => {
      const { error } = await team.owner.db.rpc('save_profile', { profile: { time_zone: zone } });
      expect(error).toBeNull();
      const id = await converseAt(team, instant);
      const page = await enter(team.owner, { timezoneId: zone });
      await readsCase(page, team, id, wall!);
      await readsFigures(page, team, wall!);
      await readsMail(stack.mailbox_url, team, zone, wall!);
      await readsHours(page, team, zone);
    });
  }

  async function converseAt(team: Team, instant: string): Promise<string> {
    const [made] = await sql<{ id: string }[]>`
      insert into conversations (chatbot_id) values (${team.chatbot_id}) returning id`;
    const { id } = made!;
    await sql`insert into messages (conversation_id, role, text, created_at)
      values (${id}, 'visitor', 'What time is it?', ${instant})`;
    await sql`insert into escalations (conversation_id, trigger, escalated_at) values (${id}, 'api', ${instant})`;
    return id;
  }

  async function readsCase(page: Page, team: Team, id: string, wall: Wall): Promise<void> {
    // Before any script has run, and after.
    const html = await (await page.request.get(team.desk)).text();
    expect(html, 'list of the server').toContain(`${wall.time}:`);
    await openDesk(page, team.desk);
    await expect(row(page, id).locator('time'), 'list').toHaveAttribute(
      'title',
      new RegExp(`, ${wall.time}:`),
    );
    await row(page, id).click();
    await expect(page.getByRole('log').locator('time').first(), 'transcript').toHaveText(wall.time);
    await page.goto(`${team.desk}/conversations/${id}/print`);
    await expect(page.getByRole('listitem').locator('time'), 'print').toHaveText(
      new RegExp(`^${wall.day} ${wall.time}:`),
    );
    const file = await (await page.request.get(`${team.desk}/export.csv?filter=all`)).text();
    expect(file, 'file').toContain(`${wall.day} ${wall.time}:`);
  }

  async function readsFigures(page: Page, team: Team, wall: Wall): Promise<void> {
    await page.goto(`${team.desk}/insights`);
    const cell = page.locator(
      `[data-chart="hour-of-week"] [data-cell="${WEEKDAYS[wall.weekday - 1]} ${wall.hour}"]`,
    );
    await expect(cell, 'hours of the week').toHaveText('1');
    await page.getByRole('button', { name: 'Per day as a table' }).click();
    const day = page.getByRole('row', {
      name: `${Number(wall.day.slice(8))} ${new Date(wall.day).toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' })} ${wall.day.slice(0, 4)}`,
    });
    await expect(day.getByRole('cell').first(), 'days').toHaveText('1');
  }

  async function readsMail(mailbox: string, team: Team, zone: string, wall: Wall): Promise<void> {
    await expect
      .poll(
        async () => {
          const mails = await mailsTo({ mailbox_url: mailbox }, team.owner.email);
          return mails.map(({ TextBody }) => TextBody).join('\n');
        },
        { message: 'mail', timeout: 60_000 },
      )
      .toContain(`${wall.time} (${zone})`);
  }

  async function readsHours(page: Page, team: Team, zone: string): Promise<void> {
    const weekly = Object.fromEntries(WEEKDAYS.map((_, index) => [index + 1, [['00:00', '23:57']]]));
    const { error } = await team.owner.db.rpc('save_office_hours', {
      chatbot_id: team.chatbot_id,
      hours: { is_enabled: true, time_zone: zone, weekly },
    });
    expect(error).toBeNull();
    await page.goto(`/dashboard/chatbots/${team.chatbot_id}/embed/office-hours`);
    await expect(page.getByText(`, 23:57 ${zone}.`), 'office hours').toBeVisible();
  }
});

test('the health page names the programs whose clocks differ', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const coming = found.find(({ at }) => at < Date.now() / 1000 + 300 * DAY_SECONDS);
  for (const [zone, words] of [
    ['Europe/Berlin', 'All agree'],
    ...(coming ? [[coming.zone, '1 time zone differs'] as const] : []),
  ] as const) {
    for (const person of [team.owner, team.agent])
      expect((await person.db.rpc('save_profile', { profile: { time_zone: zone } })).error).toBeNull();
    const page = await enter(team.owner, { timezoneId: 'Europe/Berlin' });
    await page.goto('/account/health');
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.getByRole('row', { name: new RegExp(zone.replaceAll('_', ' ')) })).toContainText(
      zone === 'Europe/Berlin' ? 'the same' : 'instead of',
    );
    expect(await accessibilityFindings(page)).toEqual([]);
  }
});
