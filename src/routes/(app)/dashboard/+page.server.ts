import { fail, redirect } from '@sveltejs/kit';
import * as chatbots from '$lib/server/chatbots';
import { refusalOf, requireUser } from '$lib/server/guards';
import { textField } from '$lib/server/sign-in';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = () => ({ now: Date.now() });

export const actions: Actions = {
  create: async (event) => {
    await requireUser(event);
    const name = textField(await event.request.formData(), 'name');
    if (!name) return fail(422, { name, message: 'Give it a name: visitors see it at the top of the chat.' });
    let id: string;
    try {
      id = await chatbots.create(event.locals.db, name);
    } catch (thrown) {
      const { status, body } = refusalOf(thrown);
      return fail(status, { name, message: body.message });
    }
    redirect(303, `/dashboard/chatbots/${id}/first-run`);
  },
};
