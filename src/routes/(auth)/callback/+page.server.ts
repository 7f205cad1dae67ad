// Where the links in Auth's mails lead. Looking changes nothing: programs that check mail open links, some of them twice, before the
// person does. So a button asks for what the link carries to be exchanged for a session. Where the link cannot be opened, on
// another device say, the code from the same mail does the same.
import { fail, redirect } from '@sveltejs/kit';
import { isAuthRetryableFetchError, type EmailOtpType, type VerifyOtpParams } from '@supabase/supabase-js';
import { safeNext } from '$lib/server/guards';
import { noteMailLink } from '$lib/server/passwords';
import { emailField, sentenceFor, textField } from '$lib/server/sign-in';
import type { Actions, PageServerLoad } from './$types';

const LINK_TYPES: EmailOtpType[] = ['signup', 'magiclink', 'recovery', 'invite', 'email_change', 'email'];

const typeIn = (text: string | null) => LINK_TYPES.find((known) => known === text) ?? null;

/** What the address carries; null where it carries nothing that could be exchanged. */
function linkIn(query: URLSearchParams): { code: string } | VerifyOtpParams | null {
  const [code, token_hash, type] = [query.get('code'), query.get('token_hash'), typeIn(query.get('type'))];
  if (code) return { code };
  return token_hash && type ? { token_hash, type } : null;
}

export const load: PageServerLoad = ({ url, setHeaders }) => {
  setHeaders({ 'x-robots-tag': 'noindex' });
  return { type: typeIn(url.searchParams.get('type')), has_link: linkIn(url.searchParams) !== null };
};

export const actions: Actions = {
  default: async ({ cookies, locals, request, url }) => {
    const form = await request.formData();
    const next = safeNext(url.searchParams.get('next'), url.origin);
    const email = emailField(form);
    // People copy codes with blanks between the digits.
    const token = textField(form, 'token').replace(/\s/g, '');
    const type = typeIn(textField(form, 'type')) ?? 'magiclink';
    const link = form.has('token') ? { email, token, type } : linkIn(url.searchParams);
    if (!link) redirect(303, `/login?notice=link&next=${encodeURIComponent(next)}`);
    const { auth } = locals.db;
    const { data, error } = await ('code' in link
      ? auth.exchangeCodeForSession(link.code)
      : auth.verifyOtp(link));
    if (error) {
      if (isAuthRetryableFetchError(error) || error.status === 429) {
        return fail(503, { email, type, message: sentenceFor(error) });
      }
      if (form.has('token')) {
        return fail(400, { email, type, message: 'That code is wrong, has expired or was already used.' });
      }
      redirect(303, `/login?notice=link&next=${encodeURIComponent(next)}`);
    }
    if (data.user) noteMailLink(cookies, data.user.id, url.protocol === 'https:');
    redirect(303, next);
  },
};
