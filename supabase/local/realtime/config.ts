import { createHash, randomUUID } from 'node:crypto';

type Json = Record<string, unknown>;

/** What a join asks for, every field with its default: a wrong config is logged by the real server, not refused. */
export interface JoinConfig {
  isPrivate: boolean;
  isSelf: boolean;
  isAcknowledged: boolean;
  presenceKey: string;
  hasPresence: boolean;
  wantsReplicationReady: boolean;
  /** As it came: replay is refused by what is wrong with it. */
  replay: unknown;
  postgresChanges: Json[];
  /** The token it was sent with; null when absent. */
  accessToken: string | null;
}

/** The value when it is a JSON object, else an empty one. */
export function asObject(value: unknown): Json {
  return value && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

const isTrue = (value: unknown) => value === true || (typeof value === 'string' && /^true$/i.test(value));

/** Reads a phx_join payload. */
export function readJoin(payload: unknown): JoinConfig {
  const join = asObject(payload);
  const config = asObject(join.config);
  const broadcast = asObject(config.broadcast);
  const presence = asObject(config.presence);
  const key = presence.key;
  const changes = Array.isArray(config.postgres_changes) ? config.postgres_changes : [];
  const token = join.user_token ?? join.access_token;
  return {
    isPrivate: isTrue(config.private),
    isSelf: isTrue(broadcast.self),
    isAcknowledged: isTrue(broadcast.ack),
    presenceKey: key === undefined || key === null || key === '' ? randomUUID() : String(key),
    hasPresence: isTrue(presence.enabled),
    wantsReplicationReady: isTrue(broadcast.replication_ready),
    replay: broadcast.replay,
    postgresChanges: changes.filter((change) => change && typeof change === 'object') as Json[],
    accessToken: typeof token === 'string' ? token : null,
  };
}

/** The bindings a client asked for, in its order, each with an integer that names it. */
export function numberChanges(changes: Json[]): Json[] {
  return changes.map((change) => ({
    ...change,
    id: createHash('sha256').update(JSON.stringify(change)).digest().readUInt32BE(0) >>> 5,
  }));
}
