import * as appearance from '$lib/server/appearance';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import * as widgetSettings from '$lib/server/widget-settings';
import * as zones from '$lib/server/zones';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  const { db } = event.locals;
  const [hours, { language }, time_zones] = await Promise.all([
    widgetSettings.readOfficeHours(db, event.params.chatbot),
    appearance.read(db, event.params.chatbot),
    zones.listAll(db),
  ]);
  return {
    hours,
    language,
    time_zones,
    device_time_zone: event.locals.device_time_zone,
    // The day that it still is somewhere: the zone of the hours may be any.
    today: new Date(Date.now() - 12 * 3_600_000).toISOString().slice(0, 10),
  };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const hours = payloadOf(await event.request.formData());
    return attempt('office-hours', async () => {
      await widgetSettings.saveOfficeHours(event.locals.db, event.params.chatbot, hours);
      return {};
    });
  },
};
