// Reads the list that is shown, with its figures, its receipts and how the sender is, all of one moment: another view, the next page,
// and live again.
// Which of the answers hold is decided by the triage.
import { noteFault, sentenceOf } from '$lib/ask';
import { cursorOf } from '$lib/case-order';
import type { CaseRow, Matches, View } from '$lib/server/cases';
import type { Reconciliation, SenderHealth } from '$lib/server/deliveries';
import { Triage, type Merged } from '$lib/state/triage.svelte';
import type { Api, Overview } from './api';
import { PAGE_ROWS, REFRESH_ROWS } from './sizes';

/** What the list shows, read again, with what it was asked about. */
interface Reading {
  view: View;
  ticket: number;
  asked: number;
  found: Overview;
}

/** Which rows may differ from what is shown. */
export interface Doubt {
  isAll: boolean;
  /** Cases that have changed. */
  dirty: ReadonlySet<string>;
  /** Cases that may have come into the list, or left it. */
  moved: ReadonlySet<string>;
}

export class ListReader {
  readonly triage: Triage;
  reconciliation = $state.raw<Reconciliation>() as Reconciliation;
  health = $state.raw<SenderHealth>() as SenderHealth;
  /** What the search of the view finds; null without one. */
  matches = $state.raw<Matches | null>(null);
  /** Milliseconds that the server's clock is ahead of this one. */
  ahead = $state(0);
  isLoading = $state(false);
  isLoadingMore = $state(false);
  /** Why the list could not be shown; null when it could. */
  failure = $state<string | null>(null);

  readonly #api: Api;
  /** The view that was asked for last, whether or not it has been read yet. */
  #wanted: View;
  #turn = 0;
  #showing: Promise<void> | null = null;
  #failed: View | null = null;

  constructor(api: Api, view: View, initial: Overview) {
    this.#api = api;
    this.#wanted = view;
    this.triage = new Triage(view, initial.rows, PAGE_ROWS, initial.stats);
    this.reconciliation = initial.reconciliation;
    this.health = initial.health;
    this.matches = initial.matches;
  }

  /** The view that is shown, or that will be as soon as it has been read. */
  get view(): View {
    return this.#wanted;
  }

  /** Sets the difference between the server's clock and ours; only the browser may, or hydration would differ. */
  setClock(server: number): void {
    this.ahead = server - Date.now();
  }

  /** Shows another view; of two that are asked for the later one, whichever is answered first. */
  show(view: View): Promise<void> {
    this.#wanted = view;
    this.#failed = null;
    this.isLoading = true;
    this.failure = null;
    return (this.#showing = this.#readView(view, ++this.#turn));
  }

  async #readView(view: View, turn: number): Promise<void> {
    const isOvertaken = () => turn !== this.#turn;
    const ticket = this.triage.ask();
    try {
      const found = await this.#api.overview(view, PAGE_ROWS);
      if (isOvertaken()) return;
      this.triage.show(ticket, view, found.rows, PAGE_ROWS, found.stats);
      this.#receiveRest(found);
    } catch (refusal) {
      if (isOvertaken()) return;
      this.#failed = view;
      this.failure = sentenceOf(refusal);
    } finally {
      if (!isOvertaken()) this.isLoading = false;
    }
  }

  /** Until the view that was asked for last is shown; one that could not be read is asked for once more. */
  async settled(): Promise<void> {
    if (this.#failed) await this.show(this.#failed);
    await this.#showing;
  }

  async more(): Promise<void> {
    const { cursor, view, is_complete } = this.triage;
    if (is_complete || !cursor || this.isLoadingMore) return;
    this.isLoadingMore = true;
    try {
      const ticket = this.triage.ask();
      const rows = await this.#api.cases(view, PAGE_ROWS, cursor);
      if (view === this.triage.view) this.triage.receiveNext(ticket, cursor, rows, PAGE_ROWS);
    } catch (refusal) {
      // Scrolling asks again.
      noteFault(refusal);
    } finally {
      this.isLoadingMore = false;
    }
  }

  /** Asks for what is shown as it is now. */
  async readAgain(): Promise<Reading> {
    const { triage } = this;
    const { view } = triage;
    const asked = Math.min(Math.max(triage.loaded, PAGE_ROWS), REFRESH_ROWS);
    const ticket = triage.ask();
    return { view, ticket, asked, found: await this.#api.overview(view, asked) };
  }

  /**
   * Takes what was read again, and reads on where rows below it are in doubt. Null when another view is shown by now, which makes it
   * worthless.
   */
  async receive(
    { view, ticket, asked, found }: Reading,
    { isAll, dirty, moved }: Doubt,
  ): Promise<Merged[] | null> {
    if (view !== this.triage.view) return null;
    const merged = this.triage.receiveOverview(ticket, found.rows, asked, found.stats);
    this.#receiveRest(found);
    const isElsewhere = [...moved].some((id) => !this.triage.has(id));
    const doubtful = isAll || isElsewhere ? 'all' : dirty;
    return [merged, ...(await this.#readBelow(found.rows, asked, doubtful))];
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
      rows = await this.#api.cases(view, REFRESH_ROWS, cursorOf(view, after));
      if (view !== triage.view) break;
      merged.push(triage.receiveStretch(ticket, after, rows, REFRESH_ROWS));
    }
    return merged;
  }

  #receiveRest({ reconciliation, health, matches, now }: Overview): void {
    this.reconciliation = reconciliation;
    this.health = health;
    this.matches = matches;
    this.setClock(now);
  }
}
