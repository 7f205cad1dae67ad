// Embed → Alerts: who is told and when, the picture of day and night, and trying it in seconds.
import { accessibilityFindings, createTeam, expect, test } from './dashboard-stage.ts';

test('the steps of the alerts are read as sentences, saved in the order of their times, drawn and tried', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await page.goto(`/dashboard/chatbots/${team.chatbot_id}/embed/install`);
  await page.getByRole('navigation', { name: 'Embed' }).getByRole('link', { name: 'Alerts' }).click();
  await expect(page.getByRole('heading', { name: 'Alerts', level: 2 })).toBeVisible();
  await expect(page.getByRole('group', { name: 'At once: tell everybody on the list' })).toBeVisible();
  await expect(
    page.getByRole('group', { name: 'If nobody has seen it after 15 minutes: tell the owner' }),
  ).toBeVisible();

  const picture = page.getByRole('region', { name: 'What would happen' });
  await expect(picture.getByText('10:15')).toBeVisible();
  await expect(picture.getByText('23:15')).toBeVisible();
  expect(await accessibilityFindings(page)).toEqual([]);

  await page.getByRole('button', { name: 'Add a step' }).click();
  const added = page.getByRole('group', { name: 'If nobody has seen it after 30 minutes: tell the owner' });
  await added.getByLabel('Minutes').fill('2000');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Enter a whole number from 0 to 1440.')).toBeVisible();
  await page.getByRole('group', { name: 'Tell the owner', exact: true }).getByLabel('Minutes').fill('2');
  await expect(picture.getByText('10:02')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('All changes saved')).toBeVisible();
  expect(
    await sql`select position, after_minutes, target from alert_rungs where chatbot_id = ${team.chatbot_id} order by position`,
  ).toEqual([
    { position: 1, after_minutes: 0, target: 'recipients' },
    { position: 2, after_minutes: 2, target: 'owner' },
    { position: 3, after_minutes: 15, target: 'owner' },
  ]);

  const tried = page.getByRole('region', { name: 'Try it' });
  await tried.getByRole('button', { name: 'Try it' }).click();
  await expect(tried.getByText(/sent after [2-9](\.\d)? s/)).toBeVisible();
  await tried.getByRole('button', { name: 'I’ve seen it' }).click();
  await expect(tried.getByText(/not sent: .+ had seen it/)).toBeVisible();
  await expect(tried.getByText('The test is over.')).toBeVisible();
  expect(await sql`select from escalations where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
});
