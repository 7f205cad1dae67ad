// Mail as the team gets it, on a stack of its own because its mail service is made to fail: the real dispatcher, the real
// client library, the mailbox that answers like Postmark and reports back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sql } from 'postgres';
import type { Stack } from '../../supabase/local/index.ts';
import { connectSql, rpc, waitFor } from '../support/clients.ts';
import { replyAddress } from '../support/inbound.ts';
import {
  deliveriesOf,
  escalate,
  mailsTo,
  makeChatbot,
  makeDue,
  reportMail,
  scriptMailbox,
  silence,
  sweep,
  type DeliveryRow,
} from '../support/outbox.ts';
import { describeStack, startOwnStack, type TestStack } from '../support/own-stack.ts';

let own: Stack;
let stack: TestStack;
let sql: Sql;

beforeAll(async () => {
  own = await startOwnStack();
  stack = describeStack(own);
  sql = connectSql(stack);
  await silence(sql);
});

afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await own?.stop();
});

const address = () => `${crypto.randomUUID()}@example.test`;

/** Escalates, sweeps, and returns the receipt of the owner's mail. */
async function escalateAndSweep(question?: string | null): Promise<{ email: string; alert: DeliveryRow }> {
  const { id, owner } = await makeChatbot(stack);
  const { escalation_id } = await escalate(sql, id, question);
  await sweep(stack, sql);
  return { email: owner.email, alert: await receipt(escalation_id) };
}

async function receipt(escalationId: string): Promise<DeliveryRow> {
  const [alert] = await deliveriesOf(sql, escalationId);
  return alert!;
}

async function receiptById(id: string): Promise<DeliveryRow> {
  const [row] = await sql<
    { escalation_id: string }[]
  >`select escalation_id from public.deliveries where id = ${id}`;
  return await receipt(row!.escalation_id);
}

const settled = (id: string, status: string) =>
  waitFor(`the receipt to be ${status}`, async () => {
    const row = await receiptById(id);
    return row.status === status && row;
  });

describe('an alert', () => {
  it('carries chatbot, question, time, contact and the deep link, and a member’s reply comes back to the conversation', async () => {
    const { id, owner } = await makeChatbot(stack, { name: 'Zoë’s Café' });
    await rpc(owner.db, 'save_profile', { profile: { time_zone: 'Asia/Tokyo' } });
    const { conversation_id, escalation_id } = await escalateWithLead(id);
    await sweep(stack, sql);
    const [mail] = await mailsTo(stack, owner.email);
    const [{ reference }] = (await sql`
      select reference from public.conversations where id = ${conversation_id}`) as unknown as [
      { reference: string },
    ];
    const alert = await receipt(escalation_id);
    expect(mail).toMatchObject({
      To: owner.email,
      Subject: '[Zoë’s Café] “Where is my order? 📦”',
      ReplyTo: `"Zoë’s Café" <${await replyAddress(sql, conversation_id, owner.id)}>`,
      Metadata: { delivery_id: alert.id },
    });
    for (const words of ['> Where is my order? 📦', ' UTC', '(Asia/Tokyo)', 'Ana Ruiz', reference]) {
      expect(mail!.TextBody).toContain(words);
    }
    expect(mail!.TextBody).toContain(`/dashboard/chatbots/${id}/human-support?conv=${conversation_id}`);
    expect(alert.attempts).toMatchObject([{ outcome: 'ok', status_code: 200 }]);
    await settled(alert.id, 'delivered');
  });

  it('says that nothing was typed', async () => {
    const { email } = await escalateAndSweep(null);
    const [mail] = await mailsTo(stack, email);
    expect(mail!.TextBody).toContain('hasn’t typed a question');
  });

  it('is not sent to whoever switched escalation mail off', async () => {
    const { id, owner } = await makeChatbot(stack);
    await rpc(owner.db, 'save_profile', { profile: { notify_escalation: false } });
    const { escalation_id } = await escalate(sql, id);
    await sweep(stack, sql);
    expect(await receipt(escalation_id)).toMatchObject({ status: 'skipped', reason: 'kill_switch' });
    expect(await mailsTo(stack, owner.email)).toHaveLength(0);
  });

  it('goes to each of eleven people in one call, each seeing only their own address', async () => {
    const recipients = Array.from({ length: 10 }, address);
    const { id, owner } = await makeChatbot(stack, { recipients });
    await escalate(sql, id);
    await sweep(stack, sql);
    for (const recipient of [owner.email, ...recipients]) {
      const mails = await mailsTo(stack, recipient);
      expect(mails.map(({ To }) => To)).toEqual([recipient]);
    }
  });

  async function escalateWithLead(chatbotId: string) {
    const [conversation] = await sql<{ id: string }[]>`
      insert into public.conversations (chatbot_id) values (${chatbotId}) returning id`;
    await sql`insert into public.messages (conversation_id, role, text)
      values (${conversation!.id}, 'visitor', 'Where is my order? 📦')`;
    await sql`insert into public.leads (conversation_id, chatbot_id, name, email)
      values (${conversation!.id}, ${chatbotId}, 'Ana Ruiz', 'ana@example.net')`;
    const [escalation] = await sql<{ id: string }[]>`
      insert into public.escalations (conversation_id, trigger) values (${conversation!.id}, 'compact_link') returning id`;
    return { conversation_id: conversation!.id, escalation_id: escalation!.id };
  }
});

