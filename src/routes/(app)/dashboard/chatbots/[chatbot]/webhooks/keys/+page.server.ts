import { supabaseProject } from '$lib/env';
import * as apiKeys from '$lib/server/api-keys';
import { attempt } from '$lib/server/forms';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { textField } from '$lib/server/sign-in';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  const keys = await apiKeys.list(event.locals.db, event.params.chatbot);
  return { keys, api_url: `${supabaseProject().url}/functions/v1/api`, now: Date.now() };
};

export const actions: Actions = {
  create: async (event) => {
    await requireUser(event);
    const name = textField(await event.request.formData(), 'name');
    return attempt('create', () => apiKeys.create(event.locals.db, event.params.chatbot, name));
  },

  revoke: async (event) => {
    await requireUser(event);
    const id = uuidOr404(textField(await event.request.formData(), 'id'));
    return attempt('revoke', async () => {
      await apiKeys.revoke(event.locals.db, id);
      return {};
    });
  },
};
