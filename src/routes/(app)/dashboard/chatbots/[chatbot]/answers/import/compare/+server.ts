// What stands already under some of the questions of an import, so that the page can show it beside the new answers.
import { json } from '@sveltejs/kit';
import * as answers from '$lib/server/answers';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  // A form of another site cannot send this content type without asking first.
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const body = (await event.request.json().catch(() => refuse('BDJSN'))) as { questions?: unknown };
  return json(await answers.compare(event.locals.db, uuidOr404(event.params.chatbot), body.questions));
};
