import type { SupabaseClient } from '@supabase/supabase-js';
import type { EscalationStatus, EscalationTrigger } from '#shared/contract.ts';
import { rows, rpc } from '$lib/server/supabase';

/** How long cases took until something happened for the first time; null when it happened in none of them. */
export interface Duration {
  measure: 'first_open' | 'first_reply' | 'first_received' | 'resolve';
  median_hours: number | null;
  p90_hours: number | null;
  count: number;
}

export interface RankedAnswer {
  answer_id: string;
  question: string;
  positive: number;
  needs_human: number;
}

/** What became of the targets of those who asked on one day. */
export interface TargetDay {
  day: string;
  within: number;
  missed: number;
  due: number;
  within_rate: number | null;
}

/** How people asked, how long it took and how much of that was in time. */
export interface Period {
  by_trigger: { trigger: EscalationTrigger; count: number }[];
  durations: Duration[];
  /** Days on which somebody with a target asked; none for a team without any. */
  targets: TargetDay[];
}

/** All charts of one window. Days and hours are those of `time_zone`; every day of the window is there. */
export interface Charts extends Period {
  days: number;
  since: string;
  time_zone: string;
  per_day: { day: string; escalations: number; resolutions: number }[];
  hour_of_week: { weekday: number; hour: number; count: number }[];
  answers: RankedAnswer[];
  /** As many days before these. */
  before: Period;
}

/** A conversation in which an answer was found helpful, or under which a person was asked for. */
export interface AnswerCase {
  id: string;
  reference: string;
  visitor_name: string | null;
  at: string;
  status: EscalationStatus | null;
}

/** How many conversations of one answer its page names. */
const ANSWER_CASES = 200;

/** The charts of the last `days` days, in the days and hours of the person looking. */
export function read(
  db: SupabaseClient,
  chatbot_id: string,
  days: number,
  time_zone: string,
): Promise<Charts> {
  return rpc<Charts>(db, 'triage_charts', { chatbot_id, days, time_zone });
}

/** The cases that began under this answer, newest first: those its "needs a human" counts. */
export async function listNeedsHuman(
  db: SupabaseClient,
  chatbot_id: string,
  answer_id: string,
  since: string,
): Promise<AnswerCase[]> {
  interface Row {
    id: string;
    escalated_at: string;
    status: EscalationStatus;
    conversation: { id: string; reference: string; visitor_name: string | null; escalation_id: string };
  }
  const found = await rows<Row>(
    db
      .from('escalations')
      .select(
        `id, escalated_at, status, message:messages!escalations_message_id_fkey!inner(answer_id),
        conversation:conversations!escalations_conversation_id_fkey!inner(id, reference, visitor_name, escalation_id)`,
      )
      .eq('chatbot_id', chatbot_id)
      .eq('message.answer_id', answer_id)
      .gte('escalated_at', since)
      .order('escalated_at', { ascending: false })
      .limit(ANSWER_CASES),
  );
  // Like the strip, a conversation counts once: by its latest episode.
  return found
    .filter(({ id, conversation }) => conversation.escalation_id === id)
    .map(({ conversation: { id, reference, visitor_name }, escalated_at, status }) => ({
      id,
      reference,
      visitor_name,
      at: escalated_at,
      status,
    }));
}

/** The replies with this answer that visitors found helpful, newest first: those its 👍 counts. */
export async function listPositive(
  db: SupabaseClient,
  chatbot_id: string,
  answer_id: string,
  since: string,
): Promise<AnswerCase[]> {
  interface Row {
    created_at: string;
    conversation: {
      id: string;
      reference: string;
      visitor_name: string | null;
      escalation_status: EscalationStatus | null;
    };
  }
  const found = await rows<Row>(
    db
      .from('messages')
      .select(
        `created_at,
        conversation:conversations!messages_conversation_id_fkey!inner(id, reference, visitor_name, escalation_status)`,
      )
      .eq('chatbot_id', chatbot_id)
      .eq('answer_id', answer_id)
      .eq('feedback', 'positive')
      .gte('created_at', since)
      .order('created_at', { ascending: false })
      .limit(ANSWER_CASES),
  );
  return found.map(({ conversation: { id, reference, visitor_name, escalation_status }, created_at }) => ({
    id,
    reference,
    visitor_name,
    at: created_at,
    status: escalation_status,
  }));
}
