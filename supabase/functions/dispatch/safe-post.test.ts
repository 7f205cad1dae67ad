import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createSecureServer as createHttp2Server } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { quickest } from '../../../tests/support/quickest.ts';
import { BLOCKED_SENTENCE, failureOf, SNIPPET_MAX_BYTES } from './post-result.ts';
import { ANSWER_MAX_BYTES, createSafePost } from './safe-post.ts';
import type { PostOptions } from './safe-post.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A receiver on a port of its own; `sockets` counts who connected, whether or not they said anything. */
async function listen(
  server: Server | ReturnType<typeof createSocketServer>,
  host = '127.0.0.1',
  port = 0,
): Promise<{ url: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  closing.push(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, sockets };
}

const receiver = (listener: RequestListener) => listen(createServer(listener));
const post = (url: string, body = '{}') =>
  createSafePost({ allowLoopback: true })({ url, headers: { 'content-type': 'application/json' }, body });

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

describe('calling a receiver', () => {
  it('posts the exact bytes and keeps the start of the answer', async () => {
    let seen: { method?: string; path?: string; host?: string; body?: string } = {};
    const { url } = await receiver((request, response) => {
      void textOf(request).then((body) => {
        seen = { method: request.method!, path: request.url!, host: request.headers.host!, body };
        response.writeHead(201).end('thank you');
      });
    });
    const body = '{"text":"naïve ☕ 👩‍👩‍👧 \\u0000"}';
    const result = await post(`${url}?a=b%20c`, body);
    expect(result).toMatchObject({
      status: 201,
      failure: null,
      snippet: 'thank you',
      retry_after_seconds: null,
    });
    expect(seen).toEqual({ method: 'POST', path: '/hook?a=b%20c', host: new URL(url).host, body });
  });

  it.each([
    [
      'in one piece with the answer',
      ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ],
    [
      'with headers, twice',
      [
        'HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n',
        'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
      ],
    ],
    ['byte by byte', [...'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok']],
  ])('skips a 100 Continue that nobody asked for, %s', async (_what, pieces) => {
    const { url, sockets } = await listen(
      createSocketServer((socket) => {
        socket.setNoDelay(true);
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk.toString();
          if (!text.endsWith('{}')) return;
          text = '';
          void (async () => {
            for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
          })();
        });
      }),
    );
    const safePost = createSafePost({ allowLoopback: true });
    const call = () => safePost({ url, headers: { 'content-type': 'application/json' }, body: '{}' });
    for (let calls = 0; calls < 5; calls += 1) {
      expect(await call()).toMatchObject({ status: 200, failure: null, snippet: 'ok' });
    }
    // Also on a connection that is used again.
    expect(sockets.length).toBeLessThan(5);
  });

  it('takes nothing for an answer that says 100 Continue without end', async () => {
    const { url } = await listen(
      createSocketServer((socket) => {
        const more = () =>
          void (socket.destroyed || socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100), more));
        socket.once('data', more);
      }),
    );
    expect(await post(url)).toMatchObject({ status: null, failure: { kind: 'unclear' } });
  });

  it('does not follow a redirect', async () => {
    const target = await receiver((_, response) => response.end());
    const { url } = await receiver((_, response) => response.writeHead(302, { location: target.url }).end());
    expect(await post(url)).toMatchObject({ status: 302, failure: null });
    expect(target.sockets).toHaveLength(0);
  });

  it('reads Retry-After as seconds or as a date', async () => {
    const { url } = await receiver((request, response) => {
      const date = new Date(Date.now() + 90_000).toUTCString();
      response.writeHead(503, { 'retry-after': request.url === '/hook' ? '120' : date }).end();
    });
    expect((await post(url)).retry_after_seconds).toBe(120);
    const byDate = (await post(`${url}/date`)).retry_after_seconds;
    expect(byDate).toBeGreaterThan(85);
    expect(byDate).toBeLessThanOrEqual(90);
  });

  it('keeps at most 1 KiB of text, whole characters, without controls', async () => {
    const { url } = await receiver((_, response) => response.end(`\u0000\u001b[31m${'é'.repeat(2000)}`));
    const { snippet } = await post(url);
    expect(Buffer.byteLength(snippet!)).toBeLessThanOrEqual(SNIPPET_MAX_BYTES);
    expect(snippet).toMatch(/^\[31mé+$/);
  });

  it('never expands a compressed answer', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const { url } = await receiver((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const before = process.memoryUsage().rss;
    expect(await post(url)).toMatchObject({ status: 200, failure: null, snippet: '(gzip)' });
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  });

  it('says so when nothing listens', async () => {
    const gone = await receiver((_, response) => response.end());
    closing.splice(0).forEach((close) => close());
    expect(await post(gone.url)).toMatchObject({
      status: null,
      failure: { kind: 'unreachable', code: 'ECONNREFUSED' },
    });
  });

  it('calls a reset after the request unclear, because it may have arrived', async () => {
    const { url } = await receiver((request) => request.socket.destroy());
    expect(await post(url)).toMatchObject({ status: null, failure: { kind: 'unclear' } });
  });

  it('calls a reset in the middle of the answer unclear, and keeps its status', async () => {
    const { url } = await receiver((request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half an ans', () => request.socket.destroy());
    });
    expect(await post(url)).toMatchObject({
      status: 200,
      failure: { kind: 'unclear' },
      snippet: 'half an ans',
    });
  });

  it('refuses headers without end', async () => {
    const { url } = await listen(
      createSocketServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const line = `x-filler: ${'a'.repeat(1000)}\r\n`;
        const timer = setInterval(() => socket.write(line.repeat(10)), 1);
        socket.on('close', () => clearInterval(timer));
      }),
    );
    expect(await post(url)).toMatchObject({ status: null, failure: { kind: 'unclear' } });
  });
});

