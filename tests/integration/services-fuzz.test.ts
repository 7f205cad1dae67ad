// The two doors that other programs knock at: Postmark's, and that of cron and the doorbell. On a stack of their own, because
// only who started it knows their passwords.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusalCode, statusOf } from '#shared/errors.ts';
import type { Stack } from '../../supabase/local/index.ts';
import { connectSql } from '../support/clients.ts';
import { figures, holds, promptly, PROPERTY_MAX_MS } from '../support/fuzz.ts';
import { anyBytes, anyHeader, anyValue, mutated } from '../support/hostile.ts';
import { assertMatches } from '../support/json-schema.ts';
import { dispatchKey } from '../support/outbox.ts';
import { describeStack, startOwnStack } from '../support/own-stack.ts';
import { call, makeChatbot, visit } from '../support/visitor.ts';
import type { CallOptions } from '../support/visitor.ts';

let own: Stack;
let authorization: string;
let key: string;
let deliveryId: string;

beforeAll(async () => {
  own = await startOwnStack();
  authorization = basic(`postmark:${own.keys.postmarkEventsPassword}`);
  const stack = describeStack(own);
  const sql = connectSql(stack);
  key = await dispatchKey(sql);
  const { chatbotId } = await makeChatbot(sql);
  const visitor = await visit(stack.api_url, chatbotId);
  await visitor.call('escalations', { body: { request_id: randomUUID(), trigger: 'inline_cta' } });
  const [mail] = await sql<
    { id: string }[]
  >`select id from public.deliveries where chatbot_id = ${chatbotId}`;
  deliveryId = mail!.id;
  await sql.end();
});

afterAll(async () => {
  console.info(`services: ${figures()}`);
  await own.stop();
});

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

/** Makes the call and holds the answer against the contract: what `success` describes, or a refusal by its code. */
async function judge(path: string, options: CallOptions, success: object): Promise<number> {
  const { status, body } = await promptly(() =>
    call<{ code: string; message: string }>(own.urls.api, path, { method: 'POST', ...options }),
  );
  if (status === 200) {
    assertMatches(success, body);
    return status;
  }
  expect(status).toBeLessThan(500);
  expect(Object.keys(body), `${status} ${JSON.stringify(body)}`).toEqual(['code', 'message']);
  expect(isRefusalCode(body.code) && statusOf(body.code), body.code).toBe(status);
  return status;
}

const RECORDED = {
  type: 'object',
  required: ['is_recorded'],
  properties: { is_recorded: { type: 'boolean' } },
  additionalProperties: false,
};
const SWEPT = {
  type: 'object',
  required: ['claimed'],
  properties: { claimed: { type: 'integer', minimum: 0 } },
};

const event = () => ({
  RecordType: 'Bounce',
  MessageID: randomUUID(),
  Email: 'vera@mail.example',
  Recipient: 'vera@mail.example',
  Type: 'HardBounce',
  Inactive: true,
  SuppressSending: true,
  SuppressionReason: 'HardBounce',
  Details: 'smtp;550',
  Description: 'The server was unable to deliver your message.',
  Metadata: { delivery_id: deliveryId },
  Content: 'the whole mail',
});

const validEvent = fc.record({
  RecordType: fc.constantFrom('Delivery', 'Bounce', 'SpamComplaint', 'SubscriptionChange', 'Open', 'Click'),
  Type: fc.constantFrom('HardBounce', 'Transient', 'SoftBounce', 'DnsError', 'AutoResponder', 'Unknown'),
  Inactive: fc.boolean(),
  SuppressSending: fc.boolean(),
  Email: fc.integer({ min: 0, max: 500 }).map((number) => `vera${number}@mail.example`),
});

// The types of the fields that decide something come up often enough to meet every RecordType.
const strangeEvent = fc
  .tuple(
    validEvent,
    fc.constant(0).chain(() => mutated(event())),
    fc.record({ Inactive: anyValue, SuppressSending: anyValue, Email: anyValue }, { requiredKeys: [] }),
  )
  .map(([valid, changed, values]) => ({ ...changed, RecordType: valid.RecordType, ...values }));

const typed = (headers: Record<string, string>) => ({ headers });

describe('whatever Postmark reports', () => {
  it(
    'is taken when it is valid',
    () =>
      holds(
        () => validEvent,
        async (values) => {
          const body = { ...event(), ...values };
          expect(await judge('postmark-events', { ...typed({ authorization }), body }, RECORDED)).toBe(200);
        },
      ),
    PROPERTY_MAX_MS,
  );

  it(
    'is answered as the contract says when it is not',
    () =>
      holds(
        () => fc.oneof(strangeEvent, mutated(event()), anyBytes(event())),
        (body) => judge('postmark-events', { ...typed({ authorization }), body }, RECORDED),
      ),
    PROPERTY_MAX_MS,
  );

  it(
    'is not even read from anybody else',
    () =>
      holds(
        () => fc.tuple(fc.oneof(anyHeader, anyHeader.map(basic)), anyBytes(event())),
        async ([stranger, body]) => {
          const options = { ...typed({ authorization: stranger }), body };
          expect(await judge('postmark-events', options, RECORDED)).toBe(401);
        },
      ),
    PROPERTY_MAX_MS,
  );
});

describe('whoever rings for a sweep', () => {
  it(
    'gets one by the key, whatever the body',
    () =>
      holds(
        () => anyBytes({}),
        async (body) => {
          expect(await judge('dispatch', { ...typed({ 'x-dispatch-key': key }), body }, SWEPT)).toBe(200);
        },
      ),
    PROPERTY_MAX_MS,
  );

  it(
    'gets none by another one',
    () =>
      holds(
        () => fc.tuple(anyHeader, anyBytes({})),
        async ([stranger, body]) => {
          const options = { ...typed({ 'x-dispatch-key': stranger }), body };
          expect(await judge('dispatch', options, SWEPT)).toBe(401);
        },
      ),
    PROPERTY_MAX_MS,
  );
});
