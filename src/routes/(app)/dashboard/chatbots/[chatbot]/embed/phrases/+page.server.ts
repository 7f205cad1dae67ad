import { LANGUAGES } from '#shared/labels.ts';
import { attempt, payloadOf } from '$lib/server/forms';
import { requireUser } from '$lib/server/guards';
import * as humanSupport from '$lib/server/human-support';
import * as widgetSettings from '$lib/server/widget-settings';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  const { db } = event.locals;
  const [phrases, { settings }] = await Promise.all([
    widgetSettings.listPhrases(db, event.params.chatbot),
    humanSupport.read(db, event.params.chatbot),
  ]);
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const wanted = event.url.searchParams.get('language');
  const of = (code: string, isOwn: boolean) =>
    phrases
      .filter((one) => one.language === code && (one.chatbot_id !== null) === isOwn)
      .map(({ phrase }) => phrase);
  return {
    intent_mode: settings.intent_mode,
    language: LANGUAGES.find((code) => code === wanted) ?? 'en',
    languages: LANGUAGES.map((code) => ({
      code,
      name: names.of(code) ?? code,
      own: of(code, true),
      built_in: of(code, false),
    })),
  };
};

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const { language, phrases } = payloadOf(await event.request.formData());
    return attempt('phrases', async () => {
      const kept = await widgetSettings.savePhrases(event.locals.db, event.params.chatbot, language, phrases);
      return { count: kept.length };
    });
  },
};
