// What a person does to the case on the screen. Each is one call; it shows at once what will be, and takes it back with the reason
// when the server refuses.
import { codeOf, sentenceOf } from '$lib/ask';
import type { CaseRow, Conversation } from '$lib/server/cases';
import type { MessageRow } from '$lib/server/messages';
import type { ActionName, ActionResult } from '../desk/api';
import { nameOf } from '../desk/case-name';
import type { Desk } from '../desk/desk.svelte';
import { staleDetail, whatChanged } from '../desk/refusals';
import { dropUnsent, keepUnsent } from '../desk/unsent';

export class CaseActions {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Resolves the selected case, or opens it again, and moves on. */
  async toggleResolved(): Promise<void> {
    const { triage, shown, episode, options } = this.#desk;
    if (!shown || !episode) return;
    const { id } = shown;
    this.#desk.cases.see();
    const isResolving = episode.status === 'open';
    const listed = triage.rows.find((row) => row.id === id);
    const next = triage.neighbour(id);
    const change = { escalation_status: isResolving ? ('resolved' as const) : ('open' as const) };
    const patch = triage.patch(id, change, listed ?? rowOf(shown));
    const isMovingOn = isResolving && listed !== undefined && !triage.rows.some((row) => row.id === id);
    if (isMovingOn) options.go(next?.id ?? null);
    const body = { escalation_id: episode.id, expected_version: episode.version };
    const acting = this.#act(id, isResolving ? 'resolve' : 'reopen', body);
    const offer = isResolving ? this.#offerUndo(shown, episode.id, acting) : null;
    if (await acting) {
      triage.settle(patch);
      if (!isResolving) options.toasts.show('Reopened.');
      return;
    }
    triage.drop(patch);
    offer?.withdraw();
    if (isMovingOn) this.#goBack(id, next?.id ?? null);
  }

