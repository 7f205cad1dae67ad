import { cut } from '#shared/clean.ts';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { EscalationStatus, EscalationTrigger, MessageRole } from '#shared/contract.ts';
import type { InboundMail, ReplyReceipt } from '$lib/server/messages';
import type { Reconciliation, SenderHealth } from '$lib/server/deliveries';
import type { Role } from '$lib/server/guards';
import { refuse, rpc } from '$lib/server/supabase';

/** Which cases a list shows; the ones after `population` are what the line below the figures counts. */
export const FILTERS = [
  'unresolved',
  'resolved',
  'all',
  'total',
  'unresolved_in_window',
  'older',
  'population',
  'delivered',
  'accepted',
  'alert_waiting',
  'alert_held',
  'alert_failed',
  'unreachable',
  'opted_out',
  'seen_first',
  'seen',
  'unseen',
  'targeted',
  'within_target',
  'missed_target',
  'due',
  'past_due',
  'replied',
  'reply_read',
  'reply_fetched',
  'reply_mailed',
  'reply_waiting',
  'reply_unreachable',
] as const;
export type CaseFilter = (typeof FILTERS)[number];
const SORTS = ['newest', 'waiting', 'due'] as const;
export type CaseSort = (typeof SORTS)[number];

/** What the list is asked for; it lives in the address, so every view can be shared. */
export interface View {
  filter: CaseFilter;
  sort: CaseSort;
  days: number;
  search: string;
}

/** A row of the triage list. `escalation_*` are null in the population's conversations that never asked for a person. */
export interface CaseRow {
  id: string;
  reference: string;
  session_id: string;
  language: string | null;
  visitor_name: string | null;
  visitor_email: string | null;
  last_message_preview: string | null;
  last_message_role: MessageRole | null;
  last_message_at: string | null;
  last_activity_at: string;
  message_count: number;
  escalation_id: string | null;
  escalation_status: EscalationStatus | null;
  escalated_at: string | null;
  escalation_number: number | null;
  escalation_version: number | null;
  escalation_trigger: EscalationTrigger | null;
  ask_count: number | null;
  resolved_at: string | null;
  claimed_by: string | null;
  claimed_by_name: string | null;
  handled_by: string | null;
  unread_count: number;
  version: number;
  /** What the visitor asked last before asking for a person. */
  question: string | null;
  /** Where on the customer's site. */
  page_path: string | null;
  /** The part of the transcript in which a search found its words; null when it found them in who or what session it is. */
  found_in: string | null;
  /** By when an open case is to have its first reply or to be resolved, whichever comes first; null when nothing is due. */
  due_at: string | null;
  /** When three quarters of that time have gone by. */
  warn_at: string | null;
  /** Whether it is the resolving that is due; null when nothing is. */
  is_resolve_due: boolean | null;
  /** What the order Due next goes by. */
  due_order_at: string | null;
}

/** What became of the targets of the window's cases. Three parts add up and `unexplained` is always 0. */
export interface TargetNumbers {
  targeted: number;
  within: number;
  missed: number;
  /** Nothing missed yet, and something still to come. */
  due: number;
  unexplained: number;
  /** Of what is decided; null while nothing is. */
  within_rate: number | null;
  /** Open and late, whenever they were asked. */
  past_due: number;
  /** When the next one is late; null when none will be. */
  next_due_at: string | null;
}

/** The figures over the list, all from one moment; rates are fractions, null when there is nothing to divide by. */
export interface TriageStats {
  days: number;
  since: string;
  population: number;
  total: number;
  unresolved: number;
  resolved: number;
  older_open: number;
  resolution_rate: number | null;
  escalation_rate: number | null;
  average_hours_to_resolve: number | null;
  median_hours_to_resolve: number | null;
  pills: { unresolved: number; resolved: number; all: number };
  /** Null for a team without targets. */
  targets: TargetNumbers | null;
  as_of: string;
}

/** Whether the visitor would hear of an answer, as it is known before somebody writes one. */
export interface Reach {
  /** The page was open a minute and a half ago, or since. */
  page_open: boolean;
  /** Where the visitor gets mail. */
  address: string | null;
  mail_on: boolean;
  /** Somebody's own bot carries the conversation: it fetches what is answered. */
  is_own_bot: boolean;
  /** The address has bounced or complained, or does not want mail. */
  suppressed: boolean;
  /** What a visitor reads when the team can't be told: how else to reach it. */
  contact_text: string | null;
}

export interface Conversation {
  id: string;
  chatbot_id: string;
  session_id: string;
  reference: string;
  language: string | null;
  page_url: string | null;
  user_agent: string | null;
  visitor_name: string | null;
  visitor_email: string | null;
  started_at: string | null;
  last_activity_at: string;
  last_message_at: string | null;
  last_message_role: MessageRole | null;
  last_message_preview: string | null;
  message_count: number;
  last_seq: number;
  escalation_id: string | null;
  escalation_status: EscalationStatus | null;
  escalated_at: string | null;
  escalation_count: number;
  resolved_at: string | null;
  claimed_by: string | null;
  claimed_by_name: string | null;
  handled_by: string | null;
  handled_by_name: string | null;
  is_assistant_muted: boolean;
  assistant_muted_until: string | null;
  visitor_read_seq: number;
  visitor_seen_at: string | null;
  reach: Reach;
  last_read_seq: number;
  version: number;
}

