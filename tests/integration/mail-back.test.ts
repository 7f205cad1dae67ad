// Answers by mail, from Postmark's inbound webhook to the case: whose they are, what is cut, and what is kept aside.
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rpc, signUp, waitFor } from '../support/clients.ts';
import { inboundMail, keptMails, mailedCase, postInbound, replyAddress, said } from '../support/inbound.ts';
import { mailsTo, makeChatbot } from '../support/outbox.ts';
import { call } from '../support/visitor.ts';
import { sql, stack } from '../support/stack.ts';

const RECEIVED = { is_received: true };
const SAID = 'Hello Kim,\nplease press the blue button and wait until the lamp is green.\n\nYour Acme team';
const quoted = SAID.replaceAll(/^/gm, '> ');

const answerTo = (name: string) =>
  `On Mon, Nov 23, 2026 at 9:14 AM ${name} <alerts@handoff.test> wrote:\n\n${quoted}\n`;

async function reply(conversation_id: string, author: { db: Parameters<typeof rpc>[0] }, text = SAID) {
  await rpc(author.db, 'send_reply', { conversation_id, id: randomUUID(), text });
}

describe('a visitor who answers by mail', () => {
  it('is heard on the case, without the quote, and the whole mail stays readable', async () => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id, email, address } = await mailedCase(sql, chatbot);
    await reply(conversation_id, chatbot.owner);
    const text = `It works now.\n\n${answerTo(chatbot.name)}`;
    const answer = await postInbound(stack, inboundMail(email, address, text));
    expect([answer.status, answer.body]).toEqual([200, RECEIVED]);
    expect((await said(sql, conversation_id)).at(-1)).toEqual({
      role: 'visitor',
      text: 'It works now.',
      via: 'mail',
    });
    const [kept] = await keptMails(sql, conversation_id);
    expect(kept).toMatchObject({ status: 'taken', reason: null, whole: text.trim() });

    const rows = await rpc<{ via: string; mail: Record<string, unknown> | null }[]>(
      chatbot.owner.db,
      'read_messages',
      { conversation_id },
    );
    expect(rows.at(-1)).toMatchObject({
      via: 'mail',
      mail: { subject: 'Re: Your question', has_whole: true, from_email: email },
    });
    const { data } = await chatbot.owner.db
      .from('inbound_mails')
      .select('whole')
      .eq('id', String(rows.at(-1)?.mail?.['id']));
    expect(data).toEqual([{ whole: text.trim() }]);
  });

  it('is one message, however often and at once the same mail comes', async () => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id, email, address } = await mailedCase(sql, chatbot);
    const mail = inboundMail(email, address, 'Still broken.');
    const answers = await Promise.all(Array.from({ length: 50 }, () => postInbound(stack, mail)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await said(sql, conversation_id)).filter(({ via }) => via === 'mail')).toHaveLength(1);
  });

  it('is found by the address in capitals, in Cc, behind a forwarding mailbox, and in the envelope alone', async () => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id, email, address } = await mailedCase(sql, chatbot);
    const nowhere = {
      To: 'team@acme.example',
      ToFull: [],
      MailboxHash: '',
      OriginalRecipient: 'hash@inbound.postmarkapp.com',
    };
    const [local = '', domain = ''] = address.split('@');
    const ways = [
      inboundMail(email, `${local.toUpperCase()}@${domain}`, 'capitals'),
      inboundMail(email.toUpperCase(), address, 'sender in capitals'),
      inboundMail(email, address, 'in Cc', {
        ...nowhere,
        CcFull: [{ Email: address, Name: '', MailboxHash: '' }],
      }),
      inboundMail(email, address, 'forwarded', { ...nowhere, To: `"Acme" <${address}>` }),
      inboundMail(email, address, 'enveloped', {
        ...nowhere,
        Headers: [{ Name: 'X-Original-To', Value: address }],
      }),
      inboundMail(email, address, 'hash', { ...nowhere, MailboxHash: local.split('+')[1] }),
    ];
    for (const mail of ways) await postInbound(stack, mail);
    const heard = (await said(sql, conversation_id))
      .filter(({ via }) => via === 'mail')
      .map(({ text }) => text);
    expect(heard).toEqual(ways.map(({ TextBody }) => TextBody));
  });

  it('asks for a person again when the case was closed', async () => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id, escalation_id, email, address } = await mailedCase(sql, chatbot);
    await rpc(chatbot.owner.db, 'resolve_escalation', { escalation_id });
    await postInbound(stack, inboundMail(email, address, 'It is broken again.'));
    const episodes = await sql`select number, status::text, trigger::text, question from public.escalations
      where conversation_id = ${conversation_id} order by number`;
    expect(episodes).toMatchObject([
      { number: 1, status: 'resolved' },
      { number: 2, status: 'open', trigger: 'mail', question: 'It is broken again.' },
    ]);
  });

  it('may write in HTML alone, at any length, or nothing but send a file', async () => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id, email, address } = await mailedCase(sql, chatbot);
    await reply(conversation_id, chatbot.owner);
    const quote = SAID.split('\n').join('<br>');
    const html = `<div dir="ltr">Straße <b>ging</b> nicht.</div><div>On Mon, Nov 23, 2026 at 9:14 AM ${chatbot.name} &lt;<a href="mailto:alerts@handoff.test">alerts@handoff.test</a>&gt; wrote:<br></div><blockquote>${quote}</blockquote>`;
    const long = 'It fails in many ways. '.repeat(2000).trim();
    const file = { Name: 'lamp.jpg', ContentType: 'image/jpeg', ContentLength: 120_000, Content: 'AAAA' };
    await postInbound(stack, inboundMail(email, address, '', { HtmlBody: html }));
    await postInbound(stack, inboundMail(email, address, long));
    await postInbound(stack, inboundMail(email, address, '', { Attachments: [file] }));
    const heard = (await said(sql, conversation_id))
      .filter(({ via }) => via === 'mail')
      .map(({ text }) => text);
    expect(heard).toEqual(['Straße ging nicht.', long.slice(0, 20_000), 'lamp.jpg']);
    const kept = await keptMails(sql, conversation_id);
    expect(kept[1]?.text).toBe(long);
    expect(kept[2]?.attachments).toEqual([{ name: 'lamp.jpg', type: 'image/jpeg', size: 120_000 }]);
  });

  it('is shown and no longer passed on after thirty mails in an hour', async () => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id, email, address } = await mailedCase(sql, chatbot);
    for (let n = 1; n <= 32; n += 1) await postInbound(stack, inboundMail(email, address, `Mail ${n}`));
    expect((await said(sql, conversation_id)).filter(({ via }) => via === 'mail')).toHaveLength(30);
    expect((await keptMails(sql, conversation_id)).slice(30)).toMatchObject([
      { status: 'held', reason: 'too_many', text: 'Mail 31' },
      { status: 'held', reason: 'too_many', text: 'Mail 32' },
    ]);
  });
});

