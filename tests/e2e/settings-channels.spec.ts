// Embed → Alerts → Channels: a channel is added, tried and chosen in a step; a case has its receipt; it is edited, paused and removed.
import { accessibilityFindings, createTeam, expect, test } from './dashboard-stage.ts';
import { escalate } from '../support/outbox.ts';
import { barriers, open } from './settings-stage.ts';
import { SENT } from './story.ts';

const SLACK = process.env['HANDOFF_CHANNELS_ORIGIN'];
const KEY = 'k3yOfTheRoom0123456789';

test('a channel is added by its steps, tried, told of a case, paused and removed, without a pointer', async ({
  enter,
  stack,
  sql,
}) => {
  test.skip(!SLACK, 'The running stack would call the real services.');
  const told = async (path: string) => {
    const all = (await (await fetch(SLACK!)).json()) as { path: string; body: string }[];
    return all.filter((one) => one.path === path).map(({ body }) => body);
  };
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await page.setViewportSize({ width: 375, height: 800 });
  await page.goto(`/dashboard/chatbots/${team.chatbot_id}/embed/alerts`);
  const channels = page.getByRole('region', { name: 'Channels' });
  await channels.getByRole('button', { name: 'Add a channel' }).press('Enter');
  const form = channels.getByRole('form', { name: 'Add a channel' });
  await expect(form.getByLabel('Service')).toBeFocused();
  await expect(form.getByText('Incoming Webhooks').first()).toBeVisible();
  expect(await accessibilityFindings(page)).toEqual([]);

  await form.getByRole('button', { name: 'Add channel' }).press('Enter');
  await expect(form.getByText('Enter the address.')).toBeVisible();
  // A name from right to left, as people name their rooms.
  await form.getByLabel('Name').fill('תמיכה');
  await form.getByLabel('Address').fill('https://hooks.example.com/services/T0001/B0001/x');
  await form.getByRole('button', { name: 'Add channel' }).press('Enter');
  await expect(form.getByRole('alert')).toContainText('This isn’t the address of a Slack webhook.');
  // One of a workspace that Slack does not know.
  await form.getByLabel('Address').fill(`https://hooks.slack.com/services/T0009/B0001/${KEY}`);
  await form.getByRole('button', { name: 'Add channel' }).press('Enter');

  const row = channels.getByRole('article', { name: 'תמיכה' });
  await expect(row.getByText('Nothing sent yet')).toBeVisible();
  await row.getByRole('button', { name: /^Send a test/ }).press('Enter');
  await expect(
    row.getByText('Slack didn’t take the test. The address is no longer valid there.'),
  ).toBeVisible();
  await expect(row.getByText('No longer valid', { exact: true })).toBeVisible();
  expect(await accessibilityFindings(page)).toEqual([]);

  await row.getByRole('button', { name: /^Edit/ }).press('Enter');
  const editor = channels.getByRole('form', { name: 'Edit תמיכה' });
  await expect(editor.getByLabel('Address')).toHaveValue('');
  await editor
    .getByLabel('Address')
    .fill(`https://hooks.slack.com/services/T0001/${team.chatbot_id.slice(0, 8)}/${KEY}`);
  await editor.getByRole('button', { name: 'Save channel' }).press('Enter');
  await row.getByRole('button', { name: /^Send a test/ }).press('Enter');
  await expect(row.getByText('Slack took the test. Look whether it’s there.')).toBeVisible();
  const path = `/services/T0001/${team.chatbot_id.slice(0, 8)}/${KEY}`;
  expect((await told(path))[0]).toContain('this is a test, and it works');
  await page.reload();
  expect(await page.content()).not.toContain(KEY);

  const first = page.getByRole('group').first();
  await first.getByLabel('Who is told').selectOption({ label: '\u2068תמיכה\u2069 (Slack)' });
  await page.getByRole('button', { name: 'Save', exact: true }).press('Enter');
  await expect(page.getByText('All changes saved')).toBeVisible();
  const { conversation_id } = await escalate(sql, team.chatbot_id, 'Where is my parcel? <!channel>');
  await expect.poll(async () => (await told(path)).length, SENT).toBe(2);
  expect((await told(path))[1]).toContain('Where is my parcel?');

  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`/dashboard/chatbots/${team.chatbot_id}/human-support?conv=${conversation_id}`);
  await page.getByRole('button', { name: 'Details, timeline and receipts' }).press('Enter');
  await page.getByRole('tab', { name: 'Receipts' }).press('Enter');
  const receipt = page.getByRole('listitem').filter({ hasText: 'Message at Slack' });
  await expect(receipt.getByText('תמיכה')).toBeVisible();
  await expect(receipt.getByText('delivered', { exact: true })).toBeVisible();
  expect(await page.content()).not.toContain(KEY);

  await page.goto(`/dashboard/chatbots/${team.chatbot_id}/embed/alerts`);
  await row.getByRole('button', { name: 'Pause תמיכה' }).press('Enter');
  await expect(row.getByText('Paused', { exact: true })).toBeVisible();
  await row.getByRole('button', { name: 'Resume תמיכה' }).press('Enter');
  await expect(row.getByText('Paused', { exact: true })).toHaveCount(0);
  await row.getByRole('button', { name: 'Remove תמיכה' }).press('Enter');
  await expect(row.getByRole('button', { name: 'Remove now' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(row.getByRole('button', { name: 'Remove תמיכה' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(row).toHaveCount(0);
  expect(
    await sql`select target from alert_rungs where chatbot_id = ${team.chatbot_id} and position = 1`,
  ).toEqual([{ target: 'owner' }]);
});

test('channels that work, rest and have ended, and the form for one, are legible on every screen, in both lights and directions', async ({
  enter,
  stack,
  sql,
}) => {
  test.setTimeout(300_000);
  const team = await createTeam(stack, sql);
  const names = [
    'Support',
    'חדר התמיכה של הצוות',
    'a-name-without-a-single-space-that-goes-on-and-on-for-longer-than-a-phone',
  ];
  for (const name of names) {
    const channel = {
      kind: 'slack',
      name,
      secrets: { url: `https://hooks.slack.com/services/T1/B1/${KEY}` },
    };
    const { error } = await team.owner.db.rpc('save_channel', { chatbot_id: team.chatbot_id, channel });
    expect(error).toBeNull();
  }
  await sql`update alert_channels set last_success_at = now() where chatbot_id = ${team.chatbot_id} and name = ${names[0]!}`;
  await sql`update alert_channels set is_enabled = false, disabled_reason = 'gone'
    where chatbot_id = ${team.chatbot_id} and name = ${names[1]!}`;
  await sql`update alert_channels set is_enabled = false, disabled_reason = 'by_hand'
    where chatbot_id = ${team.chatbot_id} and name = ${names[2]!}`;
  const page = await enter(team.owner);
  await open(page, `/dashboard/chatbots/${team.chatbot_id}/embed/alerts`);
  await page.getByRole('button', { name: 'Add a channel' }).click();
  await page.getByLabel('Service').selectOption('telegram');
  await expect(page.getByLabel('Bot token')).toBeVisible();
  await page.getByRole('button', { name: 'Remove Support' }).click();
  expect(await barriers(page, 'channels')).toEqual([]);
});
