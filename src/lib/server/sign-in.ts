import type { AuthError } from '@supabase/supabase-js';
import { asciiAddress } from '#shared/email-address.ts';

const SENTENCES: Record<string, string> = {
  invalid_credentials: 'That e-mail address and password do not match.',
  email_not_confirmed: 'Please confirm your e-mail address first: the link is in your inbox.',
  user_already_exists: 'There is an account with this address already. Sign in instead.',
  email_exists: 'There is an account with this address already. Sign in instead.',
  email_address_invalid: 'This does not look like an e-mail address.',
  validation_failed: 'This does not look like an e-mail address.',
  weak_password: 'Please choose a longer password: at least 8 characters.',
  same_password: 'That is the password you have already.',
  signup_disabled: 'New accounts cannot be made here.',
  over_request_rate_limit: 'Too many attempts. Please wait a minute.',
  over_email_send_rate_limit: 'A mail is on its way already. Please wait a minute before asking again.',
  otp_expired: 'This link has been used already, or is too old. Ask for a new one.',
};

/** What a person should read when the Auth server refuses, by its stable code. */
export function sentenceFor(refusal: AuthError): string {
  if (refusal.code && refusal.code in SENTENCES) return SENTENCES[refusal.code] as string;
  if (refusal.status === undefined || refusal.status === 0 || refusal.status >= 500) {
    return 'Signing in is not possible just now. Please try again in a moment.';
  }
  return 'That did not work. Please check what you entered.';
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
