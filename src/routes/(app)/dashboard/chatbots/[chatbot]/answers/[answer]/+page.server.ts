import * as answers from '$lib/server/answers';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  const { chatbot, answer } = event.params;
  return { answer: await answers.read(event.locals.db, chatbot, uuidOr404(answer)) };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const { question, answer, is_enabled } = payloadOf(await event.request.formData());
    const id = uuidOr404(event.params.answer);
    return attempt('answer', async () => ({
      id: await answers.save(event.locals.db, event.params.chatbot, { id, question, answer, is_enabled }),
    }));
  },
};