describe('when Postmark refuses', () => {
  it('waits with all mail after a 401, burns no attempt, and goes on once it may', async () => {
    await scriptMailbox(stack, [{ status: 401, ErrorCode: 10, Message: 'Bad token' }]);
    const { email, alert } = await escalateAndSweep();
    expect(alert, JSON.stringify(alert)).toMatchObject({ status: 'queued' });
    const [sender] =
      await sql`select paused_until > now() as is_paused from private.senders where kind = 'email'`;
    expect(sender).toEqual({ is_paused: true });

    // A second one is not even tried.
    const second = await escalateAndSweep();
    expect(second.alert).toMatchObject({ status: 'queued', attempts: [] });

    await sql`update private.senders set paused_until = now() where kind = 'email'`;
    await sql`update public.deliveries set next_attempt_at = now()
      where status = 'queued' and lease_token is null and purpose <> 'reminder'`;
    await sweep(stack, sql);
    await settled(alert.id, 'delivered');
    await settled(second.alert.id, 'delivered');
    expect(await mailsTo(stack, email)).toHaveLength(1);
  });

  it('sends the others when one item of a batch fails', async () => {
    const recipients = [address(), address()];
    const { id, owner } = await makeChatbot(stack, { recipients });
    const { escalation_id } = await escalate(sql, id);
    await scriptMailbox(stack, [{ items: [null, { ErrorCode: 300, Message: 'Not valid' }, null] }]);
    await sweep(stack, sql);
    const rows = await deliveriesOf(sql, escalation_id);
    expect(rows.filter(({ status }) => status === 'failed')).toHaveLength(1);
    const failed = rows.find(({ status }) => status === 'failed')!;
    expect(failed.attempts).toMatchObject([{ outcome: 'permanent', error_code: '300' }]);
    const reached = [owner.email, ...recipients].filter((to) => to !== failed.recipient);
    for (const to of reached) expect(await mailsTo(stack, to)).toHaveLength(1);
    expect(await mailsTo(stack, failed.recipient!)).toHaveLength(0);
  });

  it('skips an address that Postmark calls inactive, with the reason', async () => {
    await scriptMailbox(stack, [{ items: [{ ErrorCode: 406, Message: 'Inactive recipient' }] }]);
    const { alert } = await escalateAndSweep();
    expect(alert).toMatchObject({ status: 'skipped', reason: 'suppressed' });
  });

  it('waits as long as a 429 asks', async () => {
    await scriptMailbox(stack, [{ status: 429, headers: { 'retry-after': '600' }, body: {} }]);
    const { alert } = await escalateAndSweep();
    expect(alert).toMatchObject({ status: 'queued', attempts: [{ outcome: 'retry', status_code: 429 }] });
    expect(alert.seconds_to_next).toBeGreaterThan(580);
  });

  it('tries again when nobody knows whether the mail was taken, and says so', async () => {
    for (const fault of [{ reset: true }, { badJson: true }]) {
      await scriptMailbox(stack, [fault]);
      const { email, alert } = await escalateAndSweep();
      expect(alert).toMatchObject({ status: 'queued', attempts: [{ outcome: 'unclear' }] });
      expect(alert.attempts[0]!.error).toMatch(/may have been sent/);
      await makeDue(sql, alert.id);
      await sweep(stack, sql);
      await settled(alert.id, 'delivered');
      const mails = await mailsTo(stack, email);
      expect(mails.map(({ Metadata }) => Metadata['delivery_id'])).toEqual([alert.id]);
    }
  });

  it('takes Postmark’s own report for the answer that never came, and sends no second mail', async () => {
    for (const fault of [
      { reset: true, accept: true },
      { badJson: true, accept: true },
    ]) {
      await scriptMailbox(stack, [fault]);
      const { email, alert } = await escalateAndSweep();
      expect(alert).toMatchObject({ attempts: [{ outcome: 'unclear' }] });
      await settled(alert.id, 'delivered');
      await makeDue(sql, alert.id);
      await sweep(stack, sql);
      expect(await mailsTo(stack, email)).toHaveLength(1);
    }
  });

  it('sends 500 mails although one among them is poison', { timeout: 300_000 }, async () => {
    const { id } = await makeChatbot(stack);
    const good = Array.from({ length: 500 }, address);
    await sql`insert into public.deliveries (chatbot_id, kind, purpose, recipient)
      select ${id}, 'email', 'test', recipient from unnest(${[...good, 'not an address']}::text[]) as recipient`;
    const counts = async (kind: string) => {
      const rows = await sql<{ status: string; count: number }[]>`
        select status, count(*)::int as count from public.deliveries
        where chatbot_id = ${id} and (recipient = 'not an address') = ${kind === 'poison'} group by 1`;
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    };
    await waitFor(
      'all of them to be sent',
      async () => {
        await sweep(stack, sql);
        return !('queued' in (await counts('good'))) && !('queued' in (await counts('poison')));
      },
      120_000,
    );
    expect(await counts('poison')).toEqual({ failed: 1 });
    // Postmark's reports arrive in a flood; the next test should not stand in it.
    await waitFor('all reports', async () => (await counts('good'))['delivered'] === 500, 120_000);
  });
});

