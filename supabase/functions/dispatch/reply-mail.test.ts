import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../_shared/labels.ts';
import { REPLY_LINE_CODE } from '../_shared/reply-lines.ts';
import { replyText } from '../_shared/reply-text.ts';
import type { Delivery } from './delivery.ts';
import { compose } from './mail.ts';

const SETTINGS = { from: 'Handoff <alerts@handoff.test>', messageStream: 'outbound' };
const RESUME = 'https://shop.example/cart#handoff=AAAA';
const NOT_ME = 'https://app.example.com/not-me/BBBB';

const CONTENT = {
  chatbot: 'Northpine',
  language: 'en',
  reference: 'K7Q-4MX',
  question: 'Where is my parcel?',
  replies: [{ author: 'Ana' as string | null, text: 'It left **today**:\n\nhttps://track.example/1?a=b' }],
  resume_url: RESUME,
  not_me_url: NOT_ME,
  reply_to: 'in+abc@handoff.test' as string | null,
  earlier: [] as string[],
};

function mailOf(
  changes: Partial<typeof CONTENT> = {},
  purpose: Delivery['purpose'] = 'reply',
  data?: object,
) {
  const nothing = {
    escalation: null,
    lead: null,
    event: null,
    device: null,
    endpoint: null,
    channel: null,
    body: null,
    reply_to: null,
  };
  return compose(
    {
      ...nothing,
      id: '0b9d7c3e-0000-4000-8000-000000000001',
      kind: 'email',
      purpose,
      lease_token: '0b9d7c3e-0000-4000-8000-000000000002',
      attempt: 1,
      recipient: 'vera@visitor.example',
      recipient_time_zone: null,
      act_urls: null,
      escalated_at_local: null,
      chatbot: { id: 'b', name: 'Northpine' },
      conversation_id: 'c',
      data: { ...(data ?? { ...CONTENT, ...changes }) },
    },
    SETTINGS,
  );
}
const headersOf = (mail: ReturnType<typeof mailOf>) =>
  Object.fromEntries(mail.Headers.map(({ Name, Value }) => [Name, Value]));

