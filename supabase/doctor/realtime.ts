import { createClient } from '@supabase/supabase-js';
import { randomUUID } from 'node:crypto';
import ws from 'ws';
import type { Facts } from '../functions/_shared/health-facts.ts';

const PATIENCE_MS = 8000;

/** Joins a private topic, has the database say something there, and hears it. */
export async function roundTrip(url: string, key: string): Promise<NonNullable<Facts['realtime']>> {
  const client = createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: ws as unknown as typeof WebSocket },
  });
  const nonce = randomUUID();
  let timer: NodeJS.Timeout | undefined;
  let askedAt = 0;
  try {
    return await new Promise((resolve) => {
      const give = (because: string) => resolve({ because });
      timer = setTimeout(
        () => give(askedAt ? 'What the database says is not heard.' : 'Nobody is let in.'),
        PATIENCE_MS,
      );
      client
        .channel(`health:${nonce}`, { config: { private: true } })
        .on('broadcast', { event: 'health.ping' }, () =>
          resolve({ took_ms: Math.round(performance.now() - askedAt) }),
        )
        .subscribe((status, error) => {
          if (status === 'SUBSCRIBED' && askedAt === 0) {
            askedAt = performance.now();
            void client.rpc('ping_project_health', { p_nonce: nonce }).then(({ error: refused }) => {
              if (refused) give(`The database refuses to speak: ${refused.message}`);
            });
          } else if (status === 'CHANNEL_ERROR' || status === 'TIMED_OUT')
            give(`Nobody is let in${error ? `: ${error.message}` : '.'}`);
        });
    });
  } finally {
    clearTimeout(timer);
    await client.removeAllChannels();
    client.realtime.disconnect();
  }
}
