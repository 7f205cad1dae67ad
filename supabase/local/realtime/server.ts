/**
 * The state that all sockets share: who listens where, what was counted, the database connections. It passes
 * committed rows to their audience and decides nothing about rights; channels do that.
 */
import { Audiences } from './audience.ts';
import { Authorization } from './authorization.ts';
import { userFanout } from './framing.ts';
import type { RealtimeLimits } from './limits.ts';
import type { InsertedRow } from './pgoutput.ts';
import { Rate } from './rate.ts';
import { Replication } from './replication.ts';
import { signRole } from './token.ts';

const PARTITION_CHECK_MS = 3_600_000;

/** A connected client, as far as the server deals with it. */
export interface Client {
  /** Asks the client to come back: it reconnects and joins again by itself. */
  drain(): void;
}

export interface ServerOptions {
  databaseUrl: string;
  jwtSecret: string;
  publishableKey: string;
  secretKey: string;
  limits: RealtimeLimits;
  log(message: string): void;
}

export class RealtimeServer {
  readonly limits: RealtimeLimits;
  readonly jwtSecret: string;
  readonly log: (message: string) => void;
  readonly audiences = new Audiences();
  readonly authorization: Authorization;
  readonly sockets = new Set<Client>();
  /** Sockets that joined at least once. */
  readonly users = new Set<Client>();
  readonly joins: Rate;
  readonly messages: Rate;
  readonly presences: Rate;
  readonly replication: Replication;
  readonly #keyTokens: Map<string, string>;
  #partitions: NodeJS.Timeout | undefined;

  constructor(options: ServerOptions) {
    this.limits = options.limits;
    this.jwtSecret = options.jwtSecret;
    this.log = options.log;
    this.authorization = new Authorization(options.databaseUrl, options.log);
    const window = options.limits.rateWindowSeconds;
    this.joins = new Rate(window);
    this.messages = new Rate(window);
    this.presences = new Rate(window);
    this.#keyTokens = new Map([
      [options.publishableKey, signRole('anon', options.jwtSecret)],
      [options.secretKey, signRole('service_role', options.jwtSecret)],
    ]);
    this.replication = new Replication(options.databaseUrl, {
      onInsert: (row) => this.#passOn(row),
      onResumed: () => this.#announceGap(),
    });
  }

  /** A key's token, or what was given when it is a token already. */
  tokenFor(key: string): string {
    return this.#keyTokens.get(key) ?? key;
  }

  get isOverMessageRate(): boolean {
    const { maxMessagesPerSecond } = this.limits;
    return maxMessagesPerSecond !== Infinity && this.messages.perSecond > maxMessagesPerSecond;
  }

  get isOverJoinRate(): boolean {
    return this.joins.perSecond > this.limits.maxJoinsPerSecond;
  }

  async start(): Promise<void> {
    await this.#keepPartitions();
    await this.replication.start();
    this.#partitions = setInterval(() => {
      this.#keepPartitions().catch((error: unknown) => this.log(`MissingPartition: ${String(error)}`));
    }, PARTITION_CHECK_MS);
    this.#partitions.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#partitions);
    for (const socket of this.sockets) socket.drain();
    await Promise.all([this.replication.stop(), this.authorization.stop()]);
  }

  async #keepPartitions(): Promise<void> {
    await this.authorization.sql`select _realtime.keep_partitions()`;
  }

  #passOn(row: InsertedRow): void {
    const bytes = row.binary_payload ?? row.payload;
    if (!row.id || row.topic === null || row.event === null || row.private === null || !bytes) return;
    if (bytes.length > this.limits.maxPayloadBytes || this.isOverMessageRate) return;
    const audience = this.audiences.find(row.topic, row.private);
    if (!audience) return;
    this.messages.add();
    const isJson = row.binary_payload === null;
    audience.publish(userFanout(`realtime:${row.topic}`, row.event, isJson, bytes, row.id));
  }

  /**
   * Rows committed while the stream was away are not in the new slot. Clients refetch when they subscribe
   * again, so the honest answer to a gap is to make them.
   */
  #announceGap(): void {
    this.log('the message stream was interrupted and is back; clients are asked to reconnect');
    for (const socket of this.sockets) socket.drain();
    void this.#keepPartitions().catch((error: unknown) => this.log(String(error)));
  }
}
