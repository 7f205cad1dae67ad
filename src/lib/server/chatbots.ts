import type { SupabaseClient } from '@supabase/supabase-js';
import type { Role } from '$lib/server/guards';
import { refuse, rpc } from '$lib/server/supabase';

/** One chatbot as its members see it in lists; `open_count` is its open escalations of any age. */
export interface ChatbotRow {
  id: string;
  name: string;
  accent_color: string;
  role: Role;
  open_count: number;
  created_at: string;
  /** Since when the first of them has waited; null when nobody does. */
  oldest_open_at: string | null;
  /** Who has claimed any of them. */
  at_work: string[];
  /** Cases of the last seven days. */
  asked_last_days: number;
  /** Whether it has answers, stands on a page and has been asked for a person. */
  is_set_up: boolean;
}

/** The chatbots the signed-in person is a member of. */
export function listMine(db: SupabaseClient): Promise<ChatbotRow[]> {
  return rpc<ChatbotRow[]>(db, 'my_chatbots');
}

/** The one with this id; a foreign, missing or malformed id throws the same NTFND. */
export function pick(chatbots: ChatbotRow[], id: string): ChatbotRow {
  return chatbots.find((chatbot) => chatbot.id === id) ?? refuse('NTFND');
}

/** Makes a chatbot owned by the signed-in person and returns its id. */
export function create(db: SupabaseClient, name: string): Promise<string> {
  return rpc<string>(db, 'create_chatbot', { name });
}

/** The private topic on which the team is told what happens; throws NTFND for whoever is not in it. */
export function topicOf(db: SupabaseClient, chatbot_id: string): Promise<string> {
  return rpc<string>(db, 'my_topic', { chatbot_id });
}
