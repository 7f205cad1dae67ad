import { randomUUID } from 'node:crypto';
import type { Facts } from '../functions/_shared/health-facts.ts';
import { connect } from './connect.ts';

const PATIENCE_MS = 8000;

/** Joins a private topic, has the database say something there, and hears it. */
export async function roundTrip(url: string, key: string): Promise<NonNullable<Facts['realtime']>> {
  const client = connect({ url, key });
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
