// The devices on which somebody is notified. What their push services gave them goes in, and is never read.
import type { SupabaseClient } from '@supabase/supabase-js';
import { refuse, rows, rpc } from '$lib/server/supabase';

export interface PushDevice {
  id: string;
  label: string;
  created_at: string;
  /** When its push service last took a notification. */
  last_told_at: string | null;
  /** Since when every notification was refused or lost; null while it works. */
  failing_since: string | null;
  last_failure: string | null;
}

/** How far a test is. A push service has taken what is `sent`. */
export interface PushTest {
  status: 'queued' | 'sent' | 'skipped' | 'failed';
  attempt_count: number;
  reason: string | null;
  error: string | null;
}

/** When devices are told nothing: times of day by the person's zone, and the ISO weekdays on which it begins. */
export interface QuietHours {
  from: string;
  until: string;
  days: number[];
}

/** The cases that nobody has seen; the ids of a thousand at most. */
export interface Unseen {
  count: number;
  conversation_ids: string[];
}

/** The cookie by which the server knows which device this browser is. */
export const DEVICE_COOKIE = 'push_device';

/** One's own, oldest first. */
export function list(db: SupabaseClient): Promise<PushDevice[]> {
  const columns = 'id, label, created_at, last_told_at, failing_since, last_failure';
  return rows<PushDevice>(db.from('push_devices').select(columns).order('created_at').order('id'));
}

/** What a browser subscribes with; null until the sender has run for the first time. */
export function publicKey(db: SupabaseClient): Promise<string | null> {
  return rpc<string | null>(db, 'push_public_key', {});
}

/** Has the browser of this subscription notified; in place of the device `id` where that is one's own. Throws INVAL, URLBD and CONFL. */
export function save(
  db: SupabaseClient,
  { subscription, label }: Record<string, unknown>,
  id: string | undefined,
): Promise<PushDevice> {
  const { endpoint, keys } = (subscription ?? {}) as { endpoint?: unknown; keys?: Record<string, unknown> };
  if (typeof endpoint !== 'string' || typeof keys !== 'object') refuse('INVAL');
  const device = { endpoint, p256dh: keys['p256dh'], auth: keys['auth'], ...(id && { id }) };
  return rpc<PushDevice>(db, 'save_push_device', {
    device: { ...device, ...(typeof label === 'string' && { label }) },
  });
}

export function rename(db: SupabaseClient, id: string, label: string): Promise<void> {
  return rpc(db, 'rename_push_device', { id, label });
}

/** What waited for it goes by mail. */
export function remove(db: SupabaseClient, id: string): Promise<void> {
  return rpc(db, 'remove_push_device', { id });
}

/** Queues a real notification. Throws TOOMY after ten within a minute, and CONFL where one is on no team. */
export function startTest(db: SupabaseClient, id: string): Promise<{ delivery_id: string }> {
  return rpc(db, 'try_push_device', { id });
}

/** Null when there is no such test. */
export function readTest(db: SupabaseClient, delivery_id: string): Promise<PushTest | null> {
  return rpc<PushTest | null>(db, 'push_test', { delivery_id });
}

/** Null for never. Throws INVAL with a sentence. */
export function saveQuietHours(db: SupabaseClient, quiet_hours: QuietHours | null): Promise<void> {
  return rpc(db, 'save_quiet_hours', { quiet_hours });
}

export function unseen(db: SupabaseClient): Promise<Unseen> {
  return rpc<Unseen>(db, 'my_unseen_cases', {});
}
