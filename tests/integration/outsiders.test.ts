// Somebody signs up with an address that is not theirs, where Auth asks new accounts to confirm their address and where it does
// not: nothing changes for anybody who is told about a chatbot's visitors. What a member says about their own mail counts.
import type { Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../supabase/local/index.ts';
import { connectAs, connectSql, rpc, waitFor, type Person } from '../support/clients.ts';
import { deliveriesOf, escalate, mailsTo, sweep } from '../support/outbox.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';

const PASSWORD = 'correct-horse-battery';

describe.each([
  { confirmEmails: false, words: 'does not ask for a confirmation' },
  { confirmEmails: true, words: 'asks for a confirmation' },
])('where Auth $words', ({ confirmEmails }) => {
  let running: Stack;
  let stack: TestStack;
  let sql: Sql;

  beforeAll(async () => {
    running = await startOwnStack({ confirmEmails });
    stack = describeStack(running);
    sql = connectSql(stack);
  });

  afterAll(async () => {
    await sql.end({ timeout: 1 });
    await running.stop();
  });

  /** Signs up and, where Auth asks for it, confirms with the code in the mail: for that one needs the mailbox. */
  async function arrive(email: string): Promise<Person> {
    const db = connectAs(stack, 'publishable');
    const { data } = await db.auth.signUp({ email, password: PASSWORD });
    if (!data.session) {
      const [mail] = await waitFor('the mail', async () => {
        const mails = await mailsTo(stack, email);
        return mails.length > 0 && mails;
      });
      const token = /: (\d{6})\b/.exec(mail!.TextBody)![1]!;
      const { error } = await db.auth.verifyOtp({ email, token, type: 'signup' });
      if (error) throw error;
    }
    const id = (await db.auth.getUser()).data.user!.id;
    return { id, email, password: PASSWORD, db };
  }

  async function receipts(chatbotId: string) {
    const { escalation_id } = await escalate(sql, chatbotId);
    await sweep(stack, sql);
    const rows = await deliveriesOf(sql, escalation_id);
    return Object.fromEntries(rows.map(({ recipient, reason }) => [recipient!, reason]));
  }

  async function chatbotWith(recipient: string) {
    const owner = await arrive(`${crypto.randomUUID()}@example.test`);
    const id = await rpc<string>(owner.db, 'create_chatbot', { name: 'Shop' });
    await rpc(owner.db, 'save_human_support', { chatbot_id: id, settings: {}, recipients: [recipient] });
    return { id, owner };
  }

  it('an outsider with a recipient’s address changes nothing for anybody', async () => {
    const recipient = `${crypto.randomUUID()}@example.test`;
    const { id, owner } = await chatbotWith(recipient);
    const before = await receipts(id);
    expect(before).toEqual({ [owner.email]: null, [recipient]: null });

    const outsider = connectAs(stack, 'publishable');
    const { data } = await outsider.auth.signUp({ email: recipient, password: PASSWORD });
    expect(data.session !== null).toBe(!confirmEmails);
    const profile = { notify_escalation: false, time_zone: 'Asia/Tokyo' };
    // Without a session nobody saves anything; should that ever change, the switch is off all the same.
    await outsider.rpc('save_profile', { profile });
    await sql`update public.profiles set ${sql(profile)} where email = ${recipient}`;

    expect(await receipts(id)).toEqual(before);
    const [mail] = (await mailsTo(stack, recipient)).filter(({ Metadata }) => Metadata['delivery_id']);
    expect(mail!.TextBody).not.toContain('Tokyo');
  });

  it('a member’s own switch counts, when they are listed too', async () => {
    const member = await arrive(`${crypto.randomUUID()}@example.test`);
    const { id, owner } = await chatbotWith(member.email);
    await sql`insert into public.chatbot_members (chatbot_id, user_id, role) values (${id}, ${member.id}, 'agent')`;
    await rpc(member.db, 'save_profile', { profile: { notify_escalation: false } });
    expect(await receipts(id)).toEqual({ [owner.email]: null, [member.email]: 'kill_switch' });
    await rpc(owner.db, 'save_profile', { profile: { notify_escalation: false } });
    expect(await receipts(id)).toEqual({ [owner.email]: 'kill_switch', [member.email]: 'kill_switch' });
  });

  it('an account that has not confirmed its address says nothing for it, member or not', async () => {
    const recipient = `${crypto.randomUUID()}@example.test`;
    const { id, owner } = await chatbotWith(recipient);
    const [made] = await sql<{ id: string }[]>`
      insert into auth.users (id, email) values (gen_random_uuid(), ${recipient}) returning id`;
    await sql`insert into public.chatbot_members (chatbot_id, user_id, role) values (${id}, ${made!.id}, 'agent')`;
    await sql`update public.profiles set notify_escalation = false where user_id = ${made!.id}`;
    expect(await receipts(id)).toEqual({ [owner.email]: null, [recipient]: null });
  });
});
