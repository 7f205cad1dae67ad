import { supabaseProject } from '$lib/env';
import * as appearance from '$lib/server/appearance';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  event.depends('app:snippet');
  await requireUser(event);
  await event.parent();
  const { db } = event.locals;
  const found = await appearance.read(db, event.params.chatbot);
  return { appearance: found, host: event.url.origin, api_url: supabaseProject().url, now: Date.now() };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const { allowed_origins, page_parameters } = payloadOf(await event.request.formData());
    // Two forms, each with a list of its own; an absent key stays.
    const [what, settings] = page_parameters
      ? (['parameters', { page_parameters }] as const)
      : (['origins', { allowed_origins }] as const);
    return attempt(what, async () => {
      const saved = await appearance.save(event.locals.db, event.params.chatbot, settings);
      return { count: saved.allowed_origins.length };
    });
  },
};
