import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectSql } from '../support/clients.ts';
import { anyBytes, anyHeader, anyText, encoded, FUZZ_RUNS, mutated, promptly } from '../support/hostile.ts';
import { assertMatches } from '../support/json-schema.ts';
import { call, makeChatbot, newKey } from '../support/visitor.ts';
import type { CallOptions } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

const TIMEOUT_MS = 30_000 + FUZZ_RUNS * 50;

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
  await sql`insert into private.rate_limits (scope, key, count)
    select 'api', id::text, -1000000 from public.api_keys where chatbot_id = ${chatbotId}`;
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

const holds = <T>(arbitrary: () => fc.Arbitrary<T>, check: (input: T) => Promise<unknown>) =>
  fc.assert(
    fc.asyncProperty(fc.constant(0).chain(arbitrary), async (input) => void (await check(input))),
    { numRuns: FUZZ_RUNS },
  );

const MESSAGES = '/conversations/{session_id}/messages';
const ESCALATIONS = '/conversations/{session_id}/escalations';
const sessionId = fc.constantFrom('embed-one', 'embed-two', `embed-${'x'.repeat(122)}`);
const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 2000 })
  .filter((text) => text.trim() !== '' && text.length <= 4000);

const POSTS: [string, () => Record<string, unknown>, fc.Arbitrary<object>, number[]][] = [
  [
    MESSAGES,
    () => ({ id: randomUUID(), role: 'visitor', text: 'Hello' }),
    fc.record({ role: fc.constantFrom('visitor', 'assistant'), text: words }),
    [201],
  ],
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
    TIMEOUT_MS,
  );

  it(
    'is answered as the document says',
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
    TIMEOUT_MS,
  );
});

/** A session id may turn the path into one that does not exist; then it has to say that. */
async function judgeOrNoPath(template: string, path: string, options: CallOptions): Promise<void> {
  const answer = await call(api, `api${path}`, { token: key, method: 'OPTIONS' });
  if (answer.status === 404) expect(answer.body['code']).toBe('NOPTH');
  else await judge(template, path, options);
}

describe('whatever is asked', () => {
  it.each(['/escalations', '/events'])(
    'of %s is answered as the document says',
    (template) =>
      holds(
        () =>
          fc.dictionary(
            fc.constantFrom('status', 'after', 'limit'),
            fc.oneof(
              anyText,
              fc.nat().map(String),
              fc.constantFrom('open', 'resolved'),
              fc.nat().map((n) => `${n}.${randomUUID()}`),
              fc.bigInt().map((n) => `${n}.${randomUUID()}`),
            ),
            { maxKeys: 3 },
          ),
        async (query) => {
          const search = Object.entries(query).map(([name, value]) => `${name}=${encoded(value)}`);
          await judge(template, `${template}?${search.join('&')}`, {});
        },
      ),
    TIMEOUT_MS,
  );

  it(
    'with any key is answered as the document says',
    () =>
      holds(
        () => fc.oneof(anyHeader, fc.stringMatching(/^hk_[\w-]{43}$/)),
        async (token) => {
          expect(await judge('/events', '/events', { token })).toBe(401);
        },
      ),
    TIMEOUT_MS,
  );

  it(
    'to be resolved is answered as the document says',
    () =>
      holds(
        () => fc.oneof(fc.uuid(), fc.constant(escalationId), fc.stringMatching(/^[0-9a-f-]{30,40}$/)),
        (id) =>
          judge('/escalations/{escalation_id}/resolve', `/escalations/${id}/resolve`, { method: 'POST' }),
      ),
    TIMEOUT_MS,
  );
});
