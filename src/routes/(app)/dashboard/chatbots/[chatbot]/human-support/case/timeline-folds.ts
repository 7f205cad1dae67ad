// What people did, and mail that came in, stands on the timeline line by line; mails, notifications, messages to channels and webhooks that went out in between are folded into one.
import type { TimelineEntry } from '$lib/server/cases';
import { count } from '$lib/time';
import { toneOf } from './timeline-words';

/** One line of the timeline: a single entry, or several deliveries in a row. */
export interface Line {
  key: number;
  at: string;
  entries: TimelineEntry[];
}

const KINDS = [
  ['mail.', 'e-mail'],
  ['push.', 'notification'],
  ['channel.', 'channel'],
  ['webhook.', 'webhook'],
] as const;

const DELIVERY = /^(mail|push|webhook|channel)\.(?!set_aside)/;

/** The timeline's lines, in its order. */
export function fold(timeline: TimelineEntry[]): Line[] {
  const lines: Line[] = [];
  for (const entry of timeline) {
    const last = lines.at(-1);
    if (last && DELIVERY.test(entry.type) && last.entries.every(({ type }) => DELIVERY.test(type)))
      last.entries.push(entry);
    else lines.push({ key: entry.id, at: entry.created_at, entries: [entry] });
  }
  return lines;
}

/** "8 e-mail and webhook updates, 1 failed". */
export function summary({ entries }: Line): string {
  const named = KINDS.filter(([start]) => entries.some(({ type }) => type.startsWith(start)));
  const kinds = new Intl.ListFormat('en-GB').format(named.map(([, name]) => name));
  const failed = entries.filter((entry) => toneOf(entry) === 'red').length;
  return `${count(entries.length, `${kinds} update`)}${failed > 0 ? `, ${failed} failed` : ''}`;
}
