// Whoever asks for a person and leaves can only be answered where an address is known. Where the owner's form asks for none, the widget
// does, once: it is never a condition, and whoever does not want to say is left in peace.
import { randomUUID } from 'node:crypto';
import { mailsTo } from '../support/outbox.ts';
import { SENT } from './story.ts';
import { asMember, escalations, expect, test, type Widget } from './widget-stage.ts';

const QUESTION = 'Where can we answer you if you leave?';

const formOf = (widget: Widget) => widget.log.getByRole('form', { name: QUESTION });

/** As far as the confirmation. */
async function askForPerson(widget: Widget) {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
}

test('an address that is given is where the answer goes', async ({ widget, shop, sql, stack }) => {
  await sql`update public.human_support_settings set reply_mail_wait_minutes = 0 where chatbot_id = ${shop.chatbotId}`;
  await askForPerson(widget);
  const form = formOf(widget);
  const address = `vera-${randomUUID().slice(0, 8)}@visitor.example`;
  await form.getByLabel('E-mail').fill(address);
  await form.getByRole('button', { name: 'Send' }).click();
  await expect(widget.log.getByText('We have your contact details.')).toBeVisible();
  await expect(widget.log.getByRole('form')).toHaveCount(0);
  await widget.heard();
  await widget.page.goto('about:blank');

  const [asked] = await escalations(sql, shop);
  await sql`update public.conversations set visitor_seen_at = now() - interval '1 hour' where id = ${asked!['conversation_id'] as string}`;
  await asMember(
    sql,
    shop.ownerId,
    (db) =>
      db`select public.send_reply(${asked!['conversation_id'] as string}, ${randomUUID()}, 'They left today.')`,
  );
  await expect.poll(async () => (await mailsTo(stack, address)).length, SENT).toBe(1);
  expect((await mailsTo(stack, address))[0]!.TextBody).toContain('They left today.');
});

for (const way of ['No, thanks', 'Close form']) {
  test(`“${way}” leaves no trace, and nobody is asked twice`, async ({ widget, shop, sql }) => {
    await askForPerson(widget);
    await formOf(widget).getByRole('button', { name: way }).click();
    await expect(widget.log.getByRole('form')).toHaveCount(0);
    await expect(widget.log.getByRole('button', { name: 'Add your contact details' })).toHaveCount(0);
    await expect(widget.input).toBeFocused();
    const asksAgain = () =>
      widget.page.evaluate(() => (window as unknown as { Handoff: { escalate(): void } }).Handoff.escalate());
    await asksAgain();
    const count = async () => (await escalations(sql, shop))[0]!['ask_count'] as number;
    await expect.poll(count).toBe(2);
    await widget.heard();
    await widget.page.reload();
    await widget.open();
    await asksAgain();
    await expect.poll(count).toBe(3);
    await widget.heard();
    await expect(widget.confirmation).toBeVisible();
    await expect(widget.log.getByRole('form')).toHaveCount(0);
    expect(await sql`select 1 from public.leads where chatbot_id = ${shop.chatbotId}`).toHaveLength(0);
  });
}

test('a form of the owner that asks for the address stands alone; one that does not has it as its last row', async ({
  widget,
  shop,
  sql,
}) => {
  const fields = (...keys: string[]) =>
    sql`update public.lead_forms set timing = 'after_escalation', fields = ${sql.json(
      keys.map((key) => ({ key, label: null, is_required: false })),
    )} where chatbot_id = ${shop.chatbotId}`;
  await fields('name', 'email');
  await askForPerson(widget);
  await expect(widget.log.getByRole('form', { name: 'How can we reach you?' })).toBeVisible();
  await expect(widget.log.getByText(QUESTION)).toHaveCount(0);

  await fields('name');
  await widget.page.evaluate(() => localStorage.clear());
  await askForPerson(widget);
  const form = widget.log.getByRole('form', { name: 'How can we reach you?' });
  await expect(form.getByRole('textbox')).toHaveCount(2);
  await form.getByLabel('Name').fill('Vera');
  await form.getByLabel('E-mail').fill('vera@visitor.example');
  await form.getByRole('button', { name: 'Submit' }).click();
  await expect(widget.log.getByText('We have your contact details.')).toBeVisible();
  await expect(widget.log.getByRole('form')).toHaveCount(0);
  expect(await sql`select name, email from public.leads where chatbot_id = ${shop.chatbotId}`).toEqual([
    { name: 'Vera', email: 'vera@visitor.example' },
  ]);
});

test('nobody is asked where answers are not mailed', async ({ widget, shop, sql }) => {
  await sql`update public.human_support_settings set reply_mail_enabled = false where chatbot_id = ${shop.chatbotId}`;
  await askForPerson(widget);
  await widget.heard();
  await expect(widget.log.getByRole('form')).toHaveCount(0);
});

test('is spoken, and can be answered and corrected by keyboard alone', async ({ widget, shop, sql }) => {
  await askForPerson(widget);
  await expect(widget.voice).toContainText(QUESTION);
  const field = formOf(widget).getByLabel('E-mail');
  await expect(field).toHaveAttribute('autocomplete', 'email');
  await field.focus();
  await widget.page.keyboard.press('Enter');
  const sentence = 'Please enter an address such as name@example.com.';
  await expect(field).toHaveAccessibleDescription(sentence);
  await expect(widget.voice).toContainText(sentence);
  await widget.page.keyboard.type('vera@visitor');
  await widget.page.keyboard.press('Enter');
  await expect(field).toBeFocused();
  await expect(field).toHaveAccessibleDescription(sentence);
  await widget.page.keyboard.type('.example');
  await expect(field).toHaveAccessibleDescription('');
  await widget.page.keyboard.press('Tab');
  await widget.page.keyboard.press('Tab');
  await expect(formOf(widget).getByRole('button', { name: 'No, thanks' })).toBeFocused();
  await widget.page.keyboard.press('Shift+Tab');
  await widget.page.keyboard.press('Enter');
  await expect(widget.voice).toContainText('We have your contact details.');
  expect(await sql`select email from public.leads where chatbot_id = ${shop.chatbotId}`).toEqual([
    { email: 'vera@visitor.example' },
  ]);
});

test('reads from right to left where the language does, while the address itself does not', async ({
  widget,
}) => {
  await widget.page.setViewportSize({ width: 375, height: 700 });
  await widget.visit('&locale=ar');
  await widget.open();
  await widget.say('كيف أعيد الحذاء؟');
  await widget.log.getByRole('button', { name: 'التحدث إلى شخص' }).first().click();
  const form = widget.log.getByRole('form', { name: 'أين يمكننا الرد عليك إذا غادرت الصفحة؟' });
  await expect(form).toBeVisible();
  await form.getByRole('textbox').fill('vera@visitor.example');
  const [title, close] = await Promise.all(
    ['.strong', '.close'].map((part) => form.locator(part).boundingBox()),
  );
  expect(close!.x).toBeLessThan(title!.x + title!.width / 2);
  const [send, decline] = await Promise.all(
    ['إرسال', 'لا، شكرًا'].map((name) => form.getByRole('button', { name, exact: true }).boundingBox()),
  );
  expect(decline!.x).toBeLessThan(send!.x);
});
