// Where the links in Auth's mails lead: exchanges what they carry for a session, and goes on to where they were asked from.
import { redirect } from '@sveltejs/kit';
import type { EmailOtpType, User } from '@supabase/supabase-js';
import { safeNext } from '$lib/server/guards';
import { noteMailLink } from '$lib/server/passwords';
import type { RequestHandler } from './$types';

const LINK_TYPES: EmailOtpType[] = ['signup', 'magiclink', 'recovery', 'invite', 'email_change', 'email'];

export const GET: RequestHandler = async ({ cookies, locals, url }) => {
  const next = safeNext(url.searchParams.get('next'), url.origin);
  const code = url.searchParams.get('code');
  const token_hash = url.searchParams.get('token_hash');
  const type = LINK_TYPES.find((known) => known === url.searchParams.get('type'));
  const arrive = (user: User | null): never => {
    if (user) noteMailLink(cookies, user.id, url.protocol === 'https:');
    redirect(303, next);
  };
  if (code) {
    const { data, error } = await locals.db.auth.exchangeCodeForSession(code);
    if (!error) arrive(data.user);
  } else if (token_hash && type) {
    const { data, error } = await locals.db.auth.verifyOtp({ token_hash, type });
    if (!error) arrive(data.user);
  }
  redirect(303, `/login?notice=link&next=${encodeURIComponent(next)}`);
};
