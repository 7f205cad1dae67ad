// What the app asks of the visitors' door, the edge function `widget`, for people who have no account: whoever a mail was not for, and
// visitors who go on with a conversation on a page of ours. It decides nothing; the door does.
import type { WidgetConfig } from '#shared/contract.ts';
import { LANGUAGES, languageOf, type Language } from '#shared/labels.ts';
import { supabaseProject } from '$lib/env';

const DEADLINE_MS = 10_000;

export type Disowned = 'done' | 'unknown' | 'failed';

export type PublicChatbot = Pick<WidgetConfig, 'name' | 'initial' | 'accent_color' | 'colors'> & {
  locale: Language;
};

/** The browser's languages, best first, as its header `Accept-Language` has them. */
export function languagesOf(request: Request): string[] {
  const ranked = (request.headers.get('accept-language') ?? '').split(',');
  return ranked.map((one) => one.split(';')[0]!.trim()).filter(Boolean);
}

/** The first of ours that this browser speaks, else English. */
export function visitorLanguage(request: Request): Language {
  const known = languagesOf(request).map(languageOf);
  return known.find((language) => language !== null) ?? LANGUAGES[0];
}

/** Which way a page in this language is written. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' || language === 'he' ? 'rtl' : 'ltr';
}

function ask(path: string, init: RequestInit = {}): Promise<Response | null> {
  const address = `${supabaseProject().url}/functions/v1/widget/${path}`;
  return fetch(address, { ...init, signal: AbortSignal.timeout(DEADLINE_MS) }).catch(() => null);
}

/** No answer is mailed any more to whoever got the mail with this token; `unknown` when there is no such mail. */
export async function disown(token: string): Promise<Disowned> {
  const headers = { 'content-type': 'application/json' };
  const answer = await ask('not-me', { method: 'POST', headers, body: JSON.stringify({ token }) });
  if (answer?.ok) return 'done';
  return answer?.status === 401 ? 'unknown' : 'failed';
}

/** What a visitor may know of a chatbot; `missing` when there is none, null while nobody can say. */
export async function readChatbot(
  id: string,
  languages: string[],
): Promise<PublicChatbot | 'missing' | null> {
  const answer = await ask(`config?${new URLSearchParams({ chatbot_id: id, locale: languages.join() })}`);
  if (answer?.ok) return (await answer.json().catch(() => null)) as PublicChatbot | null;
  return answer && answer.status < 500 && answer.status !== 429 ? 'missing' : null;
}

/** A case as the page of an alert's link shows it. */
export interface Act {
  chatbot: string;
  reference: string;
  question: string;
  status: 'open' | 'resolved';
  /** As whom it is done: whoever the mail was for. */
  member: string;
  is_mine: boolean;
  claimed_by: string | null;
  resolved_by: string | null;
  url: string;
  /** Of what was posted: whether it did it, or found it done. */
  is_done?: boolean;
}

/** What an alert's link is about and, where `is_posted`, does what it says; `unknown` when it is worth nothing, null while nobody can say. */
export async function act(
  link: { delivery: string; act: string; token: string },
  is_posted: boolean,
): Promise<Act | 'unknown' | null> {
  const body = JSON.stringify({ delivery_id: link.delivery, act: link.act, token: link.token, is_posted });
  const headers = { 'content-type': 'application/json' };
  const answer = await ask('act', { method: 'POST', headers, body });
  if (answer?.ok) return (await answer.json().catch(() => null)) as Act | null;
  return answer && answer.status < 500 && answer.status !== 429 ? 'unknown' : null;
}
