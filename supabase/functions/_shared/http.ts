import { AppError } from './errors.ts';
import type { ErrorBody } from './contract.ts';

/** The largest body a function reads, in bytes; more is refused with TOBIG before it is kept. */
export const BODY_MAX_BYTES = 64 * 1024;

/** One call of a function: what the table of routes leads to. */
export type Answer = (request: Request, path: Record<string, string>) => Promise<Response>;

/** The calls of one function: path below the function's name, then method. `{name}` in a path takes one segment. */
export type Routes = Record<string, Partial<Record<'GET' | 'POST', Answer>>>;

/** A JSON answer. Nothing we answer may be kept by a cache unless `headers` says otherwise. */
export function json(status: number, body: unknown, headers: HeadersInit = {}): Response {
  const answer = new Headers({
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
  });
  new Headers(headers).forEach((value, name) => answer.set(name, value));
  return new Response(JSON.stringify(body), { status, headers: answer });
}

/** An answer that has nothing to say (204, or the 304 of a known ETag). */
export function empty(status = 204, headers: HeadersInit = {}): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

/** The body of an error answer; anything that is not our own refusal becomes INTRN, and only the log knows more. */
export function errorBody(error: unknown): ErrorBody {
  const { code, message } = asRefusal(error);
  return { code, message };
}

/** Turns whatever was thrown into `{code, message}` with the status that belongs to the code. */
export function refuse(error: unknown): Response {
  const refusal = asRefusal(error);
  const headers = new Headers();
  if (refusal.code === 'TOOMY')
    headers.set('retry-after', String(Math.max(1, refusal.retryAfterSeconds ?? 60)));
  if (refusal.code === 'NOMTH') headers.set('allow', String(refusal.detail));
  if (refusal.status === 401) headers.set('www-authenticate', 'Bearer');
  return json(refusal.status, errorBody(refusal), headers);
}

function asRefusal(error: unknown): AppError {
  if (error instanceof AppError) return error;
  console.error('unexpected', error);
  return new AppError('INTRN');
}

/**
 * Reads a JSON object. Throws BDCTY for another content type, TOBIG above `maxBytes` (counted while reading, because
 * `Content-Length` is only a claim), BDJSN for what is not JSON in UTF-8, INVAL for JSON that is not an object.
 */
export async function readJson(
  request: Request,
  maxBytes = BODY_MAX_BYTES,
): Promise<Record<string, unknown>> {
  const contentType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (contentType !== 'application/json') throw new AppError('BDCTY');
  const bytes = await readBytes(request, maxBytes);
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new AppError('BDJSN');
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw new AppError('INVAL', 'The body must be a JSON object.');
  }
  return body as Record<string, unknown>;
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length')) > maxBytes) throw new AppError('TOBIG');
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read().catch(() => {
      throw new AppError('BDJSN', 'The body ended before it was complete.');
    });
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel().catch(() => undefined);
      throw new AppError('TOBIG');
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * Finds the call in the table and makes it. `name` is the function's: the platform passes `/name/…`, a proxy in front
 * of it may pass `/functions/v1/name/…`. Throws NOPTH, or NOMTH whose detail is the `Allow` list.
 */
export async function route(name: string, routes: Routes, request: Request): Promise<Response> {
  const { methods, path } = find(name, routes, request);
  const answer = Object.hasOwn(methods, request.method)
    ? methods[request.method as 'GET' | 'POST']
    : undefined;
  if (!answer) throw new AppError('NOMTH', undefined, allowed(methods));
  return await answer(request, path);
}

/** The methods a path takes, as an `Allow` list, for a preflight. Throws NOPTH when there is no such path. */
export function allowedMethods(name: string, routes: Routes, request: Request): string {
  return allowed(find(name, routes, request).methods);
}

function allowed(methods: Routes[string]): string {
  return [...Object.keys(methods), 'OPTIONS'].join(', ');
}

function find(name: string, routes: Routes, request: Request) {
  const pathname = new URL(request.url).pathname.replace(/^\/functions\/v1(?=\/)/, '').replace(/\/$/, '');
  if (!pathname.startsWith(`/${name}/`)) throw new AppError('NOPTH');
  const segments = pathname.slice(name.length + 1).split('/');
  for (const [template, methods] of Object.entries(routes)) {
    const path = matchPath(template.split('/'), segments);
    if (path) return { methods, path };
  }
  throw new AppError('NOPTH');
}

function matchPath(template: string[], segments: string[]): Record<string, string> | null {
  if (template.length !== segments.length) return null;
  const path: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? '';
    const parameter = /^\{(\w+)\}$/.exec(part)?.[1];
    if (parameter === undefined) {
      if (part !== segment) return null;
    } else {
      path[parameter] = decodeSegment(segment);
    }
  }
  return path;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new AppError('NOPTH');
  }
}
