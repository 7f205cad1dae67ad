// What stands in a transcript between and around the messages, in order: the days, what happened, what is on its way.
import type { Escalation, TimelineEntry } from '$lib/server/cases';
import type { InboundMail, MessageRow, ReplyReceipt } from '$lib/server/messages';
import { dayKey, type Zone } from '$lib/time';

/** A reply or note that the server has not confirmed yet. */
export interface Outgoing {
  id: string;
  kind: 'reply' | 'note';
  text: string;
  created_at: string;
  /** Why it was not sent; null while it is on its way. */
  refusal: string | null;
}

export type Item =
  | { key: string; kind: 'day'; at: string }
  | { key: string; kind: 'unread'; count: number }
  | {
      key: string;
      kind: 'message';
      at: string;
      message: MessageRow;
      isFollowing: boolean;
      /** Where it has got to; null where another reply says so, and for what is no reply. */
      receipt: ReplyReceipt | null;
    }
  | { key: string; kind: 'escalation'; at: string; escalation: Escalation }
  | { key: string; kind: 'entry'; at: string; entry: TimelineEntry }
  | { key: string; kind: 'mail'; at: string; mail: InboundMail }
  | { key: string; kind: 'outgoing'; at: string; outgoing: Outgoing };

/** What is said between the messages; the rest of the timeline stands beside the transcript. */
export const SHOWN_ENTRIES = new Set([
  'note.added',
  'escalation.asked_again',
  'escalation.claimed',
  'escalation.released',
  'escalation.assigned',
  'conversation.resolved',
  'conversation.reopened',
  'resolve.undone',
  'conversation.handed_back',
]);

/** Messages of one author closer than this are shown as one turn. */
const TURN_MILLISECONDS = 3 * 60_000;

/** What has not changed stays the very same, so that it is not drawn again. */
export function reuse(known: Item[], next: Item[]): Item[] {
  const byKey = new Map(known.map((item) => [item.key, item]));
  const items = next.map((item) => {
    const old = byKey.get(item.key);
    return old && isSame(old, item) ? old : item;
  });
  return items.length === known.length && items.every((item, at) => item === known[at]) ? known : items;
}

function isSame(one: Item, other: Item): boolean {
  return (Object.keys(one) as (keyof Item)[]).every((field) => one[field] === other[field]);
}

/** What stands between messages because it happened then. */
export type Happening = Extract<Item, { kind: 'escalation' | 'entry' | 'mail' }>;

/** For sorting; timestamps come in UTC from one database, so their texts sort as the instants do. */
export function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a message is shown as part of the turn before it. */
export function continues(previous: MessageRow, message: MessageRow): boolean {
  return (
    previous.role === message.role &&
    previous.author_id === message.author_id &&
    previous.via === message.via &&
    Date.parse(message.created_at) - Date.parse(previous.created_at) < TURN_MILLISECONDS
  );
}

/** The gapless stretch of `sorted` that holds `seq`. */
export function stretchAround(sorted: MessageRow[], seq: number): MessageRow[] {
  const at = sorted.findIndex((message) => message.seq === seq);
  if (at === -1) return sorted;
  let from = at;
  let to = at;
  while (from > 0 && sorted[from - 1]?.seq === (sorted[from] as MessageRow).seq - 1) from--;
  while (to < sorted.length - 1 && sorted[to + 1]?.seq === (sorted[to] as MessageRow).seq + 1) to++;
  return sorted.slice(from, to + 1);
}

/** The items with a heading before each day of the reader. */
export function withDays(items: Item[], zone: Zone): Item[] {
  const result: Item[] = [];
  let day = '';
  for (const item of items) {
    if (item.kind !== 'day' && item.kind !== 'unread') {
      const found = dayKey(item.at, zone);
      // Never back to a day before: what could not be sent yesterday stands below the messages of today.
      if (found > day) {
        day = found;
        result.push({ key: `day-${found}`, kind: 'day', at: item.at });
      }
    }
    result.push(item);
  }
  return result;
}
