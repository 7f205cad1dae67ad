import { redirect } from '@sveltejs/kit';
import { attempt } from '$lib/server/forms';
import * as members from '$lib/server/members';
import type { Actions, PageServerLoad } from './$types';

// Looking changes nothing: scanners of mail open links, and a preloaded page must not make anybody a member.
export const load: PageServerLoad = async (event) => {
  const user = await event.locals.get_user();
  event.setHeaders({ 'x-robots-tag': 'noindex' });
  const invite = await members.readInvite(event.locals.db, event.params.token, user !== null);
  return { email: user?.email ?? null, next: encodeURIComponent(event.url.pathname), invite };
};

export const actions: Actions = {
  accept: async (event) => {
    if (!(await event.locals.get_user()))
      redirect(303, `/login?next=${encodeURIComponent(event.url.pathname)}`);
    const result = await attempt('invite', async () => ({
      chatbot_id: await members.acceptInvite(event.locals.db, event.params.token),
    }));
    if ('status' in result) return result;
    redirect(303, `/dashboard/chatbots/${result.chatbot_id}/human-support`);
  },

  /** For whoever is signed in with another address than the invited one. */
  switch: async (event) => {
    await event.locals.db.auth.signOut({ scope: 'local' });
    redirect(303, `/login?next=${encodeURIComponent(event.url.pathname)}`);
  },
};
