// What a person can do to a case: one address per action, each calling one SQL function, which decides.
import { json } from '@sveltejs/kit';
import type { SupabaseClient } from '@supabase/supabase-js';
import * as z from 'zod';
import { TEXT_MAX_LENGTH } from '#shared/contract.ts';
import * as cases from '$lib/server/cases';
import * as deliveries from '$lib/server/deliveries';
import * as escalations from '$lib/server/escalations';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import * as messages from '$lib/server/messages';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

type Act = (db: SupabaseClient, conversation_id: string, body: unknown) => Promise<unknown>;

const none = z.object({});
const episode = z.object({ escalation_id: z.uuid() });
const seen = episode.extend({ expected_version: z.number().int().nullable().default(null) });
const assignment = episode.extend({ user_id: z.uuid() });
const text = z.object({ id: z.uuid(), text: z.string().trim().min(1).max(TEXT_MAX_LENGTH) });
const delivery = z.object({ delivery_id: z.uuid() });
const answer = text.extend({ seen_seq: z.number().int().nullable().default(null) });

function action<Body>(
  schema: z.ZodType<Body>,
  run: (db: SupabaseClient, conversation_id: string, body: Body) => Promise<unknown>,
): Act {
  return (db, conversation_id, body) => {
    const checked = schema.safeParse(body);
    if (!checked.success) refuse([text, answer].includes(schema as never) ? 'TXTLN' : 'INVAL');
    return run(db, conversation_id, checked.data);
  };
}

const ACTIONS = new Map<string, Act>([
  ['open', action(none, (db, id) => cases.open(db, id))],
  ['unread', action(none, (db, id) => cases.markUnread(db, id))],
  [
    'resolve',
    action(seen, (db, _id, body) => escalations.resolve(db, body.escalation_id, body.expected_version)),
  ],
  ['undo', action(episode, (db, _id, body) => escalations.undoResolve(db, body.escalation_id))],
  [
    'reopen',
    action(seen, (db, _id, body) => escalations.reopen(db, body.escalation_id, body.expected_version)),
  ],
  ['claim', action(episode, (db, _id, body) => escalations.claim(db, body.escalation_id))],
  ['release', action(episode, (db, _id, body) => escalations.release(db, body.escalation_id))],
  ['assign', action(assignment, (db, _id, body) => escalations.assign(db, body.escalation_id, body.user_id))],
  ['reply', action(answer, (db, id, body) => messages.reply(db, id, body.id, body.text, body.seen_seq))],
  ['note', action(text, (db, id, body) => messages.addNote(db, id, body.id, body.text))],
  ['hand-back', action(none, (db, id) => cases.handBack(db, id))],
  ['redeliver', action(delivery, (db, _id, body) => deliveries.redeliver(db, body.delivery_id))],
]);

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  const act = ACTIONS.get(event.params.action) ?? refuse('NOPTH');
  // A form of another site cannot send this content type without asking first, so it is what keeps one from acting.
  if (!event.request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const body: unknown = await event.request.json().catch(() => refuse('BDJSN'));
  return json((await act(event.locals.db, uuidOr404(event.params.conversation), body)) ?? null);
};
