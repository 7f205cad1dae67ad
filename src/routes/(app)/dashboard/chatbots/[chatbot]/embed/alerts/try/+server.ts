// The saved alerts as a test, with seconds for minutes: POST begins it, GET says how far it is, DELETE ends it as a look would.
import { json } from '@sveltejs/kit';
import * as alerts from '$lib/server/alerts';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  // A form of another site cannot send this type, so nobody is made to write to their own team.
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  return json(await alerts.startTest(event.locals.db, uuidOr404(event.params.chatbot)), { status: 201 });
};

export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  return json(await alerts.readTest(event.locals.db, uuidOr404(event.params.chatbot)));
};

export const DELETE: RequestHandler = async (event) => {
  await requireUser(event);
  return json(await alerts.endTest(event.locals.db, uuidOr404(event.params.chatbot)));
};
