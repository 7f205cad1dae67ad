import { fail } from '@sveltejs/kit';
import { safeNext } from '$lib/server/guards';
import { emailField, sentenceFor } from '$lib/server/sign-in';
import type { Actions } from './$types';

export const actions: Actions = {
  default: async ({ locals, request, url }) => {
    const form = await request.formData();
    const email = emailField(form);
    const isReset = form.get('purpose') === 'password';
    const next = isReset ? '/account#password' : safeNext(url.searchParams.get('next'), url.origin);
    const back = `${url.origin}/callback?next=${encodeURIComponent(next)}`;
    const { error } = isReset
      ? await locals.db.auth.resetPasswordForEmail(email, { redirectTo: back })
      : await locals.db.auth.signInWithOtp({
          email,
          options: { emailRedirectTo: back, shouldCreateUser: false },
        });
    // Whether an address has an account is nobody's business: an unknown one gets the same answer.
    const tellsNothing = !error || error.code === 'otp_disabled' || error.code === 'user_not_found';
    if (!tellsNothing) return fail(400, { email, message: sentenceFor(error) });
    return { email, isSent: true, type: isReset ? 'recovery' : 'magiclink', after: next };
  },
};
