import type { AuthError } from '@supabase/supabase-js';
import { asciiAddress } from '#shared/email-address.ts';

const SENTENCES: Record<string, string> = {
  invalid_credentials: 'That e-mail address and password don’t match.',
  email_not_confirmed: 'Confirm your e-mail address first: the link is in your inbox.',
  user_already_exists: 'There’s already an account with this address. Sign in instead.',
  email_exists: 'There’s already an account with this address. Sign in instead.',
  email_address_invalid: 'That doesn’t look like an e-mail address.',
  validation_failed: 'That doesn’t look like an e-mail address.',
  weak_password: 'Choose a password with at least 8 characters.',
  same_password: 'That’s already your password.',
  signup_disabled: 'New accounts can’t be created here.',
  over_request_rate_limit: 'Too many attempts. Wait a minute, then try again.',
  over_email_send_rate_limit: 'An e-mail is already on its way. Wait a minute before asking for another.',
  otp_expired: 'This link has expired or was already used. Ask for a new one.',
};

/** What a person should read when the Auth server refuses, by its stable code. */
export function sentenceFor(refusal: AuthError): string {
  if (refusal.code && refusal.code in SENTENCES) return SENTENCES[refusal.code] as string;
  if (refusal.status === undefined || refusal.status === 0 || refusal.status >= 500) {
    return 'You can’t sign in right now. Try again in a moment.';
  }
  return 'That didn’t work. Check what you entered.';
}

/** A trimmed text field of a form; empty when it is missing or a file. */
export function textField(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** An address as mail is sent to it: its domain may be typed in any script. */
export function emailField(form: FormData, name = 'email'): string {
  return asciiAddress(textField(form, name));
}

/** A password exactly as typed: spaces belong to it. */
export function passwordField(form: FormData, name = 'password'): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
