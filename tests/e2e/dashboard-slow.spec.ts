// On a slow line: a case shows its name and takes decisions before its transcript is there, and nothing that is typed is lost.
import type { Page } from '@playwright/test';
import { converse, createTeam, expect, openDesk, row, say, test } from './dashboard-stage.ts';

/** Holds transcripts back until they are let go. */
async function holdTranscripts(page: Page): Promise<() => void> {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(/\/conversations\/[^/]+$/, async (route) => {
    await held;
    await route.continue();
  });
  return letGo;
}

test('a case is resolved by keys that are quicker than its transcript', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const older = await converse(sql, team.chatbot_id, { name: 'Olaf Older' });
  const newer = await converse(sql, team.chatbot_id, { name: 'Nele Newer' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const letGo = await holdTranscripts(page);
  await page.keyboard.press('j');
  await expect(page.getByRole('heading', { name: 'Nele Newer' })).toBeVisible();
  await expect(page.getByText('Opening the case…')).toBeAttached();
  await page.keyboard.press('e');
  await expect(row(page, newer)).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Olaf Older' })).toBeVisible();
  await expect
    .poll(
      () => sql`select escalation_status as status, resolved_at is not null as dated
      from conversations where id = any (${[older, newer]}) order by escalated_at`,
    )
    .toEqual([
      { status: 'open', dated: false },
      { status: 'resolved', dated: true },
    ]);
  letGo();
  await expect(page.getByRole('log')).toBeVisible();
});

test('a reply that is sent before the transcript is there waits for it', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Vera Visitor' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const letGo = await holdTranscripts(page);
  await row(page, id).click();
  const composer = page.getByLabel('Reply to Vera Visitor');
  await composer.fill('It left today');
  await page.keyboard.press('Control+Enter');
  await expect(composer).toHaveValue('It left today');
  letGo();
  await expect(composer).toHaveValue('');
  await expect(page.getByRole('log')).toContainText('It left today');
});

test('a case can be given to one of two people of the same name before its transcript is there', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await sql`update profiles set display_name = 'Alex' where user_id in ${sql([team.owner.id, team.agent.id])}`;
  const id = await converse(sql, team.chatbot_id, { name: 'Vera Visitor' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const letGo = await holdTranscripts(page);
  await page.keyboard.press('j');
  await expect(page.getByRole('heading', { name: 'Vera Visitor' })).toBeVisible();
  await page.keyboard.press('a');
  await page.getByRole('menuitemradio', { name: `Alex, ${team.owner.email}` }).click();
  await expect
    .poll(() => sql`select claimed_by from conversations where id = ${id}`)
    .toEqual([{ claimed_by: team.owner.id }]);
  letGo();
  await expect(page.getByRole('log')).toBeVisible();
});

test('on a tall screen a reply shows although nothing can be scrolled', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Vera Visitor' });
  for (let n = 0; n < 14; n++) await say(sql, id, `Line ${n}`);
  const page = await enter(team.agent, { viewport: { width: 1280, height: 2400 } });
  await openDesk(page, team.desk);
  await row(page, id).click();
  await expect(page.getByRole('log')).toContainText('Line 13');
  for (const words of ['First', 'Second', 'Third']) {
    await page.getByLabel('Reply to Vera Visitor').fill(words);
    await page.keyboard.press('Control+Enter');
    await expect(page.getByRole('log')).toContainText(words);
  }
  await say(sql, id, 'Thank you!');
  await expect(page.getByRole('log')).toContainText('Thank you!');
});

test('a desk whose first join fails says that it is not live, and is when it can', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await page.route('**/session/token', (route) => route.abort());
  await page.goto(team.desk);
  await expect(page.locator('[data-connection]').getByText('Not live.')).toBeVisible();
  await page.unroute('**/session/token');
  // The pauses between its tries grow.
  await expect(page.locator('[data-connection]').getByText('Not live.')).toHaveCount(0, { timeout: 60_000 });
  const id = await converse(sql, team.chatbot_id);
  await expect(row(page, id)).toBeVisible();
});

test('a canned reply that is refused after its dialog was closed is not forgotten in silence', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id);
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${id}`);
  let refuse = () => {};
  const held = new Promise<void>((resolve) => (refuse = resolve));
  await page.route('**/canned-replies', async (route) => {
    await held;
    await route.fulfill({ status: 503, json: { code: 'UNAVL', message: 'Not just now.' } });
  });
  await page.getByRole('button', { name: 'Canned replies' }).click();
  await page.getByRole('button', { name: 'New reply' }).click();
  await page.getByLabel('Shortcut').fill('late');
  await page.getByLabel('Text', { exact: true }).fill('We are late.');
  const asked = page.waitForRequest('**/canned-replies');
  await page.getByRole('button', { name: 'Save reply' }).click();
  await asked;
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  refuse();
  await expect(page.getByText('The canned replies weren’t changed. Not just now.')).toBeVisible();
});
