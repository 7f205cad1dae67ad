import * as chatbots from '$lib/server/chatbots';
import * as deliveries from '$lib/server/deliveries';
import { requireUser } from '$lib/server/guards';
import * as profiles from '$lib/server/profiles';
import * as zones from '$lib/server/zones';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async (event) => {
  event.depends('app:chatbots');
  const user = await requireUser(event);
  const { db, theme, device_time_zone } = event.locals;
  const [profile, mine, health, zone] = await Promise.all([
    profiles.readMine(db, user.id),
    chatbots.listMine(db),
    deliveries.readSenderHealth(db),
    zones.readMine(db, device_time_zone),
  ]);
  // While it runs, when it last ran would make two answers differ that say the same.
  if (!health.is_stopped) health.last_sweep_at = null;
  return { profile, chatbots: mine, health, theme, zone };
};
