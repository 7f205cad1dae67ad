import { redirect } from '@sveltejs/kit';
import { supabaseProject } from '$lib/env';
import * as answers from '$lib/server/answers';
import * as appearance from '$lib/server/appearance';
import * as chatbots from '$lib/server/chatbots';
import { mayEditSettings, requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import * as testEscalation from '$lib/server/test-escalation';
import { hideSetup } from '../setup-hidden';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  event.depends('app:snippet');
  const user = await requireUser(event);
  const { chatbot } = await event.parent();
  if (!mayEditSettings(chatbot.role)) refuse('FORBD', 'Only admins and the owner can set up a chatbot.');
  const { db } = event.locals;
  const [known, look, is_tested] = await Promise.all([
    answers.list(db, chatbot.id, '', 1),
    appearance.read(db, chatbot.id),
    testEscalation.hasRun(db, chatbot.id),
  ]);
  const project = supabaseProject();
  return {
    me: user.id,
    answer_count: known.total,
    snippet_seen_at: look.snippet_seen_at,
    snippet_seen_url: look.snippet_seen_url,
    is_tested,
    project,
    now: Date.now(),
    snippet: `<script async src="${event.url.origin}/widget.js" data-chatbot="${chatbot.id}" data-api="${project.url}"></script>`,
  };
};

export const actions: Actions = {
  /** Takes the page out of the tabs on this device; its address stays. */
  hide: async (event) => {
    await requireUser(event);
    const chatbot = chatbots.pick(await chatbots.listMine(event.locals.db), uuidOr404(event.params.chatbot));
    hideSetup(event.cookies, chatbot.id);
    redirect(303, `/dashboard/chatbots/${chatbot.id}/human-support`);
  },
};
