import { fail } from '@sveltejs/kit';
import { directionOf, disown, visitorLanguage } from '$lib/server/visitor-door';
import type { Actions, PageServerLoad } from './$types';
import { WORDS } from './words';

export const csr = false;

// Looking changes nothing: scanners of mail open links.
export const load: PageServerLoad = ({ request, setHeaders }) => {
  setHeaders({ 'x-robots-tag': 'noindex' });
  const language = visitorLanguage(request);
  return { language, direction: directionOf(language), words: WORDS[language] };
};

export const actions: Actions = {
  default: async ({ params }) => {
    const outcome = await disown(params.token);
    if (outcome === 'done') return { outcome };
    return fail(outcome === 'unknown' ? 404 : 503, { outcome });
  },
};
