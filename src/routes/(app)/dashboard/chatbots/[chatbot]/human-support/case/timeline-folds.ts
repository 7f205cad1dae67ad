// What people did, and mail that came in, stands on the timeline line by line; mails and webhooks that went out in between are folded into one.
import type { TimelineEntry } from '$lib/server/cases';
import { count } from '$lib/time';
import { toneOf } from './timeline-words';

/** One line of the timeline: a single entry, or several deliveries in a row. */
export interface Line {
  key: number;
  at: string;
  entries: TimelineEntry[];
}

const DELIVERY = /^(mail|webhook)\.(?!set_aside)/;

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
  const isMail = entries.some(({ type }) => type.startsWith('mail.'));
  const isHook = entries.some(({ type }) => type.startsWith('webhook.'));
  const kinds = isMail && isHook ? 'e-mail and webhook' : isMail ? 'e-mail' : 'webhook';
  const failed = entries.filter((entry) => toneOf(entry) === 'red').length;
  return `${count(entries.length, `${kinds} update`)}${failed > 0 ? `, ${failed} failed` : ''}`;
}
