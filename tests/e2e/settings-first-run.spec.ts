// A new owner's checklist: each step ticks itself by what has happened, and the test goes every step for real.
import { mailsTo, startReceiver } from '../support/outbox.ts';
import { baseOf, createTeam, expect, open, test } from './settings-stage.ts';
import { SENT } from './story.ts';

const LINE = '**/session/topic?*';

test('the checklist ticks itself, and the test escalation waits for the line and goes every step', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const receiver = await startReceiver();
  await team.owner.db.rpc('add_webhook_endpoint', {
    chatbot_id: team.chatbot_id,
    url: receiver.url,
    events: ['conversation.escalated'],
  });
  const page = await enter(team.owner);
  let connect = () => {};
  const isConnected = new Promise<void>((resolve) => (connect = resolve));
  await page.route(LINE, async (route) => {
    await isConnected;
    await route.continue();
  });
  await page.goto(`${baseOf(team)}/first-run`);
  await expect(page.getByText('1 of 4 done')).toBeVisible();
  await fetch(`${stack.api_url}/functions/v1/widget/config?chatbot_id=${team.chatbot_id}`, {
    headers: { origin: 'https://shop.example' },
  });
  await expect(page.getByText('2 of 4 done')).toBeVisible();

  // Whoever does not listen yet could not see the test live.
  await page.getByRole('button', { name: 'Run a test escalation' }).click();
  await expect(page.getByRole('button', { name: 'Connecting…' })).toBeDisabled();
  expect(await sql`select from escalations where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
  connect();
  await expect(page.getByText('The test is complete.')).toBeVisible(SENT);
  for (const step of [
    'Recorded',
    'Alert queued',
    'E-mail sent',
    'E-mail delivered',
    'Webhook delivered',
    'Seen live',
  ]) {
    const row = page.getByRole('row').filter({ hasText: step });
    await expect(row, step).toContainText('done');
    await expect(row, step).toContainText(/\d+ ms/);
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

test('without a live connection the test goes every other step and says what is missing', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await page.route(LINE, (route) => route.abort());
  await open(page, `${baseOf(team)}/first-run`);
  await page.getByRole('button', { name: 'Run a test escalation' }).click();
  await expect(page.getByText('Part of the test failed')).toBeVisible({ timeout: 90_000 });
  const step = (name: string) => page.getByRole('row').filter({ hasText: name });
  await expect(step('Seen live')).toContainText('This page wasn’t connected. Run the test again.');
  await expect(step('E-mail delivered')).toContainText('done');
  // As soon as there is one, it can be seen.
  await page.unroute(LINE);
  await page.getByRole('button', { name: 'Run it again' }).click();
  await expect(page.getByText('The test is complete.')).toBeVisible(SENT);
  await expect(step('Seen live')).toContainText(/\d+ ms/);
});
