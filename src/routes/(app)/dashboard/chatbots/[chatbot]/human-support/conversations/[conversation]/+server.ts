import { json } from '@sveltejs/kit';
import * as cases from '$lib/server/cases';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as messages from '$lib/server/messages';
import type { RequestHandler } from './$types';
import { TRANSCRIPT_ROWS } from '../../sizes';

/** One case with the end of its transcript, or with what came after `after_seq`. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const { db } = event.locals;
  const id = uuidOr404(event.params.conversation);
  const after = event.url.searchParams.get('after_seq');
  const page = after === null ? { max_rows: TRANSCRIPT_ROWS } : { after_seq: Number(after), max_rows: 1000 };
  const [found, transcript] = await Promise.all([
    cases.read(db, uuidOr404(event.params.chatbot), id),
    messages.list(db, id, page),
  ]);
  return json({ case: found, messages: transcript });
};
