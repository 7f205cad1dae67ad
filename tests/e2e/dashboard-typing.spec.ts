// Nothing that somebody has typed is lost, changed or sent to somebody else: not by a reload, a refusal, a dialog or a key.
import type { Page } from '@playwright/test';
import { converse, createTeam, expect, openDesk, row, test } from './dashboard-stage.ts';

const composer = (page: Page) => page.locator('#composer');
const field = (page: Page) => page.getByRole('searchbox');

test('a reply that could not be sent is still there after a reload, and goes out once', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Vera Visitor' });
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${id}`);
  await page.route('**/reply', (route) => route.abort());
  await composer(page).fill('It left today');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('button', { name: 'Send again' })).toBeVisible();
  await page.unroute('**/reply');
  await openDesk(page, `${team.desk}?conv=${id}`);
  await expect(page.getByRole('log')).toContainText('It left today');
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByRole('button', { name: 'Send again' })).toHaveCount(0);
  await expect
    .poll(() => sql`select text from messages where conversation_id = ${id} and role = 'agent'`)
    .toEqual([{ text: 'It left today' }]);
  await openDesk(page, `${team.desk}?conv=${id}`);
  await expect(page.getByRole('log').getByText('It left today')).toHaveCount(1);
});

test('a refused resolve pulls nobody out of the sentence that is being written to another visitor', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await converse(sql, team.chatbot_id, { name: 'Olaf Older' });
  await converse(sql, team.chatbot_id, { name: 'Nele Newer' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  let refuse = () => {};
  const refused = new Promise<void>((resolve) => (refuse = resolve));
  await page.route('**/resolve', async (route) => {
    await refused;
    await route.abort();
  });
  await page.keyboard.press('j');
  await expect(page.getByRole('heading', { name: 'Nele Newer' })).toBeVisible();
  await page.keyboard.press('e');
  await page.getByLabel('Reply to Olaf Older').fill('Dear Olaf');
  refuse();
  // A toast under the pointer stays.
  await page.getByRole('button', { name: 'Show it' }).hover();
  await expect(page.getByLabel('Reply to Olaf Older')).toBeFocused();
  await page.keyboard.type(', hello');
  await expect(page.getByLabel('Reply to Olaf Older')).toHaveValue('Dear Olaf, hello');
  await page.getByRole('button', { name: 'Show it' }).click();
  await expect(page.getByLabel('Reply to Nele Newer')).toHaveValue('');
});

test('Escape puts the offered replies away, and the text stays', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id);
  await sql`insert into canned_replies (chatbot_id, shortcut, body) values (${team.chatbot_id}, 'hi', 'Hello {name}, {agent} here.')`;
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${id}`);
  await composer(page).pressSequentially('/h');
  await expect(page.getByRole('listbox', { name: 'Canned replies' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listbox')).toHaveCount(0);
  await expect(composer(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(composer(page)).toHaveValue('/h\n');
  await composer(page).fill('/hi');
  await page.keyboard.press('Enter');
  // The visitor has no name.
  await expect(composer(page)).toHaveValue('Hello, Ana Agent here.');
});

test('a search may have a space at the end of what has been typed so far', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  await converse(sql, team.chatbot_id, { question: 'Where is order 123?' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await field(page).pressSequentially('order ');
  await expect(page).toHaveURL(/search=order/);
  await field(page).pressSequentially('123');
  await expect(field(page)).toHaveValue('order 123');
  await expect(page).toHaveURL(/search=order(\+|%20)123/);
  await page.goBack();
  await expect(field(page)).toHaveValue('');
});

test('a dialog with a half-written text is not closed by a key or by selecting beyond its edge', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id);
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${id}`);
  await page.getByRole('button', { name: 'Canned replies' }).click();
  await page.getByRole('button', { name: 'New reply' }).click();
  const text = page.getByLabel('Text');
  await text.fill('Half a sentence');
  await page.keyboard.press('Control+k');
  const box = (await text.boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(5, 5);
  await page.mouse.up();
  await expect(text).toHaveValue('Half a sentence');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Canned replies' })).toBeFocused();
});

test('the second click of a double click does not resolve the case that comes next', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const last = await converse(sql, team.chatbot_id, { name: 'Ines Last' });
  const first = await converse(sql, team.chatbot_id, { name: 'Olaf Older' });
  const second = await converse(sql, team.chatbot_id, { name: 'Nele Newer' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await row(page, second).click();
  await page.getByRole('button', { name: 'Mark resolved' }).dblclick();
  await expect(page.getByRole('heading', { name: 'Olaf Older' })).toBeVisible();
  await expect
    .poll(
      () => sql`select escalation_status as status from conversations
      where id = any (${[first, second]}) order by escalated_at`,
    )
    .toEqual([{ status: 'open' }, { status: 'resolved' }]);
  // And a key that is held down meets the row of that case, not its button.
  await page.getByRole('button', { name: 'Mark resolved' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Ines Last' })).toBeVisible();
  await expect(row(page, last)).toBeFocused();
});
