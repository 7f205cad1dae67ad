import type { SupabaseClient } from '@supabase/supabase-js';
import type { QuietHours } from '$lib/server/push-devices';
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

/** When the person's devices are told nothing; null for never. */
export async function quietHours(db: SupabaseClient, user_id: string): Promise<QuietHours | null> {
  const [found] = await rows<{ quiet_from: string | null; quiet_until: string | null; quiet_days: number[] }>(
    db.from('profiles').select('quiet_from, quiet_until, quiet_days').eq('user_id', user_id),
  );
  if (!found?.quiet_from || !found.quiet_until) return null;
  const minutes = (time: string) => time.slice(0, 5);
  return { from: minutes(found.quiet_from), until: minutes(found.quiet_until), days: found.quiet_days };
}

/** Saves the given keys and leaves the others as they are. */
export function saveMine(
  db: SupabaseClient,
  profile: Partial<Omit<Profile, 'user_id' | 'email'>>,
): Promise<void> {
  return rpc(db, 'save_profile', { profile });
}
