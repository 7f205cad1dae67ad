import type { SupabaseClient } from '@supabase/supabase-js';
import { refuse, rows, rpc } from '$lib/server/supabase';

/** How the widget looks and where it may be; null texts are left out, a null language follows the page. */
export interface Appearance {
  name: string;
  greeting: string | null;
  /** `#rrggbb`. */
  accent_color: string;
  position: 'left' | 'right';
  language: string | null;
  /** Shown in place of the confirmation while no mail can be sent. */
  contact_text: string | null;
  /** Origins that may use the chatbot; empty allows any. */
  allowed_origins: string[];
  /** Query parameters of a page address that the team may see; the others are dropped. */
  page_parameters: string[];
  /** When the widget last asked for its settings from a site of the owner's; null before the first time. */
  snippet_seen_at: string | null;
  /** The origin it asked from. */
  snippet_seen_url: string | null;
}

const COLUMNS =
  'name, greeting, accent_color, position, language, contact_text, allowed_origins, page_parameters, snippet_seen_at, snippet_seen_url';

/** What is saved; throws NTFND for a chatbot that is not one's own. */
export async function read(db: SupabaseClient, chatbot_id: string): Promise<Appearance> {
  const [found] = await rows<Appearance>(db.from('chatbots').select(COLUMNS).eq('id', chatbot_id));
  return found ?? refuse('NTFND');
}

/** Saves the given keys and leaves the others; throws INVAL with a sentence about the field. */
export function save(
  db: SupabaseClient,
  chatbot_id: string,
  settings: Record<string, unknown>,
): Promise<Appearance> {
  return rpc<Appearance>(db, 'save_appearance', { chatbot_id, settings });
}
