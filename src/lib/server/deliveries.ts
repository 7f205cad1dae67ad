import type { SupabaseClient } from '@supabase/supabase-js';
import { rpc } from '$lib/server/supabase';

/** Where the alert of every escalation in the window ended up: the proof that nothing was lost. The eight buckets add up and `unexplained` is always 0. */
export interface Reconciliation {
  escalations: number;
  /** The mailbox has it, or the service of a channel. */
  delivered: number;
  /** The mail service, or that of a channel, took it and has not said more. */
  accepted: number;
  waiting: number;
  /** Beyond the hourly limit: it goes out with a summary. */
  held: number;
  failed: number;
  /** Every address bounced or complained before, or there is none. */
  unreachable: number;
  opted_out: number;
  /** Somebody had seen the case before the mail was due. */
  seen_first: number;
  unexplained: number;
  /** Whether there are channels, so that a mailbox is not all that can be reached. */
  has_channels: boolean;
  seen: SeenNumbers;
  replies: ReplyNumbers;
}

/** How many of the window's cases somebody has looked at. Both parts add up and `unexplained` is always 0. */
export interface SeenNumbers {
  escalations: number;
  seen: number;
  waiting: number;
  /** From the request to the first look; null before there is one. */
  median_minutes: number | null;
  unexplained: number;
}

/** Where the replies of the window have got to. The five parts add up and `unexplained` is always 0. */
export interface ReplyNumbers {
  replies: number;
  /** In the widget. */
  read: number;
  /** By the visitor's own bot. */
  fetched: number;
  mailed: number;
  on_the_way: number;
  unreachable: number;
  unexplained: number;
}

/** Whether alerts are being sent at all. */
export interface SenderHealth {
  is_stopped: boolean;
  last_sweep_at: string | null;
  mail_paused: boolean;
  pause_reason: string | null;
}

/** Whether alerts are being sent at all. */
export function readSenderHealth(db: SupabaseClient): Promise<SenderHealth> {
  return rpc<SenderHealth>(db, 'sender_health');
}

/** Sends one again, with the same id and the same bytes. */
export function redeliver(db: SupabaseClient, delivery_id: string): Promise<unknown> {
  return rpc(db, 'redeliver', { delivery_id });
}
