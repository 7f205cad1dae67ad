import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Mail } from './letter.ts';
import { createSendMails } from './postmark.ts';
import type { PostmarkSettings } from './postmark.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A mail service on a port of its own that answers as scripted. */
async function service(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function mail(to: string): Mail {
  return {
    From: 'alerts@handoff.test',
    To: to,
    Subject: 'Hello',
    TextBody: 'Hello\n',
    Headers: [],
    Tag: 'alert',
    Metadata: { delivery_id: to },
    MessageStream: 'outbound',
    TrackOpens: false,
    TrackLinks: 'None',
  };
}

const send = (host: string, mails: Mail[], more: Partial<PostmarkSettings> = {}) =>
  createSendMails({ token: 'a-token', host, useHttps: false, ...more })(mails);

const one = async (host: string, more?: Partial<PostmarkSettings>) =>
  (await send(host, [mail('a@x.org')], more))[0]!;

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  service((request, response) => {
    request.resume().on('end', () => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    });
  });

const refusal = (ErrorCode: number, Message = 'No.') => ({ ErrorCode, Message });
const sent = {
  To: 'a@x.org',
  SubmittedAt: '2026-01-05T10:00:00Z',
  MessageID: 'm-1',
  ErrorCode: 0,
  Message: 'OK',
};

