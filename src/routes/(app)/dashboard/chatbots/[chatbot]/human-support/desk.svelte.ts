// The triage page at work: it asks the server, tells the state classes what came back, and turns a press of a button into one call.
// It holds no truth of its own, and nothing here draws.
import { coalesce } from '$lib/coalesce';
import type { Notice } from '$lib/realtime';
import type { CaseRow, Conversation, Escalation, View } from '$lib/server/cases';
import type { Reconciliation, SenderHealth } from '$lib/server/deliveries';
import type { MessageRow } from '$lib/server/messages';
import type { Connection } from '$lib/state/connection.svelte';
import type { Toasts } from '$lib/state/toasts.svelte';
import { Transcript } from '$lib/state/transcript.svelte';
import { Triage } from '$lib/state/triage.svelte';
import { ago } from '$lib/time';
import { Refused, type ActionName, type Api, type Opened, type Overview } from './api';
import { PAGE_ROWS, REFRESH_ROWS } from './sizes';

interface Options {
  api: Api;
  view: View;
  initial: Overview;
  opened: Opened | null;
  zone: string;
  connection: Connection;
  toasts: Toasts;
  me: { user_id: string; name: string };
  /** New requests for a person: how many, and those of them that the list shows. */
  onArrival: (count: number, rows: CaseRow[]) => void;
  /** Shows another case, or the bare list, by changing the address. */
  go: (conv: string | null) => void;
}

/** What the server says has changed on a case since this page looked. */
export interface StaleNotice {
  conversation_id: string;
  sentence: string;
}

/** What STALE says besides its sentence. */
interface StaleDetail {
  version: number;
  what: string | null;
  changed_by: string | null;
  changed_by_name: string | null;
  changed_at: string | null;
}

/** What an action answers with. */
interface ActionResult {
  conversation?: Conversation;
  escalation?: Escalation | null;
}

/** Live updates begin at most once in this time; the first begins at once. */
const REFRESH_MILLISECONDS = 1000;
const RECEIPTS_MILLISECONDS = 10_000;
const UNDO_SECONDS = 10;
const TYPING_MILLISECONDS = 5000;
const KEPT_TRANSCRIPTS = 20;

export class Desk {
  readonly triage: Triage;
  transcript = $state.raw<Transcript | null>(null);
  reconciliation = $state.raw<Reconciliation | null>(null);
  health = $state.raw<SenderHealth | null>(null);
  /** Milliseconds that the server's clock is ahead of this one. */
  ahead = $state(0);
  isLoadingList = $state(false);
  isLoadingMore = $state(false);
  isLoadingOlder = $state(false);
  /** Why the list or the case could not be shown; null when it could. */
  listFailure = $state<string | null>(null);
  openFailure = $state<{ id: string; code: string; message: string } | null>(null);
  stale = $state.raw<StaleNotice | null>(null);
  /** The conversation whose visitor is typing just now. */
  typing = $state<string | null>(null);
  /** Cases that arrived while the page was open, for their one pulse. */
  arrived = $state.raw(new Set<string>());

  readonly #options: Options;
  readonly #kept = new Map<string, Transcript>();
  readonly #refresh;
  #wanted: string | null = null;
  #failedView: View | null = null;
  #dirtyCases = new Set<string>();
  readonly #dirtyFrom = new Map<string, number>();
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #escalated = new Set<string>();
  #isAllDirty = false;
  #receiptsAt = 0;
  #undo: (() => void) | null = null;

