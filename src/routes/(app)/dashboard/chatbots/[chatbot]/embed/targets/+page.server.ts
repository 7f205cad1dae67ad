import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import * as widgetSettings from '$lib/server/widget-settings';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  const { db } = event.locals;
  const [targets, hours] = await Promise.all([
    widgetSettings.readTargets(db, event.params.chatbot),
    widgetSettings.readOfficeHours(db, event.params.chatbot),
  ]);
  return { targets, has_office_hours: hours.is_enabled };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const targets = payloadOf(await event.request.formData());
    return attempt('targets', async () => {
      await widgetSettings.saveTargets(event.locals.db, event.params.chatbot, targets);
      return {};
    });
  },
};
