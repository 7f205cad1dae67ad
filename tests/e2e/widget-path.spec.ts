// The visitor's way from a question to a person and back, on a page of another origin that has the strictest policy and hides
// every element it can name.
import { randomUUID } from 'node:crypto';
import { SENT } from './story.ts';
import { asMember, escalations, expect, QUESTION, test, Widget } from './widget-stage.ts';

test.use({ place: 'hostile' });

interface Mail {
  To: string;
  TextBody: string;
  Subject: string;
}

test('a visitor asks, is answered, asks for a person, and the team has mail', async ({
  widget,
  shop,
  sql,
  stack,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await expect(widget.log.getByText('Returns are free within 60 days.')).toHaveCount(1);
  await expect(widget.log.locator('strong', { hasText: 'free' })).toBeVisible();

  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  const [row] = await escalations(sql, shop);
  expect(row).toMatchObject({ trigger: 'inline_cta', question: QUESTION, status: 'open' });
  expect(row!['message_id']).not.toBeNull();
  expect(row!['tapped_at']).not.toBeNull();
  await expect(widget.log.getByText(`Reference ${row!['reference']}`)).toBeVisible();
  await expect(widget.panel.getByText('Waiting for a person')).toBeVisible();
  await expect(widget.requestHelp).toHaveCount(0);

  const inbox = `${stack.mailbox_url}/messages?recipient=${shop.ownerEmail}`;
  const mails = async () => ((await (await fetch(inbox)).json()) as { Messages: Mail[] }).Messages;
  await expect.poll(async () => (await mails()).length, SENT).toBe(1);
  expect((await mails())[0]!.TextBody).toContain(QUESTION);
});

test('a person answers: who joined is said once, three states are worded, the assistant is silent', async ({
  widget,
  shop,
  sql,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await expect(widget.panel.getByText('AI assistant')).toBeVisible();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await expect(widget.panel.getByText('Waiting for a person')).toBeVisible();
  const [row] = await escalations(sql, shop);
  const conversationId = row!['conversation_id'] as string;

  await asMember(sql, shop.ownerId, (db) => db`select public.open_case(${conversationId})`);
  await expect(widget.log.getByText(/^Opened by a person at \d/)).toBeVisible();

  const reply = (text: string) =>
    asMember(
      sql,
      shop.ownerId,
      (db) => db`select public.send_reply(${conversationId}, ${randomUUID()}, ${text})`,
    );
  await reply('I am looking at your *order* now.');
  await expect(widget.log.getByText('I am looking at your *order* now.')).toBeVisible();
  await expect(widget.panel.getByText('Ana is answering')).toBeVisible();
  await reply('Found it.');
  await expect(widget.log.getByText('Found it.')).toBeVisible();
  await expect(widget.log.getByText('Ana has joined')).toHaveCount(1);

  await widget.say('Thank you!');
  await expect(widget.log.getByText('Thank you!')).toBeVisible();
  await widget.heard();
  await expect
    .poll(async () => (await sql`select from public.messages where chatbot_id = ${shop.chatbotId}`).length)
    .toBe(6);
  await expect(widget.log.locator('.answering, .dots')).toHaveCount(0);
  await expect(widget.requestHelp).toHaveCount(0);

  await asMember(sql, shop.ownerId, (db) => db`select public.resolve_escalation(${row!['id']}, null)`);
  await expect(widget.log.getByText('Your request was marked as resolved.')).toBeVisible();
  await expect(widget.panel.getByText('AI assistant')).toBeVisible();
});

test('the conversation is there again after a reload, and what came meanwhile is counted', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  const [row] = await escalations(sql, shop);
  await page.reload();
  await asMember(
    sql,
    shop.ownerId,
    (db) => db`select public.send_reply(${row!['conversation_id']}, ${randomUUID()}, 'Hello!')`,
  );

  await expect(widget.launcher).toHaveAccessibleName('Open chat, 1 unread message');
  await widget.open();
  await expect(widget.log.getByText(QUESTION)).toBeVisible();
  await expect(widget.confirmation).toBeVisible();
  await expect(widget.log.getByText(`Reference ${row!['reference']}`)).toBeVisible();
  await expect(widget.launcher).toHaveAccessibleName('Close chat');
});

test('a thumbs-up dismisses the pair of that answer alone, also after a reload', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.ask('How do I clean boots?');
  const positive = widget.log.getByRole('button', { name: 'That answered my question' });
  await expect(positive).toHaveCount(2);
  await positive.first().click();
  await expect(positive).toHaveCount(1);
  const rated = () =>
    sql`select from public.messages where chatbot_id = ${shop.chatbotId} and feedback = 'positive'`;
  await expect.poll(async () => (await rated()).length).toBe(1);
  await page.reload();
  await widget.open();
  // The log is drawn from its end: with the first answer all is there.
  await expect(widget.log.getByText('Returns are free within 60 days.')).toBeVisible();
  await expect(positive).toHaveCount(1);
});

test('nothing is created before the visitor says something', async ({ widget, shop, sql, page }) => {
  await widget.visit();
  await widget.open();
  await expect(widget.log.getByText('Hello! How can I help?')).toBeVisible();
  await expect(widget.requestHelp).toHaveCount(0);
  expect(await sql`select from public.conversations where chatbot_id = ${shop.chatbotId}`).toHaveLength(0);
  expect(await page.context().cookies()).toEqual([]);
});

test('a token the server no longer knows is replaced without losing what was typed', async ({
  widget,
  shop,
  sql,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await sql`delete from private.conversation_tokens t using public.conversations c
    where t.conversation_id = c.id and c.chatbot_id = ${shop.chatbotId}`;
  await widget.say('How do I clean boots?');
  await expect(widget.log.getByText('With water.')).toHaveCount(1);
  const conversations = await sql`select message_count from public.conversations
    where chatbot_id = ${shop.chatbotId} order by created_at`;
  expect(conversations.map(({ message_count }) => message_count)).toEqual([2, 2]);
});

test('two tabs of one visitor are one conversation', async ({ widget, page, context, shop, sql }) => {
  await widget.visit();
  const other = await context.newPage();
  const second = new Widget(other, shop, widget.address);
  await second.visit();
  await Promise.all([widget.open(), second.open()]);
  await Promise.all([widget.say('How do I return boots?'), second.say('How do I clean boots?')]);
  for (const tab of [widget, second]) {
    await expect(tab.log.getByText('Returns are free within 60 days.')).toHaveCount(1);
    await expect(tab.log.getByText('With water.')).toHaveCount(1);
  }
  expect(await sql`select from public.conversations where chatbot_id = ${shop.chatbotId}`).toHaveLength(1);
  await page.close();
});
