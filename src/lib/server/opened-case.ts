import type { SupabaseClient } from '@supabase/supabase-js';
import * as cases from '$lib/server/cases';
import * as messages from '$lib/server/messages';

/** Messages that a case opens with, */
const LATEST = 60;
/** and as many as this where somebody has not read them yet. */
const AT_MOST = 150;

export interface OpenedCase {
  case: cases.Case;
  messages: messages.MessageRow[];
}

/**
 * One case with the end of its transcript: with the last message that this person has read and all after it, unless those are too
 * many. Throws NTFND when this person may not see it.
 */
export async function read(db: SupabaseClient, chatbot_id: string, id: string): Promise<OpenedCase> {
  const [found, latest] = await Promise.all([
    cases.read(db, chatbot_id, id),
    messages.list(db, id, { max_rows: LATEST }),
  ]);
  const { last_read_seq, last_seq } = found.conversation;
  const before_seq = latest[0]?.seq ?? 0;
  const isCutOff = last_read_seq > 0 && last_read_seq < before_seq && last_seq - last_read_seq < AT_MOST;
  if (!isCutOff) return { case: found, messages: latest };
  const earlier = await messages.list(db, id, { after_seq: last_read_seq - 1, before_seq });
  return { case: found, messages: [...earlier, ...latest] };
}
