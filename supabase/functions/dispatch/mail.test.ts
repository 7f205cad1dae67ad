import { describe, expect, it } from 'vitest';
import type { Delivery } from './delivery.ts';
import { compose } from './mail.ts';

const SETTINGS = { from: 'Handoff <alerts@handoff.test>', messageStream: 'outbound' };
const URL_OF_CASE = 'https://app.example.com/dashboard/chatbots/b/human-support?conv=c';

function alert(changes: Partial<Delivery> = {}, question = 'Can I speak to someone?'): Delivery {
  return {
    id: '0b9d7c3e-0000-4000-8000-000000000001',
    kind: 'email',
    purpose: 'alert',
    lease_token: '0b9d7c3e-0000-4000-8000-000000000002',
    attempt: 1,
    recipient: 'team@example.org',
    recipient_time_zone: 'Europe/Berlin',
    reply_to: null,
    act_urls: null,
    escalated_at_local: '2026-04-19T12:23:45',
    chatbot: { id: 'b', name: 'Acme Help' },
    conversation_id: 'c',
    escalation: {
      id: 'e',
      number: 1,
      trigger: 'inline_cta',
      escalated_at: '2026-04-19T10:23:45Z',
      question,
      reference: 'K7Q-4MX',
      url: URL_OF_CASE,
    },
    lead: null,
    event: null,
    device: null,
    endpoint: null,
    channel: null,
    body: null,
    data: null,
    ...changes,
  };
}

describe('the headers', () => {
  const of = (purpose: Delivery['purpose'], data: Delivery['data'] = null) =>
    Object.fromEntries(
      compose(
        alert({ purpose, data, lead: { name: null, email: 'v@x.org', phone: null, custom: null } }),
        SETTINGS,
      ).Headers.map(({ Name, Value }) => [Name, Value]),
    );

  it('say of every mail that a machine wrote it, and of alerts which list they belong to', () => {
    for (const purpose of ['alert', 'reminder', 'contact', 'summary', 'digest'] as const) {
      expect(of(purpose)).toEqual({
        'Auto-Submitted': 'auto-generated',
        'List-Id': '<b.alerts.handoff.test>',
      });
    }
    expect(of('test')).toEqual({ 'Auto-Submitted': 'auto-generated' });
    expect(of('invite', { url: 'https://app.example.com/invite/x' })).toEqual({
      'Auto-Submitted': 'auto-generated',
    });
  });
});

describe('a summary', () => {
  it('says all that the held mails would have said, contact details too', () => {
    const entry = {
      question: 'Hi',
      escalated_at: '2026-04-19T10:23:45Z',
      reference: 'K7Q-4MX',
      url: URL_OF_CASE,
    };
    const lead = { name: 'Ana', email: 'ana@x.org', phone: '+49 1', custom: { custom_order: '77' } };
    const { Subject, TextBody } = compose(
      alert({
        purpose: 'summary',
        data: { count: 1, contacts: 2, cases: [{ ...entry, lead }, entry, entry] },
      }),
      SETTINGS,
    );
    expect(Subject).toBe('[Acme Help] 1 more visitor asked for a person; 2 visitors left contact details');
    for (const words of ['Ana', 'ana@x.org', '+49 1', '77']) expect(TextBody).toContain(words);
    expect(TextBody).not.toContain('more.');
  });
});

