// What a person can do to many cases at once: one address per action, each calling one SQL function, which judges every case by
// itself and says which it left alone.
import { json } from '@sveltejs/kit';
import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod';
import * as escalations from '$lib/server/escalations';
import { requireUser } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import { MOST_AT_ONCE } from '../../desk/api';
import type { RequestHandler } from './$types';

const many = z.object({
  escalation_ids: z.array(z.uuid()).min(1).max(MOST_AT_ONCE),
  expected_versions: z.array(z.number().int().nullable()).nullable().default(null),
  user_id: z.uuid().nullable().default(null),
});
type Many = z.infer<typeof many>;

const ACTIONS = new Map<string, (db: SupabaseClient, body: Many) => Promise<escalations.ManyResult>>([
  [
    'resolve',
    (db, { escalation_ids, expected_versions }) =>
      escalations.resolveMany(db, escalation_ids, expected_versions),
  ],
  ['undo', (db, { escalation_ids }) => escalations.undoResolveMany(db, escalation_ids)],
  ['claim', (db, { escalation_ids }) => escalations.claimMany(db, escalation_ids)],
  [
    'assign',
    (db, { escalation_ids, expected_versions, user_id }) =>
      escalations.assignMany(db, escalation_ids, expected_versions, user_id),
  ],
]);

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  const act = ACTIONS.get(event.params.action) ?? refuse('NOPTH');
  // A form of another site cannot send this content type without asking first, so it is what keeps one from acting.
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const checked = many.safeParse(await event.request.json().catch(() => refuse('BDJSN')));
  if (!checked.success) refuse('INVAL');
  return json(await act(event.locals.db, checked.data));
};
