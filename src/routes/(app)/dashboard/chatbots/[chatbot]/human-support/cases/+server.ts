import { json } from '@sveltejs/kit';
import type { EscalationStatus } from '#shared/contract.ts';
import * as cases from '$lib/server/cases';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import type { RequestHandler } from './$types';

/** One page of the list: the view in the query as on the page itself, `rows`, and the cursor as `after_…`. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const query = event.url.searchParams;
  const after_id = query.get('after_id');
  const after = after_id && {
    id: uuidOr404(after_id),
    at: query.get('after_at') ?? '',
    status: query.get('after_status') as EscalationStatus | null,
  };
  const max_rows = Number(query.get('rows')) || 50;
  return json(
    await cases.list(
      event.locals.db,
      uuidOr404(event.params.chatbot),
      cases.viewOf(query),
      max_rows,
      after || null,
    ),
  );
};
