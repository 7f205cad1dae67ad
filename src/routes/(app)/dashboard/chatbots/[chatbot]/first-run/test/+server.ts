// The checklist's test: POST sends a visitor through the widget's public door, GET says how far it has come, DELETE resolves the
// case, so that nobody finds it waiting.
import { json } from '@sveltejs/kit';
import * as chatbots from '$lib/server/chatbots';
import * as escalations from '$lib/server/escalations';
import { mayEditSettings, requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import * as testEscalation from '$lib/server/test-escalation';
import type { RequestEvent, RequestHandler } from './$types';

/** The chatbot's id, for admins and the owner: the widget itself would let anybody ask. */
async function chatbotOf(event: RequestEvent): Promise<string> {
  await requireUser(event);
  const id = uuidOr404(event.params.chatbot);
  const { role } = chatbots.pick(await chatbots.listMine(event.locals.db), id);
  if (!mayEditSettings(role)) refuse('FORBD');
  return id;
}

export const POST: RequestHandler = async (event) => {
  const id = await chatbotOf(event);
  // A form of another site cannot send this type, so nobody is made to ring their own alarm.
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const page = `${event.url.origin}/dashboard/chatbots/${id}${testEscalation.TEST_PAGE}`;
  return json(await testEscalation.run(id, page), { status: 201 });
};

export const GET: RequestHandler = async (event) => {
  const id = await chatbotOf(event);
  const escalation = uuidOr404(event.url.searchParams.get('escalation'));
  return json(await testEscalation.readDeliveries(event.locals.db, id, escalation));
};

export const DELETE: RequestHandler = async (event) => {
  await chatbotOf(event);
  const escalation = uuidOr404(event.url.searchParams.get('escalation'));
  await escalations.resolve(event.locals.db, escalation, null);
  return json({});
};
