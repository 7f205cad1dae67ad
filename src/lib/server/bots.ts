import type { SupabaseClient } from '@supabase/supabase-js';
import { rpc } from '$lib/server/supabase';

/** Who answers. The key itself is never read back. */
export interface Bot {
  kind: 'built_in' | 'openai';
  base_url: string | null;
  model: string | null;
  instructions: string | null;
  has_api_key: boolean;
}

export function read(db: SupabaseClient, chatbot_id: string): Promise<Bot> {
  return rpc<Bot>(db, 'read_bot', { chatbot_id });
}

/** Saves the given keys. `api_key` null forgets the stored key; so does moving to another host without a new one. */
export function save(db: SupabaseClient, chatbot_id: string, bot: Record<string, unknown>): Promise<Bot> {
  return rpc<Bot>(db, 'save_bot', { chatbot_id, bot });
}
