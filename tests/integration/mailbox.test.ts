// The mailbox, judged by Postmark's own client: what it takes and refuses, what it reports back, what people see.
import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Errors, ServerClient, type Message } from 'postmark';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { INBOUND, MailStage, SERVER_TOKEN } from '../support/mailbox.ts';
import { until } from '../support/realtime.ts';

let stage: MailStage;
beforeAll(async () => {
  stage = await MailStage.start();
});
beforeEach(async () => {
  stage.received.length = 0;
  stage.answers.clear();
  await fetch(`${stage.url}/messages`, { method: 'DELETE' });
  await fetch(`${stage.url}/_faults`);
});
afterAll(() => stage.stop());

const client = (token = SERVER_TOKEN, timeout = 60) =>
  new ServerClient(token, { useHttps: false, requestHost: stage.url.replace('http://', ''), timeout });
let count = 0;
/** An address nobody used before, so that suppressions of one test do not reach another. */
const someone = () => `someone-${(count += 1)}@example.org`;
const mail = (extra: Partial<Message> = {}): Message => ({
  From: 'support@example.com',
  To: someone(),
  Subject: 'Hello',
  TextBody: 'Text',
  ...extra,
});

interface Found {
  TotalCount: number;
  Messages: Record<string, unknown>[];
}
async function find(recipient?: string): Promise<Found> {
  const query = recipient ? `?recipient=${encodeURIComponent(recipient)}` : '';
  return (await (await fetch(`${stage.url}/messages${query}`)).json()) as Found;
}
const post = (path: string, body: unknown) =>
  fetch(`${stage.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const reported = (type: string, recipient: string) =>
  stage.received
    .map(({ body }) => body)
    .filter((body) => body.RecordType === type && (body.Recipient ?? body.Email) === recipient);
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: Errors.PostmarkError) => ({ name: error.name, code: error.code, status: error.statusCode }),
  );

describe('sending', () => {
  it('keeps mail where nobody else on the machine reads it', async () => {
    await client().sendEmail(mail());
    const { mode } = await stat(join(stage.stateDir, 'mailbox.jsonl'));
    expect(mode & 0o077).toBe(0);
  });

  it('takes a mail, answers as Postmark does, and shows it newest first', async () => {
    const to = someone();
    const first = await client().sendEmail(mail({ To: to, Subject: 'First' }));
    const second = await client().sendEmail(
      mail({
        To: `"Jo, the first" <${to.toUpperCase()}>`,
        ReplyTo: 'v@x.org',
        Metadata: { delivery_id: '7' },
      }),
    );
    expect(first).toEqual({
      To: to,
      SubmittedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/) as string,
      MessageID: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      ErrorCode: 0,
      Message: 'OK',
    });
    await client().sendEmail(mail());
    const found = await find(to);
    expect(found.TotalCount).toBe(2);
    expect(found.Messages.map(({ MessageID }) => MessageID)).toEqual([second.MessageID, first.MessageID]);
    expect(found.Messages[0]).toMatchObject({
      From: 'support@example.com',
      ReplyTo: 'v@x.org',
      Subject: 'Hello',
      TextBody: 'Text',
      Metadata: { delivery_id: '7' },
      ReceivedAt: expect.any(String) as string,
    });
    expect((await find()).TotalCount).toBe(3);
  });

  it('takes a batch in its order and refuses single items', async () => {
    const answers = await client().sendEmailBatch([mail(), mail({ To: '' }), mail()]);
    expect(answers.map(({ ErrorCode }) => ErrorCode)).toEqual([0, 300, 0]);
    expect(Object.keys(answers[1] ?? {})).toEqual(['ErrorCode', 'Message']);
    expect((await find()).TotalCount).toBe(2);
    expect(await client().sendEmailBatch([])).toEqual([]);
  });

  it('takes 500 in a batch and refuses 501', async () => {
    const five = Array.from({ length: 500 }, () => mail());
    expect(await client().sendEmailBatch(five)).toHaveLength(500);
    expect(await refusal(client().sendEmailBatch([...five, mail()]))).toMatchObject({
      code: 410,
      status: 422,
    });
  });

  it('only validates with the test token', async () => {
    expect(await client('POSTMARK_API_TEST').sendEmail(mail())).toMatchObject({
      Message: 'Test job accepted',
    });
    expect((await find()).TotalCount).toBe(0);
  });

  it('refuses a wrong token with 401 and code 10', async () => {
    expect(await refusal(client('wrong').sendEmail(mail()))).toEqual({
      name: 'InvalidAPIKeyError',
      code: 10,
      status: 401,
    });
  });

  const long = (length: number) => 'a'.repeat(length);
  it.each<[string, object, number, number?]>([
    ['no sender', { From: undefined }, 300],
    ['two senders', { From: 'a@x.org, b@x.org' }, 300],
    ['no recipient', { To: undefined }, 300],
    ['an address without a domain', { To: 'ana' }, 300],
    ['an address with a double dot', { To: 'a..b@x.org' }, 300],
    ['a name with punctuation that is not quoted', { To: 'Smith; Jo <jo@x.org>' }, 300],
    ['51 recipients', { Bcc: Array.from({ length: 50 }, (_, n) => `n${n}@x.org`).join() }, 300],
    ['no body', { TextBody: undefined }, 300],
    ['a long subject', { Subject: long(2001) }, 300],
    ['a long tag', { Tag: long(1001) }, 300],
    [
      '11 metadata fields',
      { Metadata: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`k${n}`, ''])) },
      300,
    ],
    ['a long metadata key', { Metadata: { [long(21)]: '' } }, 300],
    ['a long metadata value', { Metadata: { k: long(81) } }, 300],
    ['metadata keys that differ in case', { Metadata: { k: '', K: '' } }, 300],
    ['a line break in the subject', { Subject: 'a\r\nBcc: x@y.org' }, 300],
    ['a line break in a header', { Headers: [{ Name: 'X-A', Value: 'a\nb' }] }, 300],
    [
      'an attachment that is not base64',
      { Attachments: [{ Name: 'a.txt', Content: '!', ContentType: 't' }] },
      300,
    ],
    [
      'an attachment that is a program',
      { Attachments: [{ Name: 'a.exe', Content: '', ContentType: 't' }] },
      411,
    ],
    ['a field of another type', { Subject: 3 }, 403],
    ['metadata that is no text', { Metadata: { k: 1 } }, 403],
    ['an unknown stream', { MessageStream: 'nowhere' }, 1235],
    ['a stream that does not send', { MessageStream: 'inbound' }, 1236],
    ['a body over 5 MB', { TextBody: long(5_000_001) }, 413, 413],
  ])('refuses %s', async (_name, extra, code, status = 422) => {
    expect(await refusal(client().sendEmail(mail(extra)))).toMatchObject({ code, status });
    expect((await find()).TotalCount).toBe(0);
  });

  it('refuses what is not JSON, or does not say that it is', async () => {
    const headers = { 'x-postmark-server-token': SERVER_TOKEN, accept: 'application/json' };
    const send = (type: string, body: string) =>
      fetch(`${stage.url}/email`, { method: 'POST', headers: { ...headers, 'content-type': type }, body });
    const broken = await send('application/json', '{');
    expect([broken.status, ((await broken.json()) as { ErrorCode: number }).ErrorCode]).toEqual([422, 402]);
    expect((await send('text/plain', '{}')).status).toBe(415);
  });
});

describe('what becomes of a mail', () => {
  it('is delivered to each recipient, and the app is told with basic auth', async () => {
    const [to, cc] = [someone(), someone()];
    const { MessageID } = await client().sendEmail(mail({ To: to, Cc: cc, Metadata: { nid: '9' } }));
    await until(() => reported('Delivery', to).length + reported('Delivery', cc).length === 2);
    expect(reported('Delivery', to)[0]).toMatchObject({
      MessageID,
      MessageStream: 'outbound',
      Metadata: { nid: '9' },
    });
    expect(stage.received[0]?.authorization).toBe(`Basic ${Buffer.from('postmark:p:w').toString('base64')}`);
    expect((await find(to)).Messages[0]?.Status).toBe('Delivered');
  });

  it('bounces at the test address, which is inactive from then on until it is reactivated', async () => {
    const to = 'hardbounce@bounce-testing.postmarkapp.com';
    const { MessageID } = await client().sendEmail(mail({ To: to }));
    await until(() => reported('Bounce', to).length > 0);
    expect(reported('Bounce', to)[0]).toMatchObject({
      MessageID,
      Type: 'HardBounce',
      TypeCode: 1,
      Inactive: true,
      CanActivate: true,
    });
    expect((await find(to)).Messages[0]?.Status).toBe('Bounced');

    const refused = (await client()
      .sendEmail(mail({ To: to }))
      .catch((error: unknown) => error)) as Errors.InactiveRecipientsError;
    expect(refused).toMatchObject({
      name: 'InactiveRecipientsError',
      code: 406,
      statusCode: 422,
      recipients: [to],
    });

    const other = someone();
    const partly = await client().sendEmail(mail({ To: `${to}, ${other}` }));
    expect(partly.ErrorCode).toBe(0);
    expect(Errors.InactiveRecipientsError.parseInactiveRecipients(partly.Message)).toEqual([to]);
    await until(() => reported('Delivery', other).length > 0);
    expect(reported('Delivery', to)).toEqual([]);

    const { Suppressions } = await client().getSuppressions('outbound');
    expect(Suppressions.find(({ EmailAddress }) => EmailAddress === to)?.SuppressionReason).toBe(
      'HardBounce',
    );
    await client().deleteSuppressions('outbound', { Suppressions: [{ EmailAddress: to }] });
    await until(() => reported('SubscriptionChange', to).length > 0);
    expect(reported('SubscriptionChange', to)[0]).toMatchObject({
      SuppressSending: false,
      SuppressionReason: null,
    });
    expect((await client().sendEmail(mail({ To: to }))).ErrorCode).toBe(0);
  });

  it('bounces softly by header without suppressing the address', async () => {
    const to = someone();
    await client().sendEmail(mail({ To: to, Headers: [{ Name: 'X-PM-Bounce-Type', Value: 'SoftBounce' }] }));
    await until(() => reported('Bounce', to).length > 0);
    expect(reported('Bounce', to)[0]).toMatchObject({ Type: 'SoftBounce', TypeCode: 4096, Inactive: false });
    expect((await client().sendEmail(mail({ To: to }))).Message).toBe('OK');
  });

  it('vanishes in the black hole', async () => {
    const hole = 'test@blackhole.postmarkapp.com';
    await client().sendEmail(mail({ To: hole }));
    const to = someone();
    await client().sendEmail(mail({ To: to }));
    await until(() => reported('Delivery', to).length > 0);
    expect(stage.received.filter(({ body }) => body.Recipient === hole)).toEqual([]);
    expect((await find(hole)).Messages[0]?.Status).toBe('Sent');
  });

  it('can be complained about, which no one can take back', async () => {
    const to = someone();
    const { MessageID } = await client().sendEmail(mail({ To: to }));
    await until(() => reported('Delivery', to).length > 0);
    expect((await post('/_events', { MessageID, Type: 'SpamComplaint' })).status).toBe(204);
    await until(() => reported('SpamComplaint', to).length > 0);
    expect(reported('SpamComplaint', to)[0]).toMatchObject({ Inactive: true, CanActivate: false });
    expect((await find(to)).Messages[0]?.Status).toBe('SpamComplaint');
    const answer = await client().deleteSuppressions('outbound', { Suppressions: [{ EmailAddress: to }] });
    expect(answer.Suppressions[0]?.Status).toBe('Failed');
    expect(await refusal(client().sendEmail(mail({ To: to })))).toMatchObject({ code: 406 });
    expect((await post('/_events', { MessageID: 'none', Type: 'SpamComplaint' })).status).toBe(404);
  });

  it('can be suppressed by hand, per stream', async () => {
    const to = someone();
    await client().createSuppressions('outbound', { Suppressions: [{ EmailAddress: to }] });
    await until(() => reported('SubscriptionChange', to).length > 0);
    expect(reported('SubscriptionChange', to)[0]).toMatchObject({
      MessageID: null,
      SuppressSending: true,
      SuppressionReason: 'ManualSuppression',
    });
    expect(await refusal(client().sendEmail(mail({ To: to })))).toMatchObject({ code: 406 });
    expect((await client().sendEmail(mail({ To: to, MessageStream: 'broadcast' }))).ErrorCode).toBe(0);
  });

  it('is reported again until the app answers 200', async () => {
    const to = someone();
    stage.answers.set(to, [500, 401, 302]);
    await client().sendEmail(mail({ To: to }));
    await until(() => reported('Delivery', to).length === 4);
    const [first, ...repeats] = reported('Delivery', to);
    for (const repeat of repeats) expect(repeat).toEqual(first);
  });

  it('is not reported again after a 403', async () => {
    const to = someone();
    stage.answers.set(to, [403]);
    await client().sendEmail(mail({ To: to }));
    await until(() => reported('Delivery', to).length > 0);
    const others = [someone(), someone()];
    // Two later mails, the first repeated once: by then the refused one would have been repeated too.
    stage.answers.set(others[0] ?? '', [500]);
    for (const other of others) await client().sendEmail(mail({ To: other }));
    await until(() => others.flatMap((other) => reported('Delivery', other)).length === 3);
    expect(reported('Delivery', to)).toHaveLength(1);
  });
});

describe('over a restart', () => {
  it('keeps mail, suppressions and what nobody took yet', async () => {
    const [kept, suppressed] = [someone(), someone()];
    await client().createSuppressions('outbound', { Suppressions: [{ EmailAddress: suppressed }] });
    await until(() => reported('SubscriptionChange', suppressed).length > 0);
    stage.answers.set(kept, Array<number>(50).fill(503));
    await client().sendEmail(mail({ To: kept, Subject: 'Kept' }));
    await until(() => reported('Delivery', kept).length > 0);
    await stage.halt();
    stage.answers.clear();
    stage.received.length = 0;
    // What a crash in the middle of a write leaves behind.
    await appendFile(join(stage.stateDir, 'mailbox.jsonl'), '{"message":{"Mess');
    await stage.restart();
    await until(() => reported('Delivery', kept).length > 0);
    expect((await find(kept)).Messages).toMatchObject([{ Subject: 'Kept', Status: 'Delivered' }]);
    expect(await refusal(client().sendEmail(mail({ To: suppressed })))).toMatchObject({ code: 406 });
  });

  it('forgets what was deleted', async () => {
    await client().sendEmail(mail());
    expect((await fetch(`${stage.url}/messages`, { method: 'DELETE' })).status).toBe(204);
    await stage.restart();
    expect(await find()).toEqual({ TotalCount: 0, Messages: [] });
  });
});

describe('scripted faults', () => {
  it('are met in order, once each, and the mail is not taken', async () => {
    await post('/_faults', [
      { status: 429, headers: { 'retry-after': '2' } },
      { status: 503, times: 2 },
      { status: 422, ErrorCode: 300, Message: 'No' },
      { ErrorCode: 406 },
    ]);
    expect(await refusal(client().sendEmail(mail()))).toMatchObject({
      name: 'RateLimitExceededError',
      status: 429,
    });
    expect(await refusal(client().sendEmail(mail()))).toMatchObject({ name: 'ServiceUnavailablerError' });
    expect(await refusal(client().sendEmail(mail()))).toMatchObject({ status: 503 });
    expect(await refusal(client().sendEmail(mail()))).toMatchObject({
      name: 'InvalidEmailRequestError',
      code: 300,
    });
    expect((await client().sendEmail(mail())).ErrorCode).toBe(406);
    expect((await find()).TotalCount).toBe(0);
    expect((await client().sendEmail(mail())).ErrorCode).toBe(0);
  });

  it('cut the connection before or after the mail was taken', async () => {
    await post('/_faults', [{ reset: true }, { reset: true, accept: true }]);
    expect(await refusal(client().sendEmail(mail()))).toMatchObject({ status: 0, code: 0 });
    expect((await find()).TotalCount).toBe(0);
    expect(await refusal(client().sendEmail(mail()))).toMatchObject({ status: 0, code: 0 });
    expect((await find()).TotalCount).toBe(1);
  });

  it('answer too late, although the mail was taken', async () => {
    await post('/_faults', [{ delay: 30_000 }]);
    expect(await refusal(client(SERVER_TOKEN, 2).sendEmail(mail()))).toMatchObject({ status: 0 });
    expect((await find()).TotalCount).toBe(1);
  });

  it('answer 200 with half a JSON object', async () => {
    await post('/_faults', [{ badJson: true, accept: true }]);
    expect(await client().sendEmail(mail())).toBe('{"To":"');
  });

  it('refuse single items of a batch', async () => {
    await post('/_faults', { Faults: [{ items: [null, { ErrorCode: 406, Message: 'No' }] }] });
    const answers = await client().sendEmailBatch([mail(), mail(), mail()]);
    expect(answers.map(({ ErrorCode }) => ErrorCode)).toEqual([0, 406, 0]);
    expect((await find()).TotalCount).toBe(2);
  });

  it('are listed and emptied together, and checked when they are written', async () => {
    await post('/_faults', [{ status: 500 }]);
    expect(await (await fetch(`${stage.url}/_faults`)).json()).toEqual({
      Faults: [{ status: 500, times: 1 }],
    });
    expect((await client().sendEmail(mail())).ErrorCode).toBe(0);
    expect((await post('/_faults', [{ stauts: 500 }])).status).toBe(422);
  });
});

describe('answering', () => {
  const ADDRESS = INBOUND.replace('@', '+abcdefghijklmnopqrstuvwxyz@');
  const inbound = () => stage.received.filter(({ path }) => path === '/inbound');
  const sent = async (extra: Partial<Message> = {}) => {
    const given = mail({ ReplyTo: `"Acme" <${ADDRESS}>`, TextBody: 'Press the button.\n\nAcme', ...extra });
    return { to: String(given.To), MessageID: (await client().sendEmail(given)).MessageID };
  };

  it('posts what Postmark would, in its fields, under its credentials, from whoever the mail was to', async () => {
    const { to, MessageID } = await sent({ Headers: [{ Name: 'Message-ID', Value: '<one@acme.example>' }] });
    expect((await post('/_answers', { MessageID, text: 'It works.' })).status).toBe(200);
    await until(() => inbound().length === 1);
    const [first] = inbound();
    const { authorization, body } = first!;
    expect(authorization).toBe(`Basic ${Buffer.from('postmark:p:w').toString('base64')}`);
    expect(body).toMatchObject({
      From: to,
      FromFull: { Email: to },
      To: ADDRESS,
      ToFull: [{ Email: ADDRESS, MailboxHash: 'abcdefghijklmnopqrstuvwxyz' }],
      MailboxHash: 'abcdefghijklmnopqrstuvwxyz',
      Subject: 'Re: Hello',
      MessageStream: 'inbound',
    });
    expect(body.TextBody).toMatch(
      /^It works\.\n\nOn .* <support@example\.com> wrote:\n\n> Press the button\.\n>\n> Acme\n$/,
    );
    expect(body.Headers).toContainEqual({ Name: 'In-Reply-To', Value: '<one@acme.example>' });
  });

  it('answers as somebody else, as an autoresponder, and the same mail twice', async () => {
    const { to, MessageID } = await sent();
    await post('/_answers', { MessageID, text: 'x', as: 'stranger' });
    await post('/_answers', { MessageID, as: 'autoresponder' });
    await post('/_answers', { MessageID, text: 'z', times: 2, quote: false });
    await until(() => inbound().length === 4);
    const bodies = inbound().map(({ body }) => body);
    expect(bodies.filter(({ From }) => From !== to)).toHaveLength(1);
    const automatic = bodies.find(({ Headers }) => JSON.stringify(Headers).includes('auto-replied'));
    expect(automatic).toMatchObject({ Subject: 'Automatic reply: Hello' });
    const twice = bodies.filter(({ TextBody }) => TextBody === 'z');
    expect(new Set(twice.map((body) => body.MessageID)).size).toBe(1);
    expect(twice).toHaveLength(2);
  });

  it('posts again what was not taken, until it is', async () => {
    const { to, MessageID } = await sent();
    await until(() => reported('Delivery', to).length > 0);
    stage.answers.set(to, [500, 503]);
    await post('/_answers', { MessageID, text: 'Again.' });
    await until(() => inbound().length === 3);
    expect(new Set(inbound().map(({ body }) => body.MessageID)).size).toBe(1);
  });

  it('keeps an answer to anybody else here, as mail to them', async () => {
    const { to, MessageID } = await sent({ ReplyTo: 'kim@doe.example' });
    await post('/_answers', { MessageID, text: 'Hello Kim' });
    const { Messages } = await find('kim@doe.example');
    expect(Messages).toMatchObject([{ From: to, To: 'kim@doe.example', Subject: 'Re: Hello' }]);
    expect(inbound()).toEqual([]);
  });

  it('takes an answer from the form of its own page and from no other page', async () => {
    const { MessageID } = await sent();
    const form = (origin: string) =>
      fetch(`${stage.url}/answer`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
        body: new URLSearchParams({ MessageID, text: 'From the page', as: 'reader' }),
      });
    expect((await form('https://evil.example')).status).toBe(403);
    const answer = await form(stage.url);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/?id=${MessageID}#latest`]);
    await until(() => inbound().length === 1);
    expect(inbound()[0]?.body.TextBody).toBe('From the page');
  });

  it('shows a thread as one: its mails and what was written back, oldest first', async () => {
    const to = someone();
    const headers = (id: string, ...earlier: string[]) => [
      { Name: 'Message-ID', Value: id },
      ...(earlier.length > 0 ? [{ Name: 'References', Value: earlier.join(' ') }] : []),
    ];
    const first = await sent({ To: to, TextBody: 'First words', Headers: headers('<1@acme.example>') });
    await post('/_answers', { MessageID: first.MessageID, text: 'Second words', quote: false });
    await until(() => inbound().length === 1);
    const last = await sent({
      To: to,
      TextBody: 'Third words',
      Headers: headers('<3@acme.example>', '<1@acme.example>'),
    });
    const other = await sent({
      TextBody: 'Elsewhere',
      Headers: headers('<4@acme.example>', '<1@acme.example>'),
    });
    const text = await (await fetch(`${stage.url}/?id=${first.MessageID}`)).text();
    const at = ['First words', 'Second words', 'Third words'].map((words) => text.indexOf(words));
    expect(at.every((place, n) => place > (at[n - 1] ?? 0))).toBe(true);
    expect(text).not.toContain('Elsewhere');
    expect(text).toContain('Taken in');
    expect(text.match(/<li>/g)).toHaveLength(2);
    expect(text).toContain(`value="${last.MessageID}"`);
    expect(other.MessageID).not.toBe(last.MessageID);
  });
});

