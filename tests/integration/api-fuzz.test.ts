import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectSql } from '../support/clients.ts';
import { figures, holds, promptly, PROPERTY_MAX_MS } from '../support/fuzz.ts';
import { anyBytes, anyHeader, anyText, encoded, mutated } from '../support/hostile.ts';
import { assertMatches } from '../support/json-schema.ts';
import { call, makeChatbot, newKey } from '../support/visitor.ts';
import type { CallOptions } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(async () => {
  console.info(`api: ${figures()}`);
  await sql.end();
});

type Operation = Record<
  string,
  { responses: Record<string, { content: Record<string, { schema: object }> }> }
>;
let document: { paths: Record<string, Operation>; components: object };
let key: string;
let escalationId: string;

beforeAll(async () => {
  const { chatbotId } = await makeChatbot(sql);
  key = await newKey(sql, chatbotId);
  ({ body: document } = await call<typeof document>(api, 'api/openapi.json'));
  const path = `api/conversations/embed-${randomUUID()}/escalations`;
  const { body } = await call<{ escalation_id: string }>(api, path, { token: key, body: {} });
  escalationId = body.escalation_id;
  // Limits are tried elsewhere; here they would hide everything behind them.
  await sql`insert into private.rate_limits (scope, key, count, window_started_at)
    select 'api', id::text, -1000000, now() + interval '1 day' from public.api_keys where chatbot_id = ${chatbotId}`;
  const said = { role: 'visitor', text: 'Hello' };
  await call(api, 'api/conversations/embed-read/messages', { token: key, body: said });
});

/** Makes the call and holds the answer against the published document. */
async function judge(template: string, path: string, options: CallOptions): Promise<number> {
  const method = (options.method ?? (options.body === undefined ? 'GET' : 'POST')).toLowerCase();
  const { status, body } = await promptly(() => call(api, `api${path}`, { token: key, ...options }));
  expect(status).toBeLessThan(500);
  const schema = document.paths[template]?.[method]?.responses[status]?.content['application/json']?.schema;
  if (!schema) throw new Error(`${method} ${template} does not tell of ${status} ${JSON.stringify(body)}`);
  assertMatches(schema, body, document);
  return status;
}

const MESSAGES = '/conversations/{session_id}/messages';
const READ = '/conversations/{session_id}/read';
const ESCALATIONS = '/conversations/{session_id}/escalations';
// Many, because a conversation slows down as it grows.
const sessionId = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 2000 }).map((number) => `embed-${number}`) },
  fc.constant(`embed-${'x'.repeat(122)}`),
);
const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 2000 })
  .filter((text) => text.trim() !== '' && text.length <= 4000);

const POSTS: [string, () => Record<string, unknown>, fc.Arbitrary<object>, number[]][] = [
  [
    MESSAGES,
    () => ({ id: randomUUID(), role: 'visitor', text: 'Hello' }),
    fc.record({ role: fc.constantFrom('visitor', 'assistant'), text: words }),
    // 200 is for a repeat, and a slow call is repeated.
    [200, 201],
  ],
  // Not every conversation has begun.
  [READ, () => ({ seq: 1 }), fc.record({ seq: fc.nat() }), [200, 404]],
  [ESCALATIONS, () => ({ request_id: randomUUID(), message_id: randomUUID() }), fc.constant({}), [200, 201]],
];

describe.each(POSTS)('whatever is posted to %s', (template, body, valid, success) => {
  const pathOf = (session: string) => template.replace('{session_id}', encoded(session));

  it(
    'succeeds when it is valid',
    () =>
      holds(
        () => fc.tuple(sessionId, valid),
        async ([session, values]) => {
          const status = await judge(template, pathOf(session), { body: { ...body(), ...values } });
          expect(success).toContain(status);
        },
      ),
    PROPERTY_MAX_MS,
  );

  it(
    'is answered as the document says when it is not',
    () =>
      holds(
        () =>
          fc.tuple(
            fc.oneof(
              sessionId,
              sessionId,
              anyText.filter((text) => encoded(text) !== '' && !/^\.{1,2}$/.test(text)),
            ),
            fc.oneof(mutated(body()), anyBytes(body())),
          ),
        ([session, changed]) => judgeOrNoPath(template, pathOf(session), { body: changed }),
      ),
    PROPERTY_MAX_MS,
  );
});

