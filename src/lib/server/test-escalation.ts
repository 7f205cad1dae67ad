// A test escalation is a visitor like any other: it comes in through the widget's public door, with no rights of ours. What makes
// it a test is its page, which is the checklist, and its words.
import type { SupabaseClient } from '@supabase/supabase-js';
import type { EscalationReply, Session } from '#shared/contract.ts';
import { isRefusalCode } from '#shared/errors.ts';
import { supabaseProject } from '$lib/env';
import { refuse, rows } from '$lib/server/supabase';

/** What the conversation's page ends in; a page is kept without its fragment. */
export const TEST_PAGE = '/first-run';

const WORDS = 'This is a test escalation from the checklist. Nobody is waiting for an answer.';
const DEADLINE_MS = 15_000;

export interface TestStarted {
  conversation_id: string;
  escalation_id: string;
  reference: string;
  /** From our first call to the moment the visitor would have tapped, in milliseconds. */
  prepared_ms: number;
  /** From the tap to the answer that it is recorded. */
  recorded_ms: number;
}

export interface TestDelivery {
  kind: 'email' | 'webhook' | 'channel';
  to: string;
  status: string;
  reason: string | null;
  /** Milliseconds after the escalation was recorded, by the database's clock; null while it has not happened. */
  queued_ms: number;
  sent_ms: number | null;
  delivered_ms: number | null;
  last_error: string | null;
}

/** Asks for a person as a visitor of `page_url` would. Throws the widget's own refusal. */
export async function run(chatbot_id: string, page_url: string): Promise<TestStarted> {
  const { origin } = new URL(page_url);
  const started = performance.now();
  const session = await call<Session>(origin, 'sessions', null, { chatbot_id, locale: 'en', page_url });
  // A bot that is slow or broken must not keep anybody from a person, nor this test.
  await call(origin, 'messages', session.token, { id: crypto.randomUUID(), text: WORDS }).catch(() => null);
  const tapped = performance.now();
  const reply = await call<EscalationReply>(origin, 'escalations', session.token, {
    request_id: crypto.randomUUID(),
    trigger: 'compact_link',
    tapped_at: new Date().toISOString(),
  });
  return {
    conversation_id: session.conversation_id,
    escalation_id: reply.escalation_id,
    reference: reply.reference,
    prepared_ms: Math.round(tapped - started),
    recorded_ms: Math.round(performance.now() - tapped),
  };
}

async function call<Reply>(origin: string, path: string, token: string | null, body: object): Promise<Reply> {
  const response = await fetch(`${supabaseProject().url}/functions/v1/widget/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).catch(() => refuse('UNAVL', 'The widget’s edge function doesn’t answer. Is it deployed?'));
  const reply = (await response.json().catch(() => null)) as
    (Reply & { code?: string; message?: string }) | null;
  if (response.ok && reply) return reply;
  return refuse(isRefusalCode(reply?.code) ? reply.code : 'UNAVL', reply?.message);
}

/** How far everything that the escalation set going has come. */
export async function readDeliveries(
  db: SupabaseClient,
  chatbot_id: string,
  escalation_id: string,
): Promise<TestDelivery[]> {
  const [escalation] = await rows<{ escalated_at: string }>(
    db.from('escalations').select('escalated_at').eq('chatbot_id', chatbot_id).eq('id', escalation_id),
  );
  if (!escalation) refuse('NTFND');
  const recorded = Date.parse(escalation.escalated_at);
  const after = (at: string | null) => (at === null ? null : Math.max(0, Date.parse(at) - recorded));
  const found = await rows<DeliveryRow>(
    db
      .from('deliveries')
      .select(
        'kind, recipient, channel_name, status, reason, created_at, sent_at, delivered_at, last_error, endpoint:webhook_endpoints(url)',
      )
      .eq('escalation_id', escalation_id)
      .in('purpose', ['alert', 'event'])
      .order('created_at')
      .order('id'),
  );
  return found.map(
    ({
      kind,
      recipient,
      channel_name,
      endpoint,
      status,
      reason,
      created_at,
      sent_at,
      delivered_at,
      last_error,
    }) => ({
      kind,
      to: recipient ?? channel_name ?? endpoint?.url ?? '',
      status,
      reason,
      queued_ms: after(created_at) ?? 0,
      sent_ms: after(sent_at),
      delivered_ms: after(delivered_at),
      last_error,
    }),
  );
}

interface DeliveryRow {
  kind: 'email' | 'webhook' | 'channel';
  recipient: string | null;
  channel_name: string | null;
  endpoint: { url: string } | null;
  status: string;
  reason: string | null;
  created_at: string;
  sent_at: string | null;
  delivered_at: string | null;
  last_error: string | null;
}

/** Whether a test has been run on this chatbot. */
export async function hasRun(db: SupabaseClient, chatbot_id: string): Promise<boolean> {
  const found = await rows(
    db
      .from('conversations')
      .select('id')
      .eq('chatbot_id', chatbot_id)
      .gt('escalation_count', 0)
      .like('page_url', `%${TEST_PAGE}`)
      .limit(1),
  );
  return found.length > 0;
}
