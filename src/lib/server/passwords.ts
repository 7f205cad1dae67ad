// Who may choose a new password: whoever knows the present one, or has just come by a link from their own mailbox. A page that
// was left open on a desk is neither. The Auth server lets every session choose; this is the page's own question.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import type { Cookies } from '@sveltejs/kit';
import ws from 'ws';
import { supabaseProject } from '$lib/env';
import type { SignedInUser } from '$lib/server/guards';
import { sentenceFor } from '$lib/server/sign-in';

const COOKIE = 'came_by_mail';
const MINUTES = 15;
// Of this process alone: whoever came by mail before a restart asks for another link.
const KEY = randomBytes(32);

/** What only this server can write: whose link it was and until when it counts, with a seal. */
function sealed(userId: string, until: number): string {
  const said = `${userId}.${until}`;
  return `${said}.${createHmac('sha256', KEY).update(said).digest('base64url')}`;
}

/** Notes that this person has just come by a link from their mailbox. */
export function noteMailLink(cookies: Cookies, userId: string, isSecure: boolean): void {
  cookies.set(COOKIE, sealed(userId, Date.now() + MINUTES * 60_000), {
    path: '/account',
    maxAge: MINUTES * 60,
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
  });
}

/** Whether the person came by such a link a moment ago, and need not know the password they have. */
export function cameByMail(cookies: Cookies, { id }: SignedInUser): boolean {
  const given = Buffer.from(cookies.get(COOKIE) ?? '');
  const until = Number(given.toString().split('.')[1]);
  const expected = Buffer.from(sealed(id, until));
  return given.length === expected.length && timingSafeEqual(given, expected) && Date.now() < until;
}

/** A link serves for one new password. */
export function forgetMailLink(cookies: Cookies): void {
  cookies.delete(COOKIE, { path: '/account' });
}

/** Null when it is the person's password, else the sentence to show them. */
export async function refusalOfPresent({ email }: SignedInUser, password: string): Promise<string | null> {
  const { url, key } = supabaseProject();
  // A client of its own: the session that is made here is not the one of the page, and ends at once.
  const { auth } = createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: ws as unknown as typeof WebSocket },
  });
  const { error } = await auth.signInWithPassword({ email, password });
  if (error?.code === 'invalid_credentials') return 'That’s not your current password.';
  if (error) return sentenceFor(error);
  await auth.signOut({ scope: 'local' });
  return null;
}
