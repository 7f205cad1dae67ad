// Who is told that a visitor wants a person, and after how long, while nobody looks: the ladder of a chatbot's alerts.
import type { SupabaseClient } from '@supabase/supabase-js';
import { refuse, rows, rpc } from '$lib/server/supabase';

export type AlertClock = 'always' | 'office_hours';
export type AlertTarget = 'recipients' | 'owner' | 'member' | 'channel';

/** How people are told; whoever has no device that can be told gets the mail. */
export type AlertMeans = 'both' | 'mail' | 'push';

/** One step. `member_id` is set where the target is a member, `channel_id` where it is a channel. */
export interface Rung {
  /** By its clock: of all hours, or of office hours alone. */
  after_minutes: number;
  clock: AlertClock;
  target: AlertTarget;
  member_id: string | null;
  channel_id: string | null;
  by: AlertMeans;
}

export interface AlertSettings {
  /** In the order of their times. */
  rungs: Rung[];
  /** How long the first alert waits for somebody who is looking already. */
  hold_seconds: number;
}

/** What settings would do for somebody who asks at a moment. Times are what the clock of `time_zone` shows there. */
export interface AlertPreview {
  time_zone: string;
  has_office_hours: boolean;
  moments: {
    asked_at: string;
    steps: { position: number; due_at: string; minutes: number; told: string[] }[];
  }[];
}

/** How far a test of the ladder is, in which minutes are seconds. */
export interface AlertTest {
  started_at: string;
  steps: {
    id: string;
    position: number;
    recipient: string;
    status: 'queued' | 'sent' | 'delivered' | 'bounced' | 'complained' | 'skipped' | 'failed';
    reason: string | null;
    planned_seconds: number;
    sent_seconds: number | null;
    seen_by_name: string | null;
  }[];
}

export async function read(db: SupabaseClient, chatbot_id: string): Promise<AlertSettings> {
  const [rungs, [settings]] = await Promise.all([
    rows<Rung>(
      db
        .from('alert_rungs')
        .select('after_minutes, clock, target, member_id, channel_id, by')
        .eq('chatbot_id', chatbot_id)
        .order('position'),
    ),
    rows<{ hold_seconds: number }>(
      db.from('human_support_settings').select('hold_seconds').eq('chatbot_id', chatbot_id),
    ),
  ]);
  if (!settings) refuse('NTFND');
  return { rungs, hold_seconds: settings.hold_seconds };
}

/** Throws INVAL with a sentence. */
export function save(db: SupabaseClient, chatbot_id: string, settings: unknown): Promise<AlertSettings> {
  return rpc<AlertSettings>(db, 'save_alerts', { chatbot_id, settings });
}

/** By the function that queues the real ones; nothing is saved. Throws INVAL as saving would. */
export function preview(db: SupabaseClient, chatbot_id: string, settings: unknown): Promise<AlertPreview> {
  return rpc<AlertPreview>(db, 'preview_alerts', { chatbot_id, settings });
}

/** Sends what is saved as test mails. Throws TOOMY within half a minute of the last. */
export function startTest(db: SupabaseClient, chatbot_id: string): Promise<AlertTest> {
  return rpc<AlertTest>(db, 'try_alerts', { chatbot_id });
}

/** The test of the last hour; null when there was none. */
export function readTest(db: SupabaseClient, chatbot_id: string): Promise<AlertTest | null> {
  return rpc<AlertTest | null>(db, 'alert_test', { chatbot_id });
}

/** Ends it as a look at a case ends a real one. */
export function endTest(db: SupabaseClient, chatbot_id: string): Promise<AlertTest | null> {
  return rpc<AlertTest | null>(db, 'end_alert_test', { chatbot_id });
}
