// The one way by which a customer's URL is called. The URL's text is checked, its name resolved, every address checked, and
// the connection made to a checked address itself, so that DNS has no second chance to answer differently; TLS, SNI and
// `Host` keep the name. Nothing is followed, nothing expanded, little is read, and one deadline covers it all. What can
// go wrong becomes a result; nothing is thrown. Never call a customer's URL in any other way.
import { lookup } from 'node:dns/promises';
import { Agent, buildConnector } from 'undici';
import { isLoopbackUrl, isPublicAddress, isWebhookUrl } from '../_shared/addresses.ts';
import { retryAfter } from './retry-after.ts';

/** The deadline over the whole exchange, from the first DNS query to the last byte read, in milliseconds. */
export const POST_DEADLINE_MS = 15_000;
/** How much of an answer is read, in bytes, and how much of that is kept as text. */
export const ANSWER_MAX_BYTES = 16 * 1024;
export const SNIPPET_MAX_BYTES = 1024;
/** All that anybody learns about an address that may not be called, so that nobody can explore a network by it. */
export const BLOCKED_SENTENCE = 'This address cannot be called: it does not lead to a public server.';

const CONNECT_DEADLINE_MS = 5_000;
/** Idle connections are kept only this long: a receiver that closes one just then would cost a needless attempt. */
const KEEP_ALIVE_MS = 1_000;
const ADDRESSES_TRIED_MAX = 3;

/** What came of one call. Either `status` or `failure` is set; both when an answer broke off after its status. */
export interface PostResult {
  status: number | null;
  failure: PostFailure | null;
  /** The receiver's wish, in seconds from now. */
  retry_after_seconds: number | null;
  snippet: string | null;
  duration_ms: number;
}

export type PostFailure =
  | { kind: 'blocked' | 'unreachable'; code: string; message: string }
  /** The request may have arrived although no whole answer came back. */
  | { kind: 'unclear'; code: string; message: string };

export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

export type SafePost = (request: PostRequest) => Promise<PostResult>;

/** The outside world as the poster sees it; the defaults are the real one. */
export interface PostOptions {
  allowLoopback?: boolean;
  resolve?: (name: string) => Promise<string[]>;
  isPublic?: (address: string) => boolean;
  /** Certificates to trust besides the system's. */
  ca?: string;
}

class BlockedError extends Error {}

/** Makes the caller of customers' URLs. It keeps a pool of connections, so make one and use it for everything. */
export function createSafePost(options: PostOptions = {}): SafePost {
  const { allowLoopback = false, resolve = resolveName, isPublic = isPublicAddress } = options;
  const open = buildConnector({ timeout: CONNECT_DEADLINE_MS, ...(options.ca && { ca: options.ca }) });

  async function connect(target: buildConnector.Options): Promise<Socket> {
    const addresses = await checkedAddresses(target);
    // The address goes in as the host, so nothing is left to look up; the name stays what the certificate must be for.
    const servername = target.servername || target.hostname;
    for (const [index, address] of addresses.entries()) {
      try {
        return await opened(open, { ...target, hostname: address, servername });
      } catch (error) {
        if (index === addresses.length - 1) throw error;
      }
    }
    throw new BlockedError();
  }

  async function checkedAddresses({ protocol, hostname, port }: buildConnector.Options): Promise<string[]> {
    const isLoopback = isLoopbackUrl(new URL(`${protocol}//${hostname}:${port || 80}`));
    if (isLoopback && allowLoopback) return [hostname];
    const addresses = await resolve(hostname).catch(() => []);
    if (addresses.length === 0 || !addresses.every(isPublic)) throw new BlockedError();
    return addresses.slice(0, ADDRESSES_TRIED_MAX);
  }

  const agent = new Agent({
    connect: (target, callback) => {
      connect(target).then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      );
    },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: ANSWER_MAX_BYTES,
    // One deadline rules them all.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  return async ({ url, headers, body }) => {
    const startedAt = performance.now();
    const result: PostResult = {
      status: null,
      failure: null,
      retry_after_seconds: null,
      snippet: null,
      duration_ms: 0,
    };
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), POST_DEADLINE_MS);
    try {
      if (!isWebhookUrl(url, { allowLoopback })) throw new BlockedError();
      await orDeadline(exchange(agent, { url, headers, body }, result, deadline.signal), deadline.signal);
    } catch (error) {
      result.failure = failureOf(error, deadline.signal.aborted);
    } finally {
      clearTimeout(timer);
      deadline.abort();
    }
    result.duration_ms = Math.round(performance.now() - startedAt);
    // A copy, because an exchange that lost against the deadline may still write into its own.
    return { ...result };
  };
}

