import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { EscalationReply } from '#shared/contract.ts';
import { connectSql } from '../support/clients.ts';
import { insist, makeChatbot, visit } from '../support/visitor.ts';
import type { Visitor } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

let chatbotId: string;
beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
});

describe('repeating a request is harmless:', () => {
  it('a message is stored and answered once', async () => {
    const visitor = await visit(api, chatbotId);
    const body = { id: randomUUID(), text: 'Hello?' };
    const first = await visitor.call('messages', { body });
    const again = await visitor.call('messages', { body });
    expect(again.status).toBe(200);
    expect(again.body['message']).toEqual(first.body['message']);
    const [row] =
      await sql`select message_count from public.conversations where id = ${visitor.conversationId}`;
    expect(row).toEqual({ message_count: 2 });
  });

  it('a message sent ten times at once, too', async () => {
    const visitor = await visit(api, chatbotId);
    const body = { id: randomUUID(), text: 'Hello?' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => visitor.call('messages', { body })));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const rows = await sql`select role from public.messages
      where conversation_id = ${visitor.conversationId} order by seq`;
    expect(rows.map(({ role }) => role as string)).toEqual(['visitor', 'assistant']);
  });

  it('an escalation request answers the same episode, also after that was resolved', async () => {
    const visitor = await visit(api, chatbotId);
    const body = { request_id: randomUUID(), trigger: 'inline_cta' };
    const first = await visitor.call<EscalationReply>('escalations', { body });
    const again = await visitor.call<EscalationReply>('escalations', { body });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual({ ...first.body, ask_count: 1 });
    await sql`update public.escalations set status = 'resolved', resolved_at = now() where id = ${first.body.escalation_id}`;
    const late = await visitor.call<EscalationReply>('escalations', { body });
    expect([late.status, late.body.escalation_id, late.body.status]).toEqual([
      200,
      first.body.escalation_id,
      'resolved',
    ]);
  });

  it('a lead is one lead, and feedback one thumb', async () => {
    const visitor = await visit(api, chatbotId);
    const { body } = await visitor.call<{ message: { id: string } }>('messages', {
      body: { id: randomUUID(), text: 'Hello?' },
    });
    for (let time = 1; time <= 2; time++) {
      const feedback = { message_id: body.message.id, value: 'positive' };
      expect((await visitor.call('feedback', { body: feedback })).status).toBe(204);
      expect((await visitor.call('leads', { body: { name: 'Ana' } })).status).toBe(204);
    }
    const leads = await sql`select name from public.leads where conversation_id = ${visitor.conversationId}`;
    expect(leads).toEqual([{ name: 'Ana' }]);
    const [events] = await sql`select count(*)::int from public.events
      where conversation_id = ${visitor.conversationId} and type = 'lead.captured'`;
    expect(events).toEqual({ count: 1 });
  });
});

describe('a storm', () => {
  it('keeps one open escalation per conversation under 500 concurrent taps, and mails each recipient once', async () => {
    const { chatbotId: stormy } = await makeChatbot(sql);
    await sql`insert into public.escalation_recipients (chatbot_id, email, position)
      select ${stormy}, 'agent' || n || '@shop.example', n from generate_series(1, 10) as n`;
    const visitors = await Promise.all(Array.from({ length: 5 }, () => visit(api, stormy)));
    const tap = (visitor: Visitor) => {
      const body = { request_id: randomUUID(), trigger: 'inline_cta' };
      return insist(() => visitor.call<EscalationReply>('escalations', { body }));
    };
    const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => tap(visitors[index % 5]!)));
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 201]);
    expect(new Set(answers.map(({ body }) => body.escalation_id)).size).toBe(5);

    const episodes =
      await sql`select conversation_id, ask_count, status from public.escalations where chatbot_id = ${stormy}`;
    expect(episodes).toHaveLength(5);
    expect(episodes.map(({ ask_count, status }) => [ask_count, status] as unknown)).toEqual(
      Array(5).fill([100, 'open']),
    );
    const [mails] =
      await sql`select count(*)::int, count(distinct (escalation_id, lower(recipient)))::int as different
      from public.deliveries where chatbot_id = ${stormy} and purpose = 'alert'`;
    expect(mails).toEqual({ count: 55, different: 55 });
    const [events] = await sql`select count(*)::int from public.events
      where chatbot_id = ${stormy} and type = 'conversation.escalated'`;
    expect(events).toEqual({ count: 5 });
  }, 300_000);
});
