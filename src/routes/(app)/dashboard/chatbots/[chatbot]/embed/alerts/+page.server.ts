import * as alerts from '$lib/server/alerts';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import * as humanSupport from '$lib/server/human-support';
import * as members from '$lib/server/members';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  const { db } = event.locals;
  const { chatbot } = event.params;
  const [settings, team, { recipients, owner_email }] = await Promise.all([
    alerts.read(db, chatbot),
    members.list(db, chatbot),
    humanSupport.read(db, chatbot),
  ]);
  return { settings, team, recipients, owner_email };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const settings = payloadOf(await event.request.formData());
    return attempt('alerts', async () => {
      await alerts.save(event.locals.db, event.params.chatbot, settings);
      return {};
    });
  },
};
