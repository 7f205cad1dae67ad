/**
 * What the visitor did and the server has not confirmed yet. Every entry carries the id the server will know
 * it by, so sending one twice is harmless, and lives under its own storage key, so it survives a reload and two tabs
 * can add at the same moment.
 */
import type { EscalationRequest, Lead } from '#shared/contract.ts';
import type { Storage } from './storage.ts';

export type Entry = {
  id: string;
  at: string;
  /** The token of a conversation that the visitor has left since; empty where it has not begun. Sent, and not shown. */
  left?: string;
} & (
  | { kind: 'message'; text: string }
  | { kind: 'escalation'; request: EscalationRequest }
  | { kind: 'feedback' }
  | { kind: 'lead'; lead: Lead }
);

export interface Outbox {
  add(entry: Entry): void;
  remove(id: string): void;
  get(id: string): Entry | null;
  /** Oldest first. */
  list(): Entry[];
}

const PREFIX = 'out:';

export function openOutbox(storage: Storage): Outbox {
  return {
    add: (entry) => storage.set(PREFIX + entry.id, JSON.stringify(entry)),
    remove: (id) => storage.remove(PREFIX + id),
    get: (id) => parseEntry(storage.get(PREFIX + id)),
    list() {
      const entries: Entry[] = [];
      for (const key of storage.keys()) {
        if (!key.startsWith(PREFIX)) continue;
        const entry = parseEntry(storage.get(key));
        if (entry) entries.push(entry);
        else storage.remove(key);
      }
      return entries.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
    },
  };
}

/** Storage belongs to the page and anyone may have written there; what is not an entry is thrown away. */
function parseEntry(kept: string | null): Entry | null {
  try {
    const entry = JSON.parse(kept ?? '') as Entry;
    const isEntry =
      typeof entry.id === 'string' &&
      typeof entry.at === 'string' &&
      (entry.kind === 'feedback' ||
        (entry.kind === 'message' && typeof entry.text === 'string') ||
        (entry.kind === 'escalation' && typeof entry.request.request_id === 'string') ||
        (entry.kind === 'lead' && typeof entry.lead === 'object'));
    return isEntry ? entry : null;
  } catch {
    return null;
  }
}

/** An escalation names the message it came from, unless that message belongs to a conversation that is gone. */
export function withoutMessage(entry: Entry): Entry {
  if (entry.kind !== 'escalation') return entry;
  return { ...entry, request: { ...entry.request, message_id: undefined } };
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** Milliseconds until the next attempt: doubling, capped, spread by half, never before the server's `Retry-After`. */
export function retryDelay(attempts: number, retryAfterMs = 0, random = Math.random()): number {
  const backoff = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS);
  return Math.max(backoff * (0.5 + random / 2), retryAfterMs);
}
