import { json } from '@sveltejs/kit';
import * as chatbots from '$lib/server/chatbots';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import type { RequestHandler } from './$types';

/** Where Realtime tells a chatbot's team what happens; asked each time before joining, because it moves. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const chatbot_id = uuidOr404(event.url.searchParams.get('chatbot'));
  const topic = await chatbots.topicOf(event.locals.db, chatbot_id);
  return json({ topic }, { headers: { 'cache-control': 'no-store' } });
};
