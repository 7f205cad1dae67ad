import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AssistantReply, ConversationState, EscalationReply, WidgetConfig } from '#shared/contract.ts';
import { LANGUAGES, labelsFor } from '#shared/labels.ts';
import { connectSql } from '../support/clients.ts';
import { call, makeChatbot, visit } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

let chatbotId: string;
beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
  await sql`insert into public.answers (chatbot_id, question, answer)
    values (${chatbotId}, 'What are your opening hours?', 'We are open from **nine to five**.')`;
});

const config = (query: string, options = {}) => call<WidgetConfig>(api, `widget/config?${query}`, options);

describe('the configuration', () => {
  it('answers the defaults of a new chatbot', async () => {
    const { status, body } = await config(`chatbot_id=${chatbotId}&locale=en`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      chatbot_id: chatbotId,
      name: 'Shop',
      greeting: null,
      accent_color: '#2563eb',
      position: 'right',
      locale: 'en',
      show_escalation_cta: true,
      replace_followups: false,
      labels: labelsFor('en'),
      followup_buttons: [],
      lead_form: { timing: 'off', intro: null, fields: [] },
      person_available: { contact_text: null },
    });
    expect(body.realtime?.url).toMatch(/^ws:.*\/realtime\/v1$/);
    expect(body.realtime?.key).toMatch(/^sb_publishable_/);
    expect(body).not.toHaveProperty('language');
  });

  it.each(LANGUAGES)('speaks %s', async (language) => {
    const { body } = await config(`chatbot_id=${chatbotId}&locale=${language}-XX`);
    expect(body).toMatchObject({ locale: language, labels: labelsFor(language) });
  });

  it('falls back to the chatbot’s own language, then to English', async () => {
    const { chatbotId: french } = await makeChatbot(sql);
    expect((await config(`chatbot_id=${french}&locale=sv`)).body.locale).toBe('en');
    await sql`update public.chatbots set language = 'fr' where id = ${french}`;
    expect((await config(`chatbot_id=${french}&locale=sv`)).body.locale).toBe('fr');
    expect((await config(`chatbot_id=${french}&locale=%00%ff`)).body.locale).toBe('fr');
    expect((await config(`chatbot_id=${french}`)).body.locale).toBe('fr');
  });

  it('shows a saved setting at the next look, and costs no body until then', async () => {
    const { chatbotId: changing } = await makeChatbot(sql);
    const first = await config(`chatbot_id=${changing}&locale=de`);
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const known = { headers: { 'if-none-match': etag } };
    expect((await config(`chatbot_id=${changing}&locale=de`, known)).status).toBe(304);

    await sql`update public.human_support_settings
      set positive_label = 'Passt', show_escalation_cta = false where chatbot_id = ${changing}`;
    const second = await config(`chatbot_id=${changing}&locale=de`, known);
    expect(second.status).toBe(200);
    expect(second.body.labels).toEqual({ ...labelsFor('de'), positive: 'Passt' });
    expect(second.body.show_escalation_cta).toBe(false);
    expect(second.body.version).not.toBe(first.body.version);
  });
});

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

describe('asking for a person', () => {
  const ask = (request: object = {}) => ({
    body: { request_id: randomUUID(), trigger: 'inline_cta', ...request },
  });

  it('answers 201 with a receipt once everything is stored', async () => {
    const visitor = await visit(api, chatbotId, 'fr');
    const tapped_at = new Date(Date.now() - 60_000).toISOString();
    const { status, body } = await visitor.call<EscalationReply>(
      'escalations',
      ask({ tapped_at, lead: { email: 'ana@shop.example' } }),
    );
    expect(status).toBe(201);
    expect(Object.keys(body).sort()).toEqual(
      ['ask_count', 'confirmation_message', 'escalation_id', 'number', 'reference', 'status'].sort(),
    );
    expect(body).toMatchObject({ number: 1, status: 'open', ask_count: 1 });
    expect(body.confirmation_message).toBe(labelsFor('fr').confirmation);
    const [row] =
      await sql`select trigger, tapped_at from public.escalations where id = ${body.escalation_id}`;
    expect(row).toEqual({ trigger: 'inline_cta', tapped_at: new Date(tapped_at) });
    const [{ count } = { count: 0 }] = await sql<
      { count: number }[]
    >`select count(*)::int from public.deliveries
      where escalation_id = ${body.escalation_id} and purpose = 'alert'`;
    expect(count).toBe(1);
    expect(
      await sql`select email from public.leads where conversation_id = ${visitor.conversationId}`,
    ).toEqual([{ email: 'ana@shop.example' }]);
  });

  it('answers 200 while it is open and counts the asking', async () => {
    const visitor = await visit(api, chatbotId);
    const first = await visitor.call<EscalationReply>('escalations', ask());
    const second = await visitor.call<EscalationReply>('escalations', ask({ trigger: 'compact_link' }));
    expect(second.status).toBe(200);
    expect(second.body).toMatchObject({ escalation_id: first.body.escalation_id, number: 1, ask_count: 2 });
  });

  it('begins a new episode after it was resolved', async () => {
    const visitor = await visit(api, chatbotId);
    const first = await visitor.call<EscalationReply>('escalations', ask());
    await sql`update public.escalations set status = 'resolved', resolved_at = now() where id = ${first.body.escalation_id}`;
    const second = await visitor.call<EscalationReply>('escalations', ask());
    expect(second.status).toBe(201);
    expect(second.body.number).toBe(2);
  });

  it('uses the owner’s confirmation', async () => {
    const { chatbotId: worded } = await makeChatbot(sql);
    await sql`update public.human_support_settings set confirmation_message = 'Within one day.' where chatbot_id = ${worded}`;
    const visitor = await visit(api, worded);
    expect((await visitor.call('escalations', ask())).body['confirmation_message']).toBe('Within one day.');
  });

  it.each(['2099-01-01T00:00:00Z', 'yesterday', 7, null, '0000-00-00T00:00:00Z'])(
    'is not refused for a tap at %j',
    async (tapped_at) => {
      const visitor = await visit(api, chatbotId);
      expect((await visitor.call('escalations', ask({ tapped_at }))).status).toBe(201);
    },
  );

  it('shows in the conversation', async () => {
    const visitor = await visit(api, chatbotId);
    const { body } = await visitor.call<EscalationReply>('escalations', ask());
    const state = await visitor.call<ConversationState>('conversation');
    expect(state.body.escalation).toMatchObject({
      escalation_id: body.escalation_id,
      reference: body.reference,
      number: 1,
      status: 'open',
      ask_count: 1,
      first_opened_at: null,
    });
  });
});

describe('saying that a person is wanted', () => {
  const PLEA = 'Can I please talk to a human?';
  const withIntent = async (mode: 'off' | 'offer' | 'escalate') => {
    const { chatbotId: listening } = await makeChatbot(sql);
    await sql`update public.human_support_settings set intent_mode = ${mode} where chatbot_id = ${listening}`;
    const visitor = await visit(api, listening);
    return await visitor.call<AssistantReply>('messages', { body: { id: randomUUID(), text: PLEA } });
  };

  it('means nothing by default', async () => {
    expect((await withIntent('off')).body.intent).toBeNull();
  });

  it('is offered a person when the owner wants that', async () => {
    expect((await withIntent('offer')).body).toMatchObject({ intent: 'offer', suggest_human: true });
  });

  it('is handed over at once when the owner wants that', async () => {
    expect((await withIntent('escalate')).body).toMatchObject({ intent: 'escalate', message: null });
  });
});
