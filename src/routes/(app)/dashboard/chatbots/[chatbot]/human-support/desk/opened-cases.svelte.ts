// Opens cases and keeps the latest of them: one that is about to be opened is read in advance, and one that was open before is there
// at once. The transcript that is on the screen, and why there is none.
import { codeOf, noteFault, sentenceOf } from '$lib/ask';
import type { OpenedCase } from '$lib/server/opened-case';
import { Transcript } from '$lib/state/transcript.svelte';
import type { Triage } from '$lib/state/triage.svelte';
import type { ActionResult, Api } from './api';
import { ReadAhead } from './read-ahead';
import { readUnsent } from './unsent';
import type { Zone } from '$lib/time';

interface Options {
  api: Api;
  triage: Triage;
  zone: Zone;
  /** A case differs from what is shown of it, and is to be read again. */
  onChange: (id: string) => void;
  /** A case has been read as a whole. */
  onRead: (id: string) => void;
}

const TYPING_MILLISECONDS = 5000;
/** How long somebody looks at a case until it counts as opened: what is passed by on the way to another one does not. */
const LOOK_MILLISECONDS = 2000;
const KEPT_TRANSCRIPTS = 20;

export class OpenedCases {
  /** What is known of the selected case; null until it has been read. */
  transcript = $state.raw<Transcript | null>(null);
  /** Why the selected case could not be opened; null when it could. */
  failure = $state<{ id: string; code: string; message: string } | null>(null);
  /** The conversation whose visitor is typing just now. */
  typing = $state<string | null>(null);

  readonly #options: Options;
  readonly #kept = new Map<string, Transcript>();
  #wanted = $state<string | null>(null);
  /** The transcript of which older messages are being read. */
  #readingOlder = $state.raw<Transcript | null>(null);
  readonly #ahead: ReadAhead;
  /** Cases in which a message that is here already has changed, with the first such message. */
  readonly #changedFrom = new Map<string, number>();
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the selected case has been looked at for long enough, or acted on. */
  #isSeen = false;

  constructor(options: Options, opened: OpenedCase | null) {
    this.#options = options;
    this.#ahead = new ReadAhead((id) => options.api.conversation(id));
    if (!opened) return;
    const { id } = opened.case.conversation;
    this.#wanted = id;
    this.#keep(opened);
    this.transcript = this.#kept.get(id) ?? null;
  }

  /** The case that is opened, whether or not it has been read yet. */
  get selected(): string | null {
    return this.#wanted;
  }

  get isLoadingOlder(): boolean {
    return this.#readingOlder !== null && this.#readingOlder === this.transcript;
  }

