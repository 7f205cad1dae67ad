import { json } from '@sveltejs/kit';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as health from '$lib/server/health';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

/** Has the database say a word on the topic that the page listens to. */
export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const { nonce } = ((await event.request.json().catch(() => null)) ?? {}) as { nonce?: unknown };
  const topic = await health.ping(
    event.locals.db,
    uuidOr404(event.params.chatbot),
    uuidOr404(typeof nonce === 'string' ? nonce : null),
  );
  return json({ topic });
};
