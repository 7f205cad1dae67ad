import * as alerts from '$lib/server/alerts';
import * as channels from '$lib/server/channels';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as humanSupport from '$lib/server/human-support';
import * as members from '$lib/server/members';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  const { db } = event.locals;
  const { chatbot } = event.params;
  const [settings, team, { recipients, owner_email }, places] = await Promise.all([
    alerts.read(db, chatbot),
    members.list(db, chatbot),
    humanSupport.read(db, chatbot),
    channels.list(db, chatbot),
  ]);
  return {
    settings,
    team,
    recipients,
    owner_email,
    channels: places,
    services: channels.SERVICES,
    now: Date.now(),
  };
};

export const actions: Actions = {
  save: async (event) => {
    await requireUser(event);
    const settings = payloadOf(await event.request.formData());
    return attempt('alerts', async () => {
      await alerts.save(event.locals.db, event.params.chatbot, settings);
      return {};
    });
  },

  channel: async (event) => {
    await requireUser(event);
    const channel = payloadOf(await event.request.formData());
    return attempt('channel', async () => {
      const { id, name } = await channels.save(event.locals.db, event.params.chatbot, channel);
      return { id, name };
    });
  },

  pause: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const isEnabled = form.get('is_enabled') === 'true';
    return attempt('channels', async () => {
      const id = uuidOr404(form.get('id')?.toString());
      await channels.enable(event.locals.db, event.params.chatbot, id, isEnabled);
      return {};
    });
  },

  remove: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    return attempt('channels', async () => {
      await channels.remove(event.locals.db, uuidOr404(form.get('id')?.toString()));
      return {};
    });
  },
};
