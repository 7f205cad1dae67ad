import * as cases from '$lib/server/cases';
import * as insights from '$lib/server/insights';
import { requireUser } from '$lib/server/guards';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { locals, params, url, parent } = event;
  const user = await requireUser(event);
  const { zone } = await parent();
  const { days } = cases.viewOf(url.searchParams);
  return {
    me: user.id,
    days,
    charts: await insights.read(locals.db, params.chatbot, days, zone.name),
  };
};
