// A webhook from its first test to its deletion, against a receiver that really listens; and a key that really opens the API.
import { Webhook } from 'standardwebhooks';
import { startReceiver } from '../support/outbox.ts';
import {
  baseOf,
  createTeam,
  escalate,
  converse,
  expect,
  open,
  ready,
  test,
  toast,
} from './settings-stage.ts';
import { SENT } from './story.ts';

test('an endpoint is added, tested, fails, is tried again by hand, changes its secret and goes', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const receiver = await startReceiver();
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/webhooks`);
  await page.getByRole('button', { name: 'Add endpoint' }).click();
  const url = page.getByLabel('URL', { exact: true });
  await url.fill('http://hooks.example.com');
  await page.getByRole('button', { name: 'Add endpoint' }).click();
  await expect(page.getByRole('alert')).toContainText('must start with https://');
  await url.fill('https://10.0.0.1/hook');
  await page.getByRole('button', { name: 'Add endpoint' }).click();
  await expect(page.getByRole('alert')).toContainText('not an IP address');
  await url.fill(receiver.url);
  await page.getByRole('button', { name: 'Add endpoint' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('You won’t see this again.');
  const secret = (await dialog.locator('code').textContent()) ?? '';
  expect(secret).toMatch(/^whsec_/);
  await dialog.getByRole('button', { name: 'I’ve saved it' }).click();

  await expect(page.getByRole('heading', { name: receiver.url })).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  await page.getByRole('button', { name: 'Send Test' }).click();
  await expect(page.getByText(/Your server accepted it in \d+ ms/)).toBeVisible(SENT);
  const call = receiver.received[0]!;
  await expect(page.getByRole('group', { name: 'body' }).first()).toHaveText(call.body);
  await expect(page.getByRole('group', { name: 'headers' })).toContainText(
    `webhook-signature: ${String(call.headers['webhook-signature'])}`,
  );
  new Webhook(secret).verify(call.body, call.headers as Record<string, string>);

  receiver.answer = (response) => response.writeHead(410).end('Gone for good');
  await escalate(sql, await converse(sql, team.chatbot_id, { isEscalated: false }));
  await expect.poll(() => receiver.received.length, SENT).toBe(2);
  await expect
    .poll(async () => {
      await page.reload();
      return page.getByText('Turned off because the server answered 410 Gone.').count();
    }, SENT)
    .toBe(1);
  await ready(page);
  await page.getByText('conversation.escalated', { exact: true }).first().click();
  await expect(page.getByText('Gone for good', { exact: true })).toBeVisible();
  await expect(page.getByRole('cell', { name: '410' })).toBeVisible();

  receiver.answer = (response) => response.writeHead(204).end();
  await page.getByRole('switch', { name: 'Enabled' }).check();
  await expect(toast(page, 'Switched on.')).toBeVisible();
  await page.getByRole('button', { name: 'Redeliver all failed' }).click();
  await expect(toast(page, '1 delivery on the way again.')).toBeVisible();
  await expect.poll(() => receiver.received.length, SENT).toBe(3);
  const [first, again] = receiver.received.slice(1) as [typeof call, typeof call];
  expect([again.id, again.body]).toEqual([first.id, first.body]);

  await page.getByRole('button', { name: 'Rotate secret…' }).click();
  await page.getByRole('button', { name: 'Rotate secret', exact: true }).click();
  const rotated = (await dialog.locator('code').textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I’ve saved it' }).click();
  await page.getByRole('button', { name: 'Send Test' }).click();
  await expect.poll(() => receiver.received.length, SENT).toBe(4);
  const both = receiver.received[3]!;
  for (const one of [secret, rotated])
    new Webhook(one).verify(both.body, both.headers as Record<string, string>);

  await page.getByRole('button', { name: 'Delete endpoint…' }).click();
  const remove = dialog.getByRole('button', { name: 'Delete endpoint' });
  await expect(remove).toBeDisabled();
  await dialog.getByRole('textbox').fill(receiver.url);
  await remove.click();
  await expect(page.getByText('No endpoints yet')).toBeVisible();
  await receiver.stop();
});

test('a key is shown once, opens the API, and opens nothing once revoked', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/webhooks/keys`);
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('alert')).toContainText('Name the key');
  await page.getByLabel('Name').fill('Production bot');
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog');
  const key = (await dialog.locator('code').textContent()) ?? '';
  expect(key).toMatch(/^hk_/);
  await dialog.getByRole('button', { name: 'I’ve saved it' }).click();
  const ask = () =>
    fetch(`${stack.api_url}/functions/v1/api/escalations?status=open`, {
      headers: { authorization: `Bearer ${key}` },
    });
  expect((await ask()).status).toBe(200);
  await page.reload();
  expect(await page.content()).not.toContain(key);
  await ready(page);
  await expect(page.getByText('last used')).toBeVisible();
  await page.getByRole('button', { name: 'Revoke Production bot' }).click();
  await page.getByRole('button', { name: 'Revoke now' }).click();
  await expect(toast(page, 'is revoked')).toBeVisible();
  expect((await ask()).status).toBe(401);
});
