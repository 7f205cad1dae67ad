// The one way by which a customer's URL is called. The URL's text is checked, its name resolved, every address checked, and
// the connection made to a checked address itself, so that DNS has no second chance to answer differently; TLS, SNI and
// `Host` keep the name. Nothing is followed, nothing expanded, little is read, and one deadline covers it all. What can
// go wrong becomes a result; nothing is thrown. Never call a customer's URL in any other way.
import { lookup } from 'node:dns/promises';
import { Agent, buildConnector } from 'undici';
import { isWebhookUrl } from '../_shared/addresses.ts';
import { cut } from '../_shared/clean.ts';
import { BlockedError, checkedConnect } from '../_shared/checked-connect.ts';
import { skipContinue } from './interim.ts';
import { failureOf, POST_DEADLINE_MS, snippetOf } from './post-result.ts';
import type { PostResult } from './post-result.ts';
import { retryAfter } from './retry-after.ts';

/** How much of an answer is read, in bytes. */
export const ANSWER_MAX_BYTES = 16 * 1024;
const CONNECT_DEADLINE_MS = 5_000;
/** Idle connections are kept only this long: a receiver that closes one just then would cost a needless attempt. */
const KEEP_ALIVE_MS = 1_000;

export interface PostRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
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

/** Makes the caller of customers' URLs. It keeps a pool of connections, so make one and use it for everything. */
export function createSafePost(options: PostOptions = {}): SafePost {
  const { allowLoopback = false, resolve = resolveName, isPublic } = options;
  const connect = buildConnector({ timeout: CONNECT_DEADLINE_MS, ...(options.ca && { ca: options.ca }) });
  const open: buildConnector.connector = (target, callback) =>
    connect(target, (...[error, socket]) => {
      if (error) callback(error, null);
      else callback(null, skipContinue(socket));
    });
  const agent = new Agent({
    connect: checkedConnect({ open, resolve, isPublic, allowLoopback }) as buildConnector.connector,
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
    result.snippet = encoding && encoding !== 'identity' ? `(${cut(encoding, 40)})` : snippetOf(chunks);
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
