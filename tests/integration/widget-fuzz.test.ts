import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isRefusalCode, statusOf } from '#shared/errors.ts';
import { connectSql } from '../support/clients.ts';
import {
  anyBytes,
  anyHeader,
  anyText,
  anyValue,
  encoded,
  FUZZ_RUNS,
  mutated,
  naughty,
  promptly,
} from '../support/hostile.ts';
import { call, makeChatbot, visit } from '../support/visitor.ts';
import type { Answer, CallOptions, Visitor } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

const TIMEOUT_MS = 30_000 + FUZZ_RUNS * 50;

let chatbotId: string;
let visitor: Visitor;
let messageId: string;
let requests = 0;

beforeAll(async () => {
  ({ chatbotId } = await makeChatbot(sql));
  visitor = await visit(api, chatbotId);
  await newVisitor();
});

async function newVisitor(): Promise<void> {
  visitor = await visit(api, chatbotId);
  const { body } = await visitor.call<{ message: { id: string } }>('messages', {
    body: { id: randomUUID(), text: 'Hello' },
  });
  messageId = body.message.id;
}

/** Limits are tried elsewhere; here they would hide everything behind them, as a long conversation would slow it down. */
async function upkeep(): Promise<void> {
  if (++requests % 20 === 0)
    await sql`delete from private.rate_limits where key like '2a02:%' or key in (
    select id::text from public.conversations where chatbot_id = ${chatbotId})`;
  if (requests % 100 === 0) await newVisitor();
}

/** Makes the call and holds the answer against the contract. */
async function judge(path: string, options: CallOptions, success: number[]): Promise<Answer> {
  const answer = await promptly(() => visitor.call<{ code: string; message: string }>(path, options));
  const { status, body, headers } = answer;
  if (success.includes(status)) return answer as unknown as Answer;
  expect(Object.keys(body), `${status} ${JSON.stringify(body)}`).toEqual(['code', 'message']);
  expect(isRefusalCode(body.code) && statusOf(body.code), body.code).toBe(status);
  expect(status).toBeLessThan(500);
  expect(headers.get('vary')).toContain('Origin');
  return answer as unknown as Answer;
}

/** Tries FUZZ_RUNS inputs. The arbitrary is made anew for each, because ids must be. */
const holds = <T>(arbitrary: () => fc.Arbitrary<T>, check: (input: T) => Promise<unknown>) =>
  fc.assert(
    fc.asyncProperty(fc.constant(0).chain(arbitrary), async (input) => {
      await check(input);
      await upkeep();
    }),
    { numRuns: FUZZ_RUNS },
  );

const ENDPOINTS: [
  path: string,
  body: () => Record<string, unknown>,
  valid: fc.Arbitrary<object>,
  success: number[],
][] = [
  [
    'sessions',
    () => ({ chatbot_id: chatbotId, locale: 'en', page_url: 'https://shop.example/' }),
    fc.record({ locale: fc.constantFrom('en', 'he', 'pt-BR', 'xx'), page_url: fc.webUrl() }),
    [201],
  ],
  [
    'messages',
    () => ({ id: randomUUID(), text: 'Hello' }),
    fc.record({
      text: fc
        .string({ minLength: 1, maxLength: 4000, unit: 'grapheme' })
        .filter((text) => text.trim() !== '' && text.length <= 4000),
    }),
    [200],
  ],
  ['feedback', () => ({ message_id: messageId, value: 'positive' }), fc.constant({}), [204]],
  [
    'escalations',
    () => ({
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
    [200, 201],
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
    [204],
  ],
  [
    'seen',
    () => ({ read_seq: 1, typing: true }),
    fc.record({ read_seq: fc.nat(), typing: fc.boolean() }),
    [204],
  ],
];

describe.each(ENDPOINTS)('whatever is posted to %s', (path, body, valid, success) => {
  it(
    'succeeds when it is valid',
    () =>
      holds(
        () => valid,
        async (values) => {
          const { status, body: answer } = await judge(path, { body: { ...body(), ...values } }, success);
          expect(success, JSON.stringify(answer)).toContain(status);
        },
      ),
    TIMEOUT_MS,
  );

  it(
    'is answered as the contract says',
    () =>
      holds(
        () => mutated(body()),
        (changed) => judge(path, { body: changed }, success),
      ),
    TIMEOUT_MS,
  );

  it(
    'is answered as the contract says when it is hardly JSON',
    () =>
      holds(
        () => anyBytes(body()),
        (bytes) => judge(path, { body: bytes }, success),
      ),
    TIMEOUT_MS,
  );
});

describe('whatever is asked', () => {
  it(
    'in a query, is answered as the contract says',
    () =>
      holds(
        () =>
          fc.tuple(
            fc.constantFrom('config', 'conversation'),
            fc.dictionary(fc.oneof(fc.constantFrom('chatbot_id', 'locale', 'after'), anyText), anyText, {
              maxKeys: 4,
            }),
            fc.constantFrom({}, { chatbot_id: chatbotId }),
          ),
        async ([path, given, known]) => {
          const entries = Object.entries({ ...given, ...known });
          const search = entries.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
          await judge(`${path}?${search}`, {}, [200]);
        },
      ),
    TIMEOUT_MS,
  );

  it(
    'with any token, origin, address and browser, is answered as the contract says',
    () =>
      holds(
        () =>
          fc.tuple(
            fc.record({ token: anyHeader, origin: anyHeader, client: anyHeader }, { requiredKeys: [] }),
            fc.record({ accept: anyHeader, 'user-agent': anyHeader }),
            fc.constantFrom('sessions', 'conversation'),
          ),
        async ([options, headers, path]) => {
          const body = path === 'sessions' ? { body: { chatbot_id: chatbotId } } : {};
          await judge(path, { ...options, headers, ...body }, [200, 201]);
        },
      ),
    TIMEOUT_MS,
  );

  it(
    'on any path, is answered as the contract says',
    () =>
      holds(
        () =>
          fc.tuple(fc.oneof(naughty, fc.webPath()), fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH')),
        async ([path, method]) => {
          const url = `widget/${encoded(path).replace(/^(\/|%2F)+/, '')}`;
          const { status } = await call(api, url, { method, ...(method !== 'GET' && { body: '{}' }) });
          expect([401, 404, 405, 422]).toContain(status);
        },
      ),
    TIMEOUT_MS,
  );
});
