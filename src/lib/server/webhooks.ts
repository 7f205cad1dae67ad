import type { SupabaseClient } from '@supabase/supabase-js';
import { refuse, rows, rpc } from '$lib/server/supabase';

export interface Endpoint {
  id: string;
  url: string;
  description: string;
  events: string[];
  is_enabled: boolean;
  /** `by_hand`, or why the sender switched it off. */
  disabled_reason: string | null;
  failing_since: string | null;
  last_success_at: string | null;
  /** Until when what is sent is signed with the secret before as well. */
  previous_secret_until: string | null;
  created_at: string;
}

export interface Attempt {
  number: number;
  started_at: string;
  duration_ms: number | null;
  outcome: string | null;
  status_code: number | null;
  error_code: string | null;
  error: string | null;
  response_snippet: string | null;
  request: { url: string; headers: Record<string, string> } | null;
}

/** One event, or a test, on its way to one endpoint. */
export interface WebhookDelivery {
  id: string;
  purpose: 'event' | 'test';
  status: 'queued' | 'sent' | 'delivered' | 'skipped' | 'failed';
  reason: string | null;
  /** The bytes of a test; an event has its own. */
  body: string | null;
  attempt_count: number;
  next_attempt_at: string | null;
  created_at: string;
  conversation_id: string | null;
  event: { id: string; type: string; body: string } | null;
  attempts: Attempt[];
}

export type DeliveryFilter = 'all' | 'failed' | 'waiting';

const COLUMNS =
  'id, url, description, events, is_enabled, disabled_reason, failing_since, last_success_at, previous_secret_until, created_at';
const DELIVERY_COLUMNS =
  'id, purpose, status, reason, body, attempt_count, next_attempt_at, created_at, conversation_id, ' +
  'event:events(id, type, body), attempts:delivery_attempts(number, started_at, duration_ms, outcome, status_code, ' +
  'error_code, error, response_snippet, request)';

/** The endpoints of a chatbot, oldest first. */
export function list(db: SupabaseClient, chatbot_id: string): Promise<Endpoint[]> {
  return rows<Endpoint>(
    db.from('webhook_endpoints').select(COLUMNS).eq('chatbot_id', chatbot_id).order('created_at'),
  );
}

/** Throws NTFND when it has been deleted, or belongs to another chatbot. */
export async function read(db: SupabaseClient, chatbot_id: string, id: string): Promise<Endpoint> {
  const query = db.from('webhook_endpoints').select(COLUMNS).eq('chatbot_id', chatbot_id).eq('id', id);
  const [found] = await rows<Endpoint>(query);
  return found ?? refuse('NTFND');
}

/** What was sent to an endpoint, newest first, from before `before`. */
export async function listDeliveries(
  db: SupabaseClient,
  endpoint_id: string,
  filter: DeliveryFilter,
  before: string | null,
  limit: number,
): Promise<WebhookDelivery[]> {
  let query = db.from('deliveries').select(DELIVERY_COLUMNS).eq('endpoint_id', endpoint_id);
  if (filter === 'failed') query = query.in('status', ['failed', 'skipped']);
  if (filter === 'waiting') query = query.eq('status', 'queued');
  if (before) query = query.lt('created_at', before);
  return rows<WebhookDelivery>(
    query
      .order('created_at', { ascending: false })
      .order('id', { ascending: false })
      .order('number', { referencedTable: 'delivery_attempts', ascending: false })
      .limit(limit),
  );
}

/** Answers with the secret, this once. */
export function add(
  db: SupabaseClient,
  chatbot_id: string,
  endpoint: { url: unknown; events: unknown; description: unknown },
): Promise<{ id: string; secret: string }> {
  return rpc(db, 'add_webhook_endpoint', { chatbot_id, ...endpoint });
}

export function update(db: SupabaseClient, id: string, changes: Record<string, unknown>): Promise<Endpoint> {
  return rpc<Endpoint>(db, 'update_webhook_endpoint', { id, changes });
}

export function remove(db: SupabaseClient, id: string): Promise<void> {
  return rpc(db, 'delete_webhook_endpoint', { id });
}

/** Answers with the new secret, this once; the one before stays good for 24 hours. */
export function rotate(
  db: SupabaseClient,
  id: string,
): Promise<{ secret: string; previous_secret_until: string }> {
  return rpc(db, 'rotate_webhook_secret', { id });
}

/** Queues a test and answers with its exact bytes. */
export function sendTest(
  db: SupabaseClient,
  endpoint_id: string,
): Promise<{ delivery_id: string; body: string }> {
  return rpc(db, 'send_test_event', { endpoint_id });
}

/** Sends everything again that failed since then; answers how many. */
export function redeliverFailed(
  db: SupabaseClient,
  endpoint_id: string,
  since: string | null,
): Promise<number> {
  return rpc<number>(db, 'redeliver_failed', { endpoint_id, since });
}
