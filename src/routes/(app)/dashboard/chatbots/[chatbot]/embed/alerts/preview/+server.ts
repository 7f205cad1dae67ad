// What the steps in the form would do, for the picture beside them. Nothing is saved.
import { json } from '@sveltejs/kit';
import * as alerts from '$lib/server/alerts';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const settings: unknown = await event.request.json().catch(() => refuse('BDJSN'));
  return json(await alerts.preview(event.locals.db, uuidOr404(event.params.chatbot), settings));
};
