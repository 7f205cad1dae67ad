import { json } from '@sveltejs/kit';
import * as cases from '$lib/server/cases';
import * as insights from '$lib/server/insights';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as zones from '$lib/server/zones';
import type { RequestHandler } from './$types';

/** What a live update asks for: the charts of the window once more. */
export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const { db, device_time_zone } = event.locals;
  const chatbot = uuidOr404(event.params.chatbot);
  const { days } = cases.viewOf(event.url.searchParams);
  const { name } = await zones.readMine(db, device_time_zone);
  return json({ charts: await insights.read(db, chatbot, days, name) });
};
