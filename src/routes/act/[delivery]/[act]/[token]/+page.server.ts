import { error, fail } from '@sveltejs/kit';
import { act } from '$lib/server/visitor-door';
import type { Actions, PageServerLoad } from './$types';

export const csr = false;

// Looking changes nothing: scanners of mail open links.
export const load: PageServerLoad = async ({ params, setHeaders }) => {
  setHeaders({ 'x-robots-tag': 'noindex', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  if (params.act !== 'claim' && params.act !== 'resolve')
    error(404, { code: 'NTFND', message: 'This page doesn’t exist.' });
  return { act: params.act, found: await act(params, false) };
};

export const actions: Actions = {
  default: async ({ params }) => {
    const done = await act(params, true);
    if (done === null || done === 'unknown') return fail(done === null ? 503 : 404, { hasFailed: true });
    return { is_done: done.is_done === true };
  },
};
