import { redirect } from '@sveltejs/kit';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { textField } from '$lib/server/sign-in';
import { refuse } from '$lib/server/supabase';
import { redeliver } from '$lib/server/deliveries';
import * as webhooks from '$lib/server/webhooks';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const ROWS = 15;
const FILTERS: webhooks.DeliveryFilter[] = ['all', 'failed', 'waiting'];

export const load: PageServerLoad = async (event) => {
  event.depends('app:webhook-deliveries');
  await requireUser(event);
  await event.parent();
  const { locals, params, url } = event;
  const endpoint = await webhooks.read(locals.db, params.chatbot, uuidOr404(params.endpoint));
  const filter = FILTERS.find((one) => one === url.searchParams.get('status')) ?? 'all';
  const before = url.searchParams.get('before');
  const isDate = before !== null && !Number.isNaN(Date.parse(before));
  const rows = await webhooks.listDeliveries(
    locals.db,
    endpoint.id,
    filter,
    isDate ? before : null,
    ROWS + 1,
  );
  return {
    endpoint,
    deliveries: rows.slice(0, ROWS),
    has_older: rows.length > ROWS,
    filter,
    is_first_page: !isDate,
    now: Date.now(),
  };
};

/** The endpoint of the address, after making sure that it is one of this chatbot. */
async function endpointOf(event: RequestEvent): Promise<string> {
  await requireUser(event);
  const { chatbot, endpoint } = event.params;
  return (await webhooks.read(event.locals.db, chatbot, uuidOr404(endpoint))).id;
}

export const actions: Actions = {
  save: async (event) => {
    const id = await endpointOf(event);
    const { url, description, events } = payloadOf(await event.request.formData());
    return attempt('save', async () => {
      await webhooks.update(event.locals.db, id, { url, description, events });
      return {};
    });
  },

  enable: async (event) => {
    const id = await endpointOf(event);
    const is_enabled = (await event.request.formData()).has('is_enabled');
    return attempt('enable', async () => {
      await webhooks.update(event.locals.db, id, { is_enabled });
      return { is_enabled };
    });
  },

  rotate: async (event) => {
    const id = await endpointOf(event);
    return attempt('rotate', () => webhooks.rotate(event.locals.db, id));
  },

  test: async (event) => {
    const id = await endpointOf(event);
    return attempt('test', () => webhooks.sendTest(event.locals.db, id));
  },

  redeliver: async (event) => {
    await endpointOf(event);
    const delivery = uuidOr404(textField(await event.request.formData(), 'delivery'));
    return attempt('redeliver', async () => {
      await redeliver(event.locals.db, delivery);
      return {};
    });
  },

  redeliverFailed: async (event) => {
    const id = await endpointOf(event);
    const since = textField(await event.request.formData(), 'since');
    return attempt('redeliver-failed', async () => {
      if (since && Number.isNaN(Date.parse(since))) refuse('INVAL', 'Choose a date and a time.');
      return { count: await webhooks.redeliverFailed(event.locals.db, id, since || null) };
    });
  },

  remove: async (event) => {
    const id = await endpointOf(event);
    const { chatbot } = event.params;
    const { url } = await webhooks.read(event.locals.db, chatbot, id);
    const typed = textField(await event.request.formData(), 'confirmation');
    const result = await attempt('remove', async () => {
      if (typed !== url) refuse('INVAL', 'The address doesn’t match, so nothing was deleted.');
      await webhooks.remove(event.locals.db, id);
      return {};
    });
    if ('status' in result) return result;
    redirect(303, `/dashboard/chatbots/${chatbot}/webhooks`);
  },
};
