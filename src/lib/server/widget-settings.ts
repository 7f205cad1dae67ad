// What else the widget shows or obeys: buttons, lead form, office hours, phrases. Each save replaces the whole list.
import type { SupabaseClient } from '@supabase/supabase-js';
import type { FollowupButtonType, LeadField, LeadTiming, PersonAvailability } from '#shared/contract.ts';
import type { IntentMode } from '$lib/server/human-support';
import { refuse, rows, rpc } from '$lib/server/supabase';

export interface FollowupButton {
  id: string;
  type: FollowupButtonType;
  label: string;
  value: string | null;
}

export interface LeadForm {
  timing: LeadTiming;
  fields: LeadField[];
  intro: string | null;
}

export interface OfficeHours {
  is_enabled: boolean;
  time_zone: string;
  /** Stretches by ISO weekday, 1 for Monday: `{"1": [["09:00", "17:00"]]}`. */
  weekly: Record<string, [string, string][]>;
  /** Days on which nobody is there, `YYYY-MM-DD`. */
  holidays: string[];
}

/** The buttons above the input, in order. */
export function listButtons(db: SupabaseClient, chatbot_id: string): Promise<FollowupButton[]> {
  return rows<FollowupButton>(
    db
      .from('followup_buttons')
      .select('id, type, label, value')
      .eq('chatbot_id', chatbot_id)
      .order('position')
      .order('id'),
  );
}

/** Throws INVAL naming the button by its number. */
export function saveButtons(db: SupabaseClient, chatbot_id: string, buttons: unknown): Promise<unknown> {
  return rpc(db, 'save_followup_buttons', { chatbot_id, buttons });
}

export async function readLeadForm(db: SupabaseClient, chatbot_id: string): Promise<LeadForm> {
  const query = db.from('lead_forms').select('timing, fields, intro').eq('chatbot_id', chatbot_id);
  const [found] = await rows<LeadForm>(query);
  return found ?? refuse('NTFND');
}

export function saveLeadForm(db: SupabaseClient, chatbot_id: string, form: unknown): Promise<unknown> {
  return rpc(db, 'save_lead_form', { chatbot_id, form });
}

/** Whether replies that stay unread are mailed, and after how many minutes. */
export interface ReplySettings {
  reply_mail_enabled: boolean;
  reply_mail_wait_minutes: number;
}

export async function readReplies(db: SupabaseClient, chatbot_id: string): Promise<ReplySettings> {
  const columns = 'reply_mail_enabled, reply_mail_wait_minutes';
  const [found] = await rows<ReplySettings>(
    db.from('human_support_settings').select(columns).eq('chatbot_id', chatbot_id),
  );
  return found ?? refuse('NTFND');
}

/** Throws INVAL with a sentence. */
export function saveReplies(db: SupabaseClient, chatbot_id: string, settings: unknown): Promise<unknown> {
  return rpc(db, 'save_replies', { chatbot_id, settings });
}

/** How soon requests are to be answered and resolved, in minutes; null for no target. */
export interface Targets {
  first_reply_minutes: number | null;
  resolve_minutes: number | null;
  target_clock: 'always' | 'office_hours';
}

export async function readTargets(db: SupabaseClient, chatbot_id: string): Promise<Targets> {
  const columns = 'first_reply_minutes, resolve_minutes, target_clock';
  const [found] = await rows<Targets>(
    db.from('human_support_settings').select(columns).eq('chatbot_id', chatbot_id),
  );
  return found ?? refuse('NTFND');
}

/** Throws INVAL with a sentence. */
export function saveTargets(db: SupabaseClient, chatbot_id: string, settings: unknown): Promise<unknown> {
  return rpc(db, 'save_targets', { chatbot_id, settings });
}

export async function readOfficeHours(db: SupabaseClient, chatbot_id: string): Promise<OfficeHours> {
  const columns = 'is_enabled, time_zone, weekly, holidays';
  const [found] = await rows<OfficeHours>(
    db.from('office_hours').select(columns).eq('chatbot_id', chatbot_id),
  );
  return found ?? refuse('NTFND');
}

export function saveOfficeHours(db: SupabaseClient, chatbot_id: string, hours: unknown): Promise<unknown> {
  return rpc(db, 'save_office_hours', { chatbot_id, hours });
}

/** What visitors would read by hours that are not saved yet. */
export interface HoursPreview {
  now: PersonAvailability;
  /** At the next moment when nobody is there; null when somebody always is. */
  away: PersonAvailability | null;
  /** That moment by the clock of the hours' own zone, without an offset. */
  away_at_local: string | null;
}

/** Throws INVAL with a sentence, by the same rules as saving. */
export function previewOfficeHours(
  db: SupabaseClient,
  chatbot_id: string,
  hours: unknown,
): Promise<HoursPreview> {
  return rpc(db, 'preview_office_hours', { chatbot_id, hours });
}

export interface Phrase {
  language: string;
  phrase: string;
  /** Null in the built-in list. */
  chatbot_id: string | null;
}

/** The built-in phrases and the chatbot's own, which take their place language by language. */
export function listPhrases(db: SupabaseClient, chatbot_id: string): Promise<Phrase[]> {
  return rows<Phrase>(
    db
      .from('intent_phrases')
      .select('language, phrase, chatbot_id')
      .or(`chatbot_id.is.null,chatbot_id.eq.${chatbot_id}`)
      .order('phrase')
      .limit(5000),
  );
}

/** Replaces the chatbot's own phrases in a language; none brings the built-in ones back. */
export function savePhrases(
  db: SupabaseClient,
  chatbot_id: string,
  language: unknown,
  phrases: unknown,
): Promise<string[]> {
  return rpc<string[]>(db, 'save_intent_phrases', { chatbot_id, language, phrases });
}

/** Which phrase a sentence is heard by, null for none; what then happens, and how a person is offered in that language. */
export interface HeardPhrase {
  phrase: string | null;
  mode: IntentMode;
  offer: string;
}

/** Listens with phrases of one language that are not saved yet, and with the saved ones of all others. */
export function tryPhrases(
  db: SupabaseClient,
  chatbot_id: string,
  trial: { language: unknown; phrases: unknown; said: unknown },
): Promise<HeardPhrase> {
  return rpc(db, 'try_intent_phrases', { chatbot_id, ...trial });
}
