import type { SupabaseClient } from '@supabase/supabase-js';
import { refuse, rows, rpc, toAppError } from '$lib/server/supabase';

export interface Answer {
  id: string;
  question: string;
  /** Markdown. */
  answer: string;
  is_enabled: boolean;
  updated_at: string;
}

const COLUMNS = 'id, question, answer, is_enabled, updated_at';

/** The answers whose question or answer contains the text, by question; `total` counts those beyond `limit` too. */
export async function list(
  db: SupabaseClient,
  chatbot_id: string,
  search: string,
  limit: number,
): Promise<{ answers: Answer[]; total: number }> {
  let query = db.from('answers').select(COLUMNS, { count: 'exact' }).eq('chatbot_id', chatbot_id);
  if (search) {
    // First LIKE's own characters, then those of PostgREST's quoted value.
    const pattern = `%${search.replace(/[\\%_*]/g, '\\$&')}%`.replace(/[\\"]/g, '\\$&');
    query = query.or(`question.ilike."${pattern}",answer.ilike."${pattern}"`);
  }
  const { data, count, error, status } = await query.order('question').order('id').limit(limit);
  if (error) {
    const refusal = toAppError(error, status);
    refuse(refusal.code, refusal.message);
  }
  return { answers: data as Answer[], total: count ?? 0 };
}

/** Throws NTFND when it has been deleted, or belongs to another chatbot. */
export async function read(db: SupabaseClient, chatbot_id: string, id: string): Promise<Answer> {
  const query = db.from('answers').select(COLUMNS).eq('chatbot_id', chatbot_id).eq('id', id);
  const [found] = await rows<Answer>(query);
  return found ?? refuse('NTFND');
}

/** Adds one when `id` is null and returns its id; throws CONFL when the question has an answer already. */
export function save(
  db: SupabaseClient,
  chatbot_id: string,
  answer: { id: string | null; question: unknown; answer: unknown; is_enabled: unknown },
): Promise<string> {
  return rpc<string>(db, 'save_answer', { chatbot_id, ...answer });
}

export function remove(db: SupabaseClient, id: string): Promise<void> {
  return rpc(db, 'delete_answer', { id });
}

/** What the database knows of a question that is about to be imported. */
export interface Comparison {
  /** Equal for two questions that are the same one. */
  key: string;
  /** The answer that it has already; `seen` names it as it stands. */
  existing: { question: string; answer: string; is_enabled: boolean; seen: string } | null;
}

/** One for each of at most 2,000 questions, in order. */
export function compare(db: SupabaseClient, chatbot_id: string, questions: unknown): Promise<Comparison[]> {
  return rpc<Comparison[]>(db, 'compare_answers', { chatbot_id, questions });
}

export interface ImportReport {
  added: number;
  updated: number;
  /** Positions in what was sent, from 0, each with a sentence. */
  skipped: { index: number; reason: string }[];
}

/** Adds or replaces by question, at most 2,000 at once; an entry replaces only the answer that its `seen` names. */
export function importAll(db: SupabaseClient, chatbot_id: string, entries: unknown): Promise<ImportReport> {
  return rpc<ImportReport>(db, 'import_answers', { chatbot_id, entries });
}

export interface Candidate {
  answer_id: string;
  question: string;
  answer: string;
  score: number;
  /** Whether the built-in bot would give this answer if it came first. */
  is_confident: boolean;
}

/** What the built-in bot weighs for a question, best first. */
export function search(
  db: SupabaseClient,
  chatbot_id: string,
  query: string,
  language: string,
): Promise<Candidate[]> {
  return rpc<Candidate[]>(db, 'search_answers', { chatbot_id, query, language });
}
