// "What would it say?": the very search the built-in bot uses, for whoever is writing the answers.
import { json } from '@sveltejs/kit';
import { languageOf } from '#shared/labels.ts';
import * as answers from '$lib/server/answers';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  const query = event.url.searchParams.get('q') ?? '';
  const language = languageOf(event.url.searchParams.get('language')) ?? 'en';
  return json(await answers.search(event.locals.db, uuidOr404(event.params.chatbot), query, language));
};
