import { fail, redirect } from '@sveltejs/kit';
import { safeNext } from '$lib/server/guards';
import { emailField, passwordField, sentenceFor } from '$lib/server/sign-in';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  if (await locals.get_user()) redirect(303, safeNext(url.searchParams.get('next'), url.origin));
  return { notice: url.searchParams.get('notice') };
};

export const actions: Actions = {
  default: async ({ locals, request, url }) => {
    const form = await request.formData();
    const email = emailField(form);
    const { error } = await locals.db.auth.signInWithPassword({ email, password: passwordField(form) });
    if (error) return fail(400, { email, message: sentenceFor(error) });
    redirect(303, safeNext(url.searchParams.get('next'), url.origin));
  },
};
