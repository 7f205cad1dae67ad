// The channels at which a team is told. What is entered is judged by the service's own folder before it is saved; secrets go in and are
// never read.
import type { SupabaseClient } from '@supabase/supabase-js';
import { CHANNELS } from '#shared/channels/all.ts';
import type { Field } from '#shared/channels/channel.ts';
import { refuse, rows, rpc } from '$lib/server/supabase';

export interface Channel {
  id: string;
  kind: string;
  name: string;
  /** What was entered and is no secret, by field. */
  settings: Record<string, string>;
  is_enabled: boolean;
  /** `by_hand`, or `gone`: the service said that the address is worth nothing any more. */
  disabled_reason: string | null;
  failing_since: string | null;
  last_success_at: string | null;
}

/** A service as the form needs it. */
export interface Service {
  kind: string;
  name: string;
  /** What to press there, step by step. */
  setup: string[];
  fields: Field[];
}

/** How far a test message is. */
export interface ChannelTest {
  /** `sent` where the service has taken it and sees to it later. */
  status: 'queued' | 'sent' | 'delivered' | 'failed';
  attempt_count: number;
  /** What the service's last answer means; null while there is none, or when it took the message. */
  error: string | null;
}

export const SERVICES: Service[] = Object.entries(CHANNELS)
  .map(([kind, { description }]) => ({
    kind,
    name: description.name,
    setup: description.setup,
    fields: description.fields,
  }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'));

/** The channels of a chatbot, oldest first. */
export function list(db: SupabaseClient, chatbot_id: string): Promise<Channel[]> {
  const columns = 'id, kind, name, settings, is_enabled, disabled_reason, failing_since, last_success_at';
  return rows<Channel>(
    db.from('alert_channels').select(columns).eq('chatbot_id', chatbot_id).order('created_at').order('id'),
  );
}

/**
 * Adds a channel, or changes the one with the given `id`; a secret that is left empty then stays. Throws INVAL with a sentence.
 */
export async function save(
  db: SupabaseClient,
  chatbot_id: string,
  { id, kind, name, entered }: Record<string, unknown>,
): Promise<Channel> {
  const service = Object.hasOwn(CHANNELS, String(kind)) ? CHANNELS[String(kind)] : undefined;
  if (!service) refuse('INVAL', 'Choose a service.');
  const { fields } = service.description;
  const given = textsOf(entered);
  const isSecret = (field: string) => fields.some((one) => one.name === field && one.is_secret);
  const kept = new Set(
    id ? fields.map((field) => field.name).filter((field) => isSecret(field) && !given[field]) : [],
  );
  const valid = fields.every((field) => kept.has(field.name))
    ? { settings: {} as Record<string, string> }
    : service.validate(given, kept);
  if ('problem' in valid) refuse('INVAL', valid.problem);
  const all = Object.entries(valid.settings).filter(([field]) => !kept.has(field));
  const channel = {
    ...(id ? { id } : { kind }),
    name,
    settings: Object.fromEntries(all.filter(([field]) => !isSecret(field))),
    secrets: Object.fromEntries(all.filter(([field]) => isSecret(field))),
  };
  return rpc<Channel>(db, 'save_channel', { chatbot_id, channel });
}

function textsOf(entered: unknown): Record<string, string> {
  const all = Object.entries((entered ?? {}) as Record<string, unknown>);
  return Object.fromEntries(all.filter((one): one is [string, string] => typeof one[1] === 'string'));
}

/** Lets a channel rest, or sets it going again. */
export function enable(
  db: SupabaseClient,
  chatbot_id: string,
  id: string,
  is_enabled: boolean,
): Promise<Channel> {
  return rpc<Channel>(db, 'save_channel', { chatbot_id, channel: { id, is_enabled } });
}

/** What it was told stays on record; its steps become the owner's. */
export function remove(db: SupabaseClient, id: string): Promise<void> {
  return rpc(db, 'remove_channel', { id });
}

/** Queues a real message. Throws TOOMY after ten within a minute. */
export function startTest(db: SupabaseClient, id: string): Promise<{ delivery_id: string }> {
  return rpc(db, 'try_channel', { id });
}

/** Null when there is no such test. */
export async function readTest(
  db: SupabaseClient,
  chatbot_id: string,
  delivery_id: string,
): Promise<ChannelTest | null> {
  const [found] = await rows<{
    status: ChannelTest['status'];
    attempt_count: number;
    last_error: string | null;
  }>(
    db
      .from('deliveries')
      .select('status, attempt_count, last_error')
      .eq('chatbot_id', chatbot_id)
      .eq('id', delivery_id)
      .eq('kind', 'channel')
      .eq('purpose', 'test'),
  );
  if (!found) return null;
  return { status: found.status, attempt_count: found.attempt_count, error: found.last_error };
}
