import { fail } from '@sveltejs/kit';
import { attempt } from '$lib/server/forms';
import { refusalOf, requireUser, uuidOr404 } from '$lib/server/guards';
import { cameByMail, forgetMailLink, refusalOfPresent } from '$lib/server/passwords';
import * as devices from '$lib/server/push-devices';
import * as profiles from '$lib/server/profiles';
import { passwordField, sentenceFor, textField } from '$lib/server/sign-in';
import * as zones from '$lib/server/zones';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const user = await requireUser(event);
  const { cookies, locals } = event;
  const [mine, public_key, quiet_hours, time_zones] = await Promise.all([
    devices.list(locals.db),
    devices.publicKey(locals.db),
    profiles.quietHours(locals.db, user.id),
    zones.listAll(locals.db),
  ]);
  return {
    devices: mine,
    this_device: cookies.get(devices.DEVICE_COOKIE) ?? null,
    public_key,
    quiet_hours,
    now: Date.now(),
    time_zones,
    device_time_zone: locals.device_time_zone,
    came_by_mail: cameByMail(cookies, user),
  };
};

export const actions: Actions = {
  profile: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const display_name = textField(form, 'display_name');
    if (!display_name) {
      return fail(422, { about: 'profile', message: 'Enter a name. Visitors see your first name.' });
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

  rename_device: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    return attempt('devices', async () => {
      const id = uuidOr404(form.get('id')?.toString());
      await devices.rename(event.locals.db, id, textField(form, 'label'));
      return {};
    });
  },

  remove_device: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    return attempt('devices', async () => {
      await devices.remove(event.locals.db, uuidOr404(form.get('id')?.toString()));
      return {};
    });
  },

  quiet_hours: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const hours = {
      from: textField(form, 'from'),
      until: textField(form, 'until'),
      days: form.getAll('days').map(Number),
    };
    return attempt('quiet_hours', async () => {
      await devices.saveQuietHours(event.locals.db, form.has('is_on') ? hours : null);
      return {};
    });
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
    const user = await requireUser(event);
    const { cookies, locals, request } = event;
    const form = await request.formData();
    const password = passwordField(form);
    if (password.length < 8) {
      return fail(422, { about: 'password', message: 'Choose a password with at least 8 characters.' });
    }
    if (!cameByMail(cookies, user)) {
      const refused = await refusalOfPresent(user, passwordField(form, 'present_password'));
      if (refused) return fail(403, { about: 'present_password', message: refused });
    }
    const { error } = await locals.db.auth.updateUser({ password });
    if (error) return fail(400, { about: 'password', message: sentenceFor(error) });
    // The new password would be of little use against somebody who is signed in already. Hosted Auth sees to it by itself.
    const { error: refused } = await locals.db.auth.signOut({ scope: 'others' });
    if (refused) {
      const message =
        'Your password was changed, but we couldn’t sign you out everywhere else. Change it once more to try again.';
      return fail(503, { about: 'password', message });
    }
    forgetMailLink(cookies);
    return { about: 'password', isSaved: true };
  },
};
