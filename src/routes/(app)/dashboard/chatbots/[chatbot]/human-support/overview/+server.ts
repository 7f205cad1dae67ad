import { json } from '@sveltejs/kit';
import * as cases from '$lib/server/cases';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import type { RequestHandler } from './$types';

/** What a live update asks for: the figures, the receipts and the first rows of the view, of one moment. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const query = event.url.searchParams;
  const overview = await cases.overview(
    event.locals.db,
    uuidOr404(event.params.chatbot),
    cases.viewOf(query),
    Number(query.get('rows')) || 50,
  );
  return json({ ...overview, now: Date.now() });
};
