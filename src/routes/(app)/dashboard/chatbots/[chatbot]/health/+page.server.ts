import { attempt } from '$lib/server/forms';
import { mayEditSettings, requireUser, uuidOr404 } from '$lib/server/guards';
import * as health from '$lib/server/health';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  event.depends('app:health');
  await requireUser(event);
  const { chatbot } = await event.parent();
  return {
    facts: await health.gather(event.locals.db, chatbot.id),
    may_lift: mayEditSettings(chatbot.role),
  };
};

export const actions: Actions = {
  lift: async (event) => {
    await requireUser(event);
    const chatbot_id = uuidOr404(event.params.chatbot);
    const email = String((await event.request.formData()).get('email') ?? '');
    return attempt('lift', async () => {
      await health.lift(event.locals.db, chatbot_id, email);
      return { email };
    });
  },
};