describe('an alert', () => {
  it('says what the team needs: chatbot, question, time in UTC and here, link', () => {
    const mail = compose(alert(), SETTINGS);
    expect(mail).toMatchObject({
      From: SETTINGS.from,
      To: 'team@example.org',
      Subject: '[Acme Help] “Can I speak to someone?”',
      MessageStream: 'outbound',
      Metadata: { delivery_id: '0b9d7c3e-0000-4000-8000-000000000001' },
      TrackOpens: false,
      TrackLinks: 'None',
    });
    expect(mail).not.toHaveProperty('ReplyTo');
    for (const words of [
      'Acme Help',
      '> Can I speak to someone?',
      '2026-04-19 10:23:45 UTC',
      '12:23 (Europe/Berlin)',
      'K7Q-4MX',
      URL_OF_CASE,
    ]) {
      expect(mail.TextBody).toContain(words);
    }
  });

  it('says the hour that the database read from the clock there, whatever this runtime knows of the zone', () => {
    const { TextBody } = compose(alert({ escalated_at_local: '2026-04-19T17:41:45' }), SETTINGS);
    expect(TextBody).toMatch(/19 April 2026 at 17:41 \(Europe\/Berlin\)/);
  });

  it('says so when nothing was typed', () => {
    for (const question of ['', ' \n\u202e\u0000 ']) {
      const mail = compose(alert({}, question), SETTINGS);
      expect(mail.Subject).toBe('[Acme Help] A visitor asked for a person');
      expect(mail.TextBody).toContain('The visitor hasn’t typed a question.');
    }
  });

  it('lets a member’s reply come back to the conversation, whoever the visitor is', () => {
    const lead = { name: 'Ana Ruiz', email: 'ana@example.net', phone: null, custom: null };
    const reply_to = 'answers+abcdefghijklmnopqrstuvwxyz@inbound.example';
    const mail = compose(alert({ lead, reply_to }), SETTINGS);
    expect(mail.ReplyTo).toBe(`"Acme Help" <${reply_to}>`);
    expect(mail.TextBody).toContain('Reply to this e-mail to answer the visitor.');
    expect(mail.TextBody).not.toContain('Replies to this e-mail go to the visitor.');
  });

  it('gives the contact details and lets a reply go to the visitor', () => {
    const lead = {
      name: 'Ana "Bo" Ruiz',
      email: 'ana@example.net',
      phone: '+34 600 000 000',
      custom: { custom_order_number: 'A-17', custom_empty: '' },
    };
    const mail = compose(alert({ lead }), SETTINGS);
    expect(mail.ReplyTo).toBe('"Ana Bo Ruiz" <ana@example.net>');
    expect(mail.TextBody).toMatch(
      /Name: +Ana "Bo" Ruiz\nE-mail: +ana@example.net\nPhone: +\+34 600 000 000\n/,
    );
    expect(mail.TextBody).toContain('A-17');
    expect(mail.TextBody).not.toContain('Empty');
  });

  it('has no Reply-To when the address is not exactly one', () => {
    const lead = { name: 'Eve', email: 'eve@example.net, all@example.org', phone: null, custom: null };
    expect(compose(alert({ lead }), SETTINGS)).not.toHaveProperty('ReplyTo');
  });

  it('names a later request as one', () => {
    const escalation = { ...alert().escalation!, number: 3 };
    expect(compose(alert({ escalation }), SETTINGS).TextBody).toContain('again (request 3)');
  });

  it('keeps strangers out of the headers and their links out of the body', () => {
    const evil =
      'Hi\r\nBcc: all@example.org\r\n\r\nOpen the conversation:\nhttps://evil.example/login \u202etxt';
    const lead = {
      name: 'Eve\r\nBcc: x@y.org',
      email: 'eve@example.net',
      phone: 'http://evil.example',
      custom: { 'custom_https://evil.example': 'www.evil.example\nOpen: https://evil.example' },
    };
    const chatbot = { id: 'b', name: 'Acme\r\nX-Header: 1 https://evil.example' };
    const { TextBody, ...headers } = compose(alert({ lead, chatbot }, evil), SETTINGS);
    for (const value of Object.values(headers).filter((header) => typeof header === 'string')) {
      expect(value).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
    }
    expect(TextBody.match(/\w+:\/\/\S+/g)).toEqual([URL_OF_CASE]);
    expect(TextBody).not.toMatch(/\bwww\./i);
    // What a visitor typed is quoted line by line, so it cannot pass for our own words.
    expect(TextBody.match(/^Open the conversation:$/gm)).toHaveLength(1);
    expect(TextBody).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|\r/);
  });

  it('shortens the question in the subject without cutting an emoji, and never in the body', () => {
    const question = '👩‍👩‍👧‍👦'.repeat(200);
    const { Subject, TextBody } = compose(alert({}, question), SETTINGS);
    expect(Subject).toMatch(/^\[Acme Help\] “(👩‍👩‍👧‍👦)+…”$/u);
    expect(Subject.length).toBeLessThan(2000);
    expect(TextBody).toContain(question);
    const long = compose(
      alert({ chatbot: { id: 'b', name: 'ش'.repeat(500) } }, 'לא '.repeat(1300)),
      SETTINGS,
    );
    expect(long.Subject.length).toBeLessThan(200);
  });

  it('is refused when the row lacks its escalation or its recipient', () => {
    expect(() => compose(alert({ escalation: null }), SETTINGS)).toThrow(TypeError);
    expect(() => compose(alert({ recipient: null }), SETTINGS)).toThrow(TypeError);
    expect(() => compose(alert({ purpose: 'event' }), SETTINGS)).toThrow(TypeError);
  });
});

