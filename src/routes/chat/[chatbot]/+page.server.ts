// A page of ours with nothing but a chatbot's widget: where a mail leads whose conversation took place on a page that its link must not
// name. The visitor's languages decide, as on any page.
import { error } from '@sveltejs/kit';
import { supabaseProject } from '$lib/env';
import { directionOf, languagesOf, readChatbot, visitorLanguage } from '$lib/server/visitor-door';
import type { PageServerLoad } from './$types';

export const csr = false;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const load: PageServerLoad = async ({ params, request, setHeaders }) => {
  setHeaders({ 'x-robots-tag': 'noindex' });
  const id = params.chatbot;
  const chatbot = UUID.test(id) ? await readChatbot(id, languagesOf(request)) : 'missing';
  if (chatbot === 'missing') error(404, { code: 'NTFND', message: 'There’s no such chat.' });
  // Without an answer the widget stands here all the same, and says so itself.
  const language = chatbot?.locale ?? visitorLanguage(request);
  return { id, chatbot, language, direction: directionOf(language), api_url: supabaseProject().url };
};
