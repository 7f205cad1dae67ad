import { cut } from '#shared/clean.ts';
import * as answers from '$lib/server/answers';
import * as bots from '$lib/server/bots';
import { attempt } from '$lib/server/forms';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { textField } from '$lib/server/sign-in';
import type { Actions, PageServerLoad } from './$types';

const ROWS = 50;
const ROWS_MAX = 2000;

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  const { locals, params, url } = event;
  const search = cut((url.searchParams.get('q') ?? '').trim(), 200);
  const wanted = Number(url.searchParams.get('rows'));
  const limit = Number.isInteger(wanted) && wanted > ROWS ? Math.min(wanted, ROWS_MAX) : ROWS;
  const [found, bot] = await Promise.all([
    answers.list(locals.db, params.chatbot, search, limit),
    bots.read(locals.db, params.chatbot),
  ]);
  return { ...found, search, next_rows: Math.min(limit + 200, ROWS_MAX), bot_kind: bot.kind };
};

export const actions: Actions = {
  enable: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const { db } = event.locals;
    return attempt('enable', async () => {
      const before = await answers.read(db, event.params.chatbot, uuidOr404(textField(form, 'id')));
      await answers.save(db, event.params.chatbot, { ...pick(before), is_enabled: form.has('is_enabled') });
      return { is_enabled: form.has('is_enabled') };
    });
  },

  remove: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const { db } = event.locals;
    return attempt('remove', async () => {
      const before = await answers.read(db, event.params.chatbot, uuidOr404(textField(form, 'id')));
      await answers.remove(db, before.id);
      return { removed: { ...pick(before), id: null } };
    });
  },
};

function pick({ id, question, answer, is_enabled }: answers.Answer) {
  return { id, question, answer, is_enabled };
}
