import { redirect, type RequestEvent } from '@sveltejs/kit';
import { isRefusalCode } from '#shared/errors.ts';
import { refuse } from '$lib/server/supabase';

export interface SignedInUser {
  id: string;
  email: string;
}

export type Role = 'owner' | 'admin' | 'agent';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id in the address, or the same 404 that a missing or foreign one gets. */
export function uuidOr404(text: string | null | undefined): string {
  if (!text || !UUID.test(text)) refuse('NTFND');
  return text.toLowerCase();
}

/** The signed-in person, or a redirect to the login page that comes back here afterwards. */
export async function requireUser(event: RequestEvent): Promise<SignedInUser> {
  const user = await event.locals.get_user();
  if (user) return user;
  // An endpoint is asked by code, which can do nothing with a login page.
  if (event.request.headers.get('accept') === 'application/json') refuse('SIGNI');
  redirect(303, `/login?next=${encodeURIComponent(event.url.pathname + event.url.search)}`);
}

/** A path on our own origin to go to after signing in; anything else becomes the dashboard. */
export function safeNext(next: string | null | undefined, origin: string): string {
  const fallback = '/dashboard';
  // Browsers read a backslash as a slash and drop control characters, so neither may get as far as the parser's verdict.
  // eslint-disable-next-line no-control-regex
  if (!next?.startsWith('/') || /^\/[/\\]|[\\\u0000-\u001f\u007f]/.test(next)) return fallback;
  try {
    const url = new URL(next, origin);
    if (url.origin !== origin || url.pathname.startsWith('//')) return fallback;
    return url.pathname + url.search + url.hash;
  } catch {
    return fallback;
  }
}

/** Whether the role may edit settings. */
export function mayEditSettings(role: Role): boolean {
  return role !== 'agent';
}

/** The refusal inside a thrown HttpError, for form actions that show it beside the field; anything else is thrown on. */
export function refusalOf(thrown: unknown): { status: number; body: App.Error } {
  if (typeof thrown === 'object' && thrown !== null && 'status' in thrown && 'body' in thrown) {
    const { status, body } = thrown as { status: number; body: App.Error };
    if (isRefusalCode(body.code)) return { status, body };
  }
  throw thrown;
}
