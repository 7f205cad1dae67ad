// What the database holds as proof: chains with what belongs to them, seals, and the keys that signed them.
import type { SupabaseClient } from '@supabase/supabase-js';
import { rpc } from '$lib/server/supabase';

/** An entry of a chain as it was written. */
export interface Entry {
  seq: number;
  /** Canonical JSON (RFC 8785). */
  body: string;
  hash: string;
}

/** What belongs to an entry in the tables today: null where that is gone, a salt of null where its words were erased or are kept back. */
export interface Content {
  seq: number;
  salt: string | null;
  words: string | null;
  facts: string | null;
}

export interface ProofReceipt {
  id: string;
  means: string;
  purpose: string;
  to: string;
  status: string;
  reason: string | null;
  queued_at: string;
  sent_at: string | null;
  delivered_at: string | null;
  attempts: { number: number; started_at: string; outcome: string | null; status_code: number | null }[];
}

export interface Seal {
  /** Canonical JSON: chatbot, number, at, chains, root, before. */
  body: string;
  key_id: string | null;
  signature: string | null;
}

export interface ProofKey {
  id: string;
  algorithm: 'Ed25519';
  /** Hexadecimal. */
  public_key: string;
  since: string;
}

export interface CaseProof {
  conversation: { id: string; reference: string; chatbot_id: string };
  entries: Entry[];
  contents: Content[];
  receipts: ProofReceipt[];
  seals: Seal[];
  keys: ProofKey[];
  /** The names of those whose ids stand in the entries. */
  people: Record<string, string>;
}

/** The proof of one case. */
export function readCase(db: SupabaseClient, conversation_id: string): Promise<CaseProof> {
  return rpc<CaseProof>(db, 'case_proof', { conversation_id });
}

/** The newest seals of a chatbot, the newest first, and the keys that signed them. */
export function readSeals(
  db: SupabaseClient,
  chatbot_id: string,
): Promise<{ seals: Seal[]; keys: ProofKey[] }> {
  return rpc(db, 'read_seals', { chatbot_id });
}

/** The cases in which somebody asked for a person in this period. Throws INVAL above 2,000. */
export function casesBetween(
  db: SupabaseClient,
  chatbot_id: string,
  since: Date,
  until: Date,
): Promise<string[]> {
  return rpc(db, 'cases_between', {
    chatbot_id,
    since: since.toISOString(),
    until: until.toISOString(),
  });
}