describe('mail that is nobody’s answer', () => {
  it('stays on the case for the team’s eyes when it comes from another address', async () => {
    const chatbot = await makeChatbot(stack);
    const stranger = await makeChatbot(stack);
    const { conversation_id, address } = await mailedCase(sql, chatbot);
    const answer = await postInbound(
      stack,
      inboundMail('eve@doe.example', address, 'Send it to my address.'),
    );
    expect([answer.status, answer.body]).toEqual([200, RECEIVED]);
    expect((await said(sql, conversation_id)).some(({ via }) => via === 'mail')).toBe(false);
    const seen = await rpc<{ inbound_mails: unknown[]; timeline: { type: string; data: unknown }[] }>(
      chatbot.owner.db,
      'read_case',
      { conversation_id },
    );
    expect(seen.inbound_mails).toMatchObject([
      {
        status: 'unverified',
        reason: 'other_sender',
        from_email: 'eve@doe.example',
        text: 'Send it to my address.',
      },
    ]);
    expect(seen.timeline.find(({ type }) => type === 'mail.set_aside')?.data).toMatchObject({
      reason: 'other_sender',
      from: 'eve@doe.example',
    });
    expect(
      (await stranger.owner.db.from('inbound_mails').select('id').eq('conversation_id', conversation_id))
        .data,
    ).toEqual([]);
  });

  it.each([
    ['auto_submitted', { Name: 'Auto-Submitted', Value: 'auto-replied (vacation)' }],
    ['auto_response_suppress', { Name: 'X-Auto-Response-Suppress', Value: 'All' }],
    ['precedence', { Name: 'Precedence', Value: 'bulk' }],
    ['empty_return_path', { Name: 'Return-Path', Value: '<>' }],
    ['report', { Name: 'Content-Type', Value: 'multipart/report; report-type=delivery-status' }],
    ['autoreply', { Name: 'X-Autoreply', Value: 'yes' }],
  ])('is dropped when a machine wrote it: %s', async (reason, header) => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id, email, address } = await mailedCase(sql, chatbot);
    await postInbound(stack, inboundMail(email, address, 'I am away.', { Headers: [header] }));
    expect((await said(sql, conversation_id)).some(({ via }) => via === 'mail')).toBe(false);
    expect(await keptMails(sql, conversation_id)).toMatchObject([{ status: 'machine', reason }]);
  });

  it('gets the same answer whether its address exists or not, and nothing of it is kept', async () => {
    const chatbot = await makeChatbot(stack);
    const { address, email } = await mailedCase(sql, chatbot);
    const [known] = await sql<{ count: number }[]>`select count(*)::integer from public.inbound_mails`;
    const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
    const forged = () => [...randomBytes(26)].map((byte) => alphabet[byte % 32]).join('');
    const real = address.slice(address.indexOf('+') + 1, address.indexOf('@'));
    const tokens = [
      ...Array.from({ length: 400 }, forged),
      real.slice(1),
      `${real}a`,
      `${real.slice(0, 25)}${real.endsWith('a') ? 'b' : 'a'}`,
      '',
    ];
    for (let at = 0; at < tokens.length; at += 20) {
      const answers = await Promise.all(
        tokens
          .slice(at, at + 20)
          .map((token) => postInbound(stack, inboundMail(email, address.replace(real, token), 'Let me in.'))),
      );
      for (const { status, body } of answers) expect([status, body]).toEqual([200, RECEIVED]);
    }
    const [after] = await sql<
      { count: number }[]
    >`select count(*)::integer from public.inbound_mails where text = 'Let me in.'`;
    expect(after?.count).toBe(0);
    expect(known?.count).toBeGreaterThan(-1);
  });

  it('is turned away with 401 when Postmark did not send it', async () => {
    for (const authorization of [undefined, 'Basic eDp5', 'Bearer x']) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await call(stack.api_url, 'postmark-inbound', { body: {}, headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
    }
  });

  it('never makes the function fail, whatever is in it', async () => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id, email, address } = await mailedCase(sql, chatbot);
    const strange: unknown[] = [
      {},
      { MessageID: 'x' },
      { MessageID: 7, To: [] },
      { MessageID: 'y'.repeat(5000), To: address },
      inboundMail(email, address, 'a\u0000b\ud800c'),
      inboundMail(email, address, '', { TextBody: { a: 1 }, HtmlBody: 7 }),
      inboundMail('', address, 'nobody', { FromFull: null }),
      inboundMail(`${'x'.repeat(900)}@doe.example`, address, 'long sender'),
      inboundMail(email, address, 'x', {
        Headers: [null, 7, { Name: 'Precedence' }],
        Attachments: [null, {}, { Name: 'x'.repeat(900) }],
        ToFull: 'x',
      }),
      inboundMail(email, address, 'x', { Subject: 's'.repeat(5000), HtmlBody: '<div>'.repeat(50_000) }),
      inboundMail(email, address, '', { HtmlBody: `${'<div>'.repeat(20_000)}deep` }),
      inboundMail(email, address, 'huge '.repeat(1_000_000)),
    ];
    for (const body of strange) expect((await postInbound(stack, body)).status).toBe(200);
    expect((await postInbound(stack, '{"MessageID": "x"')).status).toBe(400);
    expect((await postInbound(stack, Buffer.from('{"MessageID":"\xe4"}', 'latin1'))).status).toBe(400);
    expect((await postInbound(stack, '[]')).status).toBe(422);
    const heard = (await said(sql, conversation_id))
      .filter(({ via }) => via === 'mail')
      .map(({ text }) => text.slice(0, 10));
    expect(heard).toEqual(expect.arrayContaining(['abc', 'x', 'huge huge ']));
  });
});

