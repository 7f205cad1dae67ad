// The triage page at work: notices say what to read again, the list and the opened cases read it, and the actions in the other rooms
// write. It holds no truth of its own, and nothing here draws.
import { codeOf, noteFault } from '$lib/ask';
import { coalesce } from '$lib/coalesce';
import type { Notice } from '$lib/realtime';
import type { CaseRow, Conversation, Escalation, View } from '$lib/server/cases';
import type { OpenedCase } from '$lib/server/opened-case';
import type { Connection } from '$lib/state/connection.svelte';
import type { Toasts } from '$lib/state/toasts.svelte';
import type { Triage } from '$lib/state/triage.svelte';
import type { Api, Overview } from './api';
import { Arrivals, type OnArrival } from './arrivals.svelte';
import { ListReader } from './list-reader.svelte';
import { OpenedCases } from './opened-cases.svelte';
import type { StaleNotice } from './refusals';
import { Undos } from './undos';
import type { Zone } from '$lib/time';

/** What is decided: an episode, and the version of it that the person saw. */
type Episode = Pick<Escalation, 'id' | 'status' | 'version'>;

interface Options {
  api: Api;
  view: View;
  initial: Overview;
  opened: OpenedCase | null;
  zone: Zone;
  connection: Connection;
  toasts: Toasts;
  me: { user_id: string; name: string };
  onArrival: OnArrival;
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
/** What may bring a case into a list, or out of it. */
const MOVES = /^conversation\.|^resolve\.undone$/;

export class Desk {
  readonly options: Options;
  readonly list: ListReader;
  readonly cases: OpenedCases;
  readonly arrivals: Arrivals;
  readonly undos: Undos;
  /** What an action on the selected case was told has changed on it meanwhile. */
  stale = $state.raw<StaleNotice | null>(null);

  readonly #refresh;
  #dirtyCases = new Set<string>();
  /** Cases that may have come into the list, or left it. */
  #moved = new Set<string>();
  #isAllDirty = false;
  /** Cases that are being changed from here, or were since the list was last read: for this person that is no news. */
  readonly #mine = new Map<string, { isDone: boolean }>();

  constructor(options: Options) {
    this.options = options;
    const { api, view, initial, opened, zone, onArrival, pace } = options;
    this.list = new ListReader(api, view, initial);
    this.arrivals = new Arrivals(onArrival);
    this.undos = new Undos(options.toasts);
    this.#refresh = coalesce(() => this.#readAgain(), pace ?? REFRESH_MILLISECONDS);
    const onChange = (id: string) => this.changed(id);
    const onRead = (id: string) => {
      if (this.#dirtyCases.has(id)) this.#refresh.request();
    };
    this.cases = new OpenedCases({ api, triage: this.triage, zone, onChange, onRead }, opened);
  }

  get triage(): Triage {
    return this.list.triage;
  }

  /** The time on the server's clock, in milliseconds. */
  get now(): number {
    return Date.now() + this.list.ahead;
  }

  /** The case that is opened, whether or not it has been read yet. */
  get selected(): string | null {
    return this.cases.selected;
  }

  /** The selected case: as the transcript has it or, until that is here, as the list does. */
  get shown(): Conversation | CaseRow | null {
    const id = this.selected;
    if (id === null) return null;
    return this.cases.transcript?.case.conversation ?? this.triage.rows.find((row) => row.id === id) ?? null;
  }

  /** The episode that deciding the selected case is about: the newest that the list or the transcript knows. */
  get episode(): Episode | null {
    const { shown, triage } = this;
    const known = this.cases.transcript?.escalation ?? null;
    const row = triage.rows.find((one) => one.id === shown?.id);
    if (!row?.escalation_id || !row.escalation_status || row.escalation_version === null) return known;
    const isOlder =
      known !== null &&
      (row.escalation_id === known.id
        ? row.escalation_version <= known.version
        : (row.escalation_number ?? 0) <= known.number);
    if (isOlder) return known;
    return { id: row.escalation_id, status: row.escalation_status, version: row.escalation_version };
  }

  notice(notice: Notice): void {
    const { type, conversation_id, seq } = notice;
    if (type === 'visitor.typing') return this.cases.showTyping(conversation_id);
    // It only matters to who is about to answer.
    if (type === 'visitor.returned' && conversation_id !== this.selected) return;
    if (conversation_id) {
      this.#dirtyCases.add(conversation_id);
      this.cases.unexpect(conversation_id);
      if (MOVES.test(type)) this.#moved.add(conversation_id);
      // A thumbs-up changes a message that is here already: then the transcript is read from there on.
      if (seq) this.cases.changedFrom(conversation_id, seq);
    }
    this.arrivals.hear(notice);
    this.#refresh.request();
  }

  /** Reads the figures and the first rows again: time alone has changed them. */
  readFigures = (): void => this.#refresh.request();

  /** Reads everything again: notices may have been missed. */
  catchUp(): void {
    this.#isAllDirty = true;
    this.cases.unexpect();
    this.#refresh.request();
  }

  /** This case is not as it is shown: read it again. */
  changed(id: string): void {
    this.cases.unexpect(id);
    this.#dirtyCases.add(id);
    this.#refresh.request();
  }

  /** Something is done to these cases from here; call what is returned when it has been answered: then they are read again. */
  acting(ids: string[]): () => void {
    const act = { isDone: false };
    for (const id of ids) this.#mine.set(id, act);
    return () => {
      act.isDone = true;
      for (const id of ids) this.changed(id);
    };
  }

  /** Shows a case, or none. */
  open(id: string | null): Promise<void> {
    if (this.stale?.conversation_id !== id) this.stale = null;
    return this.cases.open(id);
  }

  close(): void {
    this.cases.close();
    this.#refresh.cancel();
  }

  async #readAgain(): Promise<void> {
    // What the person asked for and did not get comes first, and what is read below must not be older than its list.
    void this.cases.retry();
    await this.list.settled();
    const { triage, cases, selected } = this;
    const isAll = this.#isAllDirty;
    const dirty = this.#dirtyCases;
    const moved = this.#moved;
    this.#isAllDirty = false;
    this.#dirtyCases = new Set();
    this.#moved = new Set();
    const { heard } = this.arrivals;
    const done = [...this.#mine].filter(([, act]) => act.isDone);
    const isSelectedDirty = selected !== null && (isAll || dirty.has(selected));
    try {
      const [reading, isKept] = await Promise.all([
        this.list.readAgain(),
        !isSelectedDirty || cases.readAgain(selected),
      ]);
      // Still being opened: whatever this is about may have come after what is on its way.
      if (!isKept && selected !== null) this.#dirtyCases.add(selected);
      const merged = await this.list.receive(reading, { isAll, dirty, moved });
      if (!merged) return;
      const others = new Set(merged.flatMap(({ changed }) => changed).filter((id) => !this.#mine.has(id)));
      this.options.connection.caughtUp(others.size);
      for (const [id, act] of done) if (this.#mine.get(id) === act) this.#mine.delete(id);
      this.arrivals.announce(
        merged.flatMap(({ arrived }) => arrived),
        heard,
        triage.rows,
      );
    } catch (refusal) {
      noteFault(refusal);
      // Signed out, or no longer a member: the server says what is to be seen instead.
      if (['SIGNI', 'NTFND'].includes(codeOf(refusal))) location.reload();
      // The connection pill says that we are not live; the next hint or the poll tries again.
      this.#isAllDirty ||= isAll;
      for (const id of dirty) this.#dirtyCases.add(id);
      for (const id of moved) this.#moved.add(id);
    }
  }
}
