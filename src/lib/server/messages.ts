import type { SupabaseClient } from '@supabase/supabase-js';
import type { MessageRole } from '#shared/contract.ts';
import { refuse, rows, rpc } from '$lib/server/supabase';

export type ReplyStatus = 'waiting' | 'read' | 'fetched' | 'mailed' | 'delivered' | 'bounced' | 'unreachable';

/** Where a reply has got to, and when it did. */
export interface ReplyReceipt {
  message_id: string;
  seq: number;
  status: ReplyStatus;
  /** Why nobody received it, or how its mail ended. */
  reason: string | null;
  /** The mail that carried it. */
  delivery_id: string | null;
  at: string;
}

/** A message of the transcript; `event` says what a system line is about. */
export interface MessageRow {
  id: string;
  seq: number;
  role: MessageRole;
  text: string;
  event: 'person_joined' | 'resolved' | 'handed_back' | null;
  author_id: string | null;
  author_name: string | null;
  feedback: 'positive' | null;
  followups: string[];
  suggest_human: boolean;
  answer_id: string | null;
  /** The way it came. */
  via: 'widget' | 'api' | 'desk' | 'mail';
  /** The mail it came in, where it did. */
  mail: InboundMail | null;
  created_at: string;
  /** Null for everything but a person's reply. The case has the latest ones anew with every read. */
  receipt: ReplyReceipt | null;
}

/** A mail that came back. What did not become a message says why, and is for the team's eyes alone. */
export interface InboundMail {
  id: string;
  status: 'taken' | 'unverified' | 'machine' | 'held' | 'refused';
  reason: string | null;
  from_email: string;
  from_name: string | null;
  subject: string | null;
  /** Whether `whole` of its row holds more than the message says. */
  has_whole: boolean;
  /** Of its text, in characters. */
  length: number;
  attachments: { name: string; type: string | null; size: number | null }[];
  message_id: string | null;
  user_id: string | null;
  received_at: string;
  /** The first 4,000 characters, of mail that is no message. */
  text?: string;
}

/** Part of a transcript, oldest first: the newest page, the page before `before_seq`, or what came after `after_seq`. */
export function list(
  db: SupabaseClient,
  conversation_id: string,
  page: { before_seq?: number | null; after_seq?: number | null; max_rows?: number },
): Promise<MessageRow[]> {
  const { before_seq = null, after_seq = null, max_rows = 200 } = page;
  return rpc<MessageRow[]>(db, 'read_messages', { conversation_id, before_seq, after_seq, max_rows });
}

/**
 * Answers the visitor; the id makes sending again harmless. Throws STALE with who it was when a colleague has replied after the
 * message `seen_seq`.
 */
export function reply(
  db: SupabaseClient,
  conversation_id: string,
  id: string,
  text: string,
  seen_seq: number | null,
): Promise<MessageRow> {
  return rpc<MessageRow>(db, 'send_reply', { conversation_id, id, text, seen_seq });
}

/** Adds a note that only the team sees. */
export function addNote(
  db: SupabaseClient,
  conversation_id: string,
  id: string,
  text: string,
): Promise<unknown> {
  return rpc(db, 'add_note', { conversation_id, id, text });
}

/** All that a mail said, quotes included. Throws NTFND when this person may not see it, or it belongs to another conversation. */
export async function readWholeMail(
  db: SupabaseClient,
  mail: { chatbot_id: string; conversation_id: string; id: string },
): Promise<string> {
  const [found] = await rows<{ text: string; whole: string | null }>(
    db.from('inbound_mails').select('text, whole').match(mail),
  );
  return found ? (found.whole ?? found.text) : refuse('NTFND');
}
