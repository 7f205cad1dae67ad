// What the page asks its own server for while it is open. Everything goes through the session cookie and row-level security.
import { ask, tell } from '$lib/ask';
import type { CannedReply } from '$lib/server/canned-replies';
import type * as cases from '$lib/server/cases';
import type { CaseRow, Conversation, Cursor, Escalation, View } from '$lib/server/cases';
import type { ManyResult } from '$lib/server/escalations';
import type { MessageRow } from '$lib/server/messages';
import type { OpenedCase } from '$lib/server/opened-case';

/** Of one moment, with the server's clock. */
export interface Overview extends cases.Overview {
  now: number;
}

export type ActionName =
  | 'open'
  | 'unread'
  | 'resolve'
  | 'undo'
  | 'reopen'
  | 'claim'
  | 'release'
  | 'assign'
  | 'reply'
  | 'note'
  | 'hand-back'
  | 'redeliver';

/** What an action on one case answers with. */
export interface ActionResult {
  conversation?: Conversation;
  escalation?: Escalation | null;
}

export type ManyActionName = 'resolve' | 'undo' | 'claim' | 'assign';

/** What a call about many cases says; the versions stand in the order of the ids. */
export interface ManyRequest {
  escalation_ids: string[];
  expected_versions?: (number | null)[];
  user_id?: string | null;
}

/** The most cases that one call may name; SQL refuses more. */
export const MOST_AT_ONCE = 500;

/** The address of a view; defaults are left out, so that the common ones stay short. */
export function queryOf(view: View, conv: string | null): string {
  const query = new URLSearchParams();
  if (view.filter !== 'unresolved') query.set('filter', view.filter);
  if (view.sort !== 'newest') query.set('sort', view.sort);
  if (view.days !== 30) query.set('days', String(view.days));
  if (view.search) query.set('search', view.search);
  if (conv) query.set('conv', conv);
  const text = query.toString();
  return text ? `?${text}` : '';
}

/** The calls of one chatbot's triage; `base` is the address of its page. */
export function createApi(base: string) {
  function withView(view: View, rest: Record<string, string | number | null>): string {
    const query = new URLSearchParams(queryOf(view, null));
    for (const [name, value] of Object.entries(rest)) if (value !== null) query.set(name, String(value));
    return `?${query}`;
  }

  return {
    overview: (view: View, rows: number) => ask<Overview>(`${base}/overview${withView(view, { rows })}`),
    cases: (view: View, rows: number, after: Cursor) =>
      ask<CaseRow[]>(
        `${base}/cases${withView(view, { rows, after_at: after.at, after_id: after.id, after_status: after.status })}`,
      ),
    conversation: (id: string, after_seq: number | null = null) =>
      ask<OpenedCase>(`${base}/conversations/${id}${after_seq === null ? '' : `?after_seq=${after_seq}`}`),
    messagesBefore: (id: string, seq: number) =>
      ask<MessageRow[]>(`${base}/conversations/${id}/messages?before_seq=${seq}`),
    wholeMail: async (id: string, mail_id: string) =>
      (await ask<{ whole: string }>(`${base}/conversations/${id}/mails/${mail_id}`)).whole,
    saveCannedReply: (reply: { id: string | null; shortcut: string; body: string }) =>
      tell<CannedReply[]>(`${base}/canned-replies`, reply),
    deleteCannedReply: (id: string) =>
      ask<CannedReply[]>(`${base}/canned-replies?id=${id}`, { method: 'DELETE' }),
    act: <Answer>(id: string, action: ActionName, body: Record<string, unknown> = {}) =>
      tell<Answer>(`${base}/conversations/${id}/${action}`, body),
    actOnMany: (action: ManyActionName, request: ManyRequest) =>
      tell<ManyResult>(`${base}/cases/${action}`, request),
  };
}

export type Api = ReturnType<typeof createApi>;
