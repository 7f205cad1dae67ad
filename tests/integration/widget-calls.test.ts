import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ConversationState } from '#shared/contract.ts';
import { connectSql } from '../support/clients.ts';
import { call, makeChatbot, visit } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

const HOURS = 'We are open from **nine to five**.';
const DRAWN = [
  { tag: 'p', children: ['We are open from ', { tag: 'strong', children: ['nine to five'] }, '.'] },
];

let chatbotId: string;
beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
  await sql`insert into public.answers (chatbot_id, question, answer)
    values (${chatbotId}, 'What are your opening hours?', ${HOURS})`;
});

const link = (href: string) => ({ tag: 'a', href, children: [href] });

describe('a session', () => {
  it('is started with a token whose hash alone is kept', async () => {
    const visitor = await visit(api, chatbotId, 'pt-BR');
    expect(visitor.token).toMatch(/^[\w-]{43}$/);
    expect(visitor.sessionId).toMatch(/^embed-/);
    const [row] = await sql`select language, page_url, started_at from public.conversations
      where id = ${visitor.conversationId}`;
    expect(row).toEqual({ language: 'pt', page_url: 'https://shop.example/cart', started_at: null });
    const tokens = await sql`select token_hash = sha256(${visitor.token}::bytea) as is_hash
      from private.conversation_tokens where conversation_id = ${visitor.conversationId}`;
    expect(tokens).toEqual([{ is_hash: true }]);
  });

  it('tolerates a strange page, locale and user agent', async () => {
    const { status, body } = await call<{ conversation_id: string }>(api, 'widget/sessions', {
      body: { chatbot_id: chatbotId, locale: { a: 1 }, page_url: 'javascript:alert(1)', more: '\u0000' },
      headers: { 'user-agent': 'x'.repeat(2000) },
    });
    expect(status).toBe(201);
    const [row] = await sql`select page_url, language, length(user_agent) from public.conversations
      where id = ${body.conversation_id}`;
    expect(row).toEqual({ page_url: null, language: 'en', length: 400 });
  });
});

describe('the page a visitor is on', () => {
  it.each<[string[], string, string]>([
    [[], 'https://shop.example/cart?token=s3cret&sku=9#at', 'https://shop.example/cart'],
    [['sku'], 'https://shop.example/cart?token=s3cret&sku=9&sku=8', 'https://shop.example/cart?sku=9&sku=8'],
    [['sku'], 'https://shop.example/cart?SKU=1&xsku=2&sku', 'https://shop.example/cart?sku'],
    [['sku'], 'https://shop.example/a?b=1?sku=2', 'https://shop.example/a'],
  ])(
    'is kept with the parameters %j alone, whatever the widget sends',
    async (page_parameters, page_url, kept) => {
      const shop = await makeChatbot(sql);
      await sql`update public.chatbots set page_parameters = ${page_parameters} where id = ${shop.chatbotId}`;
      const { body } = await call<{ conversation_id: string }>(api, 'widget/sessions', {
        body: { chatbot_id: shop.chatbotId, page_url },
      });
      const [row] = await sql`select page_url from public.conversations where id = ${body.conversation_id}`;
      expect(row).toEqual({ page_url: kept });
      const config = await call(api, `widget/config?chatbot_id=${shop.chatbotId}`);
      expect(config.body).toMatchObject({ page_parameters });
    },
  );
});

