// The README's circle, followed literally on the demo data: somebody asks, leaves, and is answered all the same. The answer comes by
// mail, theirs comes back to the open desk, and the link in the mail goes on with the conversation in another browser.
import { createClient } from '@supabase/supabase-js';
import ws from 'ws';
import { inboundMail, mailedCase, postInbound, type MailedCase } from '../support/inbound.ts';
import { mailsTo } from '../support/outbox.ts';
import { quickest } from '../support/quickest.ts';
import { createTeam, expect, openDesk, row, test } from './dashboard-stage';
import { SENT } from './story';

test('a visitor who has left is answered by mail, answers it, and goes on in another browser', async ({
  browser,
  page: visitor,
  enter,
  stack,
  sql,
}) => {
  const { demo } = stack;
  const address = `vera-${crypto.randomUUID().slice(0, 8)}@visitor.example`;
  const db = createClient(stack.api_url, stack.publishable_key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: ws as unknown as typeof WebSocket },
  });
  await db.auth.signInWithPassword(demo);
  const wait = (reply_mail_wait_minutes: number) =>
    db.rpc('save_replies', { chatbot_id: demo.chatbot_id, settings: { reply_mail_wait_minutes } });
  expect((await wait(0)).error).toBeNull();
  try {
    await visitor.goto('/demo');
    await visitor.getByRole('button', { name: /chat/i }).first().click();
    await visitor.getByRole('textbox').fill('Can I return boots that I have worn?');
    await visitor.keyboard.press('Enter');
    await visitor.getByRole('button', { name: 'Talk to a human' }).first().click();
    const form = visitor.getByRole('log').getByRole('form');
    await form.getByLabel('E-mail').fill(address);
    await form.getByRole('button', { name: 'Submit' }).click();
    await expect(visitor.getByRole('log').getByText('We have your contact details.')).toBeVisible();
    await visitor.close();

    const [asked] = await sql<{ conversation_id: string }[]>`
      select conversation_id from leads where email = ${address}`;
    const { conversation_id } = asked!;
    const desk = await enter({ id: '', email: demo.email, password: demo.password, db });
    await openDesk(desk, `/dashboard/chatbots/${demo.chatbot_id}/human-support`);
    await row(desk, conversation_id).click();
    await desk.locator('#composer').fill('Yes, as long as they are clean.');
    await desk.keyboard.press('Control+Enter');

    const mails = () => mailsTo(stack, address);
    await expect.poll(async () => (await mails()).length, SENT).toBe(1);
    const [mail] = await mails();
    expect(mail!.TextBody).toContain('Yes, as long as they are clean.');
    await expect(desk.locator('[data-receipt]').last()).toHaveText(new RegExp(`(E-mailed|Delivered)`));

    const mailbox = await browser.newPage();
    await mailbox.goto(`${stack.mailbox_url}/?id=${mail!.MessageID}`);
    await mailbox.getByLabel('Reply to').fill('They are. Thank you!');
    await mailbox.getByRole('button', { name: 'Send' }).click();
    const log = desk.getByRole('log');
    await expect(log.getByText('They are. Thank you!', { exact: true })).toBeVisible();
    await expect(log.getByText('By e-mail')).toHaveCount(1);
    // Whoever answers a mail has read it.
    await expect(desk.locator('[data-receipt]').last()).toHaveAttribute('data-receipt', 'read');

    const exported = `/dashboard/chatbots/${demo.chatbot_id}/human-support/conversations/${conversation_id}`;
    const file = await (await desk.request.get(`${exported}/export.csv`)).text();
    expect(file).toMatch(/"Yes, as long as they are clean\.",,"desk","read"\r\n/);
    expect(file).toMatch(/"They are\. Thank you!",,"mail",\r\n/);
    const paper = await desk.context().newPage();
    await paper.goto(`${exported}/print`);
    await expect(paper.getByText('by e-mail')).toHaveCount(1);
    await expect(paper.getByText(/^Read \d/)).toHaveCount(1);
    await paper.close();

    const elsewhere = await browser.newContext();
    const other = await elsewhere.newPage();
    await other.goto(/\S+#handoff=\S+/.exec(mail!.TextBody)![0]);
    const chat = other.getByRole('log');
    await expect(chat.getByText('Yes, as long as they are clean.')).toBeVisible();
    await expect(chat.getByText('They are. Thank you!')).toBeVisible();
    expect(other.url()).not.toContain('handoff=');
    await desk.locator('#composer').fill('Then send them back, please.');
    await desk.keyboard.press('Control+Enter');
    await expect(chat.getByText('Then send them back, please.')).toBeVisible();
    await other.getByRole('textbox').fill('On their way.');
    await other.keyboard.press('Enter');
    await expect(log.getByText('On their way.')).toBeVisible();
    await elsewhere.close();
  } finally {
    await wait(3);
  }
});

