// A real notification to one device, to see whether it comes: POST sends it, GET says what its push service answered.
import { json } from '@sveltejs/kit';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as devices from '$lib/server/push-devices';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const { id } = (await event.request.json().catch(() => ({}))) as { id?: unknown };
  const device = uuidOr404(typeof id === 'string' ? id : null);
  return json(await devices.startTest(event.locals.db, device), { status: 201 });
};

export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const delivery = uuidOr404(event.url.searchParams.get('delivery'));
  return json(await devices.readTest(event.locals.db, delivery));
};
