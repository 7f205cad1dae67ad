import * as cases from '$lib/server/cases';
import * as charts from '$lib/server/charts';
import { requireUser } from '$lib/server/guards';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { locals, params, url, parent } = event;
  const user = await requireUser(event);
  const { time_zone } = await parent();
  const { days } = cases.viewOf(url.searchParams);
  return {
    me: user.id,
    days,
    now: Date.now(),
    charts: await charts.read(locals.db, params.chatbot, days, time_zone),
  };
};
