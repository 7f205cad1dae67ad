import type { SupabaseClient } from '@supabase/supabase-js';
import { rows, rpc } from '$lib/server/supabase';

/** A key of the `api` function. The key itself is known to whoever made it, and here only by its hash. */
export interface ApiKey {
  id: string;
  name: string;
  /** How it begins, to tell one from another. */
  prefix: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

export function list(db: SupabaseClient, chatbot_id: string): Promise<ApiKey[]> {
  const columns = 'id, name, prefix, created_at, last_used_at, revoked_at';
  const query = db.from('api_keys').select(columns).eq('chatbot_id', chatbot_id);
  return rows<ApiKey>(query.order('created_at', { ascending: false }));
}

/** Answers with the key, this once. */
export function create(
  db: SupabaseClient,
  chatbot_id: string,
  name: string,
): Promise<{ id: string; key: string }> {
  return rpc(db, 'create_api_key', { chatbot_id, name });
}

export function revoke(db: SupabaseClient, id: string): Promise<void> {
  return rpc(db, 'revoke_api_key', { id });
}
