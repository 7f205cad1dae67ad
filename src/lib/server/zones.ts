import type { SupabaseClient } from '@supabase/supabase-js';
import type { ClockChanges } from '#shared/clocks.ts';
import { rpc } from '$lib/server/supabase';
import type { Zone } from '$lib/time';

/**
 * The zone in which somebody reads times: their device's, where the database knows it, else that of their account. What has no
 * device, such as mail, follows the account alone.
 */
export function readMine(db: SupabaseClient, device_time_zone: string | null): Promise<Zone> {
  return rpc<Zone>(db, 'my_zone', { device_time_zone });
}

/** The zones that an account or office hours can have: UTC, then the regions by name. */
export function listAll(db: SupabaseClient): Promise<string[]> {
  return rpc<string[]>(db, 'time_zones');
}

/** A zone that somebody of one's teams reads times in, and when the database says that its clocks are changed in the coming year. */
export interface ZoneInUse {
  name: string;
  used_for: ('device' | 'mail' | 'office_hours')[];
  changes: ClockChanges;
}

/** The zones of this device, of one's teams' mail and of their office hours, by name. */
export function listInUse(db: SupabaseClient, device_time_zone: string | null): Promise<ZoneInUse[]> {
  return rpc<ZoneInUse[]>(db, 'zones_in_use', { device_time_zone });
}
