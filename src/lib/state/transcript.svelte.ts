// One conversation as it stands on the screen: a gapless stretch of its messages, the replies still on their way, and between
// them what happened (asked for a person, claimed, noted, resolved). It asks nothing; the page brings what it lacks.
import type { Case, Conversation, Escalation } from '$lib/server/cases';
import type { MessageRow, ReplyReceipt } from '$lib/server/messages';
import { mergeReceipts, shownReceipts } from '$lib/state/reply-receipts';
import {
  continues,
  order,
  reuse,
  SHOWN_ENTRIES,
  stretchAround,
  withDays,
  type Happening,
  type Item,
  type Outgoing,
} from '$lib/state/transcript-items';
import type { Zone } from '$lib/time';

export class Transcript {
  #case = $state.raw<Case>() as Case;
  #messages = $state.raw<MessageRow[]>([]);
  #receipts = $state.raw<ReadonlyMap<string, ReplyReceipt>>(new Map());
  #outgoing = $state.raw<Outgoing[]>([]);
  #unreadAfter = $state(0);
  /** The last message that had been written when the case was opened; null until that is known. */
  #unreadUntil = $state<number | null>(null);
  #zone: Zone;

  #arranged: Item[] = [];
  readonly items: Item[] = $derived.by(() => (this.#arranged = reuse(this.#arranged, this.#arrange())));

  constructor(found: Case, messages: MessageRow[], zone: Zone) {
    this.#case = found;
    this.#receipts = mergeReceipts(this.#receipts, found.reply_receipts);
    this.#messages = messages;
    this.#zone = zone;
    this.#unreadAfter = found.conversation.last_read_seq;
    this.#unreadUntil = found.conversation.last_seq;
  }

  get case(): Case {
    return this.#case;
  }

  get messages(): MessageRow[] {
    return this.#messages;
  }

  get first_seq(): number {
    return this.#messages[0]?.seq ?? 1;
  }

  get last_seq(): number {
    return this.#messages.at(-1)?.seq ?? 0;
  }

  get has_older(): boolean {
    return this.first_seq > 1;
  }

  /** Whether the server has messages after the last one here. */
  get is_behind(): boolean {
    return this.last_seq < this.#case.conversation.last_seq;
  }

  /** The episode that decides the case's state; null when nobody ever asked for a person. */
  get escalation(): Escalation | null {
    return this.#case.escalations.at(-1) ?? null;
  }

  /**
   * The case is opened once more: what came since it was read is new. From then on the divider stays where it is, though opening
   * marks everything read.
   */
  reopened(): void {
    this.#unreadAfter = this.#case.conversation.last_read_seq;
    this.#unreadUntil = null;
  }

  /** Takes the case as the server has it now, unless something newer is known. */
  receiveCase(found: Case): void {
    if (found.conversation.id !== this.#case.conversation.id) return;
    if (found.conversation.version >= this.#case.conversation.version) {
      this.#case = found;
      this.#receipts = mergeReceipts(this.#receipts, found.reply_receipts);
    }
    this.#unreadUntil ??= found.conversation.last_seq;
    this.#confirm(found.timeline.map(({ data }) => data['id']));
  }

  /** Takes what an action answered, unless something newer is known. */
  absorb(conversation: Conversation | null, escalation: Escalation | null): void {
    const found = this.#case;
    this.#case = {
      ...found,
      conversation:
        conversation && conversation.version >= found.conversation.version
          ? conversation
          : found.conversation,
      escalations: found.escalations.map((known) =>
        known.id === escalation?.id && escalation.version >= known.version ? escalation : known,
      ),
    };
  }

  /** Takes messages in any order, any number of times. What would leave a gap is left for a later question. */
  receive(messages: MessageRow[]): void {
    const bySeq = new Map(this.#messages.map((message) => [message.seq, message]));
    for (const message of messages) bySeq.set(message.seq, message);
    const sorted = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
    this.#messages = stretchAround(sorted, this.#messages.at(-1)?.seq ?? sorted.at(-1)?.seq ?? 0);
    this.#confirm(messages.map(({ id }) => id));
  }

  /** Whether something written here has not been confirmed. */
  get is_sending(): boolean {
    return this.#outgoing.length > 0;
  }

  /** What the server has shown is no longer on its way. */
  #confirm(ids: unknown[]): void {
    if (this.#outgoing.some(({ id }) => ids.includes(id))) {
      this.#outgoing = this.#outgoing.filter(({ id }) => !ids.includes(id));
    }
  }

  send(outgoing: Omit<Outgoing, 'refusal'>): void {
    this.#outgoing = [
      ...this.#outgoing.filter(({ id }) => id !== outgoing.id),
      { ...outgoing, refusal: null },
    ];
  }

  /** Shows a text that was written before the page was loaded, and of which nobody knows whether it arrived. */
  restore(unsent: Omit<Outgoing, 'refusal'>): void {
    this.send(unsent);
    this.refuse(unsent.id, 'The page was closed before it was confirmed.');
  }

  refuse(id: string, refusal: string): void {
    this.#outgoing = this.#outgoing.map((outgoing) =>
      outgoing.id === id ? { ...outgoing, refusal } : outgoing,
    );
  }

