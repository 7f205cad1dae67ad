// Targets: an owner sets them, each row says what is left and ages by itself, the list sorts by what is due next, and every number of the
// figures and of the line leads to its rows.
import type { Sql } from 'postgres';
import {
  accessibilityFindings,
  converse,
  createTeam,
  expect,
  figure,
  findingsInBothLights,
  openDesk,
  row,
  test,
  type Person,
} from './dashboard-stage.ts';

async function setTargets(owner: Person, chatbot_id: string, settings: object): Promise<void> {
  const { error } = await owner.db.rpc('save_targets', { chatbot_id, settings });
  if (error) throw error;
}

/** A visitor who asked so many minutes ago. */
async function asked(sql: Sql, chatbot_id: string, name: string, minutes: number): Promise<string> {
  const id = await converse(sql, chatbot_id, { name, isEscalated: false });
  await sql`insert into escalations (conversation_id, trigger, escalated_at)
    values (${id}, 'inline_cta', now() - make_interval(mins => ${minutes}))`;
  return id;
}

const resolve = (sql: Sql, id: string, minutes_ago: number) =>
  sql`update escalations set status = 'resolved', resolved_at = now() - make_interval(mins => ${minutes_ago}) where conversation_id = ${id}`;

test('an owner sets targets by hand, and the open cases follow', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await asked(sql, team.chatbot_id, 'Vera', 10);
  const desk = await enter(team.agent);
  await openDesk(desk, team.desk);
  await expect(row(desk, id)).toBeVisible();
  await expect(desk.locator('[data-due]')).toHaveCount(0);
  await expect(figure(desk, 'within_target')).toHaveCount(0);

  const page = await enter(team.owner);
  await page.goto(`/dashboard/chatbots/${team.chatbot_id}/embed/install`);
  await page.getByRole('navigation', { name: 'Embed' }).getByRole('link', { name: 'Targets' }).click();
  await expect(page.getByRole('heading', { name: 'Targets', level: 2 })).toBeVisible();
  expect(await findingsInBothLights(page)).toEqual([]);
  const reply = page.getByLabel('Minutes to the first reply');
  await reply.fill('0');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Enter a whole number from 1 to 43200.')).toBeVisible();
  await expect(reply).toBeFocused();
  await reply.fill('90');
  await expect(page.getByText('That is 1.5 h.')).toBeVisible();
  await page.getByLabel('Minutes that count').selectOption('office_hours');
  await expect(page.getByText('Your office hours are off, so every minute counts.')).toBeVisible();
  await page.getByRole('button', { name: 'Save targets' }).click();
  await expect(page.getByText('All changes saved')).toBeVisible();
  expect(
    await sql`select first_reply_minutes, resolve_minutes, target_clock from human_support_settings where chatbot_id = ${team.chatbot_id}`,
  ).toEqual([{ first_reply_minutes: 90, resolve_minutes: null, target_clock: 'office_hours' }]);

  await expect(row(desk, id).locator('[data-due="calm"]')).toContainText('in 2 h');
  await expect(row(desk, id)).toHaveAccessibleName(/First reply due in 2 hours\./);
  await expect(figure(desk, 'within_target')).toHaveText('—');
});

test('a row grows old by itself, in words as well as in colour, and the figures know it', async ({
  enter,
  stack,
  sql,
}) => {
  test.setTimeout(120_000);
  const team = await createTeam(stack, sql);
  await setTargets(team.owner, team.chatbot_id, { first_reply_minutes: 60 });
  // What the clock would still do for the new target is done, and takes nothing back of what follows.
  await sql`select private.redate_all()`;
  const id = await asked(sql, team.chatbot_id, 'סבטלנה', 0);
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await expect(row(page, id).locator('[data-due="calm"]')).toContainText('in 1 h');
  // The hour is over in half a minute; nobody tells the page, which has read it.
  await sql`update escalations set first_reply_warn_at = now() + interval '10 seconds', first_reply_due_at = now() + interval '35 seconds'
    where conversation_id = ${id}`;
  await page.reload();
  await expect(row(page, id).locator('[data-due="calm"]')).toBeVisible();
  await expect(row(page, id).locator('[data-due="soon"]')).toBeVisible({ timeout: 40_000 });
  await expect(row(page, id)).toHaveAccessibleName(/First reply due in 1 minute, soon\./);
  await expect(row(page, id).locator('[data-due="late"]')).toContainText('late', { timeout: 60_000 });
  await expect(row(page, id)).toHaveAccessibleName(/First reply past due\./);
  await expect(page.getByRole('link', { name: '1 past due' })).toBeVisible();
  await expect(figure(page, 'within_target')).toHaveText('0 %');
  // Once it is answered nothing is due any more.
  await sql`update escalations set first_replied_at = now(), first_replied_by = ${team.agent.id} where conversation_id = ${id}`;
  await expect(page.locator('[data-due]')).toHaveCount(0);
  await expect(page.getByRole('link', { name: '1 past due' })).toHaveCount(0);
});

