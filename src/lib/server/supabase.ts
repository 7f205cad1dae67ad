import { createServerClient } from '@supabase/ssr';
import type { SupabaseClient } from '@supabase/supabase-js';
import { error, type RequestEvent } from '@sveltejs/kit';
import ws from 'ws';
import { AppError, isPassing, isRefusalCode, statusOf, type RefusalCode } from '#shared/errors.ts';
import { supabaseProject } from '$lib/env';
import { fetchOncePerRefresh } from '$lib/server/refreshes';

/**
 * A client for one request, carrying the session of its cookies. The cookies are `HttpOnly`: the browser never sees the
 * refresh token, and asks `/session/token` for the short-lived one that Realtime needs.
 */
export function createRequestClient(
  event: RequestEvent,
  keepHeaders: (headers: Record<string, string>) => void,
): SupabaseClient {
  const { url, key } = supabaseProject();
  return createServerClient(url, key, {
    global: { fetch: fetchOncePerRefresh },
    // Node 20 has no WebSocket of its own and the client wants one when it is made, though the server never listens.
    realtime: { transport: ws as unknown as typeof WebSocket },
    cookies: {
      getAll: () => event.cookies.getAll(),
      setAll: (cookies, headers) => {
        for (const { name, value, options } of cookies) {
          event.cookies.set(name, value, {
            ...options,
            path: '/',
            httpOnly: true,
            sameSite: 'lax',
            secure: event.url.protocol === 'https:',
          });
        }
        keepHeaders(headers);
      },
    },
  });
}

interface DatabaseRefusal {
  code: string;
  message: string;
  details: string | null;
}

/**
 * Turns what PostgREST answered, and the HTTP status of that answer (0 when none came), into our own refusal; what we do not
 * know is logged and becomes INTRN.
 */
export function toAppError(refusal: DatabaseRefusal, status: number): AppError {
  if (isRefusalCode(refusal.code)) {
    return new AppError(refusal.code, refusal.message, parseDetail(refusal.details));
  }
  // What is no id names nothing; any other value that cannot be is bad input.
  if (refusal.code === '22P02') return new AppError('NTFND');
  if (/^22/.test(refusal.code)) return new AppError('INVAL');
  if (refusal.code === 'PGRST301' || refusal.code === 'PGRST303') return new AppError('SIGNI');
  if (refusal.code === '42501') return new AppError('FORBD');
  console.error('database refused', refusal.code, refusal.message, refusal.details ?? '');
  return new AppError(isPassing(status, refusal.code) ? 'UNAVL' : 'INTRN');
}

function parseDetail(details: string | null): unknown {
  if (!details) return undefined;
  try {
    return JSON.parse(details);
  } catch {
    return details;
  }
}

/** Ends the request with one of our refusals, as a page or as `{code, message, detail}`. */
export function refuse(code: RefusalCode, message?: string, detail?: unknown): never {
  throwRefusal(new AppError(code, message, detail));
}

function throwRefusal(refusal: AppError): never {
  const body: App.Error = { code: refusal.code, message: refusal.message };
  if (refusal.detail !== undefined) body.detail = refusal.detail;
  error(statusOf(refusal.code), body);
}

/**
 * Calls one SQL function as the signed-in person and returns what it returns; a refusal ends the request. The signal gives the
 * call up.
 */
export async function rpc<Result>(
  db: SupabaseClient,
  name: string,
  parameters: Record<string, unknown> = {},
  signal?: AbortSignal,
): Promise<Result> {
  const call = db.rpc(name, parameters);
  const { data, error: refusal, status } = await (signal ? call.abortSignal(signal) : call);
  if (refusal) throwRefusal(toAppError(refusal, status));
  return data as Result;
}

/** The rows of a query through the Data API; a refusal ends the request. */
export async function rows<Row>(
  query: PromiseLike<{ data: unknown; error: DatabaseRefusal | null; status: number }>,
): Promise<Row[]> {
  const { data, error: refusal, status } = await query;
  if (refusal) throwRefusal(toAppError(refusal, status));
  return (data ?? []) as Row[];
}
