// The dashboard on a phone: nothing wraps to a lonely rest, and what is current is in sight.
import { converse, createTeam, expect, openDesk, row, test } from './dashboard-stage.ts';

const PHONE = { viewport: { width: 375, height: 740 } };

test('the icons of a case stay beside its name, and its buttons share one line', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Wilhelmina of the Very Long Name Indeed' });
  const page = await enter(team.agent, PHONE);
  await openDesk(page, team.desk);
  await row(page, id).click();
  const topOf = async (name: string) => (await page.getByRole('button', { name }).boundingBox())?.y;
  await expect(page.getByRole('button', { name: 'Mark resolved' })).toBeVisible();
  // Once nothing moves any more.
  await expect(async () => {
    expect(await topOf('More')).toBe(await topOf('Back to the list'));
    expect(await topOf('Details, timeline and receipts')).toBe(await topOf('Back to the list'));
    expect(await topOf('Claim')).toBe(await topOf('Mark resolved'));
    expect(await topOf('Assign')).toBe(await topOf('Mark resolved'));
  }).toPass({ timeout: 20_000 });
});

test('the current tab of a strip is scrolled into view', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner, PHONE);
  for (const part of ['install', 'human-support', 'phrases']) {
    await page.goto(`/dashboard/chatbots/${team.chatbot_id}/embed/${part}`);
    const strip = page.getByRole('navigation', { name: 'Embed' });
    await expect(strip.locator('[aria-current]')).toBeInViewport({ ratio: 0.95 });
  }
  await page.goto(`/dashboard/chatbots/${team.chatbot_id}/members`);
  await expect(page.locator('nav.tabs:not(.minor) [aria-current]')).toBeInViewport({ ratio: 0.95 });
});

test('an open case says as well that the page is not live', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id);
  const page = await enter(team.agent, PHONE);
  await openDesk(page, `${team.desk}?conv=${id}`);
  await expect(page.getByRole('log')).toBeVisible();
  await page.context().setOffline(true);
  await expect(page.locator('[data-connection]').getByText('Not live.')).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeInViewport({ ratio: 1 });
});
