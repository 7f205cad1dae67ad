import type { SupabaseClient } from '@supabase/supabase-js';
import { rpc } from '$lib/server/supabase';

/** Resolves; throws STALE with what changed when the case is no longer at `expected_version`. */
export function resolve(
  db: SupabaseClient,
  escalation_id: string,
  expected_version: number | null,
): Promise<unknown> {
  return rpc(db, 'resolve_escalation', { escalation_id, expected_version });
}

/** Takes a resolve back within its ten seconds, leaving no trace in the numbers; throws TOOLT afterwards. */
export function undoResolve(db: SupabaseClient, escalation_id: string): Promise<unknown> {
  return rpc(db, 'undo_resolve', { escalation_id });
}

/** Opens a resolved episode again; throws CONFL when a newer one is open. */
export function reopen(
  db: SupabaseClient,
  escalation_id: string,
  expected_version: number | null,
): Promise<unknown> {
  return rpc(db, 'reopen_escalation', { escalation_id, expected_version });
}

/** Claims for me; throws CLAIM with who holds it. */
export function claim(db: SupabaseClient, escalation_id: string): Promise<unknown> {
  return rpc(db, 'claim_escalation', { escalation_id });
}

export function release(db: SupabaseClient, escalation_id: string): Promise<unknown> {
  return rpc(db, 'release_escalation', { escalation_id });
}

export function assign(db: SupabaseClient, escalation_id: string, user_id: string): Promise<unknown> {
  return rpc(db, 'assign_escalation', { escalation_id, user_id });
}

/** What became of many cases: each either changed or is listed with the reason why not. */
export interface ManyResult {
  changed: number;
  changed_ids: string[];
  skipped: { id: string; code: string; reason: string; detail: unknown }[];
}

/** Resolves what nobody else has changed since `expected_versions`, which stand in the order of the ids. */
export function resolveMany(
  db: SupabaseClient,
  escalation_ids: string[],
  expected_versions: (number | null)[] | null,
): Promise<ManyResult> {
  return rpc(db, 'resolve_many', { escalation_ids, expected_versions });
}

/** Takes resolves back, each within its ten seconds. */
export function undoResolveMany(db: SupabaseClient, escalation_ids: string[]): Promise<ManyResult> {
  return rpc(db, 'undo_resolve_many', { escalation_ids });
}

/** Claims for me what is free. */
export function claimMany(db: SupabaseClient, escalation_ids: string[]): Promise<ManyResult> {
  return rpc(db, 'claim_many', { escalation_ids });
}

/** Gives cases to a member, or to nobody. */
export function assignMany(
  db: SupabaseClient,
  escalation_ids: string[],
  expected_versions: (number | null)[] | null,
  user_id: string | null,
): Promise<ManyResult> {
  return rpc(db, 'assign_many', { escalation_ids, user_id, expected_versions });
}
