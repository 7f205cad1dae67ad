import { describe, expect, it } from 'vitest';
import { postmarkEventsHandler } from './handler.ts';

/** Stands at the border: whatever gets through to the database is counted. */
function border(user = 'postmark', password = 'pass:wörd') {
  const recorded: unknown[] = [];
  const handle = postmarkEventsHandler({
    user,
    password,
    rpc: <T>(_: string, { p_event }: Record<string, unknown>) => {
      recorded.push(p_event);
      return Promise.resolve(true as T);
    },
  });
  return { handle, recorded };
}

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

const delivery = {
  RecordType: 'Delivery',
  MessageID: 'm',
  Recipient: 'a@x.org',
  Metadata: { delivery_id: '2709355d-e15e-4746-8da3-7d44399118b6' },
};

const event = (body: unknown, authorization: string | null = basic('postmark:pass:wörd')) =>
  new Request('http://localhost/postmark-events', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== null && { authorization }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('who may report', () => {
  it('takes the agreed name and password', async () => {
    const { handle, recorded } = border();
    expect((await handle(event(delivery))).status).toBe(200);
    expect(recorded).toEqual([delivery]);
  });

  it.each([
    null,
    '',
    'Basic',
    'Basic ',
    'Basic %%%',
    basic(''),
    basic(':'),
    basic('postmark'),
    basic('postmark:'),
    basic('postmark:pass'),
    basic('postmark:pass:wörd '),
    basic('Postmark:pass:wörd'),
    basic('pass:wörd'),
    `Bearer ${Buffer.from('postmark:pass:wörd').toString('base64')}`,
    'postmark:pass:wörd'.replace('ö', 'o'),
  ])('answers 401, never 403, to %j', async (authorization) => {
    const { handle, recorded } = border();
    const response = await handle(event(delivery, authorization));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /);
    expect(recorded).toEqual([]);
  });

  it('takes nobody while no password is set', async () => {
    const { handle, recorded } = border('', '');
    for (const authorization of [basic(':'), basic(''), null]) {
      expect((await handle(event(delivery, authorization))).status).toBe(401);
    }
    expect(recorded).toEqual([]);
  });
});

describe('what is recorded', () => {
  it('passes on deliveries, bounces, complaints and subscription changes, without the body of the mail', async () => {
    const { handle, recorded } = border();
    for (const RecordType of ['Delivery', 'Bounce', 'SpamComplaint', 'SubscriptionChange']) {
      expect((await handle(event({ RecordType, Content: 'the whole mail' }))).status).toBe(200);
    }
    expect(recorded).toEqual(
      ['Delivery', 'Bounce', 'SpamComplaint', 'SubscriptionChange'].map((RecordType) => ({
        RecordType,
        Metadata: {},
      })),
    );
  });

  it('leaves out what is not of the type that Postmark documents', async () => {
    const { handle, recorded } = border();
    const strange = {
      RecordType: 'Bounce',
      MessageID: ['m'],
      Email: `a\u0000${'x'.repeat(400)}@x.org`,
      Recipient: '\ud83d@x.org',
      Type: 'HardBounce',
      Inactive: 'yes',
      SuppressSending: {},
      Metadata: 'delivery_id',
    };
    expect((await handle(event(strange))).status).toBe(200);
    expect(recorded).toEqual([{ RecordType: 'Bounce', Type: 'HardBounce', Metadata: {} }]);
  });

  it('accepts what it does not know, so that it does not come for days', async () => {
    const { handle, recorded } = border();
    for (const body of [{ RecordType: 'Open' }, { RecordType: 'Invented' }, { RecordType: null }, {}]) {
      const response = await handle(event(body));
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ is_recorded: false });
    }
    expect(recorded).toEqual([]);
  });

  it('refuses what is not a JSON object by POST', async () => {
    const { handle } = border();
    expect((await handle(event('{'))).status).toBe(400);
    expect((await handle(event('[]'))).status).toBe(422);
    expect((await handle(new Request('http://localhost/postmark-events'))).status).toBe(405);
  });
});
