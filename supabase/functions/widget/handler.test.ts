import { describe, expect, it, vi } from 'vitest';
import { piecesOf, wantsEvents } from './event-stream.ts';
import { confirmationOf, tappedAt } from './escalations.ts';
import { widgetHandler } from './handler.ts';
import { readLead } from './leads.ts';
import { pageUrl } from './sessions.ts';

const BASE = 'http://functions.test/widget';
const TOKEN = 'A'.repeat(43);

// What is refused here must be refused before the database hears of it.
const handle = widgetHandler({
  rpc: () => Promise.reject(new Error('the database was asked')),
  realtime: null,
  bot: { allowLoopback: false, silenceMs: 1000 },
  keepAlive: () => undefined,
});

async function codeOf(path: string, init: RequestInit = {}): Promise<string> {
  const response = await handle(new Request(BASE + path, init));
  const body = (await response.json()) as { code: string; message: string };
  expect(Object.keys(body)).toEqual(['code', 'message']);
  expect(body.message).toMatch(/^["A-Z].*\.$/);
  return `${response.status} ${body.code}`;
}

const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
});

describe('before the database is asked, the widget function', () => {
  it('answers a preflight with the methods of the call and remembers it for two hours', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'POST' };
    const response = await handle(new Request(`${BASE}/messages`, { method: 'OPTIONS', headers }));
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(response.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(response.headers.get('access-control-max-age')).toBe('7200');
    expect(response.headers.get('vary')).toBe('Origin');
  });

  it('lets the page read a refusal', async () => {
    const headers = { origin: 'https://shop.example' };
    const response = await handle(new Request(`${BASE}/conversation`, { headers }));
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(response.headers.get('access-control-expose-headers')).toBe('Retry-After');
  });

  it('names the methods that a path takes', async () => {
    const response = await handle(new Request(`${BASE}/config`, { method: 'DELETE' }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, OPTIONS');
  });

  it.each([
    ['an unknown path', '/nothing', {}, '404 NOPTH'],
    ['a path below a call', '/config/more', {}, '404 NOPTH'],
    ['a name every object has', '/constructor', {}, '404 NOPTH'],
    ['a missing token', '/conversation', {}, '401 TOKMS'],
    ['another scheme', '/conversation', { headers: { authorization: 'Basic eDp5' } }, '401 TOKMS'],
    [
      'a token of the wrong shape',
      '/conversation',
      { headers: { authorization: 'Bearer short' } },
      '401 TOKIV',
    ],
    ['a chatbot that is no UUID', '/config?chatbot_id=7', {}, '422 NTUID'],
    [
      'a form',
      '/messages',
      post('id=1', { 'content-type': 'application/x-www-form-urlencoded' }),
      '415 BDCTY',
    ],
    ['half a document', '/messages', post('{"id":'), '400 BDJSN'],
    ['bytes that are not UTF-8', '/messages', post(new Uint8Array([0x22, 0xff, 0x22])), '400 BDJSN'],
    ['an array', '/messages', post('[]'), '422 INVAL'],
    ['64 KiB and one byte', '/messages', post(`{"text":"${'x'.repeat(64 * 1024)}"}`), '413 TOBIG'],
    ['an id that is no UUID', '/messages', post('{"id":"1","text":"hi"}'), '422 NTUID'],
    ['a message id that is no UUID', '/feedback', post('{"message_id":1,"value":"positive"}'), '422 NTUID'],
    [
      'another feedback',
      '/feedback',
      post(`{"message_id":"${crypto.randomUUID()}","value":"bad"}`),
      '422 INVAL',
    ],
    ['no trigger', '/escalations', post(`{"request_id":"${crypto.randomUUID()}"}`), '422 INVAL'],
    ['an empty lead', '/leads', post('{"name":"  "}'), '422 INVAL'],
    ['an address that is none', '/leads', post('{"email":"ana@"}'), '422 INVAL'],
  ])('refuses %s', async (_what, path, init, expected) => {
    expect(await codeOf(path, init)).toBe(expected);
  });

  it.each([
    ['no text', undefined, '422 INVAL'],
    ['an empty text', '', '422 TXTLN'],
    ['blanks alone', ' \n\t ', '422 TXTLN'],
    ['4,001 characters', 'x'.repeat(4001), '422 TXTLN'],
    ['NUL', 'a\u0000b', '422 INVAL'],
    ['half a surrogate pair', 'a\ud83d', '422 INVAL'],
  ])('refuses %s as a message', async (_what, text, expected) => {
    const body = JSON.stringify({ id: crypto.randomUUID(), text });
    expect(await codeOf('/messages', post(body))).toBe(expected);
  });

  it('names the field that is not a UUID', async () => {
    const response = await handle(new Request(`${BASE}/escalations`, post('{"request_id":"x"}')));
    expect(((await response.json()) as { message: string }).message).toContain('"request_id"');
  });

  it('counts the body itself, whatever the length claims', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 70; chunk++) controller.enqueue(new Uint8Array(1024).fill(0x20));
        controller.close();
      },
    });
    const init = { ...post(''), body, duplex: 'half' } as RequestInit;
    expect(await codeOf('/messages', init)).toBe('413 TOBIG');
  });

  it('answers an unexpected fault with 500 and none of its words', async () => {
    vi.spyOn(console, 'error').mockImplementationOnce(() => undefined);
    const response = await handle(
      new Request(`${BASE}/messages`, post(`{"id":"${crypto.randomUUID()}","text":"hi"}`)),
    );
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('database');
  });
});

