import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { apiKey, connect, rpcTarget } from './rpc.ts';

// The faults of a network and a gateway, which a healthy stack cannot show.
let server: Server | undefined;
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => {
  vi.restoreAllMocks();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function urlOf(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (status: number, body: string) =>
  urlOf(
    (_request, response) => void response.writeHead(status, { 'content-type': 'application/json' }).end(body),
  );
const calling = (url: string, deadlineMs = 5000) =>
  connect({ url, secretKey: 'sb_secret_x', deadlineMs })('fn', { a: 1 });

describe('a SQL call', () => {
  it('posts the parameters with the secret key, and never sends a new key as a bearer token', async () => {
    let seen = '';
    const url = await urlOf((request, response) => {
      seen = `${request.method} ${request.url} ${request.headers['apikey']} ${request.headers.authorization}`;
      response.end('{"ok":true}');
    });
    expect(await calling(url)).toEqual({ ok: true });
    expect(seen).toBe('POST /rest/v1/rpc/fn sb_secret_x undefined');
    await connect({ url, secretKey: 'eyJ.older.key' })('fn', {});
    expect(seen).toBe('POST /rest/v1/rpc/fn eyJ.older.key Bearer eyJ.older.key');
  });

  it('answers null for nothing', async () => {
    expect(await calling(await answering(204, ''))).toBeNull();
  });

  it('passes our own refusals on, with their sentence and the seconds to wait', async () => {
    const url = await answering(
      400,
      JSON.stringify({ code: 'TOOMY', message: 'Wait.', details: '{"retry_after": 17}', hint: null }),
    );
    await expect(calling(url)).rejects.toMatchObject({
      code: 'TOOMY',
      message: 'Wait.',
      status: 429,
      retryAfterSeconds: 17,
    });
  });

  it.each([
    ['a unique key', 409, '{"code":"23505","message":"duplicate key value violates … (secret)"}', 'CONFL'],
    ['a deadlock', 500, '{"code":"40P01"}', 'UNAVL'],
    ['a full pool', 504, '{"code":"PGRST003"}', 'UNAVL'],
    ['a restart', 503, '{"code":"57P01"}', 'UNAVL'],
    ['a time-out', 500, '{"code":"57014"}', 'UNAVL'],
    ['a gateway', 502, '{"message":"bad gateway"}', 'UNAVL'],
    ['a gateway with a code of its own', 502, '{"code":"WORKER_ERROR","message":"…"}', 'UNAVL'],
    ['a gateway that waited too long', 504, '{"code":"504"}', 'UNAVL'],
    ['a service that does not run', 503, '{"code":"","message":"name resolution failed"}', 'UNAVL'],
    ['an edge that finds no origin', 522, '{"code":"522"}', 'UNAVL'],
    ['a gateway that is asked too often', 429, '{"code":"over_limit"}', 'UNAVL'],
    ['an empty code', 400, '{"code":""}', 'UNAVL'],
    ['a page in place of JSON', 502, '<html>', 'UNAVL'],
    ['a wrong key', 401, '{"message":"Invalid API key"}', 'INTRN'],
    ['a missing function', 404, '{"code":"PGRST202","message":"Could not find public.fn"}', 'INTRN'],
    ['a fault in SQL', 400, '{"code":"42703","message":"column secret does not exist"}', 'INTRN'],
    ['a fault without a body', 400, 'null', 'INTRN'],
  ])('turns %s into our own words', async (_what, status, body, code) => {
    const failure = await calling(await answering(status, body)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(String(failure)).not.toMatch(/secret|public\.fn|html/);
  });

  it.each<[string, RequestListener]>([
    ['never answers', () => undefined],
    ['stops in the middle', (_request, response) => void response.writeHead(200).write('{"ok":')],
    ['hangs up', (request) => void request.socket.destroy()],
    ['redirects', (_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end()],
  ])('to a server that %s ends soon, as UNAVL', async (_what, listener) => {
    await expect(calling(await urlOf(listener), 300)).rejects.toMatchObject({ code: 'UNAVL', status: 503 });
  });

  it('to nobody is UNAVL', async () => {
    const url = await urlOf(() => undefined);
    server?.close();
    await expect(calling(url)).rejects.toMatchObject({ code: 'UNAVL' });
  });
});

describe('the keys', () => {
  const from = (env: Record<string, string>) => (name: string) => env[name];

  it('are the new ones where there are any, else the older ones', () => {
    const older = { SUPABASE_SERVICE_ROLE_KEY: 'older', SUPABASE_URL: 'https://project.example' };
    expect(rpcTarget(from(older))).toEqual({ url: 'https://project.example', secretKey: 'older' });
    const both = { ...older, SUPABASE_SECRET_KEYS: '{"default":"sb_secret_new"}' };
    expect(rpcTarget(from(both)).secretKey).toBe('sb_secret_new');
    expect(apiKey('PUBLISHABLE', from({ SUPABASE_ANON_KEY: 'anon' }))).toBe('anon');
  });

  it('are asked for by name when they are missing', () => {
    expect(() => rpcTarget(from({ SUPABASE_URL: 'x' }))).toThrow('SUPABASE_SECRET_KEYS is not set.');
  });
});
