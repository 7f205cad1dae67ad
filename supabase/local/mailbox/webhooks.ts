/**
 * Calls the events webhook and the inbound one, with Postmark's manners: one JSON object per POST, basic auth, anything but 200 is
 * repeated, 403 ends the repeats. The schedule keeps Postmark's steps at a hundredth of their length, so that a
 * local test sees the second attempt. What is not taken yet survives a restart.
 */
import { randomUUID } from 'node:crypto';
import type { PendingEvent, Store } from './store.ts';

/** Calls at one time: ten thousand mails must not become ten thousand connections. */
const MAX_IN_FLIGHT = 16;
const STOP_STATUS = 403;
const TIMEOUT_MS = 10_000;
const MINUTE_MS = 600;
const SCHEDULES: Record<string, number[]> = {
  Bounce: [1, 5, 10, 10, 10, 15, 30, 60, 120, 360],
  SpamComplaint: [1, 5, 10, 10, 10, 15, 30, 60, 120, 360],
  Delivery: [1, 5, 15],
  SubscriptionChange: [1, 5, 15],
};
const INBOUND_SCHEDULE = [1, 5, 10, 10, 10, 15, 30, 60, 120, 360];

export interface WebhookOptions {
  url: string;
  /** Where mail that comes in is posted; without one nothing comes in. */
  inboundUrl?: string;
  auth: { user: string; password: string };
  /** How long one of Postmark's minutes takes here. */
  minuteMs?: number;
}

export class Webhooks {
  readonly #store: Store;
  readonly #options: WebhookOptions;
  readonly #stopping = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  #waiting: { event: PendingEvent; number: number }[] = [];
  #inFlight = 0;

  constructor(store: Store, options: WebhookOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Takes up what an earlier run left. */
  resume(): void {
    for (const event of this.#store.pendingEvents()) this.#enqueue(event, 0);
  }

  send(payload: Record<string, unknown>): void {
    const event = { id: randomUUID(), payload };
    this.#store.addEvent(event);
    this.#enqueue(event, 0);
  }

  /** Posts a mail that has come in. */
  sendInbound(payload: Record<string, unknown>): void {
    const event: PendingEvent = { id: randomUUID(), payload, to: 'inbound' };
    this.#store.addEvent(event);
    this.#enqueue(event, 0);
  }

  stop(): void {
    this.#stopping.abort();
    this.#waiting = [];
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #enqueue(event: PendingEvent, number: number): void {
    this.#waiting.push({ event, number });
    if (this.#inFlight < MAX_IN_FLIGHT) void this.#work();
  }

  async #work(): Promise<void> {
    this.#inFlight += 1;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await this.#attempt(next.event, next.number);
    }
    this.#inFlight -= 1;
  }

  async #attempt(event: PendingEvent, number: number): Promise<void> {
    const status = await this.#post(event);
    if (this.#stopping.signal.aborted) return;
    if (event.to === 'inbound') this.#store.setAnswered(String(event.payload.MessageID), status);
    const schedule = event.to === 'inbound' ? INBOUND_SCHEDULE : SCHEDULES[String(event.payload.RecordType)];
    const minutes = schedule?.[number];
    if (status === 200 || status === STOP_STATUS || minutes === undefined) {
      this.#store.removeEvent(event.id);
      return;
    }
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#enqueue(event, number + 1);
      },
      minutes * (this.#options.minuteMs ?? MINUTE_MS),
    );
    timer.unref();
    this.#timers.add(timer);
  }

  /** The answer's status; 0 when there was none. */
  async #post({ payload, to }: PendingEvent): Promise<number> {
    const { auth, inboundUrl } = this.#options;
    const url = to === 'inbound' ? inboundUrl : this.#options.url;
    if (url === undefined) return STOP_STATUS;
    const credentials = Buffer.from(`${auth.user}:${auth.password}`).toString('base64');
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Basic ${credentials}` },
        body: JSON.stringify(payload),
        redirect: 'manual',
        signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    }
  }
}
