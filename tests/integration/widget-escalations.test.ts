import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AssistantReply, ConversationState, EscalationReply } from '#shared/contract.ts';
import { addressQuestionFor, labelsFor } from '#shared/labels.ts';
import { connectSql } from '../support/clients.ts';
import { makeChatbot, visit } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

let chatbotId: string;
beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
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

  describe('asks a visitor where to answer', () => {
    const question = async (visitor: Awaited<ReturnType<typeof visit>>, request: object = {}) =>
      (await visitor.call<EscalationReply>('escalations', ask(request))).body.address_question;

    it('with the first request, in the visitor’s language, also when its answer is lost', async () => {
      const visitor = await visit(api, chatbotId, 'pl');
      const request_id = randomUUID();
      expect(await question(visitor, { request_id })).toBe(addressQuestionFor('pl'));
      expect(await question(visitor, { request_id })).toBe(addressQuestionFor('pl'));
      expect(await question(visitor)).toBeUndefined();
    });

    it('not in a later episode', async () => {
      const visitor = await visit(api, chatbotId);
      expect(await question(visitor)).toBe(addressQuestionFor('en'));
      await sql`update public.escalations set status = 'resolved', resolved_at = now()
        where conversation_id = ${visitor.conversationId}`;
      expect(await question(visitor)).toBeUndefined();
    });

    it('not where the address is known', async () => {
      expect(
        await question(await visit(api, chatbotId), { lead: { email: 'ana@shop.example' } }),
      ).toBeUndefined();
      const before = await visit(api, chatbotId);
      await before.call('leads', { body: { email: 'vera@shop.example' } });
      expect(await question(before)).toBeUndefined();
      const byName = await visit(api, chatbotId);
      await byName.call('leads', { body: { name: 'Vera' } });
      expect(await question(byName)).toBe(addressQuestionFor('en'));
    });

    it.each([
      ['after_escalation', ['name', 'email'], false],
      ['before_chat', ['email'], false],
      ['before_escalation', ['phone'], true],
      ['off', ['email'], true],
    ])('with the owner’s form %s and its fields %j: %j', async (timing, keys, isAsked) => {
      const { chatbotId: shop } = await makeChatbot(sql);
      const fields = keys.map((key) => ({ key, label: null, is_required: false }));
      await sql`update public.lead_forms set timing = ${timing}::public.lead_timing, fields = ${sql.json(fields)} where chatbot_id = ${shop}`;
      expect(await question(await visit(api, shop))).toBe(isAsked ? addressQuestionFor('en') : undefined);
    });

    it('not where replies are not mailed', async () => {
      const { chatbotId: silent } = await makeChatbot(sql);
      await sql`update public.human_support_settings set reply_mail_enabled = false where chatbot_id = ${silent}`;
      expect(await question(await visit(api, silent))).toBeUndefined();
    });
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
