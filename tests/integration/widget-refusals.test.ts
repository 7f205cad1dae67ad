import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { EscalationReply } from '#shared/contract.ts';
import { connectSql } from '../support/clients.ts';
import { call, insist, makeChatbot, newClientAddress, visit } from '../support/visitor.ts';
import type { Answer, CallOptions, Visitor } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

const OURS = 'https://shop.example';
let chatbotId: string;
let chatbotIds: string[];
let visitor: Visitor;
let stranger: Visitor;

beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
  visitor = await visit(api, chatbotId);
  const { chatbotId: strangers } = await makeChatbot(sql);
  stranger = await visit(api, strangers);
  chatbotIds = [chatbotId, strangers];
  await sql`update public.chatbots set allowed_origins = ${[OURS]} where id = ${chatbotId}`;
});

/** Everything a call of the widget could have left behind with these two chatbots. */
async function stored() {
  const ours = sql`chatbot_id in ${sql(chatbotIds)}`;
  return await sql`select
    (select count(*) from public.conversations where ${ours}) as conversations,
    (select coalesce(sum(version), 0) from public.conversations where ${ours}) as versions,
    (select count(*) from public.messages where ${ours}) as messages,
    (select count(*) from public.messages where ${ours} and feedback is not null) as feedback,
    (select coalesce(sum(ask_count), 0) from public.escalations where ${ours}) as asked,
    (select count(*) from public.leads where ${ours}) as leads,
    (select count(*) from public.deliveries where ${ours}) as deliveries,
    (select count(*) from public.events where ${ours}) as events,
    (select count(*) from public.timeline_entries where ${ours}) as entries`;
}

async function refusalOf(path: string, options: CallOptions): Promise<string> {
  const before = await stored();
  const { status, body, headers } = await call<{ code: string; message: string }>(api, `widget/${path}`, {
    token: visitor.token,
    origin: OURS,
    ...options,
  });
  expect(await stored()).toEqual(before);
  expect(Object.keys(body)).toEqual(['code', 'message']);
  expect(body.message).toMatch(/\.$/);
  expect(headers.get('access-control-allow-origin')).toBe(options.origin ?? OURS);
  return `${status} ${body.code}`;
}

const message = (text: unknown = 'Hello') => ({ id: randomUUID(), text });
const request = () => ({ request_id: randomUUID(), trigger: 'inline_cta' });
const unknownToken = () => randomBytes(32).toString('base64url');

describe('nothing is stored, and the code says why, for', () => {
  it.each<[string, string, () => CallOptions, string]>([
    ['an unknown chatbot', 'sessions', () => ({ body: { chatbot_id: randomUUID() } }), '404 NOBOT'],
    ['a chatbot that is no UUID', 'sessions', () => ({ body: { chatbot_id: 'shop' } }), '422 NTUID'],
    [
      'a session from another site',
      'sessions',
      () => ({ body: { chatbot_id: chatbotId }, origin: 'https://evil.example' }),
      '403 ORIGN',
    ],
    [
      'a message from another site',
      'messages',
      () => ({ body: message(), origin: 'https://evil.example' }),
      '403 ORIGN',
    ],
    [
      'a site that only ends alike',
      'messages',
      () => ({ body: message(), origin: 'https://evil-shop.example' }),
      '403 ORIGN',
    ],
    [
      'the site without encryption',
      'messages',
      () => ({ body: message(), origin: 'http://shop.example' }),
      '403 ORIGN',
    ],
    [
      'the site on another port',
      'messages',
      () => ({ body: message(), origin: 'https://shop.example:8443' }),
      '403 ORIGN',
    ],
    ['a sandboxed page', 'messages', () => ({ body: message(), origin: 'null' }), '403 ORIGN'],
    [
      'an escalation from another site',
      'escalations',
      () => ({ body: request(), origin: 'https://evil.example' }),
      '403 ORIGN',
    ],
    [
      'feedback from another site',
      'feedback',
      () => ({ body: { message_id: randomUUID(), value: 'positive' }, origin: 'https://evil.example' }),
      '403 ORIGN',
    ],
    [
      'a lead from another site',
      'leads',
      () => ({ body: { name: 'Ana' }, origin: 'https://evil.example' }),
      '403 ORIGN',
    ],
    ['no token', 'messages', () => ({ body: message(), token: '' }), '401 TOKMS'],
    ['a token nobody was given', 'messages', () => ({ body: message(), token: unknownToken() }), '401 TOKIV'],
    [
      'an escalation with such a token',
      'escalations',
      () => ({ body: request(), token: unknownToken() }),
      '401 TOKIV',
    ],
    [
      'a lead with such a token',
      'leads',
      () => ({ body: { name: 'Ana' }, token: unknownToken() }),
      '401 TOKIV',
    ],
    [
      'feedback with such a token',
      'feedback',
      () => ({ body: { message_id: randomUUID(), value: 'positive' }, token: unknownToken() }),
      '401 TOKIV',
    ],
    ['a token that is none', 'messages', () => ({ body: message(), token: "' or 1=1" }), '401 TOKIV'],
    ['a form', 'messages', () => ({ body: 'a=1', headers: { 'content-type': 'text/plain' } }), '415 BDCTY'],
    ['malformed JSON', 'messages', () => ({ body: '{"id":' }), '400 BDJSN'],
    ['no body', 'escalations', () => ({ body: '' }), '400 BDJSN'],
    ['too large a body', 'messages', () => ({ body: message('x'.repeat(70_000)) }), '413 TOBIG'],
    ['an empty text', 'messages', () => ({ body: message('') }), '422 TXTLN'],
    ['4,001 characters', 'messages', () => ({ body: message('x'.repeat(4001)) }), '422 TXTLN'],
    ['a text that is a number', 'messages', () => ({ body: message(7) }), '422 INVAL'],
    ['NUL', 'messages', () => ({ body: message('a\u0000b') }), '422 INVAL'],
    ['half a character', 'messages', () => ({ body: message('\udc00') }), '422 INVAL'],
    ['an id that is no UUID', 'messages', () => ({ body: { id: 'x', text: 'Hello' } }), '422 NTUID'],
    [
      'a request that is no UUID',
      'escalations',
      () => ({ body: { request_id: '7', trigger: 'inline_cta' } }),
      '422 NTUID',
    ],
    ['an unknown trigger', 'escalations', () => ({ body: { ...request(), trigger: 'mail' } }), '422 INVAL'],
    [
      'an escalation with a lead that is none',
      'escalations',
      () => ({ body: { ...request(), lead: { email: 'ana' } } }),
      '422 INVAL',
    ],
    ['an empty lead', 'leads', () => ({ body: {} }), '422 INVAL'],
    ['a name of 201 characters', 'leads', () => ({ body: { name: 'x'.repeat(201) } }), '422 INVAL'],
    [
      'an address with a line break',
      'leads',
      () => ({ body: { email: 'ana@shop.example\r\nBcc: eve@evil.example' } }),
      '422 INVAL',
    ],
    ['a place before the first', 'conversation?after=-1', () => ({}), '422 INVAL'],
    ['a place that is no number', 'conversation?after=1e3', () => ({}), '422 INVAL'],
    ['another method', 'messages', () => ({ method: 'PUT', body: message() }), '405 NOMTH'],
    ['an unknown call', 'nothing', () => ({ body: {} }), '404 NOPTH'],
  ])('%s', async (_what, path, options, expected) => {
    expect(await refusalOf(path, options())).toBe(expected);
  });

  it('feedback on somebody else’s message', async () => {
    const { body } = await stranger.call<{ message: { id: string } }>('messages', { body: message() });
    const foreign = { message_id: body.message.id, value: 'positive' };
    expect(await refusalOf('feedback', { body: foreign })).toBe('404 NTFND');
  });

  it('a message under somebody else’s id', async () => {
    const theirs = message();
    await stranger.call('messages', { body: theirs });
    expect(await refusalOf('messages', { body: { ...theirs, text: 'Mine' } })).toBe('409 CONFL');
  });

  it('the configuration on another site', async () => {
    const { status, body } = await call(api, `widget/config?chatbot_id=${chatbotId}`, {
      origin: 'https://evil.example',
    });
    expect([status, body['code']]).toEqual([403, 'ORIGN']);
    expect((await call(api, `widget/config?chatbot_id=${randomUUID()}`)).body['code']).toBe('NOBOT');
    expect((await call(api, 'widget/config')).body['code']).toBe('NTUID');
  });
});

