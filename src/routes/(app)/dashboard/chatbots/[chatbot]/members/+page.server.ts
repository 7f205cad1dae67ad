import { redirect } from '@sveltejs/kit';
import { attempt } from '$lib/server/forms';
import { mayEditSettings, requireUser, uuidOr404 } from '$lib/server/guards';
import * as members from '$lib/server/members';
import { emailField, textField } from '$lib/server/sign-in';
import { refuse } from '$lib/server/supabase';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const user = await requireUser(event);
  const { chatbot } = await event.parent();
  const { db } = event.locals;
  const [everybody, invites] = await Promise.all([
    members.list(db, chatbot.id),
    mayEditSettings(chatbot.role) ? members.listInvites(db, chatbot.id) : [],
  ]);
  return { members: everybody, invites, me: user.id, now: Date.now() };
};

export const actions: Actions = {
  invite: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const email = emailField(form);
    return attempt('invite', async () => {
      await members.invite(event.locals.db, event.params.chatbot, email, textField(form, 'role'));
      return { email };
    });
  },

  withdraw: async (event) => {
    await requireUser(event);
    const id = uuidOr404(textField(await event.request.formData(), 'id'));
    return attempt('members', async () => {
      await members.withdrawInvite(event.locals.db, id);
      return { done: 'Invitation withdrawn. Its link no longer works.' };
    });
  },

  role: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const user_id = uuidOr404(textField(form, 'user_id'));
    return attempt('members', async () => {
      await members.setRole(event.locals.db, event.params.chatbot, user_id, textField(form, 'role'));
      return { done: 'Role changed. It applies right away.' };
    });
  },

  alerts: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const user_id = uuidOr404(textField(form, 'user_id'));
    const gets_alerts = textField(form, 'gets_alerts') === 'true';
    return attempt('members', async () => {
      await members.saveAlerts(event.locals.db, event.params.chatbot, user_id, gets_alerts);
      return {
        done: gets_alerts
          ? 'They’ll get an e-mail when a visitor asks for a person.'
          : 'They’ll no longer get an e-mail when a visitor asks for a person.',
      };
    });
  },

  remove: async (event) => {
    const me = await requireUser(event);
    const user_id = uuidOr404(textField(await event.request.formData(), 'user_id'));
    const result = await attempt('members', async () => {
      await members.remove(event.locals.db, event.params.chatbot, user_id);
      return { done: 'Removed. They no longer have access, and their claimed cases are free again.' };
    });
    // Whoever has left may not see this page any more.
    if (!('status' in result) && user_id === me.id) redirect(303, '/dashboard');
    return result;
  },

  transfer: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const user_id = uuidOr404(textField(form, 'user_id'));
    return attempt('transfer', async () => {
      const everybody = await members.list(event.locals.db, event.params.chatbot);
      const heir = everybody.find((member) => member.user_id === user_id);
      if (heir?.email !== textField(form, 'confirmation')) {
        refuse('INVAL', 'The address doesn’t match, so nothing was changed.');
      }
      await members.transfer(event.locals.db, event.params.chatbot, user_id);
      return { done: 'Ownership transferred. You’re an admin now.' };
    });
  },

  delete: async (event) => {
    await requireUser(event);
    const name = textField(await event.request.formData(), 'confirmation');
    const result = await attempt('delete', async () => {
      await members.deleteChatbot(event.locals.db, event.params.chatbot, name);
      return {};
    });
    if ('status' in result) return result;
    redirect(303, '/dashboard');
  },
};
