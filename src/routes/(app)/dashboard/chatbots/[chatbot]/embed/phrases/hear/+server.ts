// Whether a sentence asks for a person by the phrases in the form, for the preview beside it. Nothing is saved.
import { json } from '@sveltejs/kit';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import * as widgetSettings from '$lib/server/widget-settings';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const body: unknown = await event.request.json().catch(() => refuse('BDJSN'));
  const { language, phrases, said } = (body ?? {}) as Record<string, unknown>;
  const chatbot_id = uuidOr404(event.params.chatbot);
  return json(await widgetSettings.tryPhrases(event.locals.db, chatbot_id, { language, phrases, said }));
};
