import * as answers from '$lib/server/answers';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const { question, answer, is_enabled } = payloadOf(await event.request.formData());
    return attempt('answer', async () => ({
      id: await answers.save(event.locals.db, event.params.chatbot, {
        id: null,
        question,
        answer,
        is_enabled,
      }),
    }));
  },
};
