// What visitors would read by the hours in the form, for the preview beside it. Nothing is saved.
import { json } from '@sveltejs/kit';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import * as widgetSettings from '$lib/server/widget-settings';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const hours: unknown = await event.request.json().catch(() => refuse('BDJSN'));
  const chatbot_id = uuidOr404(event.params.chatbot);
  return json(await widgetSettings.previewOfficeHours(event.locals.db, chatbot_id, hours));
};
