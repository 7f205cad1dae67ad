import { json } from '@sveltejs/kit';
import { requireUser } from '$lib/server/guards';
import * as devices from '$lib/server/push-devices';
import type { RequestHandler } from './$types';

/** The cases that nobody has seen, for pages and service workers that take notifications of others away. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  return json(await devices.unseen(event.locals.db), { headers: { 'cache-control': 'no-store' } });
};
