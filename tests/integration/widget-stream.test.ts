import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { contentOf } from '#shared/content.ts';
import { connectSql } from '../support/clients.ts';
import { openStream, stream } from '../support/reply-stream.ts';
import { makeChatbot, visit } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

const HOURS = 'We are open from **nine to five**.';
let chatbotId: string;

beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
  await sql`insert into public.answers (chatbot_id, question, answer)
    values (${chatbotId}, 'What are your opening hours?', ${HOURS})`;
});

describe('a streamed answer', () => {
  it('of the built-in bot is accepted, comes in pieces, and ends with the stored reply', async () => {
    const visitor = await visit(api, chatbotId);
    const id = randomUUID();
    const { names, deltas, reply, events } = await stream(api, visitor, 'What are your opening hours?', id);
    expect(events[0]).toEqual({ event: 'accepted', data: { id, seq: 1 } });
    expect(names.filter((name) => name !== 'delta')).toEqual(['accepted', 'reply']);
    expect(deltas.length).toBeGreaterThan(1);
    // A panel of before reads no more than that.
    expect(deltas.join('')).toBe(HOURS);
    expect(reply?.message).toMatchObject({ role: 'assistant', text: HOURS, seq: 2 });
    const rows = await sql`select text from public.messages
      where conversation_id = ${visitor.conversationId} order by seq`;
    expect(rows[1]).toEqual({ text: HOURS });
  });

  it('brings what is drawn of it, which grows with every piece into that of the stored reply', async () => {
    const visitor = await visit(api, chatbotId);
    const { events, reply } = await stream(api, visitor, 'What are your opening hours?');
    let content = '';
    let text = '';
    for (const { event, data } of events) {
      if (event !== 'delta') continue;
      text += data.text;
      content = content.slice(0, data.at) + data.content!;
      expect(content).toBe(contentOf('assistant', text));
    }
    expect(reply?.message?.content).toBe(content);
    expect(content).toBe(contentOf('assistant', HOURS));
  });

  it('begins with what is drawn of the visitor’s own words', async () => {
    const visitor = await visit(api, chatbotId);
    const { events } = await stream(api, visitor, 'I looked at www.shop.example/hours.');
    const href = 'http://www.shop.example/hours';
    expect(JSON.parse((events[0] as { data: { content: string } }).data.content)).toEqual([
      'I looked at ',
      { tag: 'a', href, children: ['www.shop.example/hours'] },
      '.',
    ]);
  });

  it('is not kept by caches or held back by proxies, and is readable across origins', async () => {
    const visitor = await visit(api, chatbotId);
    const response = await openStream(api, visitor, { id: randomUUID(), text: 'Opening hours?' });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toContain('no-store');
    await response.text();
  });

  it('is refused as JSON with a status before it begins', async () => {
    const visitor = await visit(api, chatbotId);
    const response = await openStream(api, visitor, { id: randomUUID(), text: '' });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'TXTLN' });
  });

  it('is silent while a person answers', async () => {
    const visitor = await visit(api, chatbotId);
    await sql`insert into public.messages (conversation_id, chatbot_id, role, text)
      values (${visitor.conversationId}, ${chatbotId}, 'agent', 'Hello, this is Ana.')`;
    const { names, reply } = await stream(api, visitor, 'What are your opening hours?');
    expect(names).toEqual(['accepted', 'reply']);
    expect(reply).toEqual({ message: null, followups: [], suggest_human: false, intent: null });
  });
});
