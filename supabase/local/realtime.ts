/**
 * Supabase Realtime for one machine: the channel protocol that the client library speaks, private channels
 * decided by the policies on realtime.messages, broadcasts from the database, presence. Streaming of table
 * changes (`postgres_changes`) is not part of it. The protocol is that of supabase/realtime v2.129.
 */
import { createServer, STATUS_CODES, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { Version } from './realtime/framing.ts';
import { DEFAULT_LIMITS, type RealtimeLimits } from './realtime/limits.ts';
import { answerHttp, extensionHeaders } from './realtime/rest.ts';
import { RealtimeServer } from './realtime/server.ts';
import { Socket } from './realtime/socket.ts';
import { readToken, TokenFault } from './realtime/token.ts';

export interface RealtimeOptions {
  /** 0 takes a free port. */
  port: number;
  /** A superuser or a role that may replicate, bypass row security and become any API role. */
  databaseUrl: string;
  jwtSecret: string;
  publishableKey: string;
  secretKey: string;
  limits?: Partial<RealtimeLimits>;
  log?: (message: string) => void;
}

export interface Realtime {
  port: number;
  /** Read on every use: raising one takes effect at once. */
  limits: RealtimeLimits;
  stop(): Promise<void>;
}

class UpgradeRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Starts the service on 127.0.0.1; the schema of `platform/realtime.sql` must exist. */
export async function startRealtime(options: RealtimeOptions): Promise<Realtime> {
  const limits: RealtimeLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const server = new RealtimeServer({ ...options, limits, log: options.log ?? (() => undefined) });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxFrameBytes,
    perMessageDeflate: false,
  });
  const http = createServer((request, response) => void answerHttp(server, request, response));
  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    try {
      const accepted = admitUpgrade(server, request);
      sockets.handleUpgrade(request, stream, head, (ws) => new Socket(server, ws, { ...accepted, stream }));
    } catch (error) {
      void refuseUpgrade(stream, error, limits.refusedUpgradeDelayMs);
    }
  });
  try {
    await server.start();
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject).listen(options.port, '127.0.0.1', resolve);
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    port: (http.address() as AddressInfo).port,
    limits,
    async stop() {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      await server.stop();
      // A client that does not answer the close must not keep the stack from stopping.
      const stragglers = setTimeout(() => sockets.clients.forEach((ws) => ws.terminate()), 1_000);
      http.closeIdleConnections();
      await closed;
      clearTimeout(stragglers);
    },
  };
}

function admitUpgrade(server: RealtimeServer, request: IncomingMessage) {
  const url = new URL(request.url ?? '/', 'http://realtime');
  if (url.pathname !== '/socket/websocket') throw new UpgradeRefused(404, 'not found');
  const vsn = url.searchParams.get('vsn') ?? '1.0.0';
  const version = /^([12])\.0\.\d+$/.exec(vsn)?.[1];
  if (!version) throw new UpgradeRefused(403, '');
  const header = request.headers['x-api-key'];
  const key = (Array.isArray(header) ? header[0] : header) ?? url.searchParams.get('apikey');
  if (!key) throw new UpgradeRefused(401, 'API key is missing');
  const token = server.tokenFor(key);
  try {
    readToken(token, server.jwtSecret);
  } catch (error) {
    throw error instanceof TokenFault ? new UpgradeRefused(401, error.upgradeText) : error;
  }
  if (server.users.size >= server.limits.maxUsers) throw new UpgradeRefused(429, 'Too many connected users');
  if (server.isOverJoinRate) throw new UpgradeRefused(429, 'Too many joins per second');
  return { version: Number(version) as Version, token, headers: extensionHeaders(request) };
}

async function refuseUpgrade(stream: Duplex, error: unknown, delayMs: number): Promise<void> {
  const status = error instanceof UpgradeRefused ? error.status : 500;
  const message = error instanceof UpgradeRefused ? error.message : 'Error connecting to Realtime';
  // The wait keeps a client with a bad key from hammering; an unknown version is refused at once.
  if (message) await delay(delayMs);
  const body = message ? JSON.stringify({ error: message }) : '';
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n` +
      `${body ? 'content-type: application/json; charset=utf-8\r\n' : ''}` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