describe('the time of a tap', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  it.each([
    ['2026-11-22T11:00:00Z', '2026-11-22T11:00:00.000Z'],
    ['2026-11-22T12:00:00+02:00', '2026-11-22T10:00:00.000Z'],
    ['2027-01-01T00:00:00Z', '2026-11-22T12:00:00.000Z'],
    ['1970-01-01T00:00:00Z', null],
    ['2026-02-30T99:00:00Z', null],
    ['yesterday', null],
    ['1', null],
    [1_700_000_000_000, null],
    [{}, null],
    [undefined, null],
  ])('of %j is %j', (value, expected) => {
    expect(tappedAt(value, now)).toBe(expected);
  });
});

describe('the confirmation', () => {
  const recorded = {
    confirmation_message: null,
    language: 'de',
    contact_text: 'Call +49 1.',
    is_sender_stopped: false,
  };

  it('is the default in the visitor’s language, or the owner’s own words', () => {
    expect(confirmationOf(recorded)).toBe('Gesendet! Das Team meldet sich bald.');
    expect(confirmationOf({ ...recorded, confirmation_message: 'By noon.' })).toBe('By noon.');
  });

  it('is the owner’s contact text while no alert goes out', () => {
    const stopped = { ...recorded, is_sender_stopped: true, confirmation_message: 'By noon.' };
    expect(confirmationOf(stopped)).toBe('Call +49 1.');
    // Not even the owner's own words: they would be read as a promise.
    expect(confirmationOf({ ...stopped, contact_text: null })).toMatch(/^Die Anfrage ist gespeichert/);
  });
});

describe('the page of a visitor', () => {
  it.each([
    ['https://shop.example/cart?item=1', 'https://shop.example/cart?item=1'],
    ['https://ana:secret@shop.example/#token=abc', 'https://shop.example/'],
    ['javascript:alert(1)', null],
    ['/relative', null],
    ['', null],
    [7, null],
  ])('of %j is kept as %j', (value, expected) => {
    expect(pageUrl(value)).toBe(expected);
  });

  it('keeps the page when the query is too long', () => {
    expect(pageUrl(`https://shop.example/cart?${'x'.repeat(3000)}`)).toBe('https://shop.example/cart');
  });
});

describe('a lead', () => {
  it('is trimmed, and empty fields are left out', () => {
    const given = {
      name: ' Ana ',
      email: '',
      phone: null,
      custom: { custom_size: 'XL', custom_note: '' },
      admin: true,
    };
    expect(readLead(given)).toEqual({ name: 'Ana', custom: { custom_size: 'XL' } });
  });

  it('is nothing when every field is empty', () => {
    expect(readLead({ name: '', custom: {} })).toBeNull();
  });

  it.each(['ana@shop.example', "o'neil+tag@mail.shop.example", 'a@b.co'])('takes %s', (email) => {
    expect(readLead({ email })).toEqual({ email });
  });

  it.each([
    'ana',
    'ana@shop',
    'a..b@shop.example',
    'ana@-x.example',
    'a b@shop.example',
    'ana@shop.example\nBcc: x@y.z',
  ])('refuses the address %j', (email) => {
    expect(() => readLead({ email })).toThrow(expect.objectContaining({ code: 'INVAL' }));
  });
});

describe('a streamed text', () => {
  it.each([
    'Hello there, this is a longer answer of several words.',
    '日本語の長い文章は空白なしで続きます。'.repeat(4),
    ' x ',
  ])('in pieces is still %j', (text) => {
    expect(piecesOf(text).join('')).toBe(text);
  });

  it('is wanted only by who names it', () => {
    const asks = (accept: string) => wantsEvents(new Request(BASE, { headers: { accept } }));
    expect(asks('text/event-stream')).toBe(true);
    expect(asks('application/json, text/event-stream;q=0.9')).toBe(true);
    expect(asks('*/*')).toBe(false);
  });
});