test('an answer is in the mailbox within two seconds of its time, and theirs on the open desk within one', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const { owner, chatbot_id } = team;
  const settings = { reply_mail_wait_minutes: 0 };
  expect((await owner.db.rpc('save_replies', { chatbot_id, settings })).error).toBeNull();
  let asked: MailedCase | undefined;
  const toMailbox = await quickest(2000, async () => {
    asked = await mailedCase(sql, { id: chatbot_id });
    const { conversation_id, email } = asked;
    const reply = { conversation_id, id: crypto.randomUUID(), text: 'At nine.' };
    const start = performance.now();
    expect((await owner.db.rpc('send_reply', reply)).error).toBeNull();
    await expect.poll(async () => (await mailsTo(stack, email)).length, { ...SENT, intervals: [50] }).toBe(1);
    return performance.now() - start;
  });
  expect(toMailbox, 'milliseconds until the mail is there').toBeLessThan(2000);

  const { conversation_id, email, address } = asked!;
  const desk = await enter(owner);
  await openDesk(desk, `${team.desk}?conv=${conversation_id}`);
  const log = desk.getByRole('log');
  await expect(log.getByText('At nine.')).toBeVisible();
  let mails = 0;
  const toDesk = await quickest(1000, async () => {
    mails += 1;
    const start = performance.now();
    await postInbound(stack, inboundMail(email, address, `Thank you ${mails}`));
    await expect(log.getByText(`Thank you ${mails}`, { exact: true })).toBeVisible(SENT);
    return performance.now() - start;
  });
  expect(toDesk, 'milliseconds until the answer is on the desk').toBeLessThan(1000);
});

test('whoever got an answer that was not for them ends it with one press, and looking changes nothing', async ({
  page,
  stack,
  sql,
}) => {
  const address = `stranger-${crypto.randomUUID().slice(0, 8)}@visitor.example`;
  const { demo } = stack;
  const [made] = await sql<{ id: string }[]>`
    insert into conversations (chatbot_id) values (${demo.chatbot_id}) returning id`;
  const { id } = made!;
  await sql`insert into messages (conversation_id, role, text) values (${id}, 'visitor', 'Is it open?')`;
  await sql`insert into leads (conversation_id, chatbot_id, email) values (${id}, ${demo.chatbot_id}, ${address})`;
  await sql`insert into messages (conversation_id, role, text, author_id)
    select ${id}, 'agent', 'From nine.', owner_id from chatbots where id = ${demo.chatbot_id}`;
  await sql`update deliveries set next_attempt_at = now() where conversation_id = ${id} and purpose = 'reply'`;
  await sql`select private.ring_doorbell()`;
  await expect.poll(async () => (await mailsTo(stack, address)).length, SENT).toBe(1);
  const link = /\S+\/not-me\/\S+/.exec((await mailsTo(stack, address))[0]!.TextBody)![0];

  const state = async () =>
    (await sql`select status from reply_receipts where conversation_id = ${id}`)[0]!['status'];
  await expect.poll(state, SENT).toBe('delivered');
  for (let time = 0; time < 3; time++) await page.request.get(link);
  await page.request.head(link);
  expect(await sql`select 1 from private.refused_addresses where email = ${address}`).toHaveLength(0);
  await page.goto(link);
  await page.getByRole('button').click();
  await expect(page.getByRole('status')).toBeVisible();
  await sql`insert into messages (conversation_id, role, text, author_id)
    select ${id}, 'agent', 'And on Sunday from ten.', owner_id from chatbots where id = ${demo.chatbot_id}`;
  await sql`update deliveries set next_attempt_at = now() where conversation_id = ${id} and purpose = 'reply' and status = 'queued'`;
  await sql`select private.ring_doorbell()`;
  await expect
    .poll(
      async () =>
        (
          await sql`select reason from reply_receipts where conversation_id = ${id} order by seq desc limit 1`
        )[0]!['reason'],
      SENT,
    )
    .toMatch(/refused|suppressed/);
  expect(await mailsTo(stack, address)).toHaveLength(1);
});