describe('a conversation', () => {
  it('answers what the bot knows', async () => {
    const visitor = await visit(api, chatbotId);
    const id = randomUUID();
    const { status, body } = await visitor.call('messages', {
      body: { id, text: 'When are your opening hours?' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      message: { role: 'assistant', text: 'We are open from **nine to five**.', seq: 2 },
      suggest_human: false,
      intent: null,
    });
    const stored = await sql`select id, role, text from public.messages
      where conversation_id = ${visitor.conversationId} order by seq`;
    expect(stored[0]).toEqual({ id, role: 'visitor', text: 'When are your opening hours?' });
    expect(stored[1]).toMatchObject({ role: 'assistant', text: 'We are open from **nine to five**.' });
  });

  it('offers a person for what the bot does not know', async () => {
    const visitor = await visit(api, chatbotId);
    const { status, body } = await visitor.call<{ message: { text: string }; suggest_human: boolean }>(
      'messages',
      {
        body: { id: randomUUID(), text: 'Quelle est la capitale de la Mongolie ?' },
      },
    );
    expect(status).toBe(200);
    expect(body.suggest_human).toBe(true);
    expect(body.message.text).not.toBe('');
  });

  it('reads what is new after a place', async () => {
    const visitor = await visit(api, chatbotId);
    await visitor.call('messages', { body: { id: randomUUID(), text: 'Opening hours?' } });
    const all = await visitor.call<ConversationState>('conversation');
    expect(all.status).toBe(200);
    expect(all.body).toMatchObject({
      conversation_id: visitor.conversationId,
      last_seq: 2,
      escalation: null,
      handled_by: null,
      is_assistant_muted: false,
      has_lead: false,
    });
    expect(all.body.messages.map(({ seq, role }) => [seq, role])).toEqual([
      [1, 'visitor'],
      [2, 'assistant'],
    ]);
    const newer = await visitor.call<ConversationState>('conversation?after=1');
    expect(newer.body.messages.map(({ seq }) => seq)).toEqual([2]);
    expect(newer.headers.get('cache-control')).toBe('no-store');
  });

  it('brings what is drawn of every message beside its text', async () => {
    const visitor = await visit(api, chatbotId);
    const asked = 'What are your **opening hours**?';
    await visitor.call('messages', { body: { id: randomUUID(), text: asked } });
    const looked = 'I looked at https://shop.example/hours';
    await visitor.call('messages', { body: { id: randomUUID(), text: looked } });
    const { body } = await visitor.call<ConversationState>('conversation');
    const drawn = body.messages.map(({ text, content }) => [text, content && JSON.parse(content)]);
    expect(drawn.slice(0, 3)).toEqual([
      // Nothing else than the text itself.
      [asked, undefined],
      [HOURS, DRAWN],
      [looked, ['I looked at ', link('https://shop.example/hours')]],
    ]);
  });

  it('keeps a thumbs-up', async () => {
    const visitor = await visit(api, chatbotId);
    const { body } = await visitor.call<{ message: { id: string } }>('messages', {
      body: { id: randomUUID(), text: 'Opening hours?' },
    });
    const { status } = await visitor.call('feedback', {
      body: { message_id: body.message.id, value: 'positive' },
    });
    expect(status).toBe(204);
    expect(await sql`select feedback from public.messages where id = ${body.message.id}`).toEqual([
      { feedback: 'positive' },
    ]);
  });

  it('keeps a lead', async () => {
    const visitor = await visit(api, chatbotId);
    const lead = { name: 'Ana', email: 'ana@shop.example', phone: '+351 1', custom: { custom_size: 'XL' } };
    expect((await visitor.call('leads', { body: lead })).status).toBe(204);
    expect(
      await sql`select name, email, phone, custom from public.leads where conversation_id = ${visitor.conversationId}`,
    ).toEqual([lead]);
    expect((await visitor.call<ConversationState>('conversation')).body.has_lead).toBe(true);
  });

  it('notes how far the visitor has read', async () => {
    const visitor = await visit(api, chatbotId);
    await visitor.call('messages', { body: { id: randomUUID(), text: 'Opening hours?' } });
    expect((await visitor.call('seen', { body: { read_seq: 2, typing: true } })).status).toBe(204);
    expect(
      await sql`select visitor_read_seq::int from public.conversations where id = ${visitor.conversationId}`,
    ).toEqual([{ visitor_read_seq: 2 }]);
  });
});
