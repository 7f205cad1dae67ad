// Evidence packs on their way out: of one case, and of all cases of a period. Whoever takes one out stands on each case's timeline.
import type { SupabaseClient } from '@supabase/supabase-js';
import type { RequestEvent } from '@sveltejs/kit';
import { isRefusalCode } from '#shared/errors.ts';
import { supabaseProject } from '$lib/env';
import { casesBetween } from '$lib/server/case-proof';
import * as cases from '$lib/server/cases';
import { listMine, pick } from '$lib/server/chatbots';
import { stream } from '$lib/server/downloads';
import { pack, type PackOrder, type PackSignature } from '$lib/server/evidence';
import { requireUser, uuidOr404 } from '$lib/server/guards';
import { refuse, rpc } from '$lib/server/supabase';
import * as zones from '$lib/server/zones';
import { instantOf } from '$lib/time';

const TYPE = 'application/zip';
const SIGNING_MS = 10_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

interface Handlers {
  /** Says that there is something to download. Nothing leaves the house, so nothing is recorded. */
  HEAD: (event: RequestEvent) => Promise<Response>;
  GET: (event: RequestEvent) => Promise<Response>;
}

const announce = () =>
  new Response(null, { headers: { 'content-type': TYPE, 'cache-control': 'private, no-store' } });

function send({ locals }: RequestEvent, order: PackOrder, name: string): Response {
  const sign = (manifest_sha256: string) => signPack(locals.db, order.chatbot.id, manifest_sha256);
  return stream((stopped) => pack(locals.db, order, sign, stopped), TYPE, `${name}.zip`);
}

async function findCase({ locals, params }: RequestEvent) {
  return await cases.read(locals.db, uuidOr404(params['chatbot']), uuidOr404(params['conversation']));
}

/** The pack of the case that the address names. */
export const ofCase: Handlers = {
  async HEAD(event) {
    await requireUser(event);
    await findCase(event);
    return announce();
  },
  async GET(event) {
    await requireUser(event);
    const { db, device_time_zone } = event.locals;
    const { id, reference, chatbot_id, message_count } = (await findCase(event)).conversation;
    const [chatbots, zone] = await Promise.all([listMine(db), zones.readMine(db, device_time_zone)]);
    await rpc(db, 'record_export', {
      chatbot_id,
      conversation_id: id,
      kind: 'evidence_pack',
      row_count: message_count,
    });
    const { name } = pick(chatbots, chatbot_id);
    const order = { chatbot: { id: chatbot_id, name }, conversation_ids: [id], zone };
    return send(event, order, `handoff-evidence-${reference}`);
  },
};

/** The pack of all cases in which somebody asked for a person from the day `from` to the day `until`, both included. */
export const ofPeriod: Handlers = {
  async HEAD(event) {
    await requireUser(event);
    await orderOf(event);
    return announce();
  },
  async GET(event) {
    await requireUser(event);
    const { order, from, until } = await orderOf(event);
    const { chatbot, conversation_ids } = order;
    await rpc(event.locals.db, 'record_list_export', { chatbot_id: chatbot.id, conversation_ids });
    return send(event, order, `handoff-evidence-${from}-${until}`);
  },
};

async function orderOf({ locals, params, url }: RequestEvent) {
  const { db, device_time_zone } = locals;
  const chatbot_id = uuidOr404(params['chatbot']);
  const from = url.searchParams.get('from') ?? '';
  const until = url.searchParams.get('until') ?? '';
  if (!DAY.test(from) || !DAY.test(until) || from > until)
    refuse('INVAL', 'Choose a first day, and a last day that is not before it.');
  const [chatbots, zone] = await Promise.all([listMine(db), zones.readMine(db, device_time_zone)]);
  const { name } = pick(chatbots, chatbot_id);
  const since = new Date(instantOf(`${from}T00:00`, zone));
  const end = new Date(Date.parse(`${until}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const conversation_ids = await casesBetween(
    db,
    chatbot_id,
    since,
    new Date(instantOf(`${end}T00:00`, zone)),
  );
  const order: PackOrder = { chatbot: { id: chatbot_id, name }, conversation_ids, zone };
  return { order, from, until };
}

/** Has the server sign the hash of a pack's list, in the name of whoever takes the pack out. */
async function signPack(
  db: SupabaseClient,
  chatbot_id: string,
  manifest_sha256: string,
): Promise<PackSignature> {
  const { url, key } = supabaseProject();
  const { data } = await db.auth.getSession();
  const response = await fetch(`${url.replace(/\/$/, '')}/functions/v1/api/proof-signature`, {
    method: 'POST',
    headers: {
      apikey: key,
      authorization: `Bearer ${data.session?.access_token ?? refuse('SIGNI')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ chatbot_id, manifest_sha256 }),
    signal: AbortSignal.timeout(SIGNING_MS),
  }).catch(() => refuse('UNAVL'));
  const answer = (await response.json().catch(() => ({}))) as Record<string, string>;
  if (!response.ok) refuse(isRefusalCode(answer['code']) ? answer['code'] : 'UNAVL', answer['message']);
  return answer as unknown as PackSignature;
}
