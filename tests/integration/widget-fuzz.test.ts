import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isRefusalCode, statusOf } from '#shared/errors.ts';
import { connectSql } from '../support/clients.ts';
import { figures, holds, LANES, promptly, PROPERTY_MAX_MS } from '../support/fuzz.ts';
import { anyBytes, anyHeader, anyText, anyValue, encoded, mutated, naughty } from '../support/hostile.ts';
import { assertMatches } from '../support/json-schema.ts';
import { call, makeChatbot, visit } from '../support/visitor.ts';
import type { CallOptions, Visitor } from '../support/visitor.ts';
import { CONFIG, CONVERSATION, ESCALATION, REPLY, SESSION } from '../support/widget-answers.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));

/** A conversation grows and slows down with every message; after so many requests another visitor comes. */
const REQUESTS_PER_VISITOR = 100;

interface Caller extends Visitor {
  messageId: string;
  requests: number;
}

let chatbotId: string;
const callers: Caller[] = [];

beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
  for (let lane = 0; lane < LANES; lane++) callers.push(await newCaller());
});

afterAll(async () => {
  console.info(`widget: ${figures()}`);
  await sql.end();
});

async function newCaller(): Promise<Caller> {
  const visitor = await visit(api, chatbotId);
  // Limits are tried elsewhere; here they would hide everything behind them.
  await sql`insert into private.rate_limits (scope, key, count, window_started_at)
    select l.scope, k.key, -1000000, now() + interval '1 day'
    from private.limits l, unnest(${[visitor.conversationId, visitor.clientKey]}::text[]) as k (key)
    on conflict (scope, key) do update set count = excluded.count, window_started_at = excluded.window_started_at`;
  const { body } = await visitor.call<{ message: { id: string } }>('messages', {
    body: { id: randomUUID(), text: 'Hello' },
  });
  return { ...visitor, messageId: body.message.id, requests: 0 };
}

/** Statuses that are a success, each with what the body must be; null for none. */
type Answers = Record<number, object | null>;

/** Makes the call and holds the answer against the contract. */
async function judge(lane: number, path: string, options: CallOptions, answers: Answers): Promise<number> {
  const caller = callers[lane]!;
  const { status, body, headers } = await promptly(() =>
    caller.call<{ code: string; message: string }>(path, options),
  );
  expect(headers.get('vary')).toContain('Origin');
  if (Object.hasOwn(answers, status)) {
    if (answers[status]) assertMatches(answers[status], body);
    else expect(body).toBe('');
  } else {
    expect(status).toBeLessThan(500);
    expect(Object.keys(body), `${status} ${JSON.stringify(body)}`).toEqual(['code', 'message']);
    expect(isRefusalCode(body.code) && statusOf(body.code), body.code).toBe(status);
  }
  if (++caller.requests >= REQUESTS_PER_VISITOR) callers[lane] = await newCaller();
  return status;
}

async function judgeValid(lane: number, path: string, options: CallOptions, answers: Answers): Promise<void> {
  expect(Object.keys(answers)).toContain(String(await judge(lane, path, options, answers)));
}

const POSTS: [
  path: string,
  body: (caller: Caller) => Record<string, unknown>,
  valid: fc.Arbitrary<object>,
  answers: Answers,
][] = [
  [
    'sessions',
    () => ({ chatbot_id: chatbotId, locale: 'en', page_url: 'https://shop.example/' }),
    fc.record({ locale: fc.constantFrom('en', 'he', 'pt-BR', 'xx'), page_url: fc.webUrl() }),
    { 201: SESSION },
  ],
  [
    'messages',
    () => ({ id: randomUUID(), text: 'Hello' }),
    fc.record({
      text: fc
        .string({ minLength: 1, maxLength: 4000, unit: 'grapheme' })
        .filter((text) => text.trim() !== '' && text.length <= 4000),
    }),
    { 200: REPLY },
  ],
  [
    'feedback',
    ({ messageId }) => ({ message_id: messageId, value: 'positive' }),
    fc.constant({}),
    { 204: null },
  ],
  [
    'escalations',
    ({ messageId }) => ({
      request_id: randomUUID(),
      trigger: 'inline_cta',
      message_id: messageId,
      tapped_at: new Date().toISOString(),
      lead: { name: 'Ana' },
    }),
    fc.record(
      {
        trigger: fc.constantFrom('inline_cta', 'followup_button', 'compact_link', 'intent', 'api'),
        tapped_at: fc.oneof(
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
          anyValue,
        ),
        lead: fc.record({ name: fc.constantFrom('Ana', 'Ωmega', '') }),
      },
      { requiredKeys: [] },
    ),
    { 200: ESCALATION, 201: ESCALATION },
  ],
  [
    'leads',
    () => ({ name: 'Ana', email: 'ana@shop.example', phone: '1', custom: { custom_a: 'b' } }),
    fc.record({
      name: fc
        .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 200 })
        .filter((name) => name.trim() !== ''),
      custom: fc.dictionary(fc.stringMatching(/^custom_[a-z]{1,9}$/), fc.constantFrom('x', '日本'), {
        maxKeys: 3,
      }),
    }),
    { 204: null },
  ],
  [
    'seen',
    () => ({ read_seq: 1, typing: true }),
    fc.record({ read_seq: fc.nat(), typing: fc.boolean() }),
    { 204: null },
  ],
];

