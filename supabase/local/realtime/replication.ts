/**
 * Follows realtime.messages in the write-ahead log: a temporary logical slot, so that nothing is left in the
 * database when this process dies, and one callback per committed insert. It reconnects by itself; what was
 * committed in between cannot be read from a new slot, so it reports the gap instead of hiding it.
 */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { PgOutput, type InsertedRow } from './pgoutput.ts';

const PUBLICATION = 'supabase_realtime_messages_publication';
const RETRY_MS = 200;
const STATUS_MS = 10_000;
const WAL_DATA = 0x77;
const KEEPALIVE = 0x6b;
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);

export interface ReplicationEvents {
  onInsert(row: InsertedRow): void;
  /** Streaming again after a loss. */
  onResumed(): void;
}

export class Replication {
  readonly #databaseUrl: string;
  readonly #events: ReplicationEvents;
  #sql: postgres.Sql | null = null;
  #isStopped = false;
  #isReady = false;

  constructor(databaseUrl: string, events: ReplicationEvents) {
    this.#databaseUrl = databaseUrl;
    this.#events = events;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Resolves when streaming; throws when the first attempt fails, later ones are repeated. */
  async start(): Promise<void> {
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isReady = false;
    await this.#sql?.end({ timeout: 0 }).catch(() => undefined);
  }

  async #connect(): Promise<void> {
    let isLost = false;
    const lose = () => {
      if (isLost) return;
      isLost = true;
      this.#isReady = false;
      void sql.end({ timeout: 0 }).catch(() => undefined);
      if (!this.#isStopped) void this.#reconnect();
    };
    const sql = postgres(this.#databaseUrl, {
      max: 1,
      connect_timeout: 5,
      idle_timeout: undefined,
      max_lifetime: null,
      fetch_types: false,
      onnotice: () => undefined,
      onclose: () => this.#isReady && lose(),
      connection: { application_name: 'realtime_replication', replication: 'database' },
    });
    this.#sql = sql;
    try {
      const slot = `realtime_messages_${randomBytes(6).toString('hex')}`;
      // Upper case: replication commands are told from SQL by it.
      await sql.unsafe(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
      // postgres.js types the stream as writable; a COPY BOTH stream is a duplex.
      const stream = (await sql
        .unsafe(
          `START_REPLICATION SLOT ${slot} LOGICAL 0/0 ` +
            `(proto_version '1', publication_names '${PUBLICATION}')`,
        )
        .writable()) as unknown as Duplex;
      this.#follow(stream, lose);
      this.#isReady = true;
    } catch (error) {
      isLost = true;
      await sql.end({ timeout: 0 }).catch(() => undefined);
      throw error;
    }
  }

  #follow(stream: Duplex, lose: () => void): void {
    const output = new PgOutput((row) => this.#events.onInsert(row));
    let position = Buffer.alloc(8);
    const report = () => {
      if (!stream.destroyed && stream.writable) stream.write(standbyStatus(position));
    };
    // Keepalives stop while data flows, and a slot that is not confirmed keeps its log forever.
    const timer = setInterval(report, STATUS_MS);
    timer.unref();
    stream.on('data', (chunk: Buffer) => {
      if (chunk[0] === WAL_DATA) {
        position = Buffer.from(chunk.subarray(9, 17));
        output.read(chunk.subarray(25));
      } else if (chunk[0] === KEEPALIVE) {
        position = Buffer.from(chunk.subarray(1, 9));
        // A database that shuts down waits for this answer.
        if (chunk[17]) report();
      }
    });
    const end = () => {
      clearInterval(timer);
      lose();
    };
    stream.on('error', end).on('close', end).on('end', end);
  }

  async #reconnect(): Promise<void> {
    while (!this.#isStopped) {
      await delay(RETRY_MS, undefined, { ref: false });
      if (this.#isStopped) return;
      try {
        await this.#connect();
        this.#events.onResumed();
        return;
      } catch {
        // Still down; the next round tries again.
      }
    }
  }
}

function standbyStatus(position: Buffer): Buffer {
  const status = Buffer.alloc(34);
  status[0] = 'r'.charCodeAt(0);
  for (const offset of [1, 9, 17]) position.copy(status, offset);
  status.writeBigInt64BE(BigInt(Date.now() - POSTGRES_EPOCH_MS) * 1000n, 25);
  return status;
}
