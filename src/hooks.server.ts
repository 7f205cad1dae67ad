// What happens around every request: a Supabase client under the visitor's own session, the theme written into the page,
// and the security headers. It never decides who may see what: that is done by guards and by row-level security.
import { isAuthRetryableFetchError } from '@supabase/supabase-js';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit';
import { building } from '$app/environment';
import { supabaseProject } from '$lib/env';
import { compressed } from '$lib/server/compression';
import { createRequestClient, refuse } from '$lib/server/supabase';
import type { SignedInUser } from '$lib/server/guards';

const THEMES = ['system', 'light', 'dark'] as const;

// What a zone may be called; whether there is one of that name the database says, as it does of every zone.
const ZONE_NAME = /^(?=.{1,60}$)(UTC|[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+)$/;

function remember<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= read());
}

/** Says what is missing before anybody is served, and not in the answer to everybody. */
export const init: ServerInit = () => {
  if (building) return;
  try {
    supabaseProject();
  } catch (missing) {
    console.error((missing as Error).message);
    process.exit(1);
  }
};

export const handle: Handle = async ({ event, resolve }) => {
  const noStore: Record<string, string> = {};
  const db = createRequestClient(event, (headers) => Object.assign(noStore, headers));
  event.locals.db = db;
  event.locals.get_user = remember(async (): Promise<SignedInUser | null> => {
    const { data, error } = await db.auth.getClaims();
    // While nobody can say who this is, nobody is told to sign in again.
    if (isAuthRetryableFetchError(error) || error?.status === 429) refuse('UNAVL');
    return data ? { id: data.claims.sub, email: data.claims.email ?? '' } : null;
  });
  event.locals.theme = THEMES.find((theme) => theme === event.cookies.get('theme')) ?? 'system';
  const zone = event.cookies.get('time_zone');
  event.locals.device_time_zone = zone && ZONE_NAME.test(zone) ? zone : null;

  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%handoff.theme%', event.locals.theme),
    filterSerializedResponseHeaders: (name) => name === 'content-type',
  });
  for (const [name, value] of Object.entries(noStore)) response.headers.set(name, value);
  return compressed(event.request, withSecurityHeaders(response, event.url.protocol === 'https:'));
};

function withSecurityHeaders(response: Response, isSecure: boolean): Response {
  const { headers } = response;
  const policy = headers.get('content-security-policy');
  if (policy) {
    const { url } = supabaseProject();
    const sources = `connect-src 'self' ${url} ${url.replace(/^http/, 'ws')}`;
    headers.set('content-security-policy', policy.replace("connect-src 'self'", sources));
  }
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'strict-origin-when-cross-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()');
  headers.set('cross-origin-opener-policy', 'same-origin');
  // Every answer made here depends on who asks; files that do not are served before any request gets this far.
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-store');
  if (isSecure) headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains');
  return response;
}

export const handleError: HandleServerError = ({ error, event, status, message }) => {
  if (status === 404) return { code: 'NTFND', message: 'There’s nothing here.' };
  // The route, not the address: an invitation's address is a secret.
  console.error(event.request.method, event.route.id ?? 'no route', error);
  return { code: 'INTRN', message: status === 500 ? 'Something went wrong on our side.' : message };
};
