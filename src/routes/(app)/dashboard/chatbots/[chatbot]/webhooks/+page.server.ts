import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import * as webhooks from '$lib/server/webhooks';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  return { endpoints: await webhooks.list(event.locals.db, event.params.chatbot), now: Date.now() };
};

export const actions: Actions = {
  add: async (event) => {
    await requireUser(event);
    const { url, events, description } = payloadOf(await event.request.formData());
    return attempt('add', () =>
      webhooks.add(event.locals.db, event.params.chatbot, { url, events, description }),
    );
  },
};
