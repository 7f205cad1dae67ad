// One sweep: claims what is due, sends it, writes down what came of it, and goes on until nothing is due or its time is up. Many
// sweeps may run at once; the lease decides whose a delivery is. Slow receivers hold up nobody: their answers are awaited while
// the next claims are already being sent. Nothing here decides when to try again; that is the database's. A sweep does its share and
// hands over to a call of its own, so that no call takes more of the processor than a platform grants one.
import type { Rpc } from '../_shared/rpc.ts';
import { sendChannel } from './channel.ts';
import { WakeSignal } from './wake-signal.ts';
import type { AttemptResult, Delivery } from './delivery.ts';
import { ResultWriter } from './result-writer.ts';
import { compose } from './mail.ts';
import type { Mail, MailSettings } from './letter.ts';
import * as outcomes from './outcomes.ts';
import type { Pace } from './pace.ts';
import { patiently } from './patience.ts';
import { sendPush } from './push.ts';
import type { SendMails } from './postmark.ts';
import type { SafePost } from './safe-post.ts';
import { sendWebhook } from './webhook.ts';

/** How long a claim is ours. Longer than anything that is done under it: waiting, sending, and writing the result. */
const LEASE_SECONDS = 60;
/** How long a sweep goes on claiming. */
const SWEEP_MS = 20_000;
/** A process that was stopped for longer than this after a claim leaves it to others instead of sending it late. */
const START_WITHIN_MS = 15_000;
/**
 * What a delivery takes of the processor, in milliseconds, by `tests/bench/dispatch-cpu.ts`: a webhook, a channel or a device with a TLS
 * handshake of its own, a mail in a batch. Platforms end a function by its own time, two seconds for one request on hosted Supabase, and one
 * that is ended in the middle sends again what it had sent.
 */
const EFFORT_MS = { email: 0.3, webhook: 2.5, channel: 2.5, push: 2.5 } as const;
/** How much of it one sweep may take before it hands over to another call: half of two seconds, less a cold start. */
const EFFORT_MAX_MS = 700;
/** How many deliveries of one sweep are on their way at once. */
const IN_FLIGHT_MAX = 500;
/** How long a claim is tried again while the database is away; the clock starts another sweep soon. */
const CLAIM_PATIENCE_MS = 3_000;
/** A little longer than the clock's ten seconds: what is due before it comes round again is waited for. */
const LOOK_AHEAD_SECONDS = 12;
/** While results come in one after the other, looking ahead once in so long is enough. */
const LOOK_AHEAD_EVERY_MS = 1_000;
/** Few calls to the mail service at a time, so that mails gather meanwhile and go in larger batches. */
const MAIL_CALLS_MAX = 2;

/** What a sweep works with. */
export interface Clients {
  rpc: Rpc;
  sendMails: SendMails;
  safePost: SafePost;
  /** Where the services of channels are called instead of at their own addresses; null in earnest. */
  channelsOrigin: string | null;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What the sweeps of one process share. */
export interface Shared {
  pace: Pace;
  /** Has another call come for what is left. */
  callAgain: () => Promise<void>;
  /** The same in so many milliseconds. */
  callIn: (ms: number) => void;
}

export interface SweepReport {
  claimed: number;
  sent: number;
  retried: number;
  failed: number;
  paused: number;
  /** Results that came after their lease had ended and so changed nothing. */
  late: number;
}

interface Claimed {
  delivery: Delivery;
  at: number;
}

export class Sweep {
  readonly report: Promise<SweepReport>;
  #counts: SweepReport = { claimed: 0, sent: 0, retried: 0, failed: 0, paused: 0, late: 0 };
  #isClaiming = true;
  #isHousekeeping = true;
  /** Somebody joined since the last claim began. */
  #isAsked = false;
  readonly #endsAt: number;
  #effortMs = 0;
  #inFlight = 0;
  #mailCalls = 0;
  #mails: Claimed[] = [];
  #lookedAheadAt = -Infinity;
  #signal = new WakeSignal();
  #results: ResultWriter;

