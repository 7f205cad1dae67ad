// A browser with its push service, on a port of its own: what it is sent is checked as a service checks it (RFCs 8030 and 8292) and
// decrypted as the browser would (RFC 8291), by Node's own crypto, of which the sender uses nothing.
import {
  createDecipheriv,
  createECDH,
  createHmac,
  createPublicKey,
  randomBytes,
  verify,
  type ECDH,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Browser {
  ecdh: ECDH;
  secret: Buffer;
  subscription: { endpoint: string; p256dh: string; auth: string };
}

/** A browser that has subscribed at a push service. */
export function newBrowser(endpoint: string): Browser {
  const ecdh = createECDH('prime256v1');
  const p256dh = ecdh.generateKeys('base64url');
  const secret = randomBytes(16);
  return { ecdh, secret, subscription: { endpoint, p256dh, auth: secret.toString('base64url') } };
}

const hmac = (key: Buffer, data: Buffer) => createHmac('sha256', key).update(data).digest();
const expanded = (key: Buffer, info: Buffer, length: number) =>
  hmac(key, Buffer.concat([info, Buffer.of(1)])).subarray(0, length);

/** What a browser reads in a body; throws for one that is not for it, or was changed. */
export function decrypted({ ecdh, secret }: Browser, body: Buffer): Buffer {
  const salt = body.subarray(0, 16);
  const size = body.readUInt32BE(16);
  const length = body.readUInt8(20);
  const theirs = body.subarray(21, 21 + length);
  const record = body.subarray(21 + length);
  if (record.length > size || body.length > 4096) throw new Error('The message is too large.');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), theirs]);
  const key = hmac(salt, expanded(hmac(secret, ecdh.computeSecret(theirs)), info, 32));
  const cipher = createDecipheriv(
    'aes-128-gcm',
    expanded(key, Buffer.from('Content-Encoding: aes128gcm\0'), 16),
    expanded(key, Buffer.from('Content-Encoding: nonce\0'), 12),
  );
  cipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
  const end = padded.lastIndexOf(2);
  if (end < 0 || padded.subarray(end + 1).some((byte) => byte !== 0))
    throw new Error('The padding is wrong.');
  return padded.subarray(0, end);
}

/** The claims of an `Authorization: vapid …` with the key that signed them; throws unless that key did. */
export function verified(header: string): { aud: string; exp: number; sub: string; key: string } {
  const [, token, key] = /^vapid t=([^,]+), k=([\w-]{87})$/.exec(header) ?? [];
  const [head, claims, signature] = (token ?? '').split('.').map((part) => Buffer.from(part, 'base64url'));
  const point = Buffer.from(key ?? '', 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const said = Buffer.from(token!.slice(0, token!.lastIndexOf('.')));
  const publicKey = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
  const { alg } = JSON.parse(head!.toString()) as { alg: string };
  if (alg !== 'ES256' || !verify('sha256', said, publicKey, signature!))
    throw new Error('The token isn’t valid.');
  return { ...(JSON.parse(claims!.toString()) as { aud: string; exp: number; sub: string }), key: key! };
}

/** A message as it reached its browser. */
export interface Pushed {
  at: number;
  browser: Browser;
  headers: IncomingHttpHeaders;
  text: string;
  json: { web_push: number; notification: Record<string, unknown>; app_badge: number };
  claims: ReturnType<typeof verified>;
}

export interface PushAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Whether it answers at all. */
  hangs?: boolean;
}

export interface PushService {
  origin: string;
  pushed: Pushed[];
  /** What each browser's endpoint answers from now on; 201 unless it is said here. */
  answers: Map<Browser, PushAnswer>;
  subscribe(): Browser;
  stop(): Promise<void>;
}

/** Starts a push service on a free port of 127.0.0.1. What it cannot read, or was not meant for it, it answers with 400. */
export async function startPushService(): Promise<PushService> {
  const browsers = new Map<string, Browser>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const browser = browsers.get(request.url ?? '');
      if (!browser) return response.writeHead(404).end();
      const answer = service.answers.get(browser) ?? { status: 201 };
      try {
        const { headers } = request;
        const claims = verified(headers.authorization ?? '');
        if (claims.aud !== service.origin || claims.exp * 1000 > Date.now() + 86_400_000)
          throw new Error('aud');
        if (!/^\d+$/.test(String(headers['ttl'])) || headers['content-encoding'] !== 'aes128gcm')
          throw new Error();
        if (!/^[\w-]{1,32}$/.test(String(headers['topic'] ?? 'none'))) throw new Error('topic');
        const text = decrypted(browser, Buffer.concat(chunks)).toString();
        const json = JSON.parse(text) as Pushed['json'];
        service.pushed.push({ at: Date.now(), browser, headers, text, json, claims });
      } catch {
        return response.writeHead(400).end();
      }
      return answer.hangs ? undefined : response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const service: PushService = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pushed: [],
    answers: new Map(),
    subscribe: () => {
      const path = `/push/${randomBytes(24).toString('base64url')}`;
      const browser = newBrowser(service.origin + path);
      browsers.set(path, browser);
      return browser;
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  return service;
}
