// Subscribers of the product's own topics, each with a socket of its own and the real client library.
import { RealtimeClient } from '@supabase/supabase-js';
import ws from 'ws';
import { rpc } from '../../support/clients.ts';
import type { Stage } from './stage.ts';

/** A crowd that listens for one event. */
export interface Crowd {
  /** How many notices arrived altogether since the last reset. */
  heard: () => number;
  reset: () => void;
  /** Resolves as soon as so many arrived. */
  until: (notices: number) => Promise<void>;
  leave: () => Promise<void>;
}

/** Counts arrivals and wakes whoever waits for a number of them. */
export class Arrivals {
  #count = 0;
  #waiting: { notices: number; wake: () => void }[] = [];

  add(): void {
    this.#count += 1;
    for (const { notices, wake } of this.#waiting) if (this.#count >= notices) wake();
  }

  get count(): number {
    return this.#count;
  }

  reset(): void {
    this.#count = 0;
    this.#waiting = [];
  }

  until(notices: number): Promise<void> {
    if (this.#count >= notices) return Promise.resolve();
    return new Promise((wake) => this.#waiting.push({ notices, wake }));
  }
}

/** Joins so many subscribers to the live topic of each chatbot's team. */
export async function join({ stack, owner }: Stage, chatbots: string[], each: number): Promise<Crowd> {
  const { data } = await owner.db.auth.getSession();
  const token = data.session?.access_token ?? '';
  const arrivals = new Arrivals();
  const clients: RealtimeClient[] = [];
  for (const chatbot_id of chatbots) {
    const topic = await rpc<string>(owner.db, 'my_topic', { chatbot_id });
    const joined = Array.from({ length: each }, async () => {
      const client = new RealtimeClient(`${stack.api_url.replace(/^http/, 'ws')}/realtime/v1`, {
        params: { apikey: stack.publishable_key },
        transport: ws as unknown as typeof WebSocket,
      });
      clients.push(client);
      await client.setAuth(token);
      await new Promise<void>((resolve, reject) => {
        client
          .channel(topic, { config: { private: true } })
          .on('broadcast', { event: 'message.received' }, () => arrivals.add())
          .subscribe((status, error) => {
            if (status === 'SUBSCRIBED') resolve();
            else reject(error ?? new Error(status));
          });
      });
    });
    await Promise.all(joined);
  }
  return {
    heard: () => arrivals.count,
    reset: () => arrivals.reset(),
    until: (notices) => arrivals.until(notices),
    async leave() {
      await Promise.all(clients.map((client) => client.disconnect()));
    },
  };
}