  /** Begins to read a case that is about to be opened. */
  expect(id: string): void {
    if (id === this.#wanted || this.#kept.has(id)) return;
    this.#ahead.begin(id);
  }

  /** What was read in advance of this case, or of any, is worth nothing any more. */
  unexpect(id?: string): void {
    this.#ahead.forget(id);
  }

  /** Shows a case: at once when it was open before or has just been read, and always as the server has it. */
  async open(id: string | null): Promise<void> {
    this.#leave();
    this.#wanted = id;
    this.failure = null;
    if (id === null) {
      this.transcript = null;
      return;
    }
    // What was read just now is shown as it is.
    const found = this.#ahead.take(id);
    if (found) this.#keep(found);
    this.transcript = this.#kept.get(id) ?? null;
    try {
      if (!found) {
        this.transcript?.reopened();
        if (this.transcript) await this.readAgain(id);
        else this.#keep(await this.#ahead.read(id));
      }
    } catch (refusal) {
      if (this.#wanted === id) this.failure = { id, code: codeOf(refusal), message: sentenceOf(refusal) };
      return;
    }
    this.#options.onRead(id);
    if (this.#wanted !== id) return;
    this.transcript = this.#kept.get(id) ?? null;
    this.look();
  }

  /** Asks again for a case that could not be opened; what is said about that stays until it can. */
  async retry(): Promise<void> {
    const { failure, transcript } = this;
    if (!failure || transcript || failure.code === 'NTFND') return;
    const { id } = failure;
    try {
      this.#keep(await this.#options.api.conversation(id));
    } catch (refusal) {
      noteFault(refusal);
      return;
    }
    if (this.#wanted === id && !this.transcript) await this.open(id);
  }

  /** The case is in sight from now on, or is not any more: it counts as opened once it has been for a moment. */
  look = (): void => {
    clearTimeout(this.#lookTimer);
    if (!this.transcript || document.visibilityState === 'hidden') return;
    if (this.#isSeen) void this.#markOpened();
    else this.#lookTimer = setTimeout(() => this.see(), LOOK_MILLISECONDS);
  };

  /** Whoever acts on the case has seen it. */
  see(): void {
    clearTimeout(this.#lookTimer);
    if (this.#isSeen) return;
    this.#isSeen = true;
    void this.#markOpened();
  }

  #leave(): void {
    clearTimeout(this.#lookTimer);
    this.#isSeen = false;
  }

  /** Tells the server that this person has seen the case. */
  async #markOpened(): Promise<void> {
    const { api, triage, onChange } = this.#options;
    const id = this.#wanted;
    if (!id) return;
    const patch = triage.patch(id, { unread_count: 0 });
    try {
      this.absorb(id, await api.act<ActionResult>(id, 'open'));
      triage.settle(patch);
      // What was shown may have been read a moment before; what came since counts as seen now.
      if (this.#kept.get(id)?.is_behind) onChange(id);
    } catch (refusal) {
      noteFault(refusal);
      triage.drop(patch);
    }
  }

  async older(): Promise<void> {
    const transcript = this.transcript;
    if (!transcript?.has_older || this.isLoadingOlder) return;
    this.#readingOlder = transcript;
    try {
      const id = transcript.case.conversation.id;
      transcript.receive(await this.#options.api.messagesBefore(id, transcript.first_seq));
    } catch (refusal) {
      // Scrolling up asks again.
      noteFault(refusal);
    } finally {
      if (this.#readingOlder === transcript) this.#readingOlder = null;
    }
  }

  /** Takes what an action answered. */
  absorb(id: string, answer: ActionResult | null): void {
    if (answer?.conversation) this.#options.triage.absorb(answer.conversation);
    this.#kept.get(id)?.absorb(answer?.conversation ?? null, answer?.escalation ?? null);
  }

  /** A message that is here already has changed: the case is read from there on. */
  changedFrom(id: string, seq: number): void {
    this.#changedFrom.set(id, Math.min(seq, this.#changedFrom.get(id) ?? seq));
  }

  showTyping(conversation_id: string | null): void {
    clearTimeout(this.#typingTimer);
    this.typing = conversation_id;
    this.#typingTimer = setTimeout(() => (this.typing = null), TYPING_MILLISECONDS);
  }

  close(): void {
    this.#leave();
    clearTimeout(this.#typingTimer);
  }

  /** Reads what is new in a case that is kept; false when it is not, since it is still being opened. */
  async readAgain(id: string): Promise<boolean> {
    const transcript = this.#kept.get(id);
    if (!transcript) return false;
    const from = Math.min(transcript.last_seq, (this.#changedFrom.get(id) ?? Infinity) - 1);
    this.#changedFrom.delete(id);
    const found = await this.#options.api.conversation(id, Math.max(from, transcript.first_seq - 1));
    if (found.messages.some(({ role }) => role === 'visitor')) this.typing = null;
    transcript.receive(found.messages);
    transcript.receiveCase(found.case);
    this.#options.triage.absorb(found.case.conversation);
    if (transcript.is_behind) this.#options.onChange(id);
    const { last_read_seq, last_seq } = found.case.conversation;
    const { escalation } = transcript;
    const isUnopened = escalation?.status === 'open' && escalation.first_opened_at === null;
    // What comes while somebody looks is seen as well.
    if ((last_read_seq < last_seq || isUnopened) && id === this.#wanted && this.#isSeen) this.look();
    return true;
  }

  #keep({ case: found, messages }: OpenedCase): void {
    const { id } = found.conversation;
    const known = this.#kept.get(id);
    const transcript = known ?? new Transcript(found, messages, this.#options.zone);
    if (known) known.receiveCase(found);
    else for (const unsent of readUnsent(id)) transcript.restore(unsent);
    transcript.receive(messages);
    // Once more at the end: the first of a map is the one that was opened longest ago.
    this.#kept.delete(id);
    this.#kept.set(id, transcript);
    const isGoing = ([one, { is_sending }]: [string, Transcript]) => one !== this.#wanted && !is_sending;
    const oldest = this.#kept.size > KEPT_TRANSCRIPTS && [...this.#kept].find(isGoing);
    if (oldest) this.#kept.delete(oldest[0]);
  }
}