  /** Shows a case again whose resolve was refused, unless the person is about something else by now. */
  #goBack(id: string, left: string | null): void {
    const { options } = this.#desk;
    if (options.conv() === left && !options.isBusy()) return options.go(id);
    const action = { label: 'Show it', run: () => options.go(id) };
    options.toasts.show('A case couldn’t be resolved and is still open.', {
      tone: 'amber',
      seconds: 8,
      action,
    });
  }

  async claim(): Promise<void> {
    const { me } = this.#desk.options;
    await this.#withEpisode('claim', {}, { claimed_by: me.user_id, claimed_by_name: me.name });
  }

  async release(): Promise<void> {
    await this.#withEpisode('release', {}, { claimed_by: null, claimed_by_name: null });
  }

  async assign(user_id: string, name: string): Promise<void> {
    await this.#withEpisode('assign', { user_id }, { claimed_by: user_id, claimed_by_name: name });
  }

  /** Leaves the case as if this person had not seen it yet. */
  async markUnread(): Promise<void> {
    const { selected: id, triage, options } = this.#desk;
    if (!id) return;
    options.go(null);
    const patch = triage.patch(id, { unread_count: 1 });
    if (await this.#act(id, 'unread', {})) triage.settle(patch);
    else triage.drop(patch);
  }

  async handBack(): Promise<void> {
    const id = this.#desk.selected;
    if (id && (await this.#act(id, 'hand-back', {})))
      this.#desk.options.toasts.show('The assistant is answering again.');
  }

  /** Sends a mail or webhook of the case once more. */
  async redeliver(delivery_id: string): Promise<void> {
    const id = this.#desk.selected;
    if (id && (await this.#act(id, 'redeliver', { delivery_id })))
      this.#desk.options.toasts.show('Queued to be sent again.');
  }

  /** Sends a reply or a note; it stands in the transcript at once and stays there, with its reason, when refused. */
  async send(kind: 'reply' | 'note', text: string, id: string = crypto.randomUUID()): Promise<void> {
    const transcript = this.#desk.cases.transcript;
    if (!transcript) return;
    this.#desk.cases.see();
    const conversation_id = transcript.case.conversation.id;
    const unsent = { id, kind, text, created_at: new Date(this.#desk.now).toISOString() };
    keepUnsent(conversation_id, unsent);
    transcript.send(unsent);
    // A note crosses nobody's.
    const body = kind === 'reply' ? { id, text, seen_seq: transcript.last_seq } : { id, text };
    let answer: MessageRow | null;
    const answered = this.#desk.acting([conversation_id]);
    try {
      answer = await this.#desk.options.api.act<MessageRow | null>(conversation_id, kind, body);
    } catch (refusal) {
      const detail = staleDetail(refusal);
      transcript.refuse(
        id,
        detail ? `${whatChanged(detail, this.#desk.now)} Read that first.` : sentenceOf(refusal),
      );
      if (detail) answered();
      return;
    }
    dropUnsent(conversation_id, id);
    if (kind === 'reply' && answer?.seq === transcript.last_seq + 1) transcript.receive([answer]);
    answered();
  }

  /** Gives up a text that could not be sent. */
  discard(id: string): void {
    const { transcript } = this.#desk.cases;
    if (!transcript) return;
    dropUnsent(transcript.case.conversation.id, id);
    transcript.forget(id);
  }

  async #withEpisode(
    name: ActionName,
    body: Record<string, unknown>,
    change: Partial<CaseRow>,
  ): Promise<void> {
    const { selected: id, episode } = this.#desk;
    if (!id || !episode) return;
    this.#desk.cases.see();
    const patch = this.#desk.triage.patch(id, change);
    const isDone = await this.#act(id, name, { escalation_id: episode.id, ...body });
    if (isDone) this.#desk.triage.settle(patch);
    else this.#desk.triage.drop(patch);
  }

  /** Calls one action and takes what it answers; false when it was refused, which has then been said. */
  async #act(id: string, name: ActionName, body: Record<string, unknown>): Promise<boolean> {
    const answered = this.#desk.acting([id]);
    try {
      this.#desk.cases.absorb(id, await this.#desk.options.api.act<ActionResult | null>(id, name, body));
      if (this.#desk.stale?.conversation_id === id) this.#desk.stale = null;
      return true;
    } catch (refusal) {
      this.#explain(id, refusal);
      return false;
    } finally {
      answered();
    }
  }

  #explain(id: string, refusal: unknown): void {
    if (codeOf(refusal) === 'STALE') {
      const sentence = whatChanged(staleDetail(refusal), this.#desk.now);
      this.#desk.stale = { conversation_id: id, sentence };
    } else if (codeOf(refusal) === 'CLAIM') {
      this.#desk.options.toasts.show(sentenceOf(refusal), { tone: 'amber' });
    } else {
      this.#desk.options.toasts.show(sentenceOf(refusal), { tone: 'red', seconds: 8 });
    }
  }

  /** An undo waits for its resolve to have arrived, or it would be overtaken by it. */
  #offerUndo(
    shown: Conversation | CaseRow,
    escalation_id: string,
    resolving: Promise<boolean>,
  ): { withdraw: () => boolean } {
    const { id } = shown;
    const { undos, options } = this.#desk;
    const takeBack = async () => {
      const isUndone = (await resolving) && (await this.#act(id, 'undo', { escalation_id }));
      if (isUndone && !options.isBusy()) options.go(id);
    };
    return undos.offer({ names: [nameOf(shown)], takeBack: () => void takeBack() });
  }
}

/** A row for a case that the list does not show, so that the figures still move with it. */
function rowOf(found: Conversation | CaseRow): CaseRow {
  if (!('escalation_count' in found)) return found;
  return {
    ...found,
    escalation_number: found.escalation_count,
    escalation_version: null,
    escalation_trigger: null,
    ask_count: null,
    question: null,
    page_path: null,
    found_in: null,
    due_at: null,
    warn_at: null,
    is_resolve_due: null,
    due_order_at: null,
    unread_count: 0,
  };
}