describe('the deadline covers everything', () => {
  const slow: [sentence: string, listener: (socket: Socket) => void][] = [
    ['a receiver that accepts and says nothing', () => undefined],
    [
      'headers that come one byte a second',
      (socket) => {
        const bytes = [...'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'];
        const timer = setInterval(() => socket.write(bytes.shift() ?? ' '), 1000);
        socket.on('close', () => clearInterval(timer));
      },
    ],
    [
      'a body that comes one byte a second',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
        const timer = setInterval(() => socket.write('.'), 1000);
        socket.on('close', () => clearInterval(timer));
      },
    ],
    [
      'interim answers without end',
      (socket) => {
        const timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 100);
        socket.on('close', () => clearInterval(timer));
      },
    ],
  ];

  it('ends each of them within 15.5 s, and calls it unclear', { timeout: 150_000 }, async () => {
    const timed = slow.map(async ([sentence, listener]) => {
      const { url } = await listen(createSocketServer(listener));
      const took = await quickest(15_500, async () => {
        const startedAt = performance.now();
        const { failure } = await post(url);
        expect(failure, sentence).toMatchObject({ kind: 'unclear', code: 'TIMEOUT' });
        return performance.now() - startedAt;
      });
      expect(took, sentence).toBeLessThan(15_500);
    });
    const dead = createSafePost({ resolve: () => new Promise(() => undefined) });
    const nameless = await quickest(
      15_500,
      async () => (await dead({ url: 'https://hooks.example.com/', headers: {}, body: '' })).duration_ms,
    );
    expect(nameless, 'a DNS server that never answers').toBeLessThan(15_500);
    await Promise.all(timed);
  });

  it('reads at most 16 KiB of an endless body and takes its status', async () => {
    let written = 0;
    const { url, sockets } = await receiver((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(4096, 'x'))) written += 4096;
      };
      response.writeHead(200).on('drain', more);
      more();
    });
    const result = await post(url);
    expect(result).toMatchObject({ status: 200, failure: null });
    expect(result.snippet).toHaveLength(SNIPPET_MAX_BYTES);
    expect(result.duration_ms).toBeLessThan(5_000);
    await expect.poll(() => sockets.every((socket) => socket.destroyed)).toBe(true);
    // What the receiver could write went into socket buffers, not to us; it ends because we hung up.
    expect(written).toBeGreaterThanOrEqual(ANSWER_MAX_BYTES);
  });
});

