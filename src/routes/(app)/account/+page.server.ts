import { fail } from '@sveltejs/kit';
import { refusalOf, requireUser } from '$lib/server/guards';
import * as profiles from '$lib/server/profiles';
import { passwordField, sentenceFor, textField } from '$lib/server/sign-in';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => ({
  time_zones: ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')],
  device_time_zone: locals.device_time_zone,
});

export const actions: Actions = {
  profile: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const display_name = textField(form, 'display_name');
    if (!display_name) {
      return fail(422, { about: 'profile', message: 'Please enter a name: visitors see your first name.' });
    }
    try {
      await profiles.saveMine(event.locals.db, {
        display_name,
        time_zone: textField(form, 'time_zone') || 'UTC',
        notify_escalation: form.has('notify_escalation'),
        keyboard_shortcuts: form.has('keyboard_shortcuts'),
      });
    } catch (thrown) {
      const { status, body } = refusalOf(thrown);
      return fail(status, { about: 'profile', message: body.message });
    }
    return { about: 'profile', isSaved: true };
  },

  theme: async ({ request, cookies, url }) => {
    const theme = textField(await request.formData(), 'theme');
    if (!['system', 'light', 'dark'].includes(theme))
      return fail(422, { about: 'theme', message: 'Unknown theme.' });
    cookies.set('theme', theme, {
      path: '/',
      maxAge: 60 * 60 * 24 * 365,
      sameSite: 'lax',
      secure: url.protocol === 'https:',
    });
    return { about: 'theme', isSaved: true };
  },

  password: async (event) => {
    await requireUser(event);
    const password = passwordField(await event.request.formData());
    if (password.length < 8) {
      return fail(422, { about: 'password', message: 'Please choose a password of at least 8 characters.' });
    }
    const { error } = await event.locals.db.auth.updateUser({ password });
    if (error) return fail(400, { about: 'password', message: sentenceFor(error) });
    return { about: 'password', isSaved: true };
  },
};
