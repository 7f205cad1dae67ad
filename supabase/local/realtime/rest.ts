/** Broadcasts over HTTP: what `send()` does before a channel is joined, and `httpSend()`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Subject } from './authorization.ts';
import { textFanout, userFanout, type Fanout } from './framing.ts';
import type { RealtimeServer } from './server.ts';
import { readToken, TokenFault, type Claims } from './token.ts';

interface Message {
  topic: string;
  event: string;
  payload: unknown;
  private: boolean;
}

const SINGLE = /^\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/;

class Answer extends Error {
  readonly status: number;
  readonly body: object | null;

  constructor(status: number, body: object | null = null) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Answers one request of the service's HTTP port. */
export async function answerHttp(
  server: RealtimeServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', 'authorization, apikey, content-type, x-client-info');
  const { status, body } = await handle(server, request).catch((error: unknown) => {
    if (error instanceof Answer) return error;
    server.log(`UnknownErrorOnController: ${String(error)}`);
    return new Answer(500, { message: 'Unknown error' });
  });
  if (body) response.setHeader('content-type', 'application/json');
  response.writeHead(status).end(body ? JSON.stringify(body) : undefined);
}

async function handle(server: RealtimeServer, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://realtime');
  const single = SINGLE.exec(url.pathname);
  if (!single && url.pathname !== '/api/broadcast') return new Answer(404, { message: 'not found' });
  if (request.method === 'OPTIONS') return new Answer(204);
  if (request.method !== 'POST') return new Answer(404, { message: 'not found' });
  const claims = authenticate(server, request);
  const bytes = await readBody(request, server.limits.maxFrameBytes);
  if (single) {
    const isPrivate = url.searchParams.get('private') === 'true';
    await broadcastOne(server, request, claims, {
      topic: decode(single[1]),
      event: decode(single[2]),
      isPrivate,
      bytes,
    });
  } else {
    await broadcastBatch(server, request, claims, bytes);
  }
  return new Answer(202);
}

async function broadcastOne(
  server: RealtimeServer,
  request: IncomingMessage,
  claims: Claims,
  { topic, event, isPrivate, bytes }: { topic: string; event: string; isPrivate: boolean; bytes: Buffer },
): Promise<void> {
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  if (type !== 'application/json' && type !== 'application/octet-stream') throw new Answer(415);
  if (type === 'application/json') parseJson(bytes);
  if (bytes.length > server.limits.maxPayloadBytes) {
    throw new Answer(422, { message: 'Payload size exceeds tenant limit' });
  }
  admit(server, 1);
  if (isPrivate && !(await canWrite(server, request, claims, topic))) {
    throw new Answer(403, { message: 'You do not have permissions to write to this Channel topic' });
  }
  const isJson = type === 'application/json';
  publish(server, topic, isPrivate, userFanout(`realtime:${topic}`, event, isJson, bytes));
}

async function broadcastBatch(
  server: RealtimeServer,
  request: IncomingMessage,
  claims: Claims,
  bytes: Buffer,
): Promise<void> {
  const messages = readMessages(parseJson(bytes), server.limits.maxPayloadBytes);
  admit(server, messages.length);
  const rights = new Map<string, boolean>();
  for (const { topic, event, payload, private: isPrivate } of messages) {
    if (isPrivate && !rights.has(topic)) {
      rights.set(topic, await canWrite(server, request, claims, topic));
    }
    // Refused ones vanish: the answer tells nobody which topics exist.
    if (isPrivate && !rights.get(topic)) continue;
    const body = { type: 'broadcast', event, payload };
    publish(server, topic, isPrivate, textFanout(`realtime:${topic}`, 'broadcast', body));
  }
}

function publish(server: RealtimeServer, topic: string, isPrivate: boolean, message: Fanout): void {
  server.messages.add();
  server.audiences.find(topic, isPrivate)?.publish(message);
}

function authenticate(server: RealtimeServer, request: IncomingMessage): Claims {
  const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const apikey = request.headers['x-api-key'] ?? request.headers.apikey;
  const given = bearer && !bearer.startsWith('sb_') ? bearer : (apikey ?? bearer);
  if (typeof given !== 'string') throw new Answer(401, { message: 'Unauthorized' });
  try {
    return readToken(server.tokenFor(given), server.jwtSecret);
  } catch (error) {
    if (error instanceof TokenFault) throw new Answer(401, { message: error.upgradeText });
    throw error;
  }
}

async function canWrite(
  server: RealtimeServer,
  request: IncomingMessage,
  claims: Claims,
  topic: string,
): Promise<boolean> {
  const subject: Subject = { topic, claims, headers: extensionHeaders(request) };
  return (await server.authorization.write(subject))?.broadcast ?? false;
}

/** The `x-*` headers, which policies may read. */
export function extensionHeaders(request: IncomingMessage): Record<string, string> {
  const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('x-'));
  return Object.fromEntries(headers.map(([name, value]) => [name, String(value)]));
}

function admit(server: RealtimeServer, count: number): void {
  const { maxMessagesPerSecond } = server.limits;
  if (server.isOverMessageRate) throw new Answer(429, { message: 'You have exceeded your rate limit' });
  if (server.messages.perSecond + count > maxMessagesPerSecond) {
    throw new Answer(429, { message: 'Too many messages to broadcast, please reduce the batch size' });
  }
}

function readMessages(body: unknown, maxPayloadBytes: number): Message[] {
  const list = (body as { messages?: unknown } | null)?.messages;
  if (!Array.isArray(list)) throw new Answer(422, { errors: { messages: ["can't be blank"] } });
  const errors = list.map((item: Partial<Message> | null) => {
    const faults: Record<string, string[]> = {};
    const { topic, event, payload } = item ?? {};
    if (typeof topic !== 'string' || topic === '') faults.topic = ["can't be blank"];
    if (typeof event !== 'string' || event === '') faults.event = ["can't be blank"];
    if (!payload || typeof payload !== 'object' || Array.isArray(payload))
      faults.payload = ["can't be blank"];
    else if (Buffer.byteLength(JSON.stringify(payload)) > maxPayloadBytes) {
      faults.payload = ['Payload size exceeds tenant limit'];
    }
    return faults;
  });
  if (errors.some((fault) => Object.keys(fault).length > 0)) {
    throw new Answer(422, { errors: { messages: errors } });
  }
  return list.map((item: Message) => ({ ...item, private: item.private === true }));
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Answer(422, { message: 'The request body is not valid JSON' });
  }
}

function decode(part = ''): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Answer(422, { message: 'The path is not valid' });
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Answer(413, { message: 'The request body is too large' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
