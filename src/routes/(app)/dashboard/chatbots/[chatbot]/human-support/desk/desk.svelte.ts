// The triage page at work: it asks the server, tells the state classes what came back, and turns a press of a button into one call.
// It holds no truth of its own, and nothing here draws.
import { cursorOf } from '$lib/case-order';
import { coalesce } from '$lib/coalesce';
import type { Notice } from '$lib/realtime';
import type { CaseRow, Conversation, Escalation, View } from '$lib/server/cases';
import type { Reconciliation, SenderHealth } from '$lib/server/deliveries';
import type { OpenedCase } from '$lib/server/opened-case';
import type { Connection } from '$lib/state/connection.svelte';
import type { Toasts } from '$lib/state/toasts.svelte';
import { Transcript } from '$lib/state/transcript.svelte';
import { Triage, type Merged } from '$lib/state/triage.svelte';
import type { Api, Overview } from './api';
import { CaseActions, type ActionResult } from '../case/case-actions.svelte';
import { codeOf, sentenceOf } from './refusals';
import { PAGE_ROWS, REFRESH_ROWS } from './sizes';
import { readUnsent } from '../case/unsent';

/** What is decided: an episode, and the version of it that the person saw. */
type Episode = Pick<Escalation, 'id' | 'status' | 'version'>;

interface Options {
  api: Api;
  view: View;
  initial: Overview;
  opened: OpenedCase | null;
  zone: string;
  connection: Connection;
  toasts: Toasts;
  me: { user_id: string; name: string };
  /** New requests for a person: how many, and those of them that the list shows. */
  onArrival: (count: number, rows: CaseRow[]) => void;
  /** The case in the address: a frame, or a key that is held, ahead of the selected one. */
  conv: () => string | null;
  /** Shows another case, or the bare list, by changing the address. */
  go: (conv: string | null) => void;
  /** Whether the person is writing or choosing something, so that nothing may be pulled away. */
  isBusy: () => boolean;
  /** Live updates begin at most once in this many milliseconds, the first at once; a second unless said. */
  pace?: number;
}

const REFRESH_MILLISECONDS = 1000;
const RECEIPTS_MILLISECONDS = 10_000;
const TYPING_MILLISECONDS = 5000;
const KEPT_TRANSCRIPTS = 20;
/** What was read before a case is opened may be as old as this; a notice in between makes it worthless at once. */
const EXPECTED_MILLISECONDS = 2000;
/** What may bring a case into a list, or out of it. */
const MOVES = /^conversation\.|^resolve\.undone$/;

export class Desk {
  readonly triage: Triage;
  readonly actions = new CaseActions(this);
  readonly options: Options;
  transcript = $state.raw<Transcript | null>(null);
  reconciliation = $state.raw<Reconciliation | null>(null);
  health = $state.raw<SenderHealth | null>(null);
  /** Milliseconds that the server's clock is ahead of this one. */
  ahead = $state(0);
  isLoadingList = $state(false);
  isLoadingMore = $state(false);
  /** Why the list or the case could not be shown; null when it could. */
  listFailure = $state<string | null>(null);
  openFailure = $state<{ id: string; code: string; message: string } | null>(null);
  /** The conversation whose visitor is typing just now. */
  typing = $state<string | null>(null);
  /** Cases that arrived while the page was open, for their one pulse. */
  arrived = $state.raw(new Set<string>());

  readonly #kept = new Map<string, Transcript>();
  readonly #refresh;
  #wanted = $state<string | null>(null);
  /** The transcript of which older messages are being read. */
  #readingOlder = $state.raw<Transcript | null>(null);
  #expected: { id: string; at: number; reading: Promise<OpenedCase>; found: OpenedCase | null } | null = null;
  /** The view that was asked for last, whether or not it has been read yet. */
  #wantedView: View;
  #turn = 0;
  #showing: Promise<void> | null = null;
  #failedView: View | null = null;
  #dirtyCases = new Set<string>();
  /** Cases that may have come into the list, or left it. */
  #moved = new Set<string>();
  readonly #dirtyFrom = new Map<string, number>();
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #escalated = new Set<string>();
  /** Requests that were announced, by the escalation's id. */
  readonly #announced = new Set<string>();
  #isAllDirty = false;
  #receiptsAt = 0;

