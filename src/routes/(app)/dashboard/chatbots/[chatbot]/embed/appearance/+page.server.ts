import { LANGUAGES } from '#shared/labels.ts';
import * as appearance from '$lib/server/appearance';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  // Named here, because server and browser may not agree on the name of a language.
  const names = new Intl.DisplayNames('en', { type: 'language' });
  return {
    appearance: await appearance.read(event.locals.db, event.params.chatbot),
    languages: LANGUAGES.map((code) => ({ code, name: names.of(code) ?? code })),
  };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const settings = payloadOf(await event.request.formData());
    return attempt('appearance', async () => {
      await appearance.save(event.locals.db, event.params.chatbot, settings);
      return {};
    });
  },
};
