import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import * as widgetSettings from '$lib/server/widget-settings';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  return { buttons: await widgetSettings.listButtons(event.locals.db, event.params.chatbot) };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const { buttons } = payloadOf(await event.request.formData());
    return attempt('buttons', async () => {
      await widgetSettings.saveButtons(event.locals.db, event.params.chatbot, buttons);
      return {};
    });
  },
};