  constructor(options: Options) {
    this.options = options;
    const { initial, opened, view } = options;
    this.#wantedView = view;
    this.triage = new Triage(view, initial.rows, PAGE_ROWS, initial.stats);
    this.reconciliation = initial.reconciliation;
    this.health = initial.health;
    if (opened) this.#keep(opened);
    this.#wanted = opened?.case.conversation.id ?? null;
    this.transcript = opened ? (this.#kept.get(opened.case.conversation.id) ?? null) : null;
    this.#refresh = coalesce(() => this.#readAgain(), options.pace ?? REFRESH_MILLISECONDS);
  }

  get isLoadingOlder(): boolean {
    return this.#readingOlder !== null && this.#readingOlder === this.transcript;
  }

  /** The case that is opened, whether or not it has been read yet. */
  get selected(): string | null {
    return this.#wanted;
  }

  /** The view that is shown, or that will be as soon as it has been read. */
  get view(): View {
    return this.#wantedView;
  }

  /** The selected case: as the transcript has it or, until that is here, as the list does. */
  get shown(): Conversation | CaseRow | null {
    const id = this.#wanted;
    if (id === null) return null;
    return this.transcript?.case.conversation ?? this.triage.rows.find((row) => row.id === id) ?? null;
  }

  /** The episode that deciding the selected case is about: the newest that the list or the transcript knows. */
  get episode(): Episode | null {
    const { shown, transcript } = this;
    const known = transcript?.escalation ?? null;
    const row = this.triage.rows.find((one) => one.id === shown?.id);
    if (!row?.escalation_id || !row.escalation_status || row.escalation_version === null) return known;
    const isOlder =
      known !== null &&
      (row.escalation_id === known.id
        ? row.escalation_version <= known.version
        : (row.escalation_number ?? 0) <= known.number);
    if (isOlder) return known;
    return { id: row.escalation_id, status: row.escalation_status, version: row.escalation_version };
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
    if (conversation_id === this.#expected?.id) this.#expected = null;
    if (conversation_id && MOVES.test(notice.type)) this.#moved.add(conversation_id);
    if (
      conversation_id &&
      notice.type === 'conversation.escalated' &&
      !this.#announced.has(notice.escalation_id ?? '')
    )
      this.#escalated.add(conversation_id);
    // A thumbs-up changes a message that is here already: then the transcript is read from there on.
    if (conversation_id && seq)
      this.#dirtyFrom.set(conversation_id, Math.min(seq, this.#dirtyFrom.get(conversation_id) ?? seq));
    this.#refresh.request();
  }

  /** Reads everything again: notices may have been missed. */
  catchUp(): void {
    this.#isAllDirty = true;
    this.#expected = null;
    this.#refresh.request();
  }

  close(): void {
    clearTimeout(this.#typingTimer);
    this.#refresh.cancel();
  }

  /** Shows another view; of two that are asked for the later one, whichever is answered first. */
  show(view: View): Promise<void> {
    this.#wantedView = view;
    this.#failedView = null;
    this.isLoadingList = true;
    this.listFailure = null;
    return (this.#showing = this.#readView(view, ++this.#turn));
  }

  async #readView(view: View, turn: number): Promise<void> {
    const isOvertaken = () => turn !== this.#turn;
    const ticket = this.triage.ask();
    try {
      const found = await this.options.api.overview(view, PAGE_ROWS, view.days !== this.triage.view.days);
      if (isOvertaken()) return;
      this.triage.show(ticket, view, found.rows, PAGE_ROWS, found.stats);
      this.#receive(found);
    } catch (refusal) {
      if (isOvertaken()) return;
      this.#failedView = view;
      this.listFailure = sentenceOf(refusal);
    } finally {
      if (!isOvertaken()) this.isLoadingList = false;
    }
  }

  async more(): Promise<void> {
    const { cursor, view, is_complete } = this.triage;
    if (is_complete || !cursor || this.isLoadingMore) return;
    this.isLoadingMore = true;
    try {
      const ticket = this.triage.ask();
      const rows = await this.options.api.cases(view, PAGE_ROWS, cursor);
      if (view === this.triage.view) this.triage.receiveNext(ticket, cursor, rows, PAGE_ROWS);
    } catch {
      // Scrolling asks again.
    } finally {
      this.isLoadingMore = false;
    }
  }

  /** Begins to read a case that is about to be opened. */
  expect(id: string): void {
    if (id === this.#wanted || this.#kept.has(id) || this.#isExpected(id)) return;
    const expected = { id, at: performance.now(), reading: this.options.api.conversation(id), found: null };
    this.#expected = expected;
    expected.reading.then(
      (found) => Object.assign(expected, { found }),
      // Opening asks again, and says it when that fails, too.
      () => {
        if (this.#expected === expected) this.#expected = null;
      },
    );
  }

  #isExpected(id: string): boolean {
    return this.#expected?.id === id && performance.now() - this.#expected.at < EXPECTED_MILLISECONDS;
  }

  #read(id: string): Promise<OpenedCase> {
    const reading = this.#isExpected(id) ? this.#expected?.reading : null;
    this.#expected = null;
    return reading ?? this.options.api.conversation(id);
  }

  /** Shows a case: at once when it was open before or has just been read, and always as the server has it. */
  async open(id: string | null): Promise<void> {
    this.#wanted = id;
    this.openFailure = null;
    if (this.actions.stale?.conversation_id !== id) this.actions.stale = null;
    if (id === null) {
      this.transcript = null;
      return;
    }
    // What was read just now is shown as it is.
    const found = this.#isExpected(id) ? this.#expected?.found : null;
    if (found) this.#keep(found);
    this.transcript = this.#kept.get(id) ?? null;
    try {
      if (found) this.#expected = null;
      else {
        this.transcript?.reopened();
        if (this.transcript) await this.#readCase(id);
        else this.#keep(await this.#read(id));
      }
    } catch (refusal) {
      if (this.#wanted === id) this.openFailure = { id, code: codeOf(refusal), message: sentenceOf(refusal) };
      return;
    }
    if (this.#dirtyCases.has(id)) this.#refresh.request();
    if (this.#wanted !== id) return;
    this.transcript = this.#kept.get(id) ?? null;
    await this.markOpened();
  }

  /** Asks again for a case that could not be opened; what is said about that stays until it can. */
  async #openAfterAll(id: string): Promise<void> {
    try {
      this.#keep(await this.options.api.conversation(id));
    } catch {
      return;
    }
    if (this.#wanted === id && !this.transcript) await this.open(id);
  }

  /** Tells the server that this person has seen the case. */
  async markOpened(): Promise<void> {
    const id = this.#wanted;
    if (!id || document.visibilityState === 'hidden') return;
    const patch = this.triage.patch(id, { unread_count: 0 });
    try {
      this.absorb(id, await this.options.api.act<ActionResult>(id, 'open'));
      this.triage.settle(patch);
      // What was shown may have been read a moment before; what came since counts as seen now.
      if (this.#kept.get(id)?.is_behind) this.changed(id);
    } catch {
      this.triage.drop(patch);
    }
  }

  async older(): Promise<void> {
    const transcript = this.transcript;
    if (!transcript?.has_older || this.isLoadingOlder) return;
    this.#readingOlder = transcript;
    try {
      const id = transcript.case.conversation.id;
      transcript.receive(await this.options.api.messagesBefore(id, transcript.first_seq));
    } catch {
      // Scrolling up asks again.
    } finally {
      if (this.#readingOlder === transcript) this.#readingOlder = null;
    }
  }

  /** Takes what an action answered. */
  absorb(id: string, answer: ActionResult | null): void {
    if (answer?.conversation) this.triage.absorb(answer.conversation);
    this.#kept.get(id)?.absorb(answer?.conversation ?? null, answer?.escalation ?? null);
  }

  /** Something was done to this case from here: read it again. */
  changed(id: string): void {
    if (id === this.#expected?.id) this.#expected = null;
    this.#dirtyCases.add(id);
    this.#refresh.request();
  }

  #showTyping(conversation_id: string | null): void {
    clearTimeout(this.#typingTimer);
    this.typing = conversation_id;
    this.#typingTimer = setTimeout(() => (this.typing = null), TYPING_MILLISECONDS);
  }

  async #readAgain(): Promise<void> {
    // What the person asked for and did not get comes first.
    if (this.#failedView) await this.show(this.#failedView);
    const { openFailure, transcript } = this;
    if (openFailure && !transcript && openFailure.code !== 'NTFND') void this.#openAfterAll(openFailure.id);
    // What is read below must not be older than the list it is put into.
    await this.#showing;
    const isAll = this.#isAllDirty;
    const dirty = this.#dirtyCases;
    this.#isAllDirty = false;
    const moved = this.#moved;
    this.#dirtyCases = new Set();
    this.#moved = new Set();
    const escalated = [...this.#escalated];
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
        this.options.api.overview(view, asked, withReceipts),
        isSelectedDirty ? this.#readCase(selected) : null,
      ]);
      if (view !== triage.view) return;
      const merged = [triage.receiveOverview(ticket, found.rows, asked, found.stats)];
      this.#receive(found);
      const isElsewhere = [...moved].some((id) => !triage.has(id));
      merged.push(...(await this.#readBelow(found.rows, asked, isAll || isElsewhere ? 'all' : dirty)));
      this.options.connection.caughtUp(merged.reduce((sum, { changed }) => sum + changed, 0));
      this.#announce(
        merged.flatMap(({ arrived }) => arrived),
        escalated,
      );
    } catch (refusal) {
      // Signed out, or no longer a member: the server says what is to be seen instead.
      if (['SIGNI', 'NTFND'].includes(codeOf(refusal))) location.reload();
      // The connection pill says that we are not live; the next hint or the poll tries again.
      this.#isAllDirty ||= isAll;
      for (const id of dirty) this.#dirtyCases.add(id);
      for (const id of moved) this.#moved.add(id);
    }
  }

  /** Whoever has scrolled far down sees live rows there too: reads again what is in doubt below the rows just read. */
  async #readBelow(read: CaseRow[], asked: number, dirty: ReadonlySet<string> | 'all'): Promise<Merged[]> {
    const { triage } = this;
    const { view } = triage;
    const merged: Merged[] = [];
    for (let [rows, size] = [read, asked]; rows.length === size; size = REFRESH_ROWS) {
      const last = rows.at(-1);
      const after = last && triage.staleAfter(last, dirty);
      if (!after) break;
      const ticket = triage.ask();
      rows = await this.options.api.cases(view, REFRESH_ROWS, cursorOf(view, after));
      if (view !== triage.view) break;
      merged.push(triage.receiveStretch(ticket, after, rows, REFRESH_ROWS));
    }
    return merged;
  }

  /**
   * New requests pulse once and are heard once, whether a notice or a catch-up brought them. A notice that came after the
   * question waits for the next answer, unless this one has its case already.
   */
  #announce(arrived: CaseRow[], escalated: string[]): void {
    const ids = new Set([...escalated, ...arrived.map(({ id }) => id)]);
    for (const id of ids) this.#escalated.delete(id);
    if (ids.size === 0) return;
    this.arrived = ids;
    for (const { id, escalation_id } of [...arrived, ...this.triage.rows])
      if (escalation_id && ids.has(id)) this.#announced.add(escalation_id);
    this.options.onArrival(
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
    // Still being opened: whatever this is about may have come after what is on its way.
    if (!transcript) return void this.#dirtyCases.add(id);
    const from = Math.min(transcript.last_seq, (this.#dirtyFrom.get(id) ?? Infinity) - 1);
    this.#dirtyFrom.delete(id);
    const found = await this.options.api.conversation(id, Math.max(from, transcript.first_seq - 1));
    if (found.messages.some(({ role }) => role === 'visitor')) this.typing = null;
    transcript.receive(found.messages);
    transcript.receiveCase(found.case);
    this.triage.absorb(found.case.conversation);
    if (transcript.is_behind) this.changed(id);
    const isUnread = found.case.conversation.last_read_seq < found.case.conversation.last_seq;
    if (isUnread && id === this.#wanted) void this.markOpened();
  }

  #keep({ case: found, messages }: OpenedCase): void {
    const { id } = found.conversation;
    const known = this.#kept.get(id);
    const transcript = known ?? new Transcript(found, messages, this.options.zone);
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
