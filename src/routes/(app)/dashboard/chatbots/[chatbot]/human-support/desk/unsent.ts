// Replies and notes that the server has not confirmed, kept on this device: a reload must not lose what somebody wrote. Sending
// one again is harmless, because its id is kept with it.
import type { Outgoing } from '$lib/state/transcript-items';

export type Unsent = Pick<Outgoing, 'id' | 'kind' | 'text' | 'created_at'>;

const PREFIX = 'handoff:unsent:';

/** What was written in a conversation and never confirmed; nothing where the browser keeps nothing. */
export function readUnsent(conversation_id: string): Unsent[] {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + conversation_id) ?? '[]') as Unsent[];
  } catch {
    return [];
  }
}

export function keepUnsent(conversation_id: string, { id, kind, text, created_at }: Unsent): void {
  write(conversation_id, [...others(conversation_id, id), { id, kind, text, created_at }]);
}

/** Confirmed, or given up. */
export function dropUnsent(conversation_id: string, id: string): void {
  write(conversation_id, others(conversation_id, id));
}

function others(conversation_id: string, id: string): Unsent[] {
  return readUnsent(conversation_id).filter((unsent) => unsent.id !== id);
}

function write(conversation_id: string, all: Unsent[]): void {
  try {
    if (all.length === 0) localStorage.removeItem(PREFIX + conversation_id);
    else localStorage.setItem(PREFIX + conversation_id, JSON.stringify(all));
  } catch {
    // Private windows may refuse storage; the text is still in the transcript.
  }
}
