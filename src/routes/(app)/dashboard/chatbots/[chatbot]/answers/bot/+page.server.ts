import * as bots from '$lib/server/bots';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  return { bot: await bots.read(event.locals.db, event.params.chatbot) };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const bot = payloadOf(await event.request.formData());
    return attempt('bot', async () => {
      const { has_api_key } = await bots.save(event.locals.db, event.params.chatbot, bot);
      return { has_api_key };
    });
  },
};
