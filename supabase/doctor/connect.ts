import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import ws from 'ws';

/** A client with the key's rights and no session; Node 20 has no WebSocket of its own. */
export function connect({ url, key }: { url: string; key: string }): SupabaseClient {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: ws as unknown as typeof WebSocket },
  });
}
