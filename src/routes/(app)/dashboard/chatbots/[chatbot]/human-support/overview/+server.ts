import { json } from '@sveltejs/kit';
import * as cases from '$lib/server/cases';
import * as deliveries from '$lib/server/deliveries';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import type { RequestHandler } from './$types';

/** What a live update asks for: the figures and the first rows of the view; `receipts` adds where the mail went. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const { db } = event.locals;
  const chatbot = uuidOr404(event.params.chatbot);
  const query = event.url.searchParams;
  const view = cases.viewOf(query);
  const withReceipts = query.has('receipts');
  const [overview, reconciliation, health] = await Promise.all([
    cases.overview(db, chatbot, view, Number(query.get('rows')) || 50),
    withReceipts ? deliveries.reconcile(db, chatbot, view.days) : null,
    withReceipts ? deliveries.readSenderHealth(db) : null,
  ]);
  return json({ ...overview, reconciliation, health, now: Date.now() });
};
