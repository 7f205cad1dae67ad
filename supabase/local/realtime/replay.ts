import type postgres from 'postgres';

const MAX_REPLAYED = 25;
const MAX_UNIX_MS = 8_640_000_000_000_000;

export interface ReplayedRow {
  id: string;
  event: string;
  /** The JSON text, null when the row carries bytes. */
  payload: string | null;
  binary_payload: Buffer | null;
}

/** The row limit and start of a replay request, or null when it is not one. */
export function readReplay(request: unknown): { since: Date; limit: number } | null {
  const { since, limit = MAX_REPLAYED } = (request ?? {}) as { since?: unknown; limit?: unknown };
  if (!Number.isInteger(since) || Math.abs(since as number) > MAX_UNIX_MS) return null;
  if (!Number.isInteger(limit)) return null;
  return {
    since: new Date(since as number),
    limit: Math.min(MAX_REPLAYED, Math.max(1, limit as number)),
  };
}

/** The newest private broadcasts of a topic since then, oldest first. */
export async function readMissed(
  sql: postgres.Sql,
  topic: string,
  { since, limit }: { since: Date; limit: number },
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
