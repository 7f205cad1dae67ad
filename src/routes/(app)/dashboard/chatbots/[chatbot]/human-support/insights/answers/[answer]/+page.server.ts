import * as cases from '$lib/server/cases';
import * as insights from '$lib/server/insights';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { locals, params, url, parent } = event;
  await requireUser(event);
  const { zone } = await parent();
  const { db } = locals;
  const id = uuidOr404(params.answer);
  const { days } = cases.viewOf(url.searchParams);
  const { answers, since } = await insights.read(db, params.chatbot, days, zone.name);
  const answer = answers.find(({ answer_id }) => answer_id === id) ?? refuse('NTFND');
  const [needs_human, positive] = await Promise.all([
    insights.listNeedsHuman(db, params.chatbot, id, since),
    insights.listPositive(db, params.chatbot, id, since),
  ]);
  return { days, answer, needs_human, positive };
};
