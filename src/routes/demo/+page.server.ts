// A customer's web page: it knows nothing of Handoff but the script tag that its owner pasted. Also the stage for the browser
// stories, which choose chatbot, language and side in the address.
import { error } from '@sveltejs/kit';
import { env } from '$env/dynamic/public';
import type { PageServerLoad } from './$types';

export const csr = false;

const NORTHPINE = 'c0ffee00-0000-4000-8000-000000000001';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const load: PageServerLoad = ({ url }) => {
  const chatbot = url.searchParams.get('chatbot') ?? NORTHPINE;
  if (!UUID.test(chatbot)) error(404, { code: 'NTFND', message: 'There is no such shop.' });
  return {
    chatbot,
    api_url: env.PUBLIC_SUPABASE_URL,
    locale: url.searchParams.get('locale'),
    position: url.searchParams.get('position'),
  };
};