  /** Forgets an outgoing text: it was confirmed, or the person took it back. */
  forget(id: string): void {
    this.#outgoing = this.#outgoing.filter((outgoing) => outgoing.id !== id);
  }

  #arrange(): Item[] {
    const from = this.has_older ? (this.#messages[0]?.created_at ?? '') : '';
    const happened = [...this.#escalations(from), ...this.#entries(from), ...this.#mails(from)];
    happened.sort((a, b) => order(a.at, b.at));
    const receipts = shownReceipts(this.#messages, this.#receipts);
    const items: Item[] = [];
    let next = 0;
    let previous: MessageRow | undefined;
    for (const message of this.#messages) {
      while (next < happened.length && (happened[next] as Happening).at < message.created_at) {
        items.push(happened[next++] as Happening);
        previous = undefined;
      }
      if (this.#startsUnread(message)) items.push(this.#unread(message));
      const isFollowing = previous !== undefined && continues(previous, message);
      const receipt = receipts.get(message.id) ?? null;
      items.push({ key: message.id, kind: 'message', at: message.created_at, message, isFollowing, receipt });
      previous = message;
    }
    items.push(...happened.slice(next));
    for (const outgoing of this.#outgoing) {
      items.push({ key: `out-${outgoing.id}`, kind: 'outgoing', at: outgoing.created_at, outgoing });
    }
    return withDays(items, this.#zone);
  }

  #escalations(from: string): Happening[] {
    return this.#case.escalations
      .filter(({ escalated_at }) => escalated_at >= from)
      .map((escalation) => ({
        key: `escalation-${escalation.id}`,
        kind: 'escalation',
        at: escalation.escalated_at,
        escalation,
      }));
  }

  #entries(from: string): Happening[] {
    return this.#case.timeline
      .filter(({ type, created_at }) => SHOWN_ENTRIES.has(type) && created_at >= from)
      .map((entry) => ({ key: `entry-${entry.id}`, kind: 'entry', at: entry.created_at, entry }));
  }

  #mails(from: string): Happening[] {
    return this.#case.inbound_mails
      .filter(({ received_at }) => received_at >= from)
      .map((mail) => ({ key: `mail-${mail.id}`, kind: 'mail', at: mail.received_at, mail }));
  }

  #startsUnread(message: MessageRow): boolean {
    return (
      this.#unreadAfter > 0 &&
      message.seq === this.#unreadAfter + 1 &&
      message.seq <= (this.#unreadUntil ?? Infinity)
    );
  }

  #unread(message: MessageRow): Item {
    const until = this.#unreadUntil ?? Infinity;
    const isNew = ({ seq, role }: MessageRow) => seq >= message.seq && seq <= until && role !== 'agent';
    return { key: 'unread', kind: 'unread', count: this.#messages.filter(isNew).length };
  }
}