/** A session id may turn the path into one that does not exist; then it has to say that. */
async function judgeOrNoPath(template: string, path: string, options: CallOptions): Promise<void> {
  const answer = await promptly(() => call(api, `api${path}`, { token: key, method: 'OPTIONS' }));
  if (answer.status === 404) expect(answer.body['code']).toBe('NOPTH');
  else await judge(template, path, options);
}

const limit = (most: number) => fc.integer({ min: 1, max: most });
const GETS: [string, fc.Arbitrary<object>][] = [
  [
    '/escalations',
    fc.record({ status: fc.constantFrom('open', 'resolved', ''), limit: limit(200) }, { requiredKeys: [] }),
  ],
  ['/events', fc.record({ after: fc.nat(), limit: limit(1000) }, { requiredKeys: [] })],
  [MESSAGES, fc.record({ after: fc.nat(), limit: limit(500) }, { requiredKeys: [] })],
  ['/openapi.json', fc.constant({})],
];

const addressOf = (template: string, query: object) =>
  `${template.replace('{session_id}', 'embed-read')}?${Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`)
    .join('&')}`;

describe.each(GETS)('whatever is asked of %s', (template, valid) => {
  const ask = (query: object) =>
    template === '/openapi.json'
      ? askForDocument(addressOf(template, query))
      : judge(template, addressOf(template, query), {});

  it(
    'succeeds when it is valid',
    () =>
      holds(
        () => valid,
        async (query) => expect(await ask(query)).toBe(200),
      ),
    PROPERTY_MAX_MS,
  );

  it(
    'is answered as the document says when it is not',
    () =>
      holds(
        () =>
          fc.dictionary(
            fc.oneof(fc.constantFrom('status', 'after', 'limit'), anyText),
            fc.oneof(
              anyText,
              fc.nat().map(String),
              fc.constantFrom('open', 'resolved'),
              fc.nat().map((n) => `${n}.${randomUUID()}`),
              fc.bigInt().map((n) => `${n}.${randomUUID()}`),
            ),
            { minKeys: 1, maxKeys: 3 },
          ),
        ask,
      ),
    PROPERTY_MAX_MS,
  );
});

/** The document does not describe itself: there is one, it is public, and it is the same for everybody. */
async function askForDocument(path: string): Promise<number> {
  const { status, body } = await promptly(() => call(api, `api${path}`, {}));
  expect(body).toEqual(document);
  return status;
}

describe('whatever is asked', () => {
  it(
    'with any key is answered as the document says',
    () =>
      holds(
        () => fc.oneof(anyHeader, fc.stringMatching(/^hk_[\w-]{43}$/)),
        async (token) => {
          expect(await judge('/events', '/events', { token })).toBe(401);
        },
      ),
    PROPERTY_MAX_MS,
  );

  it.each([
    ['succeeds when there is such an escalation', () => fc.constant(escalationId), [200]],
    [
      'is answered as the document says when there is none',
      () => fc.oneof(fc.uuid(), fc.stringMatching(/^[0-9a-f-]{30,40}$/)),
      [404, 422],
    ],
  ] as const)(
    'to be resolved %s',
    (_, ids, answers) =>
      holds(ids, async (id) => {
        const options = { method: 'POST' };
        const status = await judge(
          '/escalations/{escalation_id}/resolve',
          `/escalations/${id}/resolve`,
          options,
        );
        expect(answers).toContain(status);
      }),
    PROPERTY_MAX_MS,
  );
});
