// "Start a new conversation": the visitor leaves one behind for an empty one. What was asked stays with the team.
import { escalations, expect, test, Widget, type Shop } from './widget-stage.ts';

const conversations = (sql: Parameters<typeof escalations>[0], { chatbotId }: Shop) =>
  sql`select c.id, c.reference, array_agg(m.text order by m.seq) filter (where m.role = 'visitor') as said
    from public.conversations c left join public.messages m on m.conversation_id = c.id
    where c.chatbot_id = ${chatbotId} group by c.id order by c.created_at`;

const anew = ({ panel }: Widget) =>
  panel.locator('.head').getByRole('button', { name: 'Start a new conversation' });
const leaving = ({ log }: Widget) => log.getByRole('group', { name: 'no longer be shown' });

test('the request stays on the desk, and what follows is a conversation of its own', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  await widget.visit();
  await widget.open();
  await expect(anew(widget)).toBeHidden();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  const [first] = await escalations(sql, shop);
  const reference = String(first!['reference']);

  await anew(widget).click();
  await expect(leaving(widget)).toBeFocused();
  await expect(leaving(widget)).toContainText(`Your request ${reference} stays with the team.`);
  // Nothing is left behind by mistake.
  await leaving(widget).getByRole('button', { name: 'No, thanks' }).click();
  await expect(widget.confirmation).toBeVisible();

  await anew(widget).click();
  await leaving(widget).getByRole('button', { name: 'Start a new conversation' }).click();
  await expect(widget.confirmation).toHaveCount(0);
  await expect(widget.log.getByText('How do I return boots?')).toHaveCount(0);
  await expect(widget.log.getByText(`Your request ${reference} stays with the team.`)).toBeVisible();
  await expect(widget.panel.getByText('AI assistant')).toBeVisible();
  await expect(widget.input).toBeFocused();
  await expect(anew(widget)).toBeHidden();

  await widget.ask('How do I clean boots?');
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await widget.heard();
  expect(await conversations(sql, shop)).toMatchObject([
    { said: ['How do I return boots?'] },
    { said: ['How do I clean boots?'] },
  ]);
  const requests = await escalations(sql, shop);
  expect(requests.map(({ status }) => status)).toEqual(['open', 'open']);
  expect(new Set(requests.map(({ conversation_id }) => conversation_id as string)).size).toBe(2);

  // The next page shows the new one alone.
  await page.reload();
  await widget.open();
  await expect(widget.log.getByText('How do I clean boots?')).toBeVisible();
  await expect(widget.log.getByText('How do I return boots?')).toHaveCount(0);
});

test('without a line, and twice: each thing goes to the conversation it was said in', async ({
  widget,
  context,
  shop,
  sql,
}) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.heard();
  const again = async () => {
    await anew(widget).click();
    await leaving(widget).getByRole('button', { name: 'Start a new conversation' }).click();
    await expect(leaving(widget)).toHaveCount(0);
  };
  await context.setOffline(true);
  await widget.say('Said in the first');
  await widget.requestHelp.click();
  await expect(widget.log.getByText('Your request is saved on this device', { exact: false })).toBeVisible();
  await again();
  await expect(widget.log.getByText('Said in the first')).toHaveCount(0);
  await widget.say('Said in the second');
  await expect(widget.log.getByText('Said in the second')).toBeVisible();
  await context.setOffline(false);
  await widget.heard();
  await expect(widget.log.getByText('Said in the second')).toBeVisible();
  await again();
  await widget.say('Said in the third');
  await widget.heard();
  await expect
    .poll(async () => (await conversations(sql, shop)).map(({ said }) => said as string[]))
    .toEqual([
      ['How do I return boots?', 'Said in the first'],
      ['Said in the second'],
      ['Said in the third'],
    ]);
  const requests = await escalations(sql, shop);
  expect(requests).toHaveLength(1);
  const [first] = await conversations(sql, shop);
  expect(requests[0]!['conversation_id']).toBe(first!['id']);
});

test('by keyboard alone, after a case is resolved, and in another tab of the same visitor', async ({
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
  await sql`update public.escalations set status = 'resolved', resolved_at = now() where chatbot_id = ${shop.chatbotId}`;
  await expect(widget.log.getByText('Your request was marked as resolved.')).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(widget.address);
  const elsewhere = new Widget(other, shop, widget.address);
  await elsewhere.open();
  await expect(elsewhere.log.getByText('How do I return boots?')).toBeVisible();

  await widget.log.getByRole('button', { name: 'Start a new conversation' }).focus();
  await page.keyboard.press('Enter');
  await expect(leaving(widget)).toBeFocused();
  // A request that is done is not said to stay.
  await expect(leaving(widget)).not.toContainText('stays with the team');
  await page.keyboard.press('Tab');
  await expect(leaving(widget).getByRole('button').first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(widget.input).toBeFocused();
  await page.keyboard.type('Hello again');
  await page.keyboard.press('Enter');
  await widget.heard();
  await expect(elsewhere.log.getByText('How do I return boots?')).toHaveCount(0);
  await expect(elsewhere.log.getByText('Hello again')).toBeVisible();
});
