// The one address in front of all services, as on hosted Supabase: it turns API keys into the tokens PostgREST and Auth
// understand, answers CORS for them, finds the function a path names, and passes everything else through unbuffered.
import * as http from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { authorize, bearer, Refusal } from './api-keys.ts';
import type { EdgeFunction } from './functions.ts';
import { isValidJwt } from './jwt.ts';
import type { Keys } from './keys.ts';

/** Where the services behind the gateway listen. `functions` is asked at each request. */
export interface Upstreams {
  auth: number;
  rest: number;
  realtime: number;
  functions: () => EdgeFunction[];
}

interface Target {
  port: number;
  path: string;
  authorization?: string;
}

const IDLE_SOCKET_MS = 4000;
const RESPONSE_TIMEOUT_MS = 150_000;
const CLIENT_KEEP_ALIVE_MS = 75_000;
// Links in mails and redirects of sign-in pages are opened by browsers that have no key to show.
const OPEN_AUTH_PATHS = /^\/auth\/v1\/(verify|callback|authorize|health|\.well-known\/)/;

/** Serves the gateway on `port` until `stop`. */
export async function startGateway(
  port: number,
  keys: Keys,
  upstreams: Upstreams,
): Promise<{ stop(): Promise<void> }> {
  const agent = new http.Agent({ keepAlive: true, timeout: IDLE_SOCKET_MS, maxFreeSockets: 256 });
  const server = http.createServer((request, response) => {
    void route(request, response).catch((error: unknown) => refuse(response, error));
  });
  // As proxies in front of hosted projects do: a client that reuses a connection should not meet it closing.
  server.keepAliveTimeout = CLIENT_KEEP_ALIVE_MS;

  async function route(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const service = /^\/(auth|rest|realtime|functions)\/v1(?=\/|$)/.exec(url.pathname)?.[1];
    if (service === 'functions') {
      const { port: functionPort, path } = await findFunction(request, url);
      forward(request, response, { port: functionPort, path });
      return;
    }
    if (!service) throw new Refusal(404, { message: 'no Route matched with those values' });
    setCors(request, response);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    forward(request, response, target(service, request, url));
  }

  function target(service: string, request: http.IncomingMessage, url: URL): Target {
    if (service === 'realtime') {
      return { port: upstreams.realtime, path: realtimePath(url) };
    }
    const isOpen = OPEN_AUTH_PATHS.test(url.pathname);
    const authorization = isOpen ? request.headers.authorization : authorize(request, url, keys);
    url.searchParams.delete('apikey');
    return service === 'auth'
      ? { port: upstreams.auth, path: url.pathname + url.search, authorization }
      : {
          port: upstreams.rest,
          path: (url.pathname.slice('/rest/v1'.length) || '/') + rawSearch(request),
          authorization,
        };
  }

  async function findFunction(request: http.IncomingMessage, url: URL): Promise<Target> {
    const path = url.pathname.slice('/functions/v1'.length);
    const name = path.split('/')[1];
    const found = upstreams.functions().find((one) => one.name === name);
    if (!found) throw new Refusal(404, { code: 'NOT_FOUND', message: 'Requested function was not found' });
    if (found.verifyJwt && request.method !== 'OPTIONS' && !isValidJwt(bearer(request), keys.jwtSecret)) {
      throw new Refusal(401, { code: '401', message: 'Invalid JWT' });
    }
    await found.program.ready().catch(() => {
      throw new Refusal(503, { code: 'BOOT_ERROR', message: 'Function failed to start (please check logs)' });
    });
    return { port: found.port, path: path + url.search };
  }

  function forward(request: http.IncomingMessage, response: http.ServerResponse, to: Target): void {
    const headers: http.OutgoingHttpHeaders = {
      ...request.headers,
      'x-forwarded-for': [request.headers['x-forwarded-for'], request.socket.remoteAddress]
        .filter(Boolean)
        .join(', '),
      'x-forwarded-host': request.headers.host,
      'x-forwarded-proto': 'http',
    };
    if (to.authorization) headers['authorization'] = to.authorization;
    const upstream = http.request(
      { host: '127.0.0.1', port: to.port, path: to.path, method: request.method, headers, agent },
      (answer) => {
        // The connection is the gateway's own, and what the services say about CORS it has said for them.
        const isOurs = response.hasHeader('access-control-allow-origin')
          ? /^(connection|keep-alive|access-control-.*)$/
          : /^(connection|keep-alive)$/;
        const passed = Object.fromEntries(
          Object.entries(answer.headers).filter(([name]) => !isOurs.test(name)),
        );
        response.writeHead(answer.statusCode ?? 502, passed);
        response.flushHeaders();
        answer.pipe(response);
        answer.once('error', () => response.destroy());
      },
    );
    upstream.setTimeout(RESPONSE_TIMEOUT_MS, () =>
      upstream.destroy(new Refusal(504, { message: 'Timed out' })),
    );
    upstream.once('error', (error) => refuse(response, error));
    response.once('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  server.on('upgrade', (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    if (!url.pathname.startsWith('/realtime/v1/')) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    const upstream = connect(upstreams.realtime, '127.0.0.1', () => {
      const lines = [`GET ${realtimePath(url)} HTTP/1.1`];
      for (let at = 0; at < request.rawHeaders.length; at += 2) {
        lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
      }
      upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.once('error', () => socket.destroy());
    socket.once('error', () => upstream.destroy());
    upstream.once('close', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const sockets = new Set<Duplex>();

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function realtimePath(url: URL): string {
  const rest = url.pathname.slice('/realtime/v1'.length);
  return (rest.startsWith('/websocket') ? `/socket${rest}` : rest) + url.search;
}

// PostgREST reads the query itself, so it gets it as it was written, less the key.
function rawSearch(request: http.IncomingMessage): string {
  const search = request.url?.split('?')[1] ?? '';
  const kept = search.split('&').filter((pair) => pair && !pair.startsWith('apikey='));
  return kept.length > 0 ? `?${kept.join('&')}` : '';
}

function setCors(request: http.IncomingMessage, response: http.ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  if (request.method !== 'OPTIONS') {
    response.setHeader(
      'access-control-expose-headers',
      'Content-Range, Content-Location, Location, X-Supabase-Api-Version',
    );
    return;
  }
  response.setHeader('access-control-allow-methods', 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS');
  response.setHeader(
    'access-control-allow-headers',
    request.headers['access-control-request-headers'] ?? '*',
  );
  response.setHeader('access-control-max-age', '3600');
}

function refuse(response: http.ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal(502, { code: 'WORKER_ERROR', message: 'The service did not answer (please check logs)' });
  response
    .writeHead(refusal.status, { 'content-type': 'application/json' })
    .end(JSON.stringify(refusal.body));
}
