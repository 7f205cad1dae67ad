/**
 * The mailbox's HTTP: Postmark's API with its token and its errors, the reading side for people and tests, and
 * the underscored paths that make things go wrong on purpose.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { findBounceType } from './bounces.ts';
import { faultSchema, isAccepting, play, type Faults } from './faults.ts';
import { answerMail, type Answering } from './answering.ts';
import type { Outcomes } from './outcomes.ts';
import { answerPage } from './page.ts';
import { BAD_TOKEN, INVALID_FIELD, INVALID_JSON, JSON_REQUIRED, Refusal, TOO_LARGE } from './refusal.ts';
import type { Sending } from './sending.ts';
import type { Message, Store } from './store.ts';
import { serverSchema, showServer, showWebhooks, type MailServer } from './server.ts';
import { dump, suppress, unsuppress } from './suppressing.ts';

const MAX_REQUEST_BYTES = 50_000_000;
const TEST_TOKEN = 'POSTMARK_API_TEST';
const STREAM = /^\/message-streams\/([^/]+)\/suppressions(\/dump|\/delete)?$/;

const faultsSchema = z.union([
  z.array(faultSchema),
  z.object({ Faults: z.array(faultSchema) }).transform(({ Faults }) => Faults),
]);
const eventSchema = z.object({ MessageID: z.string(), Type: z.string(), Recipient: z.string().optional() });

export interface Parts extends Answering {
  server: MailServer;
  sending: Sending;
  outcomes: Outcomes;
  faults: Faults;
}

/** Answers one request. */
export async function answer(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mailbox');
  try {
    if (await answerPostmark(parts, request, response, url)) return;
    if (await answerTests(parts, request, response, url)) return;
    if (request.method === 'POST' && url.pathname === '/answer') {
      await answerForm(parts, request, response);
      return;
    }
    if (request.method === 'GET' && answerPage(parts, url, request, response)) return;
    sendJson(response, 404, { Message: 'There is nothing here.' });
  } catch (error) {
    if (error instanceof Refusal) sendJson(response, error.status, error.body);
    else if (!response.headersSent) sendJson(response, 500, { ErrorCode: 500, Message: String(error) });
  }
}

async function answerPostmark(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const { store, outcomes } = parts;
  const route = `${request.method} ${url.pathname}`;
  if (route === 'POST /email' || route === 'POST /email/batch') {
    await answerSending(parts, request, response, url.pathname === '/email/batch');
    return true;
  }
  if (route === 'GET /server' || route === 'GET /webhooks') {
    authenticate(parts, request);
    sendJson(response, 200, route === 'GET /server' ? showServer(parts.server) : showWebhooks(parts.server));
    return true;
  }
  const [, stream, action] = STREAM.exec(url.pathname) ?? [];
  if (!stream) return false;
  if (request.method === 'GET' && action === '/dump') {
    authenticate(parts, request);
    sendJson(response, 200, dump(store, stream, url.searchParams));
    return true;
  }
  if (request.method !== 'POST' || action === '/dump') return false;
  authenticate(parts, request);
  const body = await readJson(request);
  const change = action === '/delete' ? unsuppress : suppress;
  sendJson(response, 200, change(store, outcomes, stream, body));
  return true;
}

async function answerSending(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  isBatch: boolean,
): Promise<void> {
  const { sending, faults } = parts;
  const isTest = authenticate(parts, request);
  const body = await readJson(request);
  const fault = faults.next();
  const send = () =>
    isBatch ? sending.sendBatch(body, isTest, fault?.items) : sending.sendOne(body, isTest);
  const truth = isAccepting(fault) ? send() : null;
  if (fault && (await play(fault, response))) return;
  sendJson(response, 200, truth);
}

/** The page's form. Other pages in this browser may not write mail. */
async function answerForm(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { origin, host } = request.headers;
  if (origin !== `http://${host}`)
    throw new Refusal(INVALID_FIELD, 'Only the mailbox’s own page may answer.', 403);
  const form = new URLSearchParams((await readBody(request)).toString('utf8'));
  // A box that is not ticked is not sent.
  const { MessageID } = answerMail(parts, { quote: 'false', ...Object.fromEntries(form) });
  const shown = parts.store.message(MessageID) ? MessageID : (form.get('MessageID') ?? '');
  response.writeHead(303, { location: `/?id=${encodeURIComponent(shown)}#latest` }).end();
}

async function answerTests(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const { store, outcomes, faults } = parts;
  const route = `${request.method} ${url.pathname}`;
  if (route === 'POST /_answers') {
    sendJson(response, 200, answerMail(parts, await readJson(request)));
  } else if (route === 'GET /messages') {
    const found = store.messages(url.searchParams.get('recipient') ?? undefined);
    sendJson(response, 200, { TotalCount: found.length, Messages: found });
  } else if (route === 'DELETE /messages') {
    store.empty();
    response.writeHead(204).end();
  } else if (route === 'GET /_faults') {
    sendJson(response, 200, { Faults: faults.empty() });
  } else if (route === 'POST /_faults') {
    const parsed = faultsSchema.safeParse(await readJson(request));
    if (!parsed.success) throw new Refusal(INVALID_FIELD, z.prettifyError(parsed.error));
    faults.add(parsed.data);
    response.writeHead(204).end();
  } else if (route === 'POST /_server') {
    const parsed = serverSchema.safeParse(await readJson(request));
    if (!parsed.success) throw new Refusal(INVALID_FIELD, z.prettifyError(parsed.error));
    Object.assign(parts.server, parsed.data);
    response.writeHead(204).end();
  } else if (route === 'POST /_events') {
    causeEvent(store, outcomes, await readJson(request));
    response.writeHead(204).end();
  } else return false;
  return true;
}

function causeEvent(store: Store, outcomes: Outcomes, body: unknown): void {
  const parsed = eventSchema.safeParse(body);
  if (!parsed.success) throw new Refusal(INVALID_FIELD, z.prettifyError(parsed.error));
  const { MessageID, Type, Recipient } = parsed.data;
  const message: Message | undefined = store.message(MessageID);
  const recipient = Recipient ?? message?.Recipients[0];
  if (!message || !recipient) throw new Refusal(INVALID_FIELD, 'There is no such message.', 404);
  const type = findBounceType(Type);
  if (type) outcomes.bounce(message, recipient, type);
  else if (Type === 'Delivery') outcomes.deliver(message, recipient);
  else throw new Refusal(INVALID_FIELD, `There is no event of type '${Type}'.`);
}

/** Refuses a wrong token; true when it is the one that only validates. */
function authenticate({ server }: Parts, request: IncomingMessage): boolean {
  const token = request.headers['x-postmark-server-token'];
  const accept = request.headers.accept ?? '';
  if (!accept.includes('application/json') && !accept.includes('*/*')) throw notJson();
  if (token !== server.token && token !== TEST_TOKEN) {
    throw new Refusal(BAD_TOKEN, 'Request does not contain a valid Server token.', 401);
  }
  return token === TEST_TOKEN;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw notJson();
  const body = await readBody(request);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal(INVALID_JSON, 'The request body is not valid JSON.');
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) throw new Refusal(TOO_LARGE, 'The request exceeds 50 MB.', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const notJson = () =>
  new Refusal(JSON_REQUIRED, 'Both the Accept and the Content-Type header must say application/json.', 415);

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
