import type { SupabaseClient } from '@supabase/supabase-js';
import { refuse, rows, rpc } from '$lib/server/supabase';

export interface Profile {
  user_id: string;
  email: string;
  display_name: string | null;
  /** The master switch: false stops escalation mail to this person on every chatbot. */
  notify_escalation: boolean;
  time_zone: string;
  keyboard_shortcuts: boolean;
}

const COLUMNS = 'user_id, email, display_name, notify_escalation, time_zone, keyboard_shortcuts';

/** The signed-in person's own profile; throws SIGNI when the account has been deleted meanwhile. */
export async function readMine(db: SupabaseClient, user_id: string): Promise<Profile> {
  const [profile] = await rows<Profile>(db.from('profiles').select(COLUMNS).eq('user_id', user_id));
  return profile ?? refuse('SIGNI');
}

/** Saves the given keys and leaves the others as they are. */
export function saveMine(
  db: SupabaseClient,
  profile: Partial<Omit<Profile, 'user_id' | 'email'>>,
): Promise<void> {
  return rpc(db, 'save_profile', { profile });
}
