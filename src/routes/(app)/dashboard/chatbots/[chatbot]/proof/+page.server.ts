import { supabaseProject } from '$lib/env';
import { readSeals } from '$lib/server/case-proof';
import { requireUser } from '$lib/server/guards';
import { localStamp } from '$lib/time';
import type { PageServerLoad } from './$types';

const MONTH_MS = 30 * 86_400_000;

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  const { chatbot, zone } = await event.parent();
  const now = Date.now();
  const day = (at: number) => localStamp(new Date(at).toISOString(), zone).slice(0, 10);
  return {
    ...(await readSeals(event.locals.db, chatbot.id)),
    key_url: `${supabaseProject().url.replace(/\/$/, '')}/functions/v1/api/proof-key`,
    from: day(now - MONTH_MS),
    until: day(now),
  };
};
