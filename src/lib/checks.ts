// What can be said about a field before it is sent: null, or the sentence beside it. The database has the last word by the same
// rules; these only say it sooner.
import { asciiAddress, isEmailAddress } from '#shared/email-address.ts';

export type Problem = string | null;

/** Words that must be there, up to a length. */
export function words(value: string, max: number, missing: string): Problem {
  if (value.trim() === '') return missing;
  return atMost(value, max);
}

/** Words that may be left out. */
export function atMost(value: string, max: number): Problem {
  const length = [...value.trim()].length;
  return length > max ? `At most ${max.toLocaleString('en-GB')} characters. This has ${length}.` : null;
}

/** A whole number of a range. */
export function wholeNumber(value: string, least: number, most: number): Problem {
  const text = value.trim();
  const isWithin = /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
  return isWithin ? null : `Enter a whole number from ${least} to ${most}.`;
}

/** One e-mail address. */
export function email(value: string): Problem {
  if (value.trim() === '') return 'Enter the e-mail address to invite.';
  return isEmailAddress(asciiAddress(value.trim()))
    ? null
    : `“${value.trim()}” isn’t a valid e-mail address.`;
}

/** A link that a visitor's browser opens. */
export function link(value: string): Problem {
  const text = value.trim();
  if (text === '') return 'Enter the address this button opens.';
  if (!/^https:\/\//i.test(text)) return 'The address must start with https://.';
  const hasName = /^https:\/\/[^\s<>"\\@/]+\.[^\s<>"\\@/]+(\/[^\s<>"\\]*)?$/i.test(text);
  return hasName ? null : 'Enter a complete address, such as https://www.example.com/help.';
}

/** A text as an address; null when it is none. */
export function urlOf(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** The address of a server of the owner's: a webhook's receiver, or a bot. The local stack also takes this machine. */
export function serverAddress(value: string, missing: string): Problem {
  const text = value.trim();
  if (text === '') return missing;
  if (/^http:\/\/127\.0\.0\.1:\d+/.test(text)) return null;
  if (!/^https:\/\//i.test(text)) return 'The address must start with https://.';
  return urlOf(text) ? null : 'Enter a complete address, such as https://hooks.example.com/handoff.';
}

const ORIGIN = /^https?:\/\/(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;

/** The lines of a text, trimmed, without empty ones. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Origins, one in a line. */
export function origins(text: string): Problem {
  const lines = linesOf(text);
  if (lines.length > 50) return 'At most 50 sites.';
  const wrong = lines.find((line) => !ORIGIN.test(line.replace(/\/+$/, '')));
  if (wrong === undefined) return null;
  return `“${wrong}” isn’t an origin. Use only scheme and host, such as https://www.example.com.`;
}

/** Names of query parameters, one in a line. */
export function parameters(text: string): Problem {
  const lines = linesOf(text);
  if (lines.length > 20) return 'At most 20 parameters.';
  const wrong = lines.find((line) => !/^[\w.-]{1,60}$/.test(line));
  return wrong === undefined ? null : `“${wrong}” isn’t a parameter name, such as sku.`;
}

/** A stretch of an office day. One that ends before it begins runs past midnight. */
export function shift([begins, ends]: readonly [string, string]): Problem {
  if (!begins || !ends) return 'Enter a start and an end.';
  return begins === ends ? 'Start and end can’t be the same.' : null;
}
