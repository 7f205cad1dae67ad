// Many cases at once: chosen by key, pointer or finger, done in one call, taken back without a trace, and never against somebody
// who was there first.
import type { Page } from '@playwright/test';
import type { Sql } from 'postgres';
import type { TriageStats } from '../../src/lib/server/cases.ts';
import {
  converse,
  createTeam,
  escalate,
  expect,
  findingsInBothLights,
  openDesk,
  pill,
  row,
  test,
  type Team,
} from './dashboard-stage.ts';

const LIVE = { timeout: 20_000 };

const box = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}` });
const all = (page: Page) => page.getByRole('checkbox', { name: 'Select all loaded cases' });
const chosen = (page: Page) => page.locator('[data-row]').filter({ has: page.locator(':checked') });
const bar = (page: Page) => page.getByRole('group', { name: 'Actions for the selected cases' });

/** Cases named Case 1, Case 2 and so on; the last one stands on top of the list. */
async function cases(sql: Sql, team: Team, n: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 1; i <= n; i++) ids.push(await converse(sql, team.chatbot_id, { name: `Case ${i}` }));
  return ids;
}

const statuses = async (sql: Sql, ids: string[]) => {
  const found = await sql<{ status: string }[]>`
    select status from escalations where conversation_id in ${sql(ids)} order by escalated_at`;
  return found.map(({ status }) => status);
};

/** Resolves many, and makes the seconds in which that can be taken back as many as a slow machine needs. */
async function keepUndo(page: Page, sql: Sql, ids: string[], resolve: () => Promise<void>): Promise<void> {
  const answered = page.waitForResponse('**/cases/resolve');
  await resolve();
  // A toast under the pointer stays.
  await page.getByRole('button', { name: 'Undo' }).hover();
  await answered;
  await sql`update escalations set undo_until = now() + interval '1 hour'
    where conversation_id in ${sql(ids)} and status = 'resolved'`;
  await sql`update events set available_at = now() + interval '1 hour'
    where conversation_id in ${sql(ids)} and type = 'conversation.resolved' and seq is null`;
}

/** The figures of the strip and the pills are what SQL counts for this person. */
async function expectFiguresOf(page: Page, team: Team): Promise<void> {
  const shown = page.locator('[data-figure="total"], [data-figure="unresolved_in_window"]').locator('.value');
  await expect(async () => {
    const { data } = await team.owner.db.rpc('triage_stats', { chatbot_id: team.chatbot_id, days: 30 });
    const { total, unresolved, pills } = data as TriageStats;
    const figures = [total, unresolved, pills.unresolved, pills.resolved, pills.all].map(String);
    expect([
      ...(await shown.allTextContents()),
      ...(await page.locator('.pill .count').allTextContents()),
    ]).toEqual(figures);
  }).toPass(LIVE);
}

test('three are chosen and resolved by keys alone, and both windows and SQL agree', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const [first, second, third, fourth] = (await cases(sql, team, 4)) as [string, string, string, string];
  const [a, b] = await Promise.all([enter(team.agent), enter(team.owner)]);
  await Promise.all([openDesk(a, team.desk), openDesk(b, team.desk)]);
  await a.keyboard.press('j');
  await expect(row(a, fourth)).toBeFocused();
  await a.keyboard.press('x');
  await expect(a.getByText('1 selected').last()).toBeVisible();
  await a.keyboard.press('Shift+J');
  await a.keyboard.press('Shift+J');
  await expect(chosen(a)).toHaveCount(3);
  // Selecting is not reading: the two that were only passed are still unread.
  await expect(row(a, second)).toContainText('unread');
  const calls: string[] = [];
  a.on('request', (request) => {
    if (request.method() === 'POST' && request.url().includes('/cases/')) calls.push(request.url());
  });
  await a.keyboard.press('e');
  await expect(a.locator('.toaster').getByText('3 cases resolved.')).toBeVisible();
  for (const page of [a, b]) {
    for (const id of [second, third, fourth]) await expect(row(page, id)).toHaveCount(0, LIVE);
    await expect(row(page, first)).toBeVisible();
    await expectFiguresOf(page, team);
  }
  expect(calls).toHaveLength(1);
  expect(await statuses(sql, [first, second, third, fourth])).toEqual([
    'open',
    'resolved',
    'resolved',
    'resolved',
  ]);
});

test('one undo brings all of them back and leaves no trace in the numbers', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const ids = await cases(sql, team, 3);
  const [a, b] = await Promise.all([enter(team.agent), enter(team.owner)]);
  await Promise.all([openDesk(a, team.desk), openDesk(b, team.desk)]);
  const numbers = (page: Page) =>
    page.locator('[data-figure] .value, [data-figure] .beside, .count').allTextContents();
  const before = await numbers(a);
  await all(a).click();
  await keepUndo(a, sql, ids, () => bar(a).getByRole('button', { name: 'Resolve' }).click());
  await expect(a.getByText('Nothing waiting', { exact: true })).toBeVisible();
  await expect(pill(b, 'resolved')).toHaveText('3', LIVE);
  await a.keyboard.press('z');
  await expect(a.locator('.toaster').getByText('3 cases are open again.')).toBeVisible();
  for (const page of [a, b]) {
    for (const id of ids) await expect(row(page, id)).toBeVisible(LIVE);
    await expect.poll(() => numbers(page)).toEqual(before);
  }
  await expect(chosen(a)).toHaveCount(0);
  const [trace] = await sql<{ reopened: number; resolved: number; heard: number }[]>`
    select sum(reopen_count)::int as reopened, count(resolved_at)::int as resolved,
      (select count(*)::int from events v where v.conversation_id in ${sql(ids)} and v.seq is not null
        and v.type in ('conversation.resolved', 'conversation.reopened')) as heard
    from escalations where conversation_id in ${sql(ids)}`;
  expect(trace).toEqual({ reopened: 0, resolved: 0, heard: 0 });
});

test('an undo that is quicker than its resolve wins', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const ids = await cases(sql, team, 2);
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  let letThrough = () => {};
  const pressed = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route('**/cases/resolve', async (route) => {
    await pressed;
    await route.continue();
  });
  await all(page).click();
  await page.keyboard.press('e');
  const undone = page.waitForResponse('**/cases/undo');
  await page.keyboard.press('z');
  letThrough();
  expect((await undone).ok()).toBe(true);
  for (const id of ids) await expect(row(page, id)).toBeVisible();
  expect(await statuses(sql, ids)).toEqual(['open', 'open']);
});

test('what somebody else changed meanwhile is left alone, named, and stays selected', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ids = (await cases(sql, team, 3)) as [string, string, string];
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  // One that this very person opens after selecting it is no surprise to them.
  await box(page, 'Case 3').click();
  await box(page, 'Case 2').click();
  await box(page, 'Case 1').click();
  await row(page, ids[2]).click();
  await expect(page.getByRole('heading', { name: 'Case 3' })).toBeVisible();
  const [taken] = await sql<{ id: string }[]>`select id from escalations where conversation_id = ${ids[1]}`;
  await team.owner.db.rpc('claim_escalation', { escalation_id: taken?.id });
  await expect(row(page, ids[1])).toContainText('Olive Owner', LIVE);
  await bar(page).getByRole('button', { name: 'Resolve' }).click();
  await expect(
    page
      .locator('.toaster')
      .getByText('2 resolved, 1 had changed in the meantime and was skipped.', { exact: true }),
  ).toBeVisible();
  const named = page.getByRole('region', { name: '1 case was skipped' });
  await expect(named).toContainText('Case 2');
  await expect(named).toContainText('Olive Owner claimed this case');
  await expect(box(page, 'Case 2')).toBeChecked();
  expect(await statuses(sql, ids)).toEqual(['resolved', 'open', 'resolved']);
  // Now that it has been read, pressing again means it.
  await bar(page).getByRole('button', { name: 'Resolve' }).click();
  await expect(row(page, ids[1])).toHaveCount(0);
  await expect.poll(() => statuses(sql, ids)).toEqual(['resolved', 'resolved', 'resolved']);
  await expectFiguresOf(page, team);
});

test('Shift with a click takes everything between, and the row under the pointer opens as ever', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ids = (await cases(sql, team, 5)) as [string, string, string, string, string];
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await expect(all(page)).not.toBeChecked();
  await box(page, 'Case 5').click();
  await row(page, ids[2]).click({ modifiers: ['Shift'] });
  await expect(chosen(page)).toHaveCount(3);
  await expect(all(page)).toBeChecked({ indeterminate: true });
  await box(page, 'Case 1').click({ modifiers: ['Shift'] });
  await expect(chosen(page)).toHaveCount(5);
  await expect(all(page)).toBeChecked();
  await box(page, 'Case 4').click({ modifiers: ['Shift'] });
  await expect(chosen(page)).toHaveCount(2);
  await row(page, ids[0]).click();
  await expect(page.getByRole('heading', { name: 'Case 1' })).toBeVisible();
  await expect(chosen(page)).toHaveCount(2);
  // Escape clears first and goes back second; another view has another selection.
  await page.keyboard.press('Escape');
  await expect(chosen(page)).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Case 1' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Case 1' })).toHaveCount(0);
  await page.keyboard.press('x');
  await expect(chosen(page)).toHaveCount(1);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a case or an action' }).fill('longest first');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/sort=waiting/);
  await expect(chosen(page)).toHaveCount(0);
});

test('a selection outlives what happens around it and loses what others finish', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ids = (await cases(sql, team, 3)) as [string, string, string];
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await all(page).click();
  await expect(chosen(page)).toHaveCount(3);
  const fresh = await converse(sql, team.chatbot_id, { name: 'Case 4' });
  await expect(row(page, fresh)).toBeVisible(LIVE);
  await expect(chosen(page)).toHaveCount(3);
  await sql`update escalations set status = 'resolved' where conversation_id = ${ids[1]}`;
  await expect(row(page, ids[1])).toHaveCount(0, LIVE);
  await expect(page.getByText('2 selected').last()).toBeVisible();
  // Who asks again is another case, and nobody has selected that one.
  await escalate(sql, ids[1]);
  await expect(row(page, ids[1])).toContainText('#2', LIVE);
  await expect(box(page, 'Case 2')).not.toBeChecked();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(all(page)).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a case or an action' }).fill('select all');
  await page.keyboard.press('Enter');
  await expect(chosen(page)).toHaveCount(4);
});

test('many are given to a colleague in one go, but never over somebody who was quicker', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ids = (await cases(sql, team, 3)) as [string, string, string];
  const [a, b] = await Promise.all([enter(team.agent), enter(team.owner)]);
  await Promise.all([openDesk(a, team.desk), openDesk(b, team.desk)]);
  await all(a).click();
  await a.keyboard.press('a');
  await a.getByRole('menuitem', { name: 'Olive Owner' }).click();
  await expect(a.locator('.toaster').getByText('3 assigned to Olive Owner.')).toBeVisible();
  for (const id of ids) {
    await expect(row(a, id)).toContainText('Olive Owner');
    await expect(row(b, id)).toContainText('You', LIVE);
  }
  await expect(chosen(a)).toHaveCount(0);
  await all(a).click();
  await bar(a).getByRole('button', { name: 'Claim' }).click();
  await expect(a.locator('.toaster').getByText('None claimed: 3 were skipped.')).toBeVisible();
  await expect(a.getByRole('region', { name: '3 cases were skipped' })).toContainText(
    'Olive Owner has already claimed this case.',
  );
  await bar(a).getByRole('button', { name: 'Assign' }).click();
  await a.getByRole('menuitem', { name: 'Nobody' }).click();
  await expect(a.locator('.toaster').getByText('3 returned to the team.')).toBeVisible();
  const claimed = await sql`
    select from escalations where conversation_id in ${sql(ids)} and claimed_by is not null`;
  expect(claimed).toHaveLength(0);
});

test('a refusal of the whole call takes everything back and keeps the selection', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ids = await cases(sql, team, 2);
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await page.route('**/cases/resolve', (route) => route.abort());
  await all(page).click();
  await page.keyboard.press('e');
  await expect(page.locator('.toaster').getByText('There’s no connection right now.')).toBeVisible();
  await expect(page.locator('.toaster').getByText('2 cases resolved.')).toHaveCount(0);
  await expect(chosen(page)).toHaveCount(2);
  expect(await statuses(sql, ids)).toEqual(['open', 'open']);
  await page.unroute('**/cases/resolve');
  await page.keyboard.press('e');
  await expect.poll(() => statuses(sql, ids)).toEqual(['resolved', 'resolved']);
});

test('a finger selects by holding and then by tapping, on a phone', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const ids = (await cases(sql, team, 3)) as [string, string, string];
  const page = await enter(team.agent, {
    viewport: { width: 375, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await openDesk(page, team.desk);
  await expect(box(page, 'Case 3')).toHaveCSS('opacity', '1');
  const at = await row(page, ids[2]).boundingBox();
  const touch = { x: (at?.x ?? 0) + 150, y: (at?.y ?? 0) + 40 };
  const session = await page.context().newCDPSession(page);
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [touch] });
  await expect(box(page, 'Case 3')).toBeChecked();
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await row(page, ids[1]).tap();
  await expect(chosen(page)).toHaveCount(2);
  await expect(page.getByRole('heading', { name: 'Case 2' })).toHaveCount(0);
  await bar(page).getByRole('button', { name: 'Resolve' }).tap();
  await expect(page.locator('.toaster').getByText('2 cases resolved.')).toBeVisible();
  await row(page, ids[0]).tap();
  await expect(page.getByRole('heading', { name: 'Case 1' })).toBeVisible();
});

test('more than one call can take are done in turns, and the page says so', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const made = await sql<{ conversation_id: string }[]>`with made as (
      insert into conversations (chatbot_id, visitor_name)
      select ${team.chatbot_id}, 'Visitor ' || n from generate_series(1, 520) n returning id)
    insert into escalations (conversation_id, trigger) select id, 'api' from made returning conversation_id`;
  const ids = made.map(({ conversation_id }) => conversation_id);
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await all(page).click();
  await expect(page.getByText('All loaded cases are selected')).toBeVisible();
  const list = page.getByRole('list', { name: 'Cases' });
  const everything = page.getByText('520 selected').last();
  await expect(async () => {
    await list.evaluate((node) => node.scrollTo(0, node.scrollHeight));
    // What is chosen already, only said late, would be given up by another press.
    if (!(await everything.isVisible())) await all(page).click();
    await expect(everything).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(page.getByText('At most 500 at once')).toBeVisible();
  await keepUndo(page, sql, ids, () => page.keyboard.press('e'));
  await expect(page.locator('.toaster').getByText('500 cases resolved.')).toBeVisible();
  await expect(page.getByText('20 selected').last()).toBeVisible();
  await page.keyboard.press('z');
  await expect(page.locator('.toaster').getByText('500 cases are open again.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(pill(page, 'unresolved')).toHaveText('520', LIVE);
});

for (const width of [375, 1280]) {
  test(`a selection is clear to everybody, light or dark, ${width} pixels wide`, async ({
    enter,
    stack,
    sql,
  }) => {
    const team = await createTeam(stack, sql);
    const ids = (await cases(sql, team, 4)) as [string, string, string, string];
    await sql`update escalations set claimed_by = ${team.owner.id} where conversation_id in ${sql(ids.slice(0, 2))}`;
    const page = await enter(team.agent, { viewport: { width, height: 800 } });
    await openDesk(page, team.desk);
    await box(page, 'Case 4').focus();
    await page.keyboard.press('Space');
    await box(page, 'Case 2').click();
    await box(page, 'Case 1').click();
    expect(await findingsInBothLights(page)).toEqual([]);
    await bar(page).getByRole('button', { name: 'Claim' }).click();
    await expect(page.getByRole('region', { name: '2 cases were skipped' })).toBeVisible();
    expect(await findingsInBothLights(page)).toEqual([]);
    await page.getByRole('button', { name: 'Assign' }).first().click();
    expect(await findingsInBothLights(page)).toEqual([]);
    const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(isWider).toBe(false);
  });
}