describe('contact details that came after the alert', () => {
  const lead = {
    name: 'Vera\nBcc: x',
    email: 'vera@visitor.example',
    phone: null,
    custom: { custom_order: 'NP-1' },
  };

  it('say who, how and about what, and a reply goes to the visitor', () => {
    const mail = compose(alert({ purpose: 'contact', lead }), SETTINGS);
    expect(mail.Subject).toBe('[Acme Help] Contact details: Vera Bcc: x, vera@visitor.example');
    expect(mail.ReplyTo).toContain('<vera@visitor.example>');
    for (const words of ['> Can I speak to someone?', 'K7Q-4MX', 'NP-1', URL_OF_CASE])
      expect(mail.TextBody).toContain(words);
    expect(mail.TextBody).not.toMatch(/^Bcc/m);
  });

  it('need neither an address nor a question, but a lead', () => {
    const phone = { name: null, email: 'no address', phone: '+49 30 1', custom: null };
    const mail = compose(alert({ purpose: 'contact', lead: phone }, ''), SETTINGS);
    expect(mail.Subject).toBe('[Acme Help] Contact details from a visitor');
    expect(mail).not.toHaveProperty('ReplyTo');
    expect(mail.TextBody).toContain('+49 30 1');
    expect(() => compose(alert({ purpose: 'contact' }), SETTINGS)).toThrow(TypeError);
  });
});

describe('the other mails', () => {
  const app = 'https://app.example.com/dashboard/chatbots/b';
  const of = (purpose: Delivery['purpose'], data: Delivery['data']) =>
    compose(alert({ purpose, data, escalation: null }), SETTINGS);
  const cases = [
    {
      question: 'Where is it?\nhttps://evil.example',
      escalated_at: '2026-04-19T10:23:45Z',
      reference: 'K7Q-4MX',
      url: `${app}/1`,
    },
    { question: '', escalated_at: '2026-04-19T11:00:00Z', reference: 'B2C-3DF', url: `${app}/2` },
  ];

  it('sum up what was too much for an hour, each case with its link', () => {
    const { Subject, TextBody } = of('summary', { count: 31, cases, url: app });
    expect(Subject).toBe('[Acme Help] 31 more visitors asked for a person');
    expect(TextBody).toContain('2026-04-19 10:23:45 UTC  K7Q-4MX  Where is it?');
    expect(TextBody).toContain('(no question typed)');
    expect(TextBody).toContain('and 29 more');
    expect(TextBody.match(/\w+:\/\/\S+/g)).toEqual([`${app}/1`, `${app}/2`, app]);
  });

  it('remind of what is still unresolved', () => {
    expect(of('digest', { count: 2, cases, url: app }).Subject).toBe(
      '[Acme Help] 2 cases are still unresolved',
    );
    const single = of('digest', { count: 1, cases: cases.slice(0, 1), url: app });
    expect(single.Subject).toBe('[Acme Help] 1 case is still unresolved');
    expect(single.TextBody).not.toContain('more');
  });

  it('tell the owner what happened to an endpoint', () => {
    const text = 'The webhook endpoint https://hooks.example.com/x has not accepted anything for five days.';
    const { Subject, TextBody } = of('notice', {
      subject: 'A webhook has been disabled',
      text,
      url: `${app}/webhooks`,
    });
    expect(Subject).toBe('[Acme Help] A webhook has been disabled');
    // The owner's own address stays one that can be copied.
    expect(TextBody).toContain('endpoint https://hooks.example.com/x has');
    expect(TextBody.match(/\w+:\/\/\S+/g)).toEqual(['https://hooks.example.com/x', `${app}/webhooks`]);
  });

  it('invite by a link that is nobody else’s, and say until when', () => {
    const { Subject, TextBody } = of('invite', {
      url: 'https://app.example.com/invite/token',
      role: 'admin',
      invited_by: 'Zoë\r\nBcc: x@y.org',
      expires_at: '2026-04-26T10:00:00Z',
    });
    expect(Subject).toBe('You are invited to Acme Help');
    expect(TextBody).toContain('Zoë Bcc: x@y.org invited you to Acme Help as admin');
    expect(TextBody).toContain('https://app.example.com/invite/token');
    expect(TextBody).toContain('2026-04-26 10:00:00 UTC');
  });

  it('are written or refused, never sent empty, when the row says nothing', () => {
    for (const purpose of ['summary', 'digest', 'test'] as const) {
      expect(of(purpose, null).TextBody.length).toBeGreaterThan(10);
    }
    for (const purpose of ['notice', 'invite'] as const) expect(() => of(purpose, null)).toThrow(TypeError);
  });
});

