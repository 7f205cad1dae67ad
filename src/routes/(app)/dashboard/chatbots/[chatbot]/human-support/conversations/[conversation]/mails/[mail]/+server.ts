import { json } from '@sveltejs/kit';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as messages from '$lib/server/messages';
import type { RequestHandler } from './$types';

/** All of a mail that came in, with what it quotes. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const { chatbot, conversation, mail } = event.params;
  const whole = await messages.readWholeMail(event.locals.db, {
    chatbot_id: uuidOr404(chatbot),
    conversation_id: uuidOr404(conversation),
    id: uuidOr404(mail),
  });
  return json({ whole });
};
