import { json } from '@sveltejs/kit';
import * as cases from '$lib/server/cases';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as messages from '$lib/server/messages';
import * as openedCase from '$lib/server/opened-case';
import type { RequestHandler } from './$types';

/** One case with the end of its transcript, or with what came after `after_seq`. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const { db } = event.locals;
  const chatbot = uuidOr404(event.params.chatbot);
  const id = uuidOr404(event.params.conversation);
  const after = event.url.searchParams.get('after_seq');
  if (after === null) return json(await openedCase.read(db, chatbot, id));
  const [found, transcript] = await Promise.all([
    cases.read(db, chatbot, id),
    messages.list(db, id, { after_seq: Number(after), max_rows: 1000 }),
  ]);
  return json({ case: found, messages: transcript });
};