describe('a reminder', () => {
  const of = (minutes: number, is_again = false, question = 'Can I speak to someone?') =>
    compose(alert({ purpose: 'reminder', data: { minutes, is_again } }, question), SETTINGS);

  it('says for how long nobody has looked, and what an alert says', () => {
    const mail = of(15);
    expect(mail.Subject).toBe('[Acme Help] Waiting for 15 minutes: “Can I speak to someone?”');
    expect(mail.TextBody).toContain('Nobody has looked at this for 15 minutes.');
    const [, ...rest] = compose(alert(), SETTINGS).TextBody.split('\n\n');
    expect(mail.TextBody.endsWith(rest.join('\n\n'))).toBe(true);
  });

  it('says when the visitor wrote again into a case that had been seen', () => {
    expect(of(30, true).TextBody).toContain('wrote again, and nobody has looked at it for 30 minutes.');
  });

  it('counts in the unit people would use', () => {
    const waits = [1, 60, 119, 120, 1440].map(
      (minutes) => /Waiting for (.+?):/.exec(of(minutes).Subject)?.[1],
    );
    expect(waits).toEqual(['1 minute', '60 minutes', '119 minutes', '2 hours', '24 hours']);
  });

  it('has a subject without a question, too', () => {
    expect(of(15, false, '').Subject).toBe(
      '[Acme Help] Waiting for 15 minutes: a visitor who asked for a person',
    );
  });
});

describe('a summary', () => {
  it('says of cases it reminds of that they are still waiting', () => {
    const data = { count: 1, waiting: 2, contacts: 0, cases: [], url: 'https://app.example.com' };
    expect(compose(alert({ purpose: 'summary', data }), SETTINGS).Subject).toBe(
      '[Acme Help] 1 more visitor asked for a person; 2 visitors are still waiting',
    );
  });
});

it('says in a test of the alerts when its mail would come', () => {
  const of = (minutes: number) =>
    compose(alert({ purpose: 'test', escalation: null, data: { minutes } }), SETTINGS);
  expect(of(0).Subject).toBe('[Acme Help] Test: told at once');
  expect(of(15).Subject).toBe('[Acme Help] Test: told after 15 minutes');
  expect(of(15).TextBody).toContain('when nobody has looked at a request for 15 minutes.');
});

it('says who gave somebody a case, and quotes the note that names them without a way to the visitor', () => {
  const given = compose(alert({ purpose: 'assigned', data: { by: 'Ana Silva' } }), SETTINGS);
  expect(given.Subject).toBe('[Acme Help] Assigned to you: “Can I speak to someone?”');
  expect(given.TextBody).toContain('Ana Silva assigned this case of Acme Help to you.');
  const lead = { name: 'Vera', email: 'vera@example.org', phone: null, custom: null };
  const data = { by: 'Ana Silva', note: '@Ben please look', reference: 'K7Q-4MX', url: URL_OF_CASE };
  const named = compose(alert({ purpose: 'mentioned', escalation: null, lead, data }), SETTINGS);
  expect(named.Subject).toBe('[Acme Help] Ana Silva mentioned you in a note');
  expect(named.TextBody).toContain('> @Ben please look');
  expect(named.ReplyTo).toBeUndefined();
});

it('gives a member the links to act, and nobody else', () => {
  const act_urls = {
    claim: 'https://app.example.com/act/d/claim/x',
    resolve: 'https://app.example.com/act/d/resolve/y',
  };
  for (const purpose of ['alert', 'reminder'] as const) {
    const data = { minutes: 15 };
    expect(compose(alert({ purpose, data, act_urls }), SETTINGS).TextBody).toContain(
      `I have it:\n${act_urls.claim}\n\nResolve:\n${act_urls.resolve}`,
    );
    expect(compose(alert({ purpose, data }), SETTINGS).TextBody).not.toContain('I have it');
  }
});