describe('what may not be called', () => {
  /** A listener that stands for an internal service, on the port that public https takes. */
  const PORT = 8443;
  const internal = async () =>
    await listen(
      createSocketServer(() => undefined),
      '127.0.0.73',
      PORT,
    );
  const hooks = `https://hooks.example.com:${PORT}/`;

  const call = (options: PostOptions, url = hooks) => createSafePost(options)({ url, headers: {}, body: '' });

  it('opens no connection when the name leads to a private address, alone or among public ones', async () => {
    const { sockets } = await internal();
    for (const addresses of [['127.0.0.73'], ['93.184.216.34', '127.0.0.73'], ['::ffff:127.0.0.73'], []]) {
      const result = await call({ resolve: async () => addresses });
      expect(result.failure).toEqual({ kind: 'blocked', code: 'BLOCKED', message: BLOCKED_SENTENCE });
    }
    expect(sockets).toHaveLength(0);
  });

  it('would be seen connecting if the check were missing', async () => {
    const { sockets } = await internal();
    const calling = call({ resolve: async () => ['127.0.0.73'], isPublic: () => true });
    await expect.poll(() => sockets.length).toBe(1);
    sockets[0]!.destroy();
    expect((await calling).failure?.kind).not.toBe('blocked');
  });

  it('connects to what it checked, however DNS answers afterwards, 100 times over', async () => {
    const { sockets } = await internal();
    for (let run = 0; run < 100; run += 1) {
      let queries = 0;
      const resolve = async () => (queries++ === 0 ? [`127.0.0.${100 + (run % 100)}`] : ['127.0.0.73']);
      // Stands for a public address: nothing listens there, so a second look at DNS would be seen at the listener.
      const result = await call({ resolve, isPublic: (address) => address !== '127.0.0.73' });
      expect(result.failure).not.toBeNull();
      expect(queries).toBe(1);
    }
    expect(sockets).toHaveLength(0);
  });

  it('judges every new connection anew', async () => {
    const { sockets } = await internal();
    let queries = 0;
    const resolve = async () => (queries++ === 0 ? ['127.0.0.99'] : ['127.0.0.73']);
    const safePost = createSafePost({ resolve, isPublic: (address) => address !== '127.0.0.73' });
    await safePost({ url: hooks, headers: {}, body: '' });
    const second = await safePost({ url: hooks, headers: {}, body: '' });
    expect(second.failure?.message).toBe(BLOCKED_SENTENCE);
    expect(sockets).toHaveLength(0);
  });

  it('says the same of a private address, a name that does not exist and a URL that is not allowed', async () => {
    const nowhere = () => Promise.reject(new Error('ENOTFOUND'));
    const results = await Promise.all([
      call({ resolve: async () => ['10.0.0.1'] }),
      call({ resolve: nowhere }),
      call({}, 'https://127.0.0.1/'),
      call({}, 'http://127.0.0.1:9000/'),
      call({}, 'https://[::1]/'),
      call({}, 'https://metadata.google.internal/'),
      call({}, 'not a url'),
    ]);
    const told = results.map(({ failure, status, snippet }) => JSON.stringify({ failure, status, snippet }));
    expect(new Set(told).size).toBe(1);
  });

  it('lets http://127.0.0.1 through only when told to', async () => {
    const { url, sockets } = await receiver((_, response) => response.end());
    expect((await createSafePost()({ url, headers: {}, body: '' })).failure?.kind).toBe('blocked');
    expect(sockets).toHaveLength(0);
    expect((await post(url)).status).toBe(200);
  });
});

