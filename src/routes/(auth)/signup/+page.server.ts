import { fail, redirect } from '@sveltejs/kit';
import { safeNext } from '$lib/server/guards';
import * as profiles from '$lib/server/profiles';
import { emailField, passwordField, sentenceFor, textField } from '$lib/server/sign-in';
import * as zones from '$lib/server/zones';
import type { Actions, PageServerLoad } from './$types';

const PASSWORD_MIN_LENGTH = 8;

export const load: PageServerLoad = async ({ locals, url }) => {
  if (await locals.get_user()) redirect(303, safeNext(url.searchParams.get('next'), url.origin));
};

export const actions: Actions = {
  default: async ({ locals, request, url }) => {
    const form = await request.formData();
    const email = emailField(form);
    const display_name = textField(form, 'display_name');
    const password = passwordField(form);
    const next = safeNext(url.searchParams.get('next'), url.origin);
    if (!display_name) {
      return fail(400, {
        email,
        display_name,
        message: 'Enter your name. Visitors see your first name.',
      });
    }
    if (password.length < PASSWORD_MIN_LENGTH) {
      return fail(400, {
        email,
        display_name,
        message: 'Choose a password with at least 8 characters.',
      });
    }
    const { data, error } = await locals.db.auth.signUp({
      email,
      password,
      options: {
        data: { display_name },
        emailRedirectTo: `${url.origin}/callback?next=${encodeURIComponent(next)}`,
      },
    });
    if (error) return fail(400, { email, display_name, message: sentenceFor(error) });
    if (!data.session) return { email, display_name, isSent: true };
    const { name: time_zone } = await zones.readMine(locals.db, locals.device_time_zone);
    await profiles.saveMine(locals.db, { display_name, time_zone });
    redirect(303, next);
  },
};
