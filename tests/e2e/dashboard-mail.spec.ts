// Mail that came in, on the desk: what became a message carries a mark and all of the mail, what did not stands aside with its reason.
import { inboundMail, postInbound, replyAddress } from '../support/inbound.ts';
import type { TestStack } from '../support/own-stack.ts';
import { accessibilityFindings, converse, createTeam, expect, openDesk, test } from './dashboard-stage.ts';

const EMAIL = 'wanda@visitor.example';

test('mail that came in says so, unfolds, and names the files that stayed behind; what nobody vouches for stands aside', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Wanda' });
  await sql`insert into leads (conversation_id, chatbot_id, email) values (${id}, ${team.chatbot_id}, ${EMAIL})`;
  await sql`insert into messages (conversation_id, role, text, author_id)
    values (${id}, 'agent', 'It left our warehouse in Utrecht this morning at nine.', ${team.agent.id})`;
  const address = await replyAddress(sql, id);
  const post = (mail: Record<string, unknown>) => postInbound(stack as unknown as TestStack, mail);

  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${id}`);
  const log = page.getByRole('log');
  const quote =
    '\n\nOn Mon, 23 Nov 2026 at 09:12, Ana <ana@shop.example> wrote:\n> It left our warehouse in Utrecht this morning at nine.\n';
  const attachments = [
    { Name: 'invoice.pdf', Content: '', ContentType: 'application/pdf', ContentLength: 120_400 },
  ];
  await post(inboundMail(EMAIL, address, `Thank you, I will wait.${quote}`, { Attachments: attachments }));
  await expect(log.getByText('Thank you, I will wait.', { exact: true })).toBeVisible();
  await expect(log.getByText('By e-mail')).toHaveCount(1);
  await expect(log.getByText('1 file not taken over: invoice.pdf (120 kB)')).toBeVisible();
  const whole = log.getByRole('button', { name: 'Whole mail' });
  await whole.focus();
  await page.keyboard.press('Enter');
  await expect(log.getByText(/wrote:/)).toBeVisible();
  await expect(whole).toHaveAttribute('aria-expanded', 'true');
  await whole.click();
  await expect(log.getByText(/wrote:/)).toBeHidden();

  await post(inboundMail('stranger@elsewhere.example', address, 'Give me the tracking number.'));
  const aside = log.locator('[data-mail="unverified"]');
  await expect(aside).toContainText('Unverified e-mail: it came from another address');
  await expect(aside).toContainText('stranger@elsewhere.example');
  await expect(aside.getByText('Give me the tracking number.')).toBeVisible();

  const headers = [{ Name: 'Auto-Submitted', Value: 'auto-replied' }];
  await post(inboundMail(EMAIL, address, 'I am on holiday.', { Headers: headers }));
  const machine = log.locator('[data-mail="machine"]');
  await expect(machine).toContainText('Automatic e-mail: it was sent automatically');
  await expect(machine.getByText('I am on holiday.')).toBeHidden();
  await machine.locator('summary').click();
  await expect(machine.getByText('I am on holiday.')).toBeVisible();

  await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await expect(page.getByRole('tabpanel')).toContainText(
    'E-mail from stranger@elsewhere.example was kept aside',
  );
  expect(await accessibilityFindings(page)).toEqual([]);
});

test('a mail longer than anybody types is folded, and can be read as a whole', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Wanda' });
  await sql`insert into leads (conversation_id, chatbot_id, email) values (${id}, ${team.chatbot_id}, ${EMAIL})`;
  const text = `${'All the steps that I took, in order. '.repeat(160)}The last words.`;
  await postInbound(stack as unknown as TestStack, inboundMail(EMAIL, await replyAddress(sql, id), text));
  const page = await enter(team.agent, { viewport: { width: 375, height: 740 } });
  await openDesk(page, `${team.desk}?conv=${id}`);
  const log = page.getByRole('log');
  await expect(log.getByText('All the steps')).toBeVisible();
  await expect(log.getByText('The last words.')).toHaveCount(0);
  await log.getByRole('button', { name: /^Show all [\d,]+ characters$/ }).click();
  await expect(log.getByText('The last words.')).toBeVisible();
});
