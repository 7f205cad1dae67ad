// How the palette finds: every word that is typed must be somewhere, without regard to case or accents.
import type { CaseRow } from '$lib/server/cases';

function plain(words: string): string {
  return words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Whether all words of a text are in another one. */
export function fits(typed: string, words: string): boolean {
  const text = plain(words);
  return plain(typed)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What a case is found by: who, which, and what they asked. */
export function wordsOf(row: CaseRow): string {
  const { visitor_name, visitor_email, reference, session_id, question, last_message_preview } = row;
  return [visitor_name, visitor_email, reference, session_id, question, last_message_preview]
    .filter(Boolean)
    .join(' ');
}
