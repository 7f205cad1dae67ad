// A real message to one channel, to see whether it arrives: POST sends it, GET says what the service answered.
import { json } from '@sveltejs/kit';
import * as channels from '$lib/server/channels';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  // A form of another site cannot send this type, so nobody is made to write to their own team.
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const { channel_id } = (await event.request.json().catch(() => ({}))) as { channel_id?: unknown };
  const id = uuidOr404(typeof channel_id === 'string' ? channel_id : null);
  return json(await channels.startTest(event.locals.db, id), { status: 201 });
};

export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const chatbot = uuidOr404(event.params.chatbot);
  const delivery = uuidOr404(event.url.searchParams.get('delivery'));
  return json(await channels.readTest(event.locals.db, chatbot, delivery));
};
