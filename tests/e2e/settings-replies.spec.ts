// Embed → Replies: whether and when replies that stay unread are mailed, with the very mail beside it.
import { accessibilityFindings, createTeam, expect, test } from './dashboard-stage.ts';

test('whether replies are mailed and after how long is saved, beside the mail in every language', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await page.goto(`/dashboard/chatbots/${team.chatbot_id}/embed/install`);
  await page.getByRole('navigation', { name: 'Embed' }).getByRole('link', { name: 'Replies' }).click();
  await expect(page.getByRole('heading', { name: 'Replies', level: 2 })).toBeVisible();
  const wait = page.getByLabel('Minutes to wait');
  await expect(wait).toHaveValue('3');

  const mail = page.getByRole('region', { name: 'The e-mail' });
  await expect(mail).toContainText('Olive at Acme Help has answered you:');
  await page.getByLabel('Language of the preview').selectOption('de');
  await expect(mail).toContainText('Olive von Acme Help hat Ihnen geantwortet:');
  expect(await accessibilityFindings(page)).toEqual([]);

  await wait.fill('90');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Enter a whole number from 0 to 60.')).toBeVisible();
  await expect(wait).toBeFocused();
  await wait.fill('0');
  await page.getByRole('switch', { name: 'E-mail replies that stay unread' }).uncheck();
  await expect(mail).toContainText('Off: no such e-mail is sent.');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('All changes saved')).toBeVisible();
  expect(
    await sql`select reply_mail_enabled, reply_mail_wait_minutes from human_support_settings where chatbot_id = ${team.chatbot_id}`,
  ).toEqual([{ reply_mail_enabled: false, reply_mail_wait_minutes: 0 }]);
});
