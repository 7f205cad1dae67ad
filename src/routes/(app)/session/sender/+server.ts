import { json } from '@sveltejs/kit';
import * as deliveries from '$lib/server/deliveries';
import { requireUser } from '$lib/server/guards';
import type { RequestHandler } from './$types';

/** Whether alerts are being sent, for pages that stay open. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  return json(await deliveries.readSenderHealth(event.locals.db), {
    headers: { 'cache-control': 'no-store' },
  });
};