describe('a member who answers an alert by mail', () => {
  it('replies to the visitor as on the desk, and the alert’s own words stay inside', async () => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id, escalation_id } = await mailedCase(sql, chatbot, 'Where is my parcel?');
    const alert = await waitFor('the alert', async () => (await mailsTo(stack, chatbot.owner.email))[0]);
    const address = await replyAddress(sql, conversation_id, chatbot.owner.id);
    expect(alert.ReplyTo).toBe(`"${chatbot.name}" <${address}>`);
    await waitFor('the alert to be known as sent', async () => {
      const [row] =
        await sql`select from private.mail_texts x join public.deliveries d on d.id = x.delivery_id where d.escalation_id = ${escalation_id}`;
      return row !== undefined;
    });
    const text = `It is on its way.\n\n-- \nAda\n\nOn Mon, Nov 23, 2026 at 9:14 AM Handoff <alerts@handoff.test> wrote:\n${alert.TextBody.replaceAll(/^/gm, '> ')}`;
    await postInbound(stack, inboundMail(chatbot.owner.email, address, text));
    const messages = await rpc<
      { role: string; event: string | null; text: string; author_id: string | null; via: string }[]
    >(chatbot.owner.db, 'read_messages', { conversation_id });
    expect(messages.map(({ role, event }) => event ?? role)).toEqual(['visitor', 'person_joined', 'agent']);
    expect(messages.at(-1)).toMatchObject({
      text: 'It is on its way.',
      author_id: chatbot.owner.id,
      via: 'mail',
    });
    const [e] =
      await sql`select first_replied_by, first_opened_by from public.escalations where id = ${escalation_id}`;
    expect(e).toEqual({ first_replied_by: chatbot.owner.id, first_opened_by: chatbot.owner.id });
    const [c] =
      await sql`select assistant_muted_until > now() as is_muted from public.conversations where id = ${conversation_id}`;
    expect(c?.is_muted).toBe(true);
  });

  it('is held when the answer would show the visitor what only the team may read', async () => {
    const chatbot = await makeChatbot(stack);
    const { conversation_id } = await mailedCase(sql, chatbot);
    const address = await replyAddress(sql, conversation_id, chatbot.owner.id);
    const text = `Done.\n\nsomebody wrote\nOpen the conversation:\n${stack.app_url}/dashboard/chatbots/${chatbot.id}/human-support?conv=${conversation_id}`;
    await postInbound(stack, inboundMail(chatbot.owner.email, address, text));
    expect(await keptMails(sql, conversation_id)).toMatchObject([{ status: 'held', reason: 'quote_left' }]);
  });

  it('is nobody’s reply from another address, from the visitor, or after leaving the team', async () => {
    const chatbot = await makeChatbot(stack);
    const agent = await signUp(stack);
    await sql`insert into public.chatbot_members (chatbot_id, user_id, role) values (${chatbot.id}, ${agent.id}, 'agent')`;
    const { conversation_id, email } = await mailedCase(sql, chatbot);
    const address = await replyAddress(sql, conversation_id, agent.id);
    await postInbound(stack, inboundMail(email, address, 'From the visitor'));
    await postInbound(stack, inboundMail(chatbot.owner.email, address, 'From a colleague'));
    await sql`delete from public.chatbot_members where user_id = ${agent.id}`;
    await postInbound(stack, inboundMail(agent.email, address, 'From the past'));
    expect((await said(sql, conversation_id)).some(({ via }) => via === 'mail')).toBe(false);
    expect((await keptMails(sql, conversation_id)).map(({ status, reason }) => [status, reason])).toEqual([
      ['unverified', 'other_sender'],
      ['unverified', 'other_sender'],
      ['unverified', 'not_a_member'],
    ]);
  });
});
