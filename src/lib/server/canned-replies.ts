import type { SupabaseClient } from '@supabase/supabase-js';
import { rows, rpc } from '$lib/server/supabase';

export interface CannedReply {
  id: string;
  shortcut: string;
  body: string;
}

/** The team's ready-made replies, by shortcut. */
export function list(db: SupabaseClient, chatbot_id: string): Promise<CannedReply[]> {
  return rows<CannedReply>(
    db.from('canned_replies').select('id, shortcut, body').eq('chatbot_id', chatbot_id).order('shortcut'),
  );
}

/** Saves a new one when `id` is null and returns its id. */
export function save(
  db: SupabaseClient,
  chatbot_id: string,
  reply: { id: string | null; shortcut: string; body: string },
): Promise<string> {
  return rpc<string>(db, 'save_canned_reply', { chatbot_id, ...reply });
}

export function remove(db: SupabaseClient, id: string): Promise<void> {
  return rpc(db, 'delete_canned_reply', { id });
}