describe('TLS', () => {
  it.each([
    ['only HTTP/2', 'received fatal alert: NoApplicationProtocol', /HTTP\/1\.1/],
    ['only TLS 1.1', 'received fatal alert: ProtocolVersion', /no secure version of TLS/],
    ['only with a client certificate', 'received fatal alert: CertificateRequired', /client certificate/],
    ['with a handshake of its own', 'received fatal alert: HandshakeFailure', /refused a secure connection/],
    ['without TLS', 'received corrupt message of type InvalidContentType', /doesn’t support TLS/],
    ['with an expired certificate', 'invalid peer certificate: Expired', /certificate isn’t valid/],
  ])(
    'a receiver that works %s is told of in the right words, and nothing has arrived',
    (_what, message, words) => {
      expect(failureOf(new Error(message), false)).toMatchObject({
        kind: 'unreachable',
        message: expect.stringMatching(words) as string,
      });
    },
  );

  it('says of a receiver that speaks only HTTP/2 or only TLS 1.1 that it does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=hooks.example.com'],
        ...['-addext', 'subjectAltName=DNS:hooks.example.com', '-keyout', keyFile, '-out', certFile],
      ],
      { stdio: 'ignore' },
    );
    const [key, cert] = [readFileSync(keyFile), readFileSync(certFile)];
    const calling = async (server: Server, address: string) => {
      await listen(server, address, 8443);
      server.on('tlsClientError', () => undefined);
      const options: PostOptions = {
        resolve: async () => [address],
        isPublic: () => true,
        ca: cert.toString(),
      };
      return (
        await createSafePost(options)({ url: 'https://hooks.example.com:8443/', headers: {}, body: '{}' })
      ).failure;
    };
    const modern = createHttp2Server({ key, cert, allowHTTP1: false });
    expect(await calling(modern as unknown as Server, '127.0.0.75')).toMatchObject({
      kind: 'unreachable',
      message: 'The receiver doesn’t support HTTP/1.1.',
    });
    const old = createTlsServer({
      key,
      cert,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    expect(await calling(old as unknown as Server, '127.0.0.76')).toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/no secure version of TLS/) as string,
    });
  });

  it('asks for the name of the URL although it connects to an address, and refuses another certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '2',
        ],
        ...['-subj', '/CN=hooks.example.com', '-addext', 'subjectAltName=DNS:hooks.example.com'],
        ...['-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    const seen: { host?: string | undefined; servername?: string | false | null }[] = [];
    const server = createTlsServer(
      { key: readFileSync(key), cert: readFileSync(cert) },
      (request, response) => {
        const { servername } = request.socket as Socket & { servername?: string | false | null };
        seen.push({ host: request.headers.host, servername: servername ?? null });
        response.end('secure');
      },
    );
    await listen(server, '127.0.0.74', 8443);
    const options: PostOptions = {
      resolve: async () => ['127.0.0.74'],
      isPublic: () => true,
      ca: readFileSync(cert, 'utf8'),
    };
    const call = (url: string, given = options) => createSafePost(given)({ url, headers: {}, body: '{}' });

    expect(await call('https://hooks.example.com:8443/')).toMatchObject({ status: 200, snippet: 'secure' });
    expect(seen).toEqual([{ host: 'hooks.example.com:8443', servername: 'hooks.example.com' }]);

    const certificate = { kind: 'unreachable', message: 'The certificate isn’t valid for this address.' };
    expect((await call('https://other.example.com:8443/')).failure).toMatchObject(certificate);
    const untrusting = { resolve: options.resolve!, isPublic: options.isPublic! };
    expect((await call('https://hooks.example.com:8443/', untrusting)).failure).toMatchObject(certificate);
    expect(seen).toHaveLength(1);
  });
});
