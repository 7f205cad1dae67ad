// Where each reply has got to stands under its words, live; and whoever writes one knows beforehand when nobody would receive it.
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { visit } from '../support/visitor.ts';
import { accessibilityFindings, createTeam, expect, openDesk, test, type Team } from './dashboard-stage.ts';

/** A visitor of the widget who asked something and then for a person. */
async function ask(apiUrl: string, { chatbot_id }: Team, locale = 'en') {
  const visitor = await visit(apiUrl, chatbot_id, locale);
  await visitor.call('messages', { body: { id: randomUUID(), text: 'Where is my parcel?' } });
  const body = { request_id: randomUUID(), trigger: 'inline_cta' };
  expect((await visitor.call('escalations', { body })).status).toBe(201);
  return visitor;
}

const composer = (page: Page) => page.locator('#composer');
const receipts = (page: Page) => page.locator('[data-receipt]');
const unreached = (page: Page) => page.locator('#reach');

async function reply(page: Page, text: string) {
  await composer(page).fill(text);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('log').getByText(text, { exact: true })).toBeVisible();
}

test('a reply says that it waits and then when it was read; the last of a burst speaks for it', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const visitor = await ask(stack.api_url, team);
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${visitor.conversationId}`);
  await reply(page, 'It left today.');
  await expect(receipts(page)).toHaveText(['Waiting']);
  await reply(page, 'Tomorrow at the latest.');
  await expect(receipts(page)).toHaveText(['Waiting']);
  await expect(page.getByRole('log')).not.toContainText('Sending');

  const { body } = await visitor.call<{ last_seq: number }>('conversation?after=0');
  await visitor.call('seen', { body: { read_seq: body.last_seq - 1 } });
  await expect(receipts(page)).toHaveText([/Read \d\d:\d\d/, 'Waiting']);
  await visitor.call('seen', { body: { read_seq: body.last_seq } });
  await expect(receipts(page)).toHaveText([/Read \d\d:\d\d/]);
  await expect(page.locator('[data-counts="reply_read"]')).toHaveText('2 read');

  await page.locator('[data-counts="reply_read"]').click();
  await expect(page).toHaveURL(/filter=reply_read/);
  await expect(page.locator('[data-case]')).toHaveCount(1);
});

test('a reply that nobody received is told once, and is found by its number', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const visitor = await ask(stack.api_url, team);
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${visitor.conversationId}`);
  await reply(page, 'It left today.');
  await expect(receipts(page)).toHaveText(['Waiting']);
  await sql.begin(async (tx) => {
    await tx`update reply_receipts set status = 'unreachable', reason = 'no_address', unreachable_at = now()
      where conversation_id = ${visitor.conversationId}`;
    await tx`update conversations set version = version + 1 where id = ${visitor.conversationId}`;
    await tx`select private.tell_receipts(id, 'reply.unreachable', last_seq, 1, 'no_address') from conversations
      where id = ${visitor.conversationId}`;
  });
  await expect(receipts(page)).toHaveText(['Not received: no page open and no address']);
  await expect(page.locator('[data-announcer]')).toContainText(['1 reply not received.']);
  await expect(page.locator('[data-counts="reply_unreachable"]')).toHaveText('1 unreachable');
  expect(await accessibilityFindings(page)).toEqual([]);
});

test('the composer says when nobody would receive a reply, until the visitor comes back', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await sql`update chatbots set contact_text = 'Write to help@acme.example.' where id = ${team.chatbot_id}`;
  const visitor = await ask(stack.api_url, team, 'de');
  await sql`update conversations set visitor_seen_at = now() - interval '2 minutes' where id = ${visitor.conversationId}`;
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${visitor.conversationId}`);
  await expect(unreached(page)).toHaveText(
    'The visitor isn’t there now and no e-mail address is known: nobody would receive this.',
  );
  await expect(composer(page)).toHaveAccessibleDescription(/nobody would receive this/);
  expect(await accessibilityFindings(page)).toEqual([]);

  await composer(page).fill('Es ist unterwegs.');
  await page.getByRole('button', { name: 'Ask for an address' }).click();
  await expect(composer(page)).toHaveValue(/^Es ist unterwegs\.\n\nWo können wir Ihnen antworten/);
  await expect(composer(page)).toBeFocused();
  await expect(page.getByRole('button', { name: 'Ask for an address' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Add your contact text' }).click();
  await expect(composer(page)).toHaveValue(/Write to help@acme\.example\.$/);
  await page.getByRole('button', { name: 'Note', exact: true }).click();
  await expect(unreached(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Reply', exact: true }).click();
  await expect(unreached(page)).toBeVisible();

  await visitor.call('conversation?after=0');
  await expect(unreached(page)).toHaveCount(0);
});