describe.each(POSTS)('whatever is posted to %s', (path, body, valid, answers) => {
  it(
    'succeeds when it is valid',
    () =>
      holds(
        () => valid,
        (values, lane) => judgeValid(lane, path, { body: { ...body(callers[lane]!), ...values } }, answers),
      ),
    PROPERTY_MAX_MS,
  );

  it(
    'is answered as the contract says when it is not',
    () =>
      holds(
        (lane) =>
          fc.oneof(
            { weight: 3, arbitrary: mutated(body(callers[lane]!)) },
            { weight: 2, arbitrary: anyBytes(body(callers[lane]!)) },
          ),
        (changed, lane) => judge(lane, path, { body: changed }, answers),
      ),
    PROPERTY_MAX_MS,
  );
});

const locale = fc.oneof(fc.constantFrom('en', 'he', 'pt-BR', 'xx'), anyText);
const GETS: [path: string, valid: fc.Arbitrary<object>, known: () => object, answers: Answers][] = [
  ['config', fc.record({ locale }), () => ({ chatbot_id: chatbotId }), { 200: CONFIG }],
  ['conversation', fc.record({ after: fc.nat() }), () => ({}), { 200: CONVERSATION }],
];

const addressOf = (path: string, query: object) =>
  `${path}?${Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
    .join('&')}`;

describe.each(GETS)('whatever is asked of %s', (path, valid, known, answers) => {
  it(
    'succeeds when it is valid',
    () =>
      holds(
        () => valid,
        (query, lane) => judgeValid(lane, addressOf(path, { ...query, ...known() }), {}, answers),
      ),
    PROPERTY_MAX_MS,
  );

  it(
    'is answered as the contract says when it is not',
    () =>
      holds(
        () =>
          fc.tuple(
            fc.dictionary(fc.oneof(fc.constantFrom('chatbot_id', 'locale', 'after'), anyText), anyText, {
              minKeys: 1,
              maxKeys: 4,
            }),
            fc.record({ token: anyHeader }, { requiredKeys: [] }),
            fc.constantFrom({}, {}, {}, known()),
          ),
        ([query, options, rest], lane) =>
          judge(lane, addressOf(path, { ...query, ...rest }), options, answers),
      ),
    PROPERTY_MAX_MS,
  );
});

describe('whatever comes with it', () => {
  it(
    'by way of token, origin, address and browser, is answered as the contract says',
    () =>
      holds(
        () =>
          fc.tuple(
            fc.record({ token: anyHeader, origin: anyHeader, client: anyHeader }, { requiredKeys: [] }),
            fc.record({ accept: anyHeader, 'user-agent': anyHeader }),
            fc.constantFrom('sessions', 'conversation', 'conversation', 'conversation'),
          ),
        ([options, headers, path], lane) => {
          const body = path === 'sessions' ? { body: { chatbot_id: chatbotId } } : {};
          const answers = { 200: CONVERSATION, 201: SESSION };
          return judge(lane, path, { ...options, headers, ...body }, answers);
        },
      ),
    PROPERTY_MAX_MS,
  );

  it(
    'on any path, is answered as the contract says',
    () =>
      holds(
        () =>
          fc.tuple(fc.oneof(naughty, fc.webPath()), fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH')),
        async ([path, method]) => {
          const url = `widget/${encoded(path).replace(/^(\/|%2F)+/, '')}`;
          const options = { method, ...(method !== 'GET' && { body: '{}' }) };
          const { status } = await promptly(() => call(api, url, options));
          expect([401, 404, 405, 422]).toContain(status);
        },
      ),
    PROPERTY_MAX_MS,
  );
});