describe('a mail to a visitor', () => {
  it('comes from the person who answered, and an answer to it comes back', () => {
    expect(mailOf()).toMatchObject({
      From: '"Ana at Northpine" <alerts@handoff.test>',
      To: 'vera@visitor.example',
      ReplyTo: '"Ana at Northpine" <in+abc@handoff.test>',
      Subject: 'Your question to Northpine (K7Q-4MX)',
      Tag: 'reply',
    });
  });

  it('says what was typed as it was typed, the question, the way back and the way out', () => {
    expect(mailOf().TextBody).toBe(
      [
        `— Please reply above this line — ${REPLY_LINE_CODE}`,
        'Ana at Northpine has answered you:',
        'It left **today**:\n\nhttps://track.example/1?a=b',
        'Your question:\n> Where is my parcel?',
        `Continue the conversation here:\n${RESUME}`,
        'Or simply reply to this e-mail.',
        `You never wrote to Northpine? Then say so here, and no more of these e-mails will come:\n${NOT_ME}\n`,
      ].join('\n\n'),
    );
  });

  it('names each of several people', () => {
    const replies = [
      { author: 'Ana', text: 'One' },
      { author: 'Ben', text: 'Two' },
    ];
    const { From, TextBody } = mailOf({ replies });
    expect(From).toBe('"Ben at Northpine" <alerts@handoff.test>');
    expect(TextBody).toContain('The team at Northpine has answered you:\n\nAna:\nOne\n\nBen:\nTwo');
  });

  it('is not the mail of a machine, and stands in one thread with those before it', () => {
    const headers = headersOf(mailOf({ earlier: ['first', 'second'] }));
    expect(headers).toEqual({
      'Message-ID': '<reply.0b9d7c3e-0000-4000-8000-000000000001@handoff.test>',
      'X-PM-KeepID': 'true',
      'In-Reply-To': '<reply.second@handoff.test>',
      References: '<conversation.c@handoff.test> <reply.first@handoff.test> <reply.second@handoff.test>',
    });
    expect(headersOf(mailOf())['In-Reply-To']).toBe('<conversation.c@handoff.test>');
  });

  it('keeps the thread in one line that mail servers take, by leaving out the oldest', () => {
    const earlier = Array.from(
      { length: 20 },
      (_, n) => `0b9d7c3e-0000-4000-8000-${String(n).padStart(12, '0')}`,
    );
    const { References = '', 'In-Reply-To': answered } = headersOf(mailOf({ earlier }));
    expect(`References: ${References}`.length).toBeLessThanOrEqual(998);
    const [root, ...rest] = References.split(' ');
    expect(root).toBe('<conversation.c@handoff.test>');
    expect(rest.length).toBeGreaterThan(10);
    expect(rest).toEqual(earlier.slice(-rest.length).map((id) => `<reply.${id}@handoff.test>`));
    expect(rest.at(-1)).toBe(answered);
  });

  it('asks for no answer by mail where none is taken', () => {
    const mail = mailOf({ reply_to: null });
    expect(mail.ReplyTo).toBeUndefined();
    expect(mail.TextBody).not.toContain(REPLY_LINE_CODE);
    expect(mail.TextBody).not.toContain('reply to this e-mail');
  });

  it('lets neither a name nor a question break out of its place', () => {
    const evil = 'Eve\r\nBcc: all@x.example\u202e';
    const mail = mailOf({
      chatbot: `"${evil}" <evil@x.example>`,
      question: 'See https://phish.example/login now',
      replies: [{ author: evil, text: 'Hi\u0007\r\nthere' }],
    });
    expect(mail.From).toMatch(/^"[^"\r\n<>]+" <alerts@handoff\.test>$/);
    expect(mail.Subject).not.toMatch(/[\r\n]/);
    expect(mail.TextBody).toContain('> See https[:]//phish[.]example/login now');
    expect(mail.TextBody).toContain('Hi\nthere');
  });

  it.each(LANGUAGES)('speaks %s, and what it says is taken out of an answer to it again', (language) => {
    const mail = mailOf({ language });
    const own = mailOf({ language, replies: [{ author: null, text: 'Hello' }] });
    if (language !== 'en') {
      expect(mail.TextBody).not.toContain('answered you');
      expect(mail.Subject).not.toContain('Your question');
    }
    for (const text of [mail.Subject, mail.From, own.TextBody]) {
      expect(text).toContain('Northpine');
      expect(text).not.toMatch(/undefined|\$\{/);
    }
    const quote = mail.TextBody.replace(/^/gm, '> ');
    const answer = `Danke!\n\nOn Mon, 23 Nov 2026 at 09:14, Ana <alerts@handoff.test> wrote:\n\n${quote}`;
    const cut = replyText({
      text: answer,
      sent: [mail.TextBody],
      ownAddresses: ['alerts@handoff.test'],
      ownNames: ['Ana'],
      theirAddress: 'vera@visitor.example',
    });
    expect(cut.text).toBe('Danke!');
  });

  it('cannot be written without replies', () => {
    expect(() => mailOf({ replies: [] })).toThrow(TypeError);
  });
});

describe('word of a reply that came back', () => {
  it('says to whoever wrote it what came back, from where, and where to go', () => {
    const mail = mailOf({}, 'reply_bounced', {
      address: 'vera@visitor.example',
      reason: 'HardBounce',
      reference: 'K7Q-4MX',
      replies: ['Hello Vera'],
      url: 'https://app.example.com/case',
    });
    expect(mail.Subject).toBe('[Northpine] Your answer didn’t reach the visitor (K7Q-4MX)');
    for (const words of ['vera@visitor.example', '> Hello Vera', 'https://app.example.com/case']) {
      expect(mail.TextBody).toContain(words);
    }
    expect(headersOf(mail)['Auto-Submitted']).toBe('auto-generated');
  });
});