describe('what Postmark answers and what it means', () => {
  it('200 with ErrorCode 0 is sent', async () => {
    expect(await one(await answer(200, [sent]))).toMatchObject({
      outcome: 'ok',
      provider_message_id: 'm-1',
      error: null,
    });
  });

  it('200 with an ErrorCode in the item is what the code says', async () => {
    const table: [number, string][] = [
      [10, 'pause'],
      [100, 'retry'],
      [300, 'permanent'],
      [400, 'pause'],
      [401, 'pause'],
      [402, 'permanent'],
      [403, 'permanent'],
      [405, 'pause'],
      [406, 'suppressed'],
      [409, 'retry'],
      [410, 'retry'],
      [411, 'permanent'],
      [412, 'pause'],
      [413, 'pause'],
      [429, 'retry'],
      [500, 'pause'],
      [503, 'pause'],
      [1235, 'pause'],
      [1236, 'pause'],
      [9999, 'retry'],
    ];
    for (const [code, outcome] of table) {
      const result = await one(await answer(200, [refusal(code)]));
      expect(result, String(code)).toMatchObject({ outcome, error_code: String(code), error: 'No.' });
    }
  });

  it('200 that hides an inactive recipient in its message is suppressed', async () => {
    const Message = 'Message OK, but will not deliver to these inactive addresses: a@x.org';
    expect(await one(await answer(200, [{ ...sent, Message }]))).toMatchObject({
      outcome: 'suppressed',
      error_code: '406',
    });
  });

  it('401 pauses the channel', async () => {
    const result = await one(await answer(401, refusal(10)));
    expect(result).toMatchObject({ outcome: 'pause', status_code: 401, error_code: '10' });
  });

  it('422 with 406 is suppressed, with 300 permanent, with an account code a pause', async () => {
    expect(await one(await answer(422, refusal(406)))).toMatchObject({ outcome: 'suppressed' });
    expect(await one(await answer(422, refusal(300)))).toMatchObject({ outcome: 'permanent' });
    expect(await one(await answer(422, refusal(405)))).toMatchObject({ outcome: 'pause' });
    expect(await one(await answer(422, {}))).toMatchObject({ outcome: 'retry' });
  });

  it('429 is tried again, after the time it names', async () => {
    expect(await one(await answer(429, refusal(0)))).toMatchObject({
      outcome: 'retry',
      retry_after_seconds: null,
    });
    const later = await one(await answer(429, refusal(0), { 'retry-after': '120' }));
    expect(later).toMatchObject({ outcome: 'retry', retry_after_seconds: 120 });
  });

  it('500, 502, 503 and 504 are tried again, whatever is in the body', async () => {
    for (const status of [500, 502, 503, 504]) {
      expect(await one(await answer(status, '<html>'))).toMatchObject({
        outcome: 'retry',
        status_code: status,
      });
    }
  });

  it('another address than Postmark pauses the channel', async () => {
    expect(await one(await answer(404, 'not here'))).toMatchObject({ outcome: 'pause', status_code: 404 });
  });

  it('a redirect is not followed, because it would carry the token along', async () => {
    let calls = 0;
    const elsewhere = await service((_, response) => {
      calls += 1;
      response.end('[]');
    });
    const host = await answer(302, '', { location: `http://${elsewhere}/` });
    expect(await one(host)).toMatchObject({ outcome: 'retry', status_code: 302 });
    expect(calls).toBe(0);
  });

  it('a reset after the request is unclear', async () => {
    const host = await service((request) => request.resume().on('end', () => request.socket.destroy()));
    expect(await one(host)).toMatchObject({ outcome: 'unclear', status_code: null });
  });

  it('an answer that breaks off is unclear', async () => {
    const host = await service((request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('[{', () => request.socket.destroy());
    });
    expect(await one(host)).toMatchObject({ outcome: 'unclear' });
  });

  it('bad JSON, or an answer of another shape, is unclear', async () => {
    for (const body of ['[{"To":', '"OK"', '{}', '[]', '[null]', '[{"ErrorCode":"0"}]', '']) {
      expect(await one(await answer(200, body)), body).toMatchObject({ outcome: 'unclear' });
    }
  });

  it('no answer in time, or a late one, is unclear', { timeout: 120_000 }, async () => {
    const host = await service((_, response) => {
      setTimeout(() => response.end(JSON.stringify([sent])), 21_000).unref();
    });
    expect(await one(host)).toMatchObject({ outcome: 'unclear', error_code: 'TIMEOUT' });
  });

  it('a refused connection, an unknown host and a wrong certificate are tried again: nothing was sent', async () => {
    // Without a certificate of its own it can end no handshake.
    const tls = createTlsServer((_, response) => response.end());
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    closing.push(() => tls.close());
    const secure = await one(`127.0.0.1:${(tls.address() as AddressInfo).port}`, { useHttps: true });
    expect(secure).toMatchObject({ outcome: 'retry', status_code: null });
    // Nothing listens on the port of a service that has closed.
    const gone = await service(() => undefined);
    closing.pop()!();
    expect(await one(gone)).toMatchObject({ outcome: 'retry', error_code: 'ECONNREFUSED' });
    expect(await one('postmark.invalid')).toMatchObject({ outcome: 'retry' });
    expect((await one('postmark.invalid')).error_code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('without a token the channel waits, and nobody is called', async () => {
    expect(await one('postmark.invalid', { token: ' ' })).toMatchObject({
      outcome: 'pause',
      error_code: 'UNSET',
    });
  });
});

describe('sending in batches', () => {
  interface Call {
    path: string;
    token: unknown;
    to: string[];
  }

  async function scripted(judge: (to: string[]) => { status: number; body: unknown }) {
    const calls: Call[] = [];
    const host = await service((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        const to = (JSON.parse(text) as Mail[]).map((one) => one.To);
        calls.push({ path: request.url!, token: request.headers['x-postmark-server-token'], to });
        const { status, body } = judge(to);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    return { host, calls };
  }

  const addresses = (count: number) => Array.from({ length: count }, (_, index) => `r${index}@x.org`);
  const accepted = (to: string[]) => ({
    status: 200,
    body: to.map((To) => ({ ...sent, To, MessageID: `m-${To}` })),
  });

  it('reads each item by its place, also when some fail', async () => {
    const { host, calls } = await scripted((to) => ({
      status: 200,
      body: to.map((To, index) => (index === 1 ? refusal(406) : { ...sent, To, MessageID: `m-${To}` })),
    }));
    const results = await send(host, addresses(3).map(mail));
    expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'suppressed', 'ok']);
    expect(results[2]!.provider_message_id).toBe('m-r2@x.org');
    expect(calls).toMatchObject([{ path: '/email/batch', token: 'a-token' }]);
  });

  it('calls the missing part of a short answer unclear', async () => {
    const { host } = await scripted((to) => accepted(to.slice(0, 2)));
    const results = await send(host, addresses(3).map(mail));
    expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'unclear']);
  });

  it('sends 1,100 mails in three calls', async () => {
    const { host, calls } = await scripted(accepted);
    const results = await send(host, addresses(1100).map(mail));
    expect(calls.map(({ to }) => to.length)).toEqual([500, 500, 100]);
    expect(results.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(results[1099]!.provider_message_id).toBe('m-r1099@x.org');
  });

  it('finds the one message for which a batch of 500 is refused, and sends the others once', async () => {
    const poison = 'r321@x.org';
    const { host, calls } = await scripted((to) =>
      to.includes(poison) ? { status: 422, body: refusal(402, 'Invalid JSON') } : accepted(to),
    );
    const results = await send(host, addresses(500).map(mail));
    expect(results.filter(({ outcome }) => outcome === 'ok')).toHaveLength(499);
    expect(results[321]).toMatchObject({ outcome: 'permanent', error_code: '402' });
    const delivered = calls.filter(({ to }) => !to.includes(poison)).flatMap(({ to }) => to);
    expect(new Set(delivered).size).toBe(delivered.length);
  });

  it('does not search for a culprit when the account is at fault', async () => {
    const { host, calls } = await scripted(() => ({ status: 422, body: refusal(405, 'Out of credits') }));
    const results = await send(host, addresses(8).map(mail));
    expect(results.every(({ outcome }) => outcome === 'pause')).toBe(true);
    expect(calls).toHaveLength(1);
  });
});