/** IPv4 first: many networks that functions run in have no way out over IPv6. */
async function resolveName(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true, verbatim: true });
  return found.sort((a, b) => a.family - b.family).map(({ address }) => address);
}

type Socket = NonNullable<Parameters<buildConnector.Callback>[1]>;

function opened(open: buildConnector.connector, target: buildConnector.Options): Promise<Socket> {
  return new Promise((fulfil, reject) => {
    open(target, (error, socket) => (socket ? fulfil(socket) : reject(error ?? new BlockedError())));
  });
}

function orDeadline<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, late]);
}

async function exchange(agent: Agent, request: PostRequest, result: PostResult, signal: AbortSignal) {
  const { origin, pathname, search } = new URL(request.url);
  // `request` neither follows redirects nor expands compressed bodies; `fetch` would do both.
  const answer = await agent.request({
    origin,
    path: pathname + search,
    method: 'POST',
    headers: request.headers,
    body: request.body,
    signal,
  });
  result.status = answer.statusCode;
  result.retry_after_seconds = retryAfter(single(answer.headers['retry-after']));
  const encoding = single(answer.headers['content-encoding']);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk.subarray(0, ANSWER_MAX_BYTES - length));
      length += chunk.length;
      // Leaving the loop closes the connection; what else would have come is not waited for.
      if (length >= ANSWER_MAX_BYTES) break;
    }
  } finally {
    result.snippet = encoding && encoding !== 'identity' ? `(${encoding.slice(0, 40)})` : snippetOf(chunks);
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** The start of an answer as text; NUL and other controls, which neither Postgres nor a page can show, left out. */
function snippetOf(chunks: Uint8Array[]): string | null {
  const bytes = new Uint8Array(SNIPPET_MAX_BYTES);
  let length = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, SNIPPET_MAX_BYTES - length);
    bytes.set(part, length);
    length += part.length;
  }
  // `stream` leaves out a character that the cut went through.
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, length), { stream: true });
  return text.replace(/[^\P{Cc}\t\n]/gu, '').trim() || null;
}

const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function failureOf(error: unknown, isLate: boolean): PostFailure {
  if (error instanceof BlockedError) return { kind: 'blocked', code: 'BLOCKED', message: BLOCKED_SENTENCE };
  if (isLate) {
    const seconds = POST_DEADLINE_MS / 1000;
    return {
      kind: 'unclear',
      code: 'TIMEOUT',
      message: `No complete answer within ${seconds} seconds; it may have arrived.`,
    };
  }
  const code = codeOf(error);
  if (NEVER_CONNECTED.has(code)) {
    return { kind: 'unreachable', code, message: 'No connection could be made.' };
  }
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|INVALID_CA/.test(code)) {
    return { kind: 'unreachable', code, message: 'The certificate is not valid for this address.' };
  }
  return {
    kind: 'unclear',
    code,
    message: 'The connection broke before a complete answer; it may have arrived.',
  };
}

function codeOf(error: unknown): string {
  const { code, message, name } = error as { code?: unknown; message?: string; name?: string };
  if (typeof code === 'string') return code;
  // Deno reports a refused certificate without a code.
  return /certificate/i.test(message ?? '') ? 'CERT' : (name ?? 'UNKNOWN');
}
