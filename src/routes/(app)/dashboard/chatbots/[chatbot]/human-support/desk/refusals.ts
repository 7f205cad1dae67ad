// What a refusal means to the person who pressed the button.
import { Refused } from '$lib/ask';
import { isolate } from '#shared/isolate.ts';
import { ago } from '$lib/time';

/** What STALE says besides its sentence: the case as it is now, and who changed it last. */
export interface StaleDetail {
  version: number;
  what: string | null;
  changed_by: string | null;
  changed_by_name: string | null;
  changed_at: string | null;
}

/** What the server says has changed on a case since this page looked. */
export interface StaleNotice {
  conversation_id: string;
  sentence: string;
}

/** What STALE says; null for every other refusal. */
export function staleDetail(refusal: unknown): StaleDetail | null {
  return refusal instanceof Refused && refusal.code === 'STALE'
    ? (refusal.detail as StaleDetail | null)
    : null;
}

const DID: Record<string, string> = {
  'conversation.resolved': 'resolved this case',
  'conversation.reopened': 'reopened this case',
  'escalation.opened': 'opened this case',
  'escalation.asked_again': 'asked again',
  'resolve.undone': 'undid a resolve',
  'escalation.claimed': 'claimed this case',
  'escalation.released': 'released this case',
  'escalation.assigned': 'assigned this case',
  'reply.sent': 'replied',
};

/** Who changed what and when: "Noor resolved this case 2 min ago." */
export function whatChanged(detail: StaleDetail | null, now: number): string {
  const who = isolate(detail?.changed_by_name ?? 'The visitor');
  const when = detail?.changed_at ? ` ${ago(detail.changed_at, now)}` : '';
  return `${who} ${DID[detail?.what ?? ''] ?? 'changed this case'}${when}.`;
}
