import { json } from '@sveltejs/kit';
import { requireUser } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

/** The short-lived access token, for Realtime only; the refresh token stays in its `HttpOnly` cookie. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const { data } = await event.locals.db.auth.getSession();
  if (!data.session) refuse('SIGNI');
  const { access_token, expires_at } = data.session;
  return json({ access_token, expires_at }, { headers: { 'cache-control': 'no-store' } });
};