export interface Escalation {
  id: string;
  number: number;
  status: EscalationStatus;
  trigger: EscalationTrigger;
  message_id: string | null;
  ask_count: number;
  tapped_at: string | null;
  escalated_at: string;
  question: string;
  first_opened_at: string | null;
  first_replied_at: string | null;
  claimed_at: string | null;
  claimed_by: string | null;
  resolved_at: string | null;
  resolved_by: string | null;
  undo_until: string | null;
  reopen_count: number;
  version: number;
}

export interface TimelineEntry {
  id: number;
  escalation_id: string | null;
  type: string;
  actor_id: string | null;
  actor_name: string | null;
  data: Record<string, unknown>;
  created_at: string;
}

export interface Attempt {
  id: number;
  number: number;
  started_at: string;
  finished_at: string | null;
  duration_ms: number | null;
  outcome: string | null;
  status_code: number | null;
  error_code: string | null;
  error: string | null;
  response_snippet: string | null;
}

export interface Receipt {
  id: string;
  escalation_id: string | null;
  kind: 'email' | 'webhook' | 'channel' | 'push';
  purpose: string;
  recipient: string | null;
  /** What the channel was called then. */
  channel_name: string | null;
  /** What the device was called then; the recipient is whose it is. */
  device_name: string | null;
  /** The channel's service; null when it has been removed. */
  channel_kind: string | null;
  endpoint_url: string | null;
  event_type: string | null;
  status: 'queued' | 'sent' | 'delivered' | 'bounced' | 'complained' | 'skipped' | 'failed';
  reason: string | null;
  attempt_count: number;
  /** The step of the ladder, from 1. */
  rung: number | null;
  /** Who had seen the case in time. */
  skipped_by: string | null;
  next_attempt_at: string | null;
  created_at: string;
  sent_at: string | null;
  delivered_at: string | null;
  finished_at: string | null;
  last_error: string | null;
  attempts: Attempt[];
}

export interface Lead {
  name: string | null;
  email: string | null;
  phone: string | null;
  custom: Record<string, string>;
}

export interface Member {
  user_id: string;
  display_name: string;
  email: string;
  role: Role;
}

/** One case as its page shows it. */
export interface Case {
  conversation: Conversation;
  lead: Lead | null;
  escalations: Escalation[];
  timeline: TimelineEntry[];
  /** Of the latest five hundred replies, oldest first. */
  reply_receipts: ReplyReceipt[];
  deliveries: Receipt[];
  /** Mail that came and is no message, the latest fifty, oldest first. */
  inbound_mails: InboundMail[];
  members: Member[];
}

export interface Cursor {
  at: string;
  id: string;
  status: EscalationStatus | null;
}

/** The view an address asks for; whatever it does not say, or says wrongly, becomes the default. */
export function viewOf(query: URLSearchParams): View {
  const days = Number(query.get('days'));
  return {
    filter: FILTERS.find((filter) => filter === query.get('filter')) ?? 'unresolved',
    sort: SORTS.find((sort) => sort === query.get('sort')) ?? 'newest',
    days: [7, 30, 90].includes(days) ? days : 30,
    search: cut((query.get('search') ?? '').trim(), 200),
  };
}

/** How many cases a search finds under each pill; when there are more than are counted, `is_complete` is false. */
export interface Matches {
  unresolved: number;
  resolved: number;
  all: number;
  is_complete: boolean;
}

/** All that the triage page shows above a case, as of one moment. */
export interface Overview {
  stats: TriageStats;
  rows: CaseRow[];
  reconciliation: Reconciliation;
  health: SenderHealth;
  matches: Matches | null;
}

/** The figures, where the alerts went, whether any are sent, and the first rows of the list, at most 200: of the same moment. */
export function overview(
  db: SupabaseClient,
  chatbot_id: string,
  { filter, sort, days, search }: View,
  max_rows: number,
): Promise<Overview> {
  return rpc(db, 'triage_overview', { chatbot_id, filter, sort, days, search: search || null, max_rows });
}

/** One page of the list, at most 200 rows, after the cursor. */
export function list(
  db: SupabaseClient,
  chatbot_id: string,
  view: View,
  max_rows: number,
  after: Cursor | null = null,
): Promise<CaseRow[]> {
  return rpc<CaseRow[]>(db, 'list_cases', {
    chatbot_id,
    filter: view.filter,
    sort: view.sort,
    days: view.days,
    search: view.search || null,
    after_at: after?.at ?? null,
    after_id: after?.id ?? null,
    after_status: after?.status ?? null,
    max_rows,
  });
}

/** The strip and the pills over the last `days` days. */
export function readStats(db: SupabaseClient, chatbot_id: string, days: number): Promise<TriageStats> {
  return rpc<TriageStats>(db, 'triage_stats', { chatbot_id, days });
}

/** One case; a conversation of another chatbot throws the NTFND of a missing one. */
export async function read(db: SupabaseClient, chatbot_id: string, conversation_id: string): Promise<Case> {
  const found = await rpc<Case>(db, 'read_case', { conversation_id });
  return found.conversation.chatbot_id === chatbot_id ? found : refuse('NTFND');
}

/** Marks the case read by me and stamps the escalation the first time anybody opens it. */
export function open(db: SupabaseClient, conversation_id: string): Promise<unknown> {
  return rpc(db, 'open_case', { conversation_id });
}

/** Shows the case as unread to me until I open it again. */
export function markUnread(db: SupabaseClient, conversation_id: string): Promise<unknown> {
  return rpc(db, 'mark_unread', { conversation_id });
}

/** Lets the assistant answer again. */
export function handBack(db: SupabaseClient, conversation_id: string): Promise<unknown> {
  return rpc(db, 'hand_back', { conversation_id });
}
