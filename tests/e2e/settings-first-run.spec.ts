// A new owner's checklist: each step ticks itself by what has happened, and the test goes every hop for real.
import { startReceiver } from '../support/outbox.ts';
import { mailsTo } from '../support/outbox.ts';
import { baseOf, createTeam, expect, openDesk, test } from './settings-stage.ts';
import { SENT } from './story.ts';

test('the checklist ticks itself, and the test escalation goes every hop', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const receiver = await startReceiver();
  await team.owner.db.rpc('add_webhook_endpoint', {
    chatbot_id: team.chatbot_id,
    url: receiver.url,
    events: ['conversation.escalated'],
  });
  const page = await enter(team.owner);
  // Whoever does not listen yet cannot see the test live.
  await openDesk(page, `${baseOf(team)}/first-run`);
  await expect(page.getByText('1 of 4 done')).toBeVisible();
  await fetch(`${stack.api_url}/functions/v1/widget/config?chatbot_id=${team.chatbot_id}`, {
    headers: { origin: 'https://shop.example' },
  });
  await expect(page.getByText('2 of 4 done')).toBeVisible();

  await page.getByRole('button', { name: 'Run a test escalation' }).click();
  await expect(page.getByText('It has gone the whole way.')).toBeVisible(SENT);
  for (const hop of [
    'Recorded',
    'Alert queued',
    'Mail sent',
    'Mail delivered',
    'Webhook delivered',
    'Seen live',
  ]) {
    const row = page.getByRole('row').filter({ hasText: hop });
    await expect(row, hop).toContainText('done');
    await expect(row, hop).toContainText(/\d+ ms/);
  }
  await expect(page.getByText('3 of 4 done')).toBeVisible();
  expect(receiver.received).toHaveLength(1);
  const [mail] = await mailsTo(stack, team.owner.email);
  expect(mail?.TextBody).toContain('This is a test escalation from the checklist.');

  await page.getByRole('button', { name: 'Resolve it' }).click();
  await expect(page.getByText('Resolved', { exact: true })).toBeVisible();
  const [test_case] = await sql`select c.page_url, e.status from escalations e
    join conversations c on c.id = e.conversation_id where e.chatbot_id = ${team.chatbot_id}`;
  expect(test_case).toEqual({ page_url: `${stack.app_url}${baseOf(team)}/first-run`, status: 'resolved' });
  await receiver.stop();
});
