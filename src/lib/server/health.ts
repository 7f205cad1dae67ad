import type { SupabaseClient } from '@supabase/supabase-js';
import { isRefusalCode } from '#shared/errors.ts';
import type { Facts } from '#shared/health-facts.ts';
import { gatherFacts } from '#shared/health-probes.ts';
import { supabaseProject } from '$lib/env';
import { refuse, rpc } from '$lib/server/supabase';

const LIFT_MS = 10_000;

/** Everything that this server can find out for a member; what only a browser can is still missing. */
export async function gather(db: SupabaseClient, chatbot_id: string): Promise<Facts> {
  const { url, key } = supabaseProject();
  return await gatherFacts({
    url: url.replace(/\/$/, ''),
    apikey: key,
    member: { chatbot_id, access_token: await tokenOf(db) },
    expected_migrations: __MIGRATIONS__,
    program: 'the app (Node)',
  });
}

/** Has the database say a word on the private topic `health:<nonce>`. */
export function ping(db: SupabaseClient, chatbot_id: string, nonce: string): Promise<string> {
  return rpc<string>(db, 'ping_health', { chatbot_id, nonce });
}

/** Lets mail go to an address again, here and at Postmark. Throws the function's own refusal. */
export async function lift(db: SupabaseClient, chatbot_id: string, email: string): Promise<void> {
  const { url, key } = supabaseProject();
  const response = await fetch(`${url}/functions/v1/health/lift`, {
    method: 'POST',
    headers: {
      apikey: key,
      authorization: `Bearer ${await tokenOf(db)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ chatbot_id, email }),
    signal: AbortSignal.timeout(LIFT_MS),
  }).catch(() => refuse('UNAVL'));
  if (response.ok) return;
  const { code, message } = ((await response.json().catch(() => null)) ?? {}) as Record<string, string>;
  refuse(isRefusalCode(code) ? code : 'UNAVL', message);
}

async function tokenOf(db: SupabaseClient): Promise<string> {
  const { data } = await db.auth.getSession();
  return data.session?.access_token ?? refuse('SIGNI');
}
