/** What a client missed, read from realtime.messages when it joins. */
import type postgres from 'postgres';
import { unreadable, type Refusal } from './admission.ts';
import type { Policies } from './authorization.ts';
import type { JoinConfig } from './config.ts';
import type { Connection } from './connection.ts';
import { encodeKind4 } from './framing.ts';

const MAX_REPLAYED = 25;
const MAX_UNIX_MS = 8_640_000_000_000_000;

interface Request {
  since: Date;
  limit: number;
}

interface ReplayedRow {
  id: string;
  event: string;
  /** The JSON text, null when the row carries bytes. */
  payload: string | null;
  binary_payload: Buffer | null;
}

export class Replay {
  #rows: ReplayedRow[] = [];
  #ids = new Set<string>();

  /** Reads what the join asked for, or says why not. */
  async prepare(
    sql: postgres.Sql,
    topic: string,
    config: JoinConfig,
    policies: Policies,
  ): Promise<Refusal | null> {
    if (config.replay === undefined) return null;
    if (!config.isPrivate) {
      return { reason: 'UnableToReplayMessages: Replay is not allowed for public channels' };
    }
    if (!policies.broadcast.read) return { reason: `Unauthorized: ${unreadable(topic)}` };
    if (config.replay === null || typeof config.replay !== 'object') return null;
    const request = readRequest(config.replay);
    if (!request) return { reason: 'UnableToReplayMessages: Replay params are not valid' };
    this.#rows = await readMissed(sql, topic, request);
    this.#ids = new Set(this.#rows.map((row) => row.id));
    return null;
  }

  /** Whether a live message is one that was replayed. */
  covers(id: string | undefined): boolean {
    return id !== undefined && this.#ids.has(id);
  }

  /** Sends what was read, once. */
  push(connection: Connection, joinRef: string | null, name: string): void {
    for (const { id, event, payload, binary_payload } of this.#rows.splice(0)) {
      const meta = { replayed: true, id };
      if (binary_payload) {
        const frame = encodeKind4(name, event, meta, false, binary_payload);
        if (frame && connection.version === 2) connection.send(frame);
      } else if (payload !== null) {
        const value: unknown = JSON.parse(payload);
        connection.push(joinRef, null, name, 'broadcast', { type: 'broadcast', event, payload: value, meta });
      }
    }
  }
}

function readRequest(request: { since?: unknown; limit?: unknown }): Request | null {
  const { since, limit = MAX_REPLAYED } = request;
  if (typeof since !== 'number' || !Number.isInteger(since) || Math.abs(since) > MAX_UNIX_MS) return null;
  if (typeof limit !== 'number' || !Number.isInteger(limit)) return null;
  return { since: new Date(since), limit: Math.min(MAX_REPLAYED, Math.max(1, limit)) };
}

/** The newest private broadcasts of a topic since then, oldest first. */
async function readMissed(
  sql: postgres.Sql,
  topic: string,
  { since, limit }: Request,
): Promise<ReplayedRow[]> {
  const rows = await sql<ReplayedRow[]>`
    select id, event, payload::text as payload, binary_payload
    from realtime.messages
    where topic = ${topic} and private is true and extension = 'broadcast' and event is not null
      and inserted_at >= ${since.toISOString()}::timestamptz at time zone 'utc'
      and inserted_at < (now() at time zone 'utc') + interval '1 minute'
    order by inserted_at desc
    limit ${limit}`;
  return [...rows].reverse();
}