describe('what Postmark reports', () => {
  it('moves the receipt to bounced, and the address gets no more mail', async () => {
    const { id, owner } = await makeChatbot(stack);
    const { escalation_id } = await escalate(sql, id);
    await sweep(stack, sql);
    const alert = await receipt(escalation_id);
    await settled(alert.id, 'delivered');
    const [mail] = await mailsTo(stack, owner.email);
    await reportMail(stack, mail!.MessageID, 'HardBounce');
    await settled(alert.id, 'bounced');

    const next = await escalate(sql, id);
    await sweep(stack, sql);
    expect(await receipt(next.escalation_id)).toMatchObject({ status: 'skipped', reason: 'suppressed' });
    expect(await mailsTo(stack, owner.email)).toHaveLength(1);
  });

  it('moves the receipt to complained', async () => {
    const { email, alert } = await escalateAndSweep();
    const [mail] = await mailsTo(stack, email);
    await reportMail(stack, mail!.MessageID, 'SpamComplaint');
    await settled(alert.id, 'complained');
  });

  it('changes nothing when it comes twice, and nothing back when it comes late', async () => {
    const { email, alert } = await escalateAndSweep();
    await settled(alert.id, 'delivered');
    const [mail] = await mailsTo(stack, email);
    await reportMail(stack, mail!.MessageID, 'HardBounce');
    await settled(alert.id, 'bounced');
    const entries = () => sql`select type from public.timeline_entries
      where data ->> 'delivery_id' = ${alert.id} order by id`;
    const before = await entries();
    for (const Type of ['HardBounce', 'Delivery']) {
      const event = {
        RecordType: Type === 'Delivery' ? 'Delivery' : 'Bounce',
        ...(Type === 'Delivery'
          ? { Recipient: email, DeliveredAt: new Date().toISOString() }
          : { ID: 42, Type, TypeCode: 1, Email: email, BouncedAt: new Date().toISOString(), Inactive: true }),
        MessageID: mail!.MessageID,
        MessageStream: 'outbound',
        Metadata: { delivery_id: alert.id },
      };
      for (let time = 0; time < 2; time += 1) expect((await report(event)).status).toBe(200);
    }
    expect((await receiptById(alert.id)).status).toBe('bounced');
    expect(await entries()).toEqual(before);
  });

  it('is taken from nobody else', async () => {
    const { alert } = await escalateAndSweep();
    await settled(alert.id, 'delivered');
    const event = { RecordType: 'Bounce', ID: 1, Metadata: { delivery_id: alert.id } };
    expect((await report(event, 'postmark:guess')).status).toBe(401);
    expect((await report(event, null)).status).toBe(401);
    expect((await receiptById(alert.id)).status).toBe('delivered');
  });

  it('is accepted when it is about nothing we know', async () => {
    const known = { MessageID: crypto.randomUUID(), Recipient: address(), MessageStream: 'outbound' };
    for (const event of [
      { RecordType: 'Delivery', ...known, DeliveredAt: new Date().toISOString(), Metadata: {} },
      { RecordType: 'Delivery', ...known, Metadata: { delivery_id: 'not-a-uuid' } },
      { RecordType: 'Open', ...known },
      {
        RecordType: 'SubscriptionChange',
        ...known,
        MessageID: null,
        SuppressSending: false,
        SuppressionReason: null,
      },
      { RecordType: 'Bounce' },
    ]) {
      expect((await report(event)).status, JSON.stringify(event)).toBe(200);
    }
  });

  async function report(
    event: object,
    credentials: string | null = `postmark:${own.keys.postmarkEventsPassword}`,
  ) {
    return await fetch(`${stack.api_url}/functions/v1/postmark-events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(credentials !== null && {
          authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        }),
      },
      body: JSON.stringify(event),
    });
  }
});
