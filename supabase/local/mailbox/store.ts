/**
 * What the mailbox remembers: messages, suppressed addresses, and the webhooks that nobody has taken yet. One
 * append-only file of JSON lines, so that a crash costs at most the line being written; it is rewritten with
 * only what still counts when the mailbox starts.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Email } from './email.ts';

export type Status = 'Sent' | 'Delivered' | 'Bounced' | 'SpamComplaint';

export interface Message extends Email {
  MessageID: string;
  ReceivedAt: string;
  Status: Status;
}

export interface Suppression {
  EmailAddress: string;
  SuppressionReason: string;
  Origin: string;
  CreatedAt: string;
}

/** What somebody wrote back, as Postmark's inbound webhook posts it. */
export interface Answer {
  /** The inbound message's own id. */
  MessageID: string;
  /** The mail it answers. */
  of: string;
  From: string;
  To: string;
  Subject: string;
  TextBody: string;
  SentAt: string;
  /** Which answers the webhook gave, one for each time it was posted. */
  statuses: number[];
}

/** A webhook that was not answered with 200 yet; `to` says which one where it is not the events'. */
export interface PendingEvent {
  id: string;
  payload: Record<string, unknown>;
  to?: 'inbound';
}

type Line =
  | { message: Message }
  | { status: Status; of: string }
  | { suppressed: Suppression; stream: string }
  | { unsuppressed: string; stream: string }
  | { answer: Answer }
  | { answered: number; by: string }
  | { event: PendingEvent }
  | { taken: string }
  | { emptied: true };

const KEPT_MESSAGES = 20_000;

export class Store {
  readonly #path: string;
  readonly #messages = new Map<string, Message>();
  readonly #suppressions = new Map<string, Map<string, Suppression>>();
  readonly #events = new Map<string, PendingEvent>();
  readonly #answers = new Map<string, Answer>();

  constructor(stateDir: string) {
    mkdirSync(stateDir, { recursive: true });
    this.#path = join(stateDir, 'mailbox.jsonl');
    this.#load();
    this.#compact();
  }

  /** Newest first. */
  messages(recipient?: string): Message[] {
    const wanted = recipient?.trim().toLowerCase();
    const all = [...this.#messages.values()].reverse();
    if (!wanted) return all;
    return all.filter(({ Recipients }) => Recipients.some((address) => address.toLowerCase() === wanted));
  }

  message(id: string): Message | undefined {
    return this.#messages.get(id);
  }

  addMessages(messages: Message[]): void {
    this.#write(messages.map((message) => ({ message })));
  }

  /** Oldest first. */
  answers(): Answer[] {
    return [...this.#answers.values()];
  }

  addAnswer(answer: Answer): void {
    this.#write([{ answer }]);
  }

  /** Remembers how the webhook answered when `id` was posted. */
  setAnswered(id: string, status: number): void {
    if (this.#answers.has(id)) this.#write([{ answered: status, by: id }]);
  }

  setStatus(id: string, status: Status): void {
    if (this.#messages.has(id)) this.#write([{ status, of: id }]);
  }

  empty(): void {
    this.#write([{ emptied: true }]);
  }

  isSuppressed(stream: string, address: string): boolean {
    return this.#suppressions.get(stream)?.has(address.toLowerCase()) ?? false;
  }

  suppressions(stream: string): Suppression[] {
    return [...(this.#suppressions.get(stream)?.values() ?? [])];
  }

  suppression(stream: string, address: string): Suppression | undefined {
    return this.#suppressions.get(stream)?.get(address.toLowerCase());
  }

  suppress(stream: string, suppressed: Suppression): void {
    this.#write([{ suppressed, stream }]);
  }

  unsuppress(stream: string, address: string): void {
    this.#write([{ unsuppressed: address.toLowerCase(), stream }]);
  }

  pendingEvents(): PendingEvent[] {
    return [...this.#events.values()];
  }

  addEvent(event: PendingEvent): void {
    this.#write([{ event }]);
  }

  removeEvent(id: string): void {
    this.#write([{ taken: id }]);
  }

  #write(lines: Line[]): void {
    if (lines.length === 0) return;
    // Links that sign people in lie in here.
    appendFileSync(this.#path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
    for (const line of lines) this.#apply(line);
  }

  #apply(line: Line): void {
    if ('message' in line) this.#messages.set(line.message.MessageID, line.message);
    else if ('status' in line) {
      const message = this.#messages.get(line.of);
      if (message) message.Status = line.status;
    } else if ('suppressed' in line) {
      const entries = this.#suppressions.get(line.stream) ?? new Map<string, Suppression>();
      this.#suppressions.set(line.stream, entries);
      entries.set(line.suppressed.EmailAddress.toLowerCase(), line.suppressed);
    } else if ('unsuppressed' in line) this.#suppressions.get(line.stream)?.delete(line.unsuppressed);
    else if ('answer' in line) this.#answers.set(line.answer.MessageID, line.answer);
    else if ('answered' in line) this.#answers.get(line.by)?.statuses.push(line.answered);
    else if ('event' in line) this.#events.set(line.event.id, line.event);
    else if ('taken' in line) this.#events.delete(line.taken);
    else {
      this.#messages.clear();
      this.#answers.clear();
    }
  }

  #load(): void {
    if (!existsSync(this.#path)) return;
    for (const text of readFileSync(this.#path, 'utf8').split('\n')) {
      try {
        if (text) this.#apply(JSON.parse(text) as Line);
      } catch {
        // The line that was being written when the machine stopped.
      }
    }
  }

  #compact(): void {
    const excess = [...this.#messages.keys()].slice(0, Math.max(0, this.#messages.size - KEPT_MESSAGES));
    for (const id of excess) this.#messages.delete(id);
    const lines: Line[] = [...this.#messages.values()].map((message) => ({ message }));
    for (const [stream, entries] of this.#suppressions) {
      for (const suppressed of entries.values()) lines.push({ suppressed, stream });
    }
    for (const answer of this.#answers.values()) if (this.#messages.has(answer.of)) lines.push({ answer });
    for (const event of this.#events.values()) lines.push({ event });
    const next = `${this.#path}.next`;
    writeFileSync(next, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
    renameSync(next, this.#path);
  }
}