  constructor(
    private readonly clients: Clients,
    private readonly mail: MailSettings | null,
    private readonly shared: Shared,
  ) {
    this.#results = new ResultWriter(clients.rpc, clients.now, (count) => {
      this.#inFlight -= count;
      this.#signal.raise();
    });
    this.#endsAt = clients.now() + SWEEP_MS;
    this.report = this.#run();
  }

  /** Whether a new call may leave its work to this sweep. One that is full or about to end may not be relied upon. */
  get takesMore(): boolean {
    const isFull = this.#inFlight >= IN_FLIGHT_MAX / 2 || this.#affordable === 0;
    return this.#isClaiming && !isFull && this.clients.now() < this.#endsAt;
  }

  /** Makes the sweep claim once more before it ends. */
  join(): void {
    this.#isAsked = true;
    this.#signal.raise();
  }

  async #run(): Promise<SweepReport> {
    const housekeeping = this.#keepHouse().finally(() => {
      this.#isHousekeeping = false;
      this.#signal.raise();
    });
    let failure: unknown;
    try {
      await this.#claimAll();
    } catch (error) {
      failure = error;
    }
    this.#isClaiming = false;
    while (this.#inFlight > 0) await this.#signal.wait(SWEEP_MS);
    await housekeeping;
    if (failure !== undefined) throw failure;
    this.#counts.late += this.#results.late + this.#results.unwritten;
    return this.#counts;
  }

  /** Neither may keep mail from going out, so a failure is only told to the log. */
  async #keepHouse(): Promise<void> {
    const { rpc } = this.clients;
    const chores = [rpc('record_sweep', { p_kind: 'email' }), rpc('maintain', {})];
    for (const chore of await Promise.allSettled(chores)) {
      if (chore.status === 'rejected') console.error('housekeeping failed:', String(chore.reason));
    }
  }

  async #claimAll(): Promise<void> {
    let isMoreLikely = false;
    while (this.#affordable > 0 && (this.#isAsked || this.clients.now() < this.#endsAt)) {
      const room = Math.min(IN_FLIGHT_MAX - this.#inFlight, this.#affordable);
      if (room > 0) isMoreLikely = (await this.#claim(room)) > 0;
      if (room > 0 && isMoreLikely) continue;
      const looksAgainInMs = await this.#lookAhead();
      if (this.#inFlight === 0 && !this.#isHousekeeping && !this.#signal.isRaised) return;
      await this.#signal.wait(Math.max(0, Math.min(this.#endsAt - this.clients.now(), looksAgainInMs)));
    }
    this.#isClaiming = false;
    if (isMoreLikely) await this.shared.callAgain();
  }

  /** How many more deliveries may be claimed, whatever they turn out to be. */
  get #affordable(): number {
    return Math.max(0, Math.floor((EFFORT_MAX_MS - this.#effortMs) / EFFORT_MS.webhook));
  }

  async #claim(room: number): Promise<number> {
    this.#isAsked = false;
    // Taken before the call, so that our idea of the lease ends before the database's.
    const at = this.clients.now();
    const { rpc, now } = this.clients;
    // The same token whenever it is asked again, by us or by the line: what a lost answer took is handed out once more.
    const parameters = { p_limit: room, p_lease_seconds: LEASE_SECONDS, p_claim: crypto.randomUUID() };
    const claim = () => rpc<Delivery[]>('claim_deliveries', parameters);
    const deliveries = await patiently(claim, at + CLAIM_PATIENCE_MS, now);
    this.#counts.claimed += deliveries.length;
    this.#inFlight += deliveries.length;
    for (const delivery of deliveries) {
      this.#effortMs += EFFORT_MS[delivery.kind];
      if (delivery.kind === 'email') this.#mails.push({ delivery, at });
      else void this.#post({ delivery, at });
    }
    this.#sendMails();
    return deliveries.length;
  }

  /** Has a call come for what becomes due before the clock comes round again. Answers when to look again, in milliseconds. */
  async #lookAhead(): Promise<number> {
    const { rpc, now } = this.clients;
    const restMs = this.#lookedAheadAt + LOOK_AHEAD_EVERY_MS - now();
    if (this.#inFlight > 0 && restMs > 0) return restMs;
    this.#lookedAheadAt = now();
    try {
      const seconds = await rpc<number | null>('next_due', { p_within_seconds: LOOK_AHEAD_SECONDS });
      if (seconds !== null) this.shared.callIn(seconds * 1000);
    } catch (error) {
      console.error('looking ahead failed:', String(error));
    }
    return Infinity;
  }

  async #post(claimed: Claimed): Promise<void> {
    if (this.#isTooLate(claimed)) return;
    const { safePost, channelsOrigin, now } = this.clients;
    const { delivery } = claimed;
    try {
      if (delivery.kind === 'channel') {
        this.#finish(claimed, await sendChannel(safePost, delivery, channelsOrigin));
      } else if (delivery.kind === 'push') {
        this.#finish(claimed, await sendPush(safePost, delivery, now()));
      } else {
        this.#finish(claimed, await sendWebhook(safePost, delivery, now()));
      }
    } catch (error) {
      // Its message may hold an address; the kind of error alone says enough.
      console.error(`delivery ${delivery.id} cannot be written:`, (error as Error).name);
      this.#finish(claimed, outcomes.ofUnwritableMessage());
    }
  }

  #sendMails(): void {
    while (this.#mails.length > 0 && this.#mailCalls < MAIL_CALLS_MAX) {
      this.#mailCalls += 1;
      void this.#sendBatch(this.#mails.splice(0, this.shared.pace.size)).finally(() => {
        this.#mailCalls -= 1;
        this.#sendMails();
      });
    }
  }

  async #sendBatch(batch: Claimed[]): Promise<void> {
    const ready: { claimed: Claimed; mail: Mail }[] = [];
    for (const claimed of batch) {
      if (this.#isTooLate(claimed)) continue;
      const mail = this.#compose(claimed);
      if (mail) ready.push({ claimed, mail });
    }
    if (ready.length === 0) return;
    const results = await this.clients.sendMails(ready.map(({ mail }) => mail));
    this.shared.pace.heard(results.some(({ outcome }) => outcome !== 'unclear'));
    for (const [index, { claimed, mail }] of ready.entries()) {
      const result = results[index] ?? outcomes.ofUnreadableAnswer(200);
      // Answers quote it, and what is quoted has to be known again.
      const { reply_to, data } = claimed.delivery;
      const isAnswered = reply_to !== null || Boolean(data?.['reply_to']);
      this.#finish(claimed, isAnswered ? { ...result, mail_text: mail.TextBody } : result);
    }
  }

  /** One delivery that cannot be written as a mail fails alone. */
  #compose(claimed: Claimed): Mail | null {
    if (!this.mail) {
      this.#finish(claimed, outcomes.ofMissingSetting('MAIL_FROM'));
      return null;
    }
    try {
      return compose(claimed.delivery, this.mail);
    } catch (error) {
      console.error(`delivery ${claimed.delivery.id} cannot be composed:`, String(error));
      this.#finish(claimed, outcomes.ofUnwritableMail());
      return null;
    }
  }

  #isTooLate({ at }: Claimed): boolean {
    if (this.clients.now() - at < START_WITHIN_MS) return false;
    // Nothing was sent, so there is nothing to write: the lease ends and another sweep takes it.
    this.#counts.late += 1;
    this.#inFlight -= 1;
    this.#signal.raise();
    return true;
  }

  #finish({ delivery, at }: Claimed, result: AttemptResult): void {
    this.#counts[COUNTED_AS[result.outcome]] += 1;
    this.#results.add(delivery, at + LEASE_SECONDS * 1000, result);
  }
}

const COUNTED_AS = {
  ok: 'sent',
  retry: 'retried',
  unclear: 'retried',
  permanent: 'failed',
  suppressed: 'failed',
  gone: 'failed',
  pause: 'paused',
} as const;