  constructor(options: Options) {
    this.#options = options;
    const { initial, opened, view } = options;
    this.triage = new Triage(view, initial.rows, PAGE_ROWS, initial.stats);
    this.reconciliation = initial.reconciliation;
    this.health = initial.health;
    if (opened) this.#keep(opened);
    this.#wanted = opened?.case.conversation.id ?? null;
    this.transcript = opened ? (this.#kept.get(opened.case.conversation.id) ?? null) : null;
    this.#refresh = coalesce(() => this.#readAgain(), REFRESH_MILLISECONDS);
  }

  /** The case that the address names, whether or not it has been read yet. */
  get selected(): string | null {
    return this.#wanted;
  }

  /** Sets the difference between the server's clock and ours; only the browser may, or hydration would differ. */
  setClock(server: number): void {
    this.ahead = server - Date.now();
  }

  notice(notice: Notice): void {
    const { conversation_id, seq } = notice;
    if (notice.type === 'visitor.typing') {
      this.#showTyping(conversation_id);
      return;
    }
    if (conversation_id) this.#dirtyCases.add(conversation_id);
    if (conversation_id && notice.type === 'conversation.escalated') this.#escalated.add(conversation_id);
    // A thumbs-up changes a message that is here already: then the transcript is read from there on.
    if (conversation_id && seq)
      this.#dirtyFrom.set(conversation_id, Math.min(seq, this.#dirtyFrom.get(conversation_id) ?? seq));
    this.#refresh.request();
  }

  /** Reads everything again: notices may have been missed. */
  catchUp(): void {
    this.#isAllDirty = true;
    this.#refresh.request();
  }

  close(): void {
    clearTimeout(this.#typingTimer);
    this.#refresh.cancel();
  }

  async show(view: View): Promise<void> {
    this.isLoadingList = true;
    this.listFailure = null;
    try {
      const found = await this.#options.api.overview(view, PAGE_ROWS, view.days !== this.triage.view.days);
      this.triage.show(view, found.rows, PAGE_ROWS, found.stats);
      this.#receive(found);
      this.#failedView = null;
    } catch (refusal) {
      this.#failedView = view;
      this.listFailure = sentenceOf(refusal);
    } finally {
      this.isLoadingList = false;
    }
  }

  async more(): Promise<void> {
    const { cursor, view, is_complete } = this.triage;
    if (is_complete || !cursor || this.isLoadingMore) return;
    this.isLoadingMore = true;
    try {
      const ticket = this.triage.ask();
      const rows = await this.#options.api.cases(view, PAGE_ROWS, cursor);
      if (view === this.triage.view) this.triage.receiveNext(ticket, cursor, rows, PAGE_ROWS);
    } catch {
      // Scrolling asks again.
    } finally {
      this.isLoadingMore = false;
    }
  }

  /** Shows a case: at once when it was open before, and always as the server has it. */
  async open(id: string | null): Promise<void> {
    this.#wanted = id;
    this.openFailure = null;
    if (this.stale?.conversation_id !== id) this.stale = null;
    if (id === null) {
      this.transcript = null;
      return;
    }
    this.transcript = this.#kept.get(id) ?? null;
    try {
      if (this.transcript) await this.#readCase(id);
      else this.#keep(await this.#options.api.conversation(id));
    } catch (refusal) {
      if (this.#wanted === id) this.openFailure = { id, code: codeOf(refusal), message: sentenceOf(refusal) };
      return;
    }
    if (this.#wanted !== id) return;
    this.transcript = this.#kept.get(id) ?? null;
    await this.markOpened();
  }

  /** Tells the server that this person has seen the case. */
  async markOpened(): Promise<void> {
    const id = this.#wanted;
    if (!id || document.visibilityState === 'hidden') return;
    const patch = this.triage.patch(id, { unread_count: 0 });
    try {
      this.#absorb(id, await this.#options.api.act<ActionResult>(id, 'open'));
      this.triage.settle(patch);
    } catch {
      this.triage.drop(patch);
    }
  }

  async older(): Promise<void> {
    const transcript = this.transcript;
    if (!transcript?.has_older || this.isLoadingOlder) return;
    this.isLoadingOlder = true;
    try {
      const id = transcript.case.conversation.id;
      transcript.receive(await this.#options.api.messagesBefore(id, transcript.first_seq));
    } catch {
      // Scrolling up asks again.
    } finally {
      this.isLoadingOlder = false;
    }
  }

  /** Resolves the selected case, or opens it again, and moves on. */
  async toggleResolved(isAnyway = false): Promise<void> {
    const transcript = this.transcript;
    const escalation = transcript?.escalation;
    if (!transcript || !escalation) return;
    const { id } = transcript.case.conversation;
    const isResolving = escalation.status === 'open';
    const base = this.triage.rows.find((row) => row.id === id) ?? rowOf(transcript.case.conversation);
    const next = isResolving ? this.triage.neighbour(id) : null;
    const isListed = this.triage.rows.some((row) => row.id === id);
    const patch = this.triage.patch(id, { escalation_status: isResolving ? 'resolved' : 'open' }, base);
    if (isResolving) this.#offerUndo(id, escalation.id);
    const leaves = isListed && !this.triage.rows.some((row) => row.id === id);
    if (isResolving && leaves) this.#options.go(next?.id ?? null);
    const body = { escalation_id: escalation.id, expected_version: isAnyway ? null : escalation.version };
    const isDone = await this.#act(id, isResolving ? 'resolve' : 'reopen', body);
    if (isDone) {
      this.triage.settle(patch);
      if (!isResolving) this.#options.toasts.show('Reopened.');
      return;
    }
    this.triage.drop(patch);
    this.#undo = null;
    if (leaves) this.#options.go(id);
  }

  /** Takes the latest resolve back while that is possible. */
  undo(): void {
    this.#undo?.();
    this.#undo = null;
  }

  async claim(): Promise<void> {
    const { me } = this.#options;
    await this.#withEpisode('claim', {}, { claimed_by: me.user_id, claimed_by_name: me.name });
  }

  async release(): Promise<void> {
    await this.#withEpisode('release', {}, { claimed_by: null, claimed_by_name: null });
  }

  async assign(user_id: string, name: string): Promise<void> {
    await this.#withEpisode('assign', { user_id }, { claimed_by: user_id, claimed_by_name: name });
  }

  async handBack(): Promise<void> {
    const id = this.transcript?.case.conversation.id;
    if (id && (await this.#act(id, 'hand-back', {})))
      this.#options.toasts.show('The assistant answers again.');
  }

  /** Sends a reply or a note; it stands in the transcript at once and stays there, with its reason, when refused. */
  async send(kind: 'reply' | 'note', text: string, id: string = crypto.randomUUID()): Promise<void> {
    const transcript = this.transcript;
    if (!transcript) return;
    const conversation_id = transcript.case.conversation.id;
    transcript.send({ id, kind, text, created_at: new Date(Date.now() + this.ahead).toISOString() });
    try {
      const answer = await this.#options.api.act<MessageRow | null>(conversation_id, kind, { id, text });
      if (kind === 'reply' && answer?.seq === transcript.last_seq + 1) transcript.receive([answer]);
      await this.#readCase(conversation_id);
      transcript.forget(id);
      this.#refresh.request();
    } catch (refusal) {
      transcript.refuse(id, sentenceOf(refusal));
    }
  }

  async #withEpisode(
    name: ActionName,
    body: Record<string, unknown>,
    change: Partial<CaseRow>,
  ): Promise<void> {
    const escalation = this.transcript?.escalation;
    const id = this.transcript?.case.conversation.id;
    if (!id || !escalation) return;
    const patch = this.triage.patch(id, change);
    const isDone = await this.#act(id, name, { escalation_id: escalation.id, ...body });
    if (isDone) this.triage.settle(patch);
    else this.triage.drop(patch);
  }

  /** Calls one action and takes what it answers; false when it was refused, which has then been said. */
  async #act(id: string, name: ActionName, body: Record<string, unknown>): Promise<boolean> {
    try {
      this.#absorb(id, await this.#actAs(id, name, body));
      if (this.stale?.conversation_id === id) this.stale = null;
      this.#dirtyCases.add(id);
      this.#refresh.request();
      return true;
    } catch (refusal) {
      this.#explain(id, refusal);
      this.#dirtyCases.add(id);
      this.#refresh.request();
      return false;
    }
  }

  /** Calls one action; what this very person changed a moment ago, such as opening the case, is no reason to stop. */
  async #actAs(id: string, name: ActionName, body: Record<string, unknown>): Promise<ActionResult | null> {
    const { api, me } = this.#options;
    try {
      return await api.act<ActionResult | null>(id, name, body);
    } catch (refusal) {
      const detail = codeOf(refusal) === 'STALE' ? ((refusal as Refused).detail as StaleDetail | null) : null;
      if (detail?.changed_by !== me.user_id) throw refusal;
      return await api.act<ActionResult | null>(id, name, { ...body, expected_version: detail.version });
    }
  }

  #absorb(id: string, answer: ActionResult | null): void {
    if (answer?.conversation) this.triage.absorb(answer.conversation);
    this.#kept.get(id)?.absorb(answer?.conversation ?? null, answer?.escalation ?? null);
  }

  #explain(id: string, refusal: unknown): void {
    if (codeOf(refusal) === 'STALE') {
      const detail = (refusal as Refused).detail as StaleDetail | null;
      const who = detail?.changed_by_name ?? 'The visitor';
      const when = detail?.changed_at ? ` ${ago(detail.changed_at, Date.now() + this.ahead)}` : '';
      this.stale = { conversation_id: id, sentence: `${who} ${wordFor(detail?.what)}${when}.` };
    } else if (codeOf(refusal) === 'CLAIM') {
      const name = ((refusal as Refused).detail as { name?: string } | null)?.name ?? 'Somebody else';
      this.#options.toasts.show(`${name} has claimed this case already.`, { tone: 'amber' });
    } else {
      this.#options.toasts.show(sentenceOf(refusal), { tone: 'red', seconds: 8 });
    }
  }

  #showTyping(conversation_id: string | null): void {
    clearTimeout(this.#typingTimer);
    this.typing = conversation_id;
    this.#typingTimer = setTimeout(() => (this.typing = null), TYPING_MILLISECONDS);
  }

  #offerUndo(id: string, escalation_id: string): void {
    const { toasts, go } = this.#options;
    const takeBack = async () => {
      this.#undo = null;
      toasts.dismiss(toast);
      if (await this.#act(id, 'undo', { escalation_id })) go(id);
    };
    this.#undo = () => void takeBack();
    const toast = toasts.show('Marked as resolved.', {
      seconds: UNDO_SECONDS,
      action: { label: 'Undo', run: () => void takeBack() },
    });
  }

  async #readAgain(): Promise<void> {
    // What the person asked for and did not get comes first.
    if (this.#failedView) await this.show(this.#failedView);
    const isAll = this.#isAllDirty;
    const dirty = this.#dirtyCases;
    this.#isAllDirty = false;
    this.#dirtyCases = new Set();
    const { triage } = this;
    const asked = Math.min(Math.max(triage.loaded, PAGE_ROWS), REFRESH_ROWS);
    const withReceipts = isAll || Date.now() - this.#receiptsAt > RECEIPTS_MILLISECONDS;
    if (withReceipts) this.#receiptsAt = Date.now();
    const { view } = triage;
    const ticket = triage.ask();
    const selected = this.#wanted;
    const isSelectedDirty = selected !== null && (isAll || dirty.has(selected));
    try {
      const [found] = await Promise.all([
        this.#options.api.overview(view, asked, withReceipts),
        isSelectedDirty ? this.#readCase(selected) : null,
      ]);
      if (view !== triage.view) return;
      const { changed, arrived } = triage.receiveHead(ticket, found.rows, asked);
      triage.receiveStats(ticket, found.stats);
      this.#receive(found);
      this.#options.connection.caughtUp(changed);
      this.#announce(arrived);
    } catch (refusal) {
      if (codeOf(refusal) === 'SIGNI') location.reload();
      // The connection pill says that we are not live; the next hint or the poll tries again.
      this.#isAllDirty ||= isAll;
      for (const id of dirty) this.#dirtyCases.add(id);
    }
  }

  /** New requests pulse once and are heard once, whether a notice or a catch-up brought them. */
  #announce(arrived: CaseRow[]): void {
    const ids = new Set([...this.#escalated, ...arrived.map(({ id }) => id)]);
    this.#escalated.clear();
    if (ids.size === 0) return;
    this.arrived = ids;
    this.#options.onArrival(
      ids.size,
      this.triage.rows.filter(({ id }) => ids.has(id)),
    );
  }

  #receive({ reconciliation, health, now }: Overview): void {
    if (reconciliation) this.reconciliation = reconciliation;
    if (health) this.health = health;
    this.ahead = now - Date.now();
  }

  async #readCase(id: string): Promise<void> {
    const transcript = this.#kept.get(id);
    if (!transcript) return;
    const from = Math.min(transcript.last_seq, (this.#dirtyFrom.get(id) ?? Infinity) - 1);
    this.#dirtyFrom.delete(id);
    const found = await this.#options.api.conversation(id, Math.max(from, transcript.first_seq - 1));
    if (found.messages.some(({ role }) => role === 'visitor')) this.typing = null;
    transcript.receive(found.messages);
    transcript.receiveCase(found.case);
    this.triage.absorb(found.case.conversation);
    const isUnread = found.case.conversation.last_read_seq < found.case.conversation.last_seq;
    if (isUnread && id === this.#wanted && found.messages.length > 0) void this.markOpened();
  }

  #keep(opened: Opened): void {
    const { id } = opened.case.conversation;
    this.#kept.set(id, new Transcript(opened.case, opened.messages, this.#options.zone));
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > KEPT_TRANSCRIPTS && oldest) this.#kept.delete(oldest);
  }
}

function codeOf(refusal: unknown): string {
  return refusal instanceof Refused ? refusal.code : 'INTRN';
}

function sentenceOf(refusal: unknown): string {
  if (refusal instanceof Refused) return refusal.message;
  console.error(refusal);
  return 'Something went wrong on this page. Please reload it.';
}

function wordFor(what: string | null | undefined): string {
  switch (what) {
    case 'conversation.resolved':
      return 'resolved this case';
    case 'conversation.reopened':
      return 'reopened this case';
    case 'escalation.opened':
      return 'opened this case';
    case 'escalation.asked_again':
      return 'asked again';
    case 'resolve.undone':
      return 'took a resolve back';
    case 'escalation.claimed':
      return 'claimed this case';
    case 'escalation.released':
      return 'released this case';
    case 'escalation.assigned':
      return 'assigned this case';
    case 'reply.sent':
      return 'replied';
    default:
      return 'changed this case';
  }
}

/** A row for a case that the list does not show, so that the figures still move with it. */
function rowOf(conversation: Conversation): CaseRow {
  return {
    ...conversation,
    escalation_number: conversation.escalation_count,
    escalation_version: null,
    escalation_trigger: null,
    ask_count: null,
    unread_count: 0,
  };
}
