// One batch of an import, so that the page can show how far it is and stop between two.
import { json } from '@sveltejs/kit';
import * as answers from '$lib/server/answers';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  // A form of another site cannot send this content type without asking first, so it is what keeps one from acting.
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const body = (await event.request.json().catch(() => refuse('BDJSN'))) as { entries?: unknown };
  return json(await answers.importAll(event.locals.db, uuidOr404(event.params.chatbot), body.entries));
};
