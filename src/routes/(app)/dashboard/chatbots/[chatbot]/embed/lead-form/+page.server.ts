import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import * as widgetSettings from '$lib/server/widget-settings';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  return { lead_form: await widgetSettings.readLeadForm(event.locals.db, event.params.chatbot) };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const form = payloadOf(await event.request.formData());
    return attempt('lead-form', async () => {
      await widgetSettings.saveLeadForm(event.locals.db, event.params.chatbot, form);
      return {};
    });
  },
};
