import { describe, expect, it } from 'vitest';
import type { Delivery, Purpose } from './delivery.ts';
import { messageOf, sendPush } from './push.ts';
import type { PostRequest } from './safe-post.ts';
import { newPushKeys } from './web-push.ts';
import { decrypted, newBrowser } from '../../../tests/support/push-service.ts';

const CASE = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const browser = newBrowser('https://push.example.com/send/1');
const keys = await newPushKeys();

function delivery(purpose: Purpose, parts: Partial<Delivery> = {}): Delivery {
  return {
    id: 'd1',
    kind: 'push',
    purpose,
    lease_token: 'l1',
    attempt: 1,
    recipient: 'ana@example.com',
    recipient_time_zone: null,
    reply_to: null,
    act_urls: null,
    escalated_at_local: null,
    chatbot: { id: '00000000-0000-4000-8000-000000000001', name: 'Northpine' },
    conversation_id: CASE,
    escalation: {
      id: 'e1',
      number: 1,
      trigger: 'inline_cta',
      escalated_at: '2026-11-30T09:15:00Z',
      question: 'Where is my SECRET parcel?',
      reference: 'HO-7K2M',
      url: `https://desk.example.com/dashboard/chatbots/1/human-support?conv=${CASE}`,
    },
    lead: null,
    event: null,
    endpoint: null,
    channel: null,
    device: { ...browser.subscription, keys, app_url: 'https://desk.example.com', unseen: 3 },
    body: null,
    data: null,
    ...parts,
  };
}

const PURPOSES: [Purpose, Partial<Delivery>, string][] = [
  ['alert', {}, 'Northpine: a visitor asked for a person'],
  ['reminder', { data: { minutes: 15 } }, 'Northpine: nobody has looked for 15 minutes'],
  ['assigned', { data: { by: 'Olga', note: null } }, 'Northpine: a case was given to you'],
  [
    'mentioned',
    {
      escalation: null,
      data: { note: 'about the SECRET', reference: 'HO-7K2M', url: 'https://desk.example.com/x' },
    },
    'Northpine: a note names you',
  ],
  [
    'summary',
    {
      escalation: null,
      conversation_id: null,
      data: { count: 980, waiting: 0, url: 'https://desk.example.com/y', cases: [{ question: 'SECRET' }] },
    },
    'Northpine: 980 more requests for a person',
  ],
  ['test', { escalation: null, conversation_id: null }, 'Handoff: this is a test, and it works'],
];

describe.each(PURPOSES)('the notification of %s', (purpose, parts, title) => {
  const message = messageOf(delivery(purpose, parts))!;

  it('is a declarative push message', () => {
    expect(Object.keys(message).sort()).toEqual(['app_badge', 'notification', 'web_push']);
    expect(message.web_push).toBe(8030);
    expect(Number.isSafeInteger(message.app_badge)).toBe(true);
    const { notification } = message;
    expect(notification.title).toBe(title);
    expect(new URL(notification.navigate).origin).toBe('https://desk.example.com');
    expect(['auto', 'ltr', 'rtl']).toContain(notification.dir);
    expect(Object.entries(notification).map(([name, value]) => [name, typeof value])).toEqual([
      ['title', 'string'],
      ['body', 'string'],
      ['navigate', 'string'],
      ['lang', 'string'],
      ['dir', 'string'],
      ['tag', 'string'],
      ['silent', 'boolean'],
    ]);
  });

  it('says nothing that a visitor or a colleague wrote', () => {
    expect(JSON.stringify(message)).not.toContain('SECRET');
  });
});

it('a name that would turn the text around or fill the screen does neither', () => {
  const name = `\u202eevil\n${'x'.repeat(500)}`;
  const { title } = messageOf(delivery('alert', { chatbot: { id: 'c', name } }))!.notification;
  expect(title).not.toMatch(/[\u202a-\u202e\n]/);
  expect(title.length).toBeLessThan(120);
});

it.each([
  [201, 'ok'],
  [404, 'gone'],
  [410, 'gone'],
  [400, 'permanent'],
  [403, 'permanent'],
  [413, 'permanent'],
  [429, 'retry'],
  [500, 'retry'],
] as const)('an answer of %i is taken as %s', async (status, outcome) => {
  let sent: PostRequest | undefined;
  const post = async (request: PostRequest) => {
    sent = request;
    return {
      status,
      failure: null,
      retry_after_seconds: null,
      snippet: browser.subscription.endpoint,
      duration_ms: 1,
    };
  };
  const result = await sendPush(post, delivery('alert'), Date.now());
  expect(result).toMatchObject({ outcome, status_code: status, response_snippet: null });
  expect(sent!.headers).toMatchObject({ urgency: 'high', topic: CASE.replaceAll('-', ''), ttl: '43200' });
  expect(decrypted(browser, Buffer.from(sent!.body as Uint8Array)).toString()).toBe(
    JSON.stringify(messageOf(delivery('alert'))),
  );
});

it('without usable keys it ends at once, so that the person is told by mail', async () => {
  const { device } = delivery('alert');
  const post = () => Promise.reject(new Error('nothing is sent'));
  const result = await sendPush(post, delivery('alert', { device: { ...device!, keys: null } }), Date.now());
  expect(result).toMatchObject({ outcome: 'permanent', error_code: 'KEYS' });
});