describe('the allowed origins', () => {
  it('admit the site whatever its case, and everybody when there are none', async () => {
    const options = { token: visitor.token, origin: OURS, body: message() };
    expect((await call(api, 'widget/messages', options)).status).toBe(200);
    expect(
      (await call(api, 'widget/conversation', { token: stranger.token, origin: 'https://any.example' }))
        .status,
    ).toBe(200);
  });
});

describe('too many messages', () => {
  it('are refused with the seconds to wait, while asking for a person never is', async () => {
    const { chatbotId: busy } = await makeChatbot(sql);
    const hasty = await visit(api, busy);
    let refused: Answer | undefined;
    for (let sent = 0; sent < 200 && !refused; sent++) {
      const answer = await hasty.call('messages', { body: message() });
      if (answer.status !== 200) refused = answer;
    }
    expect([refused?.status, refused?.body['code']]).toEqual([429, 'TOOMY']);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const [before] =
      await sql`select message_count from public.conversations where id = ${hasty.conversationId}`;
    await hasty.call('messages', { body: message() });
    expect(
      await sql`select message_count from public.conversations where id = ${hasty.conversationId}`,
    ).toEqual([before]);

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => {
        const body = request();
        return insist(() => hasty.call<EscalationReply>('escalations', { body }));
      }),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => b - a)).toEqual([
      201,
      ...Array<number>(99).fill(200),
    ]);
  });

  it('are counted per address when sessions are started', async () => {
    const { chatbotId: busy } = await makeChatbot(sql);
    const client = newClientAddress();
    const start = () => call(api, 'widget/sessions', { client, body: { chatbot_id: busy } });
    const answers: Answer[] = [];
    // Many at once, but not so many that a slow machine keeps one waiting until it is told that the service is busy.
    for (let turn = 0; turn < 8; turn++)
      answers.push(...(await Promise.all(Array.from({ length: 25 }, start))));
    const admitted = answers.filter(({ status }) => status === 201).length;
    expect(admitted).toBeLessThan(200);
    expect(answers.filter(({ body }) => body['code'] === 'TOOMY')).toHaveLength(200 - admitted);
    const [row] = await sql`select count(*)::int from public.conversations where chatbot_id = ${busy}`;
    expect(row).toEqual({ count: admitted });
    // Behind the same address somebody who has not said a word yet asks for a person.
    for (let asked = 0; asked < 20; asked++) {
      const body = { chatbot_id: busy, purpose: 'escalation' };
      const started = await call<{ token: string }>(api, 'widget/sessions', { client, body });
      expect(started.status).toBe(201);
      const { token } = started.body;
      const answer = await call(api, 'widget/escalations', { client, token, body: request() });
      expect(answer.status).toBe(201);
    }
    expect(
      (await call(api, 'widget/sessions', { client: newClientAddress(), body: { chatbot_id: busy } })).status,
    ).toBe(201);
  });
});
