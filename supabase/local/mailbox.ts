/**
 * Postmark for one machine. It takes mail by Postmark's API with Postmark's refusals, calls the events webhook
 * back, keeps what it took, shows it on a page, and posts what is answered there to the inbound webhook. Nothing ever leaves the
 * machine.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './mailbox/api.ts';
import { Faults } from './mailbox/faults.ts';
import { Outcomes } from './mailbox/outcomes.ts';
import { Sending } from './mailbox/sending.ts';
import { Store } from './mailbox/store.ts';
import { Webhooks } from './mailbox/webhooks.ts';

const DELIVERY_DELAY_MS = 50;

export interface MailboxOptions {
  /** 0 takes a free port. */
  port: number;
  serverToken: string;
  /** Where mail is kept between runs. */
  stateDir: string;
  /** Where deliveries, bounces and complaints are reported. */
  eventsUrl: string;
  eventsAuth: { user: string; password: string };
  /** Which mailbox's mail comes in, and where it is posted under the same credentials; without it nothing can be answered. */
  inbound?: { address: string; url: string };
  /** How long a mail takes to arrive; 50 ms unless given. */
  deliveryDelayMs?: number;
  /** How long one minute of Postmark's retry schedule takes; 600 ms unless given. */
  retryMinuteMs?: number;
}

export interface Mailbox {
  port: number;
  url: string;
  stop(): Promise<void>;
}

/** Starts the mailbox on 127.0.0.1. */
export async function startMailbox(options: MailboxOptions): Promise<Mailbox> {
  const store = new Store(options.stateDir);
  const { eventsUrl: url, eventsAuth: auth, retryMinuteMs: minuteMs } = options;
  const { inbound } = options;
  const webhooks = new Webhooks(store, {
    url,
    auth,
    ...(inbound && { inboundUrl: inbound.url }),
    ...(minuteMs === undefined ? {} : { minuteMs }),
  });
  const outcomes = new Outcomes(store, webhooks, options.deliveryDelayMs ?? DELIVERY_DELAY_MS);
  const sending = new Sending(store, outcomes);
  const parts = {
    server: {
      token: options.serverToken,
      inboundAddress: inbound?.address ?? '',
      inboundHookUrl: inbound ? withCredentials(inbound.url, auth) : '',
      eventsUrl: url,
      eventsAuth: auth,
    },
    store,
    sending,
    outcomes,
    webhooks,
    inboundAddress: inbound?.address ?? '',
    faults: new Faults(),
  };
  const server = createServer((request, response) => void answer(parts, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  });
  webhooks.resume();
  for (const message of store.messages()) if (message.Status === 'Sent') outcomes.expect(message);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      outcomes.stop();
      webhooks.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function withCredentials(address: string, { user, password }: { user: string; password: string }): string {
  const url = new URL(address);
  url.username = user;
  url.password = password;
  return url.href;
}