describe('the page', () => {
  const page = async (path = '/', headers: Record<string, string> = {}) =>
    fetch(`${stage.url}${path}`, { headers });

  it('says so when there is no mail', async () => {
    expect(await (await page()).text()).toContain('No mail yet.');
  });

  it('shows a mail with nothing of it alive but its http links', async () => {
    const attack = '<img src=x onerror=alert(1)>"\'&';
    const { MessageID } = await client().sendEmail(
      mail({
        Subject: attack,
        TextBody: `${attack} see https://example.org/a?b=1&c=2. javascript:alert(1) http://x.org/"onclick="y`,
        HtmlBody: `<script>alert(2)</script>${attack}`,
        Metadata: { k: attack },
      }),
    );
    const text = await (await page(`/?id=${MessageID}`)).text();
    expect(text).not.toMatch(/<img|<script(?! src="\/mailbox\.js")/);
    expect([...text.matchAll(/href="([^"]*)" target/g)].map(([, href]) => href)).toEqual([
      'https://example.org/a?b=1&amp;c=2',
      'http://x.org/',
    ]);
    expect(text).not.toContain('href="javascript');
  });

  it('makes a mail that has only HTML readable, with its links written out', async () => {
    const { MessageID } = await client().sendEmail(
      mail({
        TextBody: undefined,
        HtmlBody:
          '<style>p{}</style><p>Hi &amp; welcome</p><a href="https://x.org/in?a=1&amp;b=2">Sign in</a>',
      } as Partial<Message>),
    );
    const text = await (await page(`/?id=${MessageID}`)).text();
    expect(text).toContain('Hi &amp; welcome');
    expect(text).toContain('href="https://x.org/in?a=1&amp;b=2"');
  });

  it('allows no foreign content, script or frame', async () => {
    const policy = (await page()).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('is not sent again while nothing changed', async () => {
    const etag = (await page()).headers.get('etag') ?? '';
    expect((await page('/', { 'if-none-match': etag })).status).toBe(304);
    await client().sendEmail(mail());
    expect((await page('/', { 'if-none-match': etag })).status).toBe(200);
  });

  it('answers unknown paths with 404 and a message that is gone with a sentence', async () => {
    expect((await page('/nowhere')).status).toBe(404);
    expect(await (await page('/?id=none')).text()).toContain('This message is gone.');
  });
});
