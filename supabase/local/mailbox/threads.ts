/** Mails that answer each other, by the headers that say so. */
import type { Answer, Message } from './store.ts';

/** A mail that was sent, or what somebody wrote back. */
export type Item = { at: string; message: Message } | { at: string; answer: Answer };

/** One conversation by mail: what belongs together, oldest first, and the newest mail of ours in it. */
export interface Thread {
  id: string;
  items: Item[];
  latest: Message;
  /** When anything last came or went. */
  at: string;
}

/** The threads of these mails, the one with the newest item first. */
export function threadsOf(messages: Message[], answers: Answer[]): Thread[] {
  const threads = new Map<string, Thread>();
  const keys = new Map<string, string>();
  for (const message of [...messages].reverse()) {
    const key = keyOf(message);
    keys.set(message.MessageID, key);
    const item = { at: message.ReceivedAt, message };
    const thread = threads.get(key);
    if (thread)
      Object.assign(thread, { items: [...thread.items, item], latest: message, at: message.ReceivedAt });
    else threads.set(key, { id: key, items: [item], latest: message, at: message.ReceivedAt });
  }
  for (const answer of answers) {
    const thread = threads.get(keys.get(answer.of) ?? '');
    if (!thread) continue;
    thread.items.push({ at: answer.SentAt, answer });
    if (answer.SentAt > thread.at) thread.at = answer.SentAt;
  }
  for (const { items } of threads.values()) items.sort((a, b) => a.at.localeCompare(b.at));
  return [...threads.values()].sort((a, b) => b.at.localeCompare(a.at));
}

/** The first mail of a thread is named by all that follow; each reader has a thread of their own. */
function keyOf(message: Message): string {
  const named =
    header(message, 'References') || header(message, 'In-Reply-To') || header(message, 'Message-ID');
  const first = /<[^<>\s]+>/.exec(named)?.[0];
  return first ? `${first} ${message.To.toLowerCase()}` : message.MessageID;
}

/** What a header of a mail says; empty without it. */
export function header({ Headers }: Message, name: string): string {
  return Headers.find(({ Name }) => Name.toLowerCase() === name.toLowerCase())?.Value ?? '';
}