test('due next is an order of the list, and every number leads to its rows', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await setTargets(team.owner, team.chatbot_id, { first_reply_minutes: 60, resolve_minutes: 1440 });
  const late = await asked(sql, team.chatbot_id, 'Lea', 90);
  const soon = await asked(sql, team.chatbot_id, 'Sam', 50);
  const answered = await asked(sql, team.chatbot_id, 'Ada', 70);
  await sql`update escalations set first_replied_at = escalated_at + interval '5 minutes', first_replied_by = ${team.agent.id} where conversation_id = ${answered}`;
  const fresh = await asked(sql, team.chatbot_id, 'Finn', 5);
  const helped = await asked(sql, team.chatbot_id, 'Hal', 100);
  await resolve(sql, helped, 80);
  const slow = await asked(sql, team.chatbot_id, 'Slava', 200);
  await resolve(sql, slow, 10);

  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const listed = () =>
    page.locator('[data-row]').evaluateAll((rows) => rows.map((one) => (one as HTMLElement).dataset['row']));
  await page.getByLabel('Sort by').selectOption({ label: 'Due next' });
  await expect(page).toHaveURL(/sort=due/);
  await expect.poll(listed).toEqual([late, soon, fresh, answered]);
  await page.reload();
  expect(await listed()).toEqual([late, soon, fresh, answered]);

  await expect(figure(page, 'within_target')).toHaveText('33 %');
  const numbers: [link: string, rows: string[]][] = [
    ['6 with a target', [late, soon, fresh, answered, helped, slow]],
    ['1 within it', [helped]],
    ['2 missed', [late, slow]],
    ['3 with time left', [soon, fresh, answered]],
    ['1 past due', [late]],
    ['3 seen by a person', [answered, helped, slow]],
    ['3 waiting', [late, soon, fresh]],
  ];
  for (const [link, rows] of numbers) {
    await page.getByRole('link', { name: link, exact: true }).click();
    await expect.poll(async () => (await listed()).toSorted(), { message: link }).toEqual(rows.toSorted());
  }
  await expect(page.getByText('Showing Waiting to be seen')).toBeVisible();

  // The file and the chart tell the same.
  const file = await (await page.request.get(`${team.desk}/export.csv?filter=total&sort=due`)).text();
  const lines = file.trim().split('\r\n');
  expect(lines[0]).toMatch(/,target$/);
  expect(lines.slice(1).map((line) => /,"?(\w*)"?$/.exec(line)?.[1])).toEqual([
    'missed',
    'due',
    'due',
    'due',
    'within',
    'missed',
  ]);
  await page.goto(`${team.desk}/insights`);
  await expect(page.getByText('within target, 1 of 3')).toBeVisible();
  expect(await accessibilityFindings(page)).toEqual([]);

  // On a phone, in both lights, with a name from right to left.
  await sql`update conversations set visitor_name = 'منى عبد الرحمن' where id = ${late}`;
  await page.setViewportSize({ width: 375, height: 740 });
  await openDesk(page, `${team.desk}?sort=due`);
  await expect(row(page, late).locator('[data-due="late"]')).toContainText('30 m late');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityFindings(page, { within: '.list' }), colorScheme).toEqual([]);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
});
