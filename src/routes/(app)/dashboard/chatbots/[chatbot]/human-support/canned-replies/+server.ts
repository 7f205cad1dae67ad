import { json } from '@sveltejs/kit';
import * as z from 'zod';
import * as cannedReplies from '$lib/server/canned-replies';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

const saved = z.object({
  id: z.uuid().nullable(),
  shortcut: z.string().trim().min(1).max(40),
  body: z.string().trim().min(1).max(4000),
});

/** Saves one and answers with all, so that the page need not guess the order. */
export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const body = saved.safeParse(await event.request.json().catch(() => refuse('BDJSN')));
  if (!body.success) refuse('INVAL', 'A canned reply needs a shortcut of up to 40 characters and a text.');
  const chatbot = uuidOr404(event.params.chatbot);
  await cannedReplies.save(event.locals.db, chatbot, body.data);
  return json(await cannedReplies.list(event.locals.db, chatbot));
};

export const DELETE: RequestHandler = async (event) => {
  await requireUser(event);
  await cannedReplies.remove(event.locals.db, uuidOr404(event.url.searchParams.get('id')));
  return json(await cannedReplies.list(event.locals.db, uuidOr404(event.params.chatbot)));
};
