// The triage list and its figures as this window believes them to be: what the server last said, with the person's own unfinished
// actions laid over it. It asks nothing and knows no network; the page tells it what was asked, in which order, and what came
// back. It must end equal to the server however answers are delayed, doubled or overtaken.
import { belongs, compare, cursorOf } from '$lib/case-order';
import type { CaseRow, Conversation, Cursor, TriageStats, View } from '$lib/server/cases';

/** A change shown before the server has confirmed it. */
interface Patch {
  id: string;
  change: Partial<CaseRow>;
  /** The row as it was, to know how the figures move. */
  base: CaseRow | undefined;
  /** Whether the list showed it before. */
  wasListed: boolean;
  /** The ticket from which on the server's answers include the change; null while it is on its way. */
  settledAt: number | null;
  /** Whether the server's figures include the change already. */
  isCounted: boolean;
}

export interface Merged {
  /** Cases that are new or differ from what was known. */
  changed: string[];
  /** Open escalations that were not there before. */
  arrived: CaseRow[];
}

const NOTHING: Merged = { changed: [], arrived: [] };

export class Triage {
  #view = $state.raw<View>() as View;
  #server = $state.raw<CaseRow[]>([]);
  #serverStats = $state.raw<TriageStats>() as TriageStats;
  #isComplete = $state(false);
  #patches = $state.raw<Patch[]>([]);
  #ticket = 0;
  /** The latest escalation ever listed: a row that comes back, or moves up from below, is no arrival. */
  #newest = '';
  #mergedAt = 0;
  #statsAt = 0;

  readonly rows: CaseRow[] = $derived.by(() => this.#overlaid());
  readonly stats: TriageStats = $derived.by(() =>
    this.#patches.filter(({ isCounted }) => !isCounted).reduce(moveFigures, this.#serverStats),
  );

  constructor(view: View, rows: CaseRow[], asked: number, stats: TriageStats) {
    this.show(this.ask(), view, rows, asked, stats);
  }

  get view(): View {
    return this.#view;
  }

  /** Whether the last page has been loaded. */
  get is_complete(): boolean {
    return this.#isComplete;
  }

  /** How many rows the server has given so far. */
  get loaded(): number {
    return this.#server.length;
  }

  /** Where the next page begins; null while nothing is loaded. */
  get cursor(): Cursor | null {
    const last = this.#server.at(-1);
    return last ? cursorOf(this.#view, last) : null;
  }

  /** A number for a question about to be asked; it comes back with the answer. */
  ask(): number {
    return ++this.#ticket;
  }

  /**
   * Begins another view with its first `asked` rows and the figures as they were when `ticket` was drawn. Answers to questions
   * asked before are ignored from here on.
   */
  show(ticket: number, view: View, rows: CaseRow[], asked: number, stats: TriageStats): void {
    this.#mergedAt = this.#statsAt = this.ask();
    this.#view = view;
    this.#server = rows;
    this.#remember(rows);
    this.#isComplete = rows.length < asked;
    for (const patch of this.#patches) patch.wasListed = rows.some(({ id }) => id === patch.id);
    this.#count(ticket, rows, asked);
    this.#serverStats = stats;
  }

  /**
   * Where to go on reading again below the row `read`: after the row that is returned, because one of `dirty` or, in a list that
   * is loaded to its end, a new last row may follow it. Null when nothing below is in doubt.
   */
  staleAfter(read: CaseRow, dirty: ReadonlySet<string> | 'all'): CaseRow | null {
    const from = this.#server.findIndex((row) => compare(this.#view, row, read) > 0);
    if (from === -1) return null;
    const stale = this.#server.findIndex((row, at) => at >= from && (dirty === 'all' || dirty.has(row.id)));
    if (stale > -1) return this.#server[stale - 1] ?? read;
    const growsAtEnd = this.#isComplete && this.#view.sort !== 'newest';
    return growsAtEnd ? (this.#server.at(-1) ?? null) : null;
  }

  /** Whether a row of the server's is known here, listed or hidden by an action on its way. */
  has(id: string): boolean {
    return this.#server.some((row) => row.id === id);
  }

  /** Takes the first `asked` rows of the view after the row `after` (null: from the top), as they were when `ticket` was drawn. */
  receiveStretch(ticket: number, after: CaseRow | null, rows: CaseRow[], asked: number): Merged {
    if (ticket <= this.#mergedAt) return NOTHING;
    this.#mergedAt = ticket;
    const known = new Map(this.#server.map((row) => [row.id, row]));
    const fresh = rows.map((row) => newer(row, known.get(row.id)));
    const merged = {
      changed: fresh.filter((row) => known.get(row.id)?.version !== row.version).map(({ id }) => id),
      arrived: fresh.filter(
        (row) => row.escalation_status === 'open' && (row.escalated_at ?? '') > this.#newest,
      ),
    };
    this.#remember(rows);
    const last = rows.at(-1);
    const coversEnd = rows.length < asked || !last;
    const ids = new Set(rows.map((row) => row.id));
    const others = this.#server.filter((row) => !ids.has(row.id));
    const head = after ? others.filter((row) => compare(this.#view, row, after) <= 0) : [];
    const tail = coversEnd ? [] : others.filter((row) => compare(this.#view, row, last) > 0);
    if (coversEnd) this.#isComplete = true;
    // As many as were asked for, and nothing known after them: there may be more.
    else if (tail.length === 0) this.#isComplete = false;
    const next = [...head, ...fresh, ...tail];
    // A list that is as it was is not drawn again.
    const isSame = next.length === this.#server.length && next.every((row, at) => row === this.#server[at]);
    if (!isSame) this.#server = next;
    const unread = new Set([...head, ...tail].map((row) => row.id));
    const isMoving = ({ change, isCounted }: Patch) => change.escalation_status !== undefined && !isCounted;
    this.#patches = this.#patches.filter(
      (patch) =>
        patch.settledAt === null || patch.settledAt >= ticket || unread.has(patch.id) || isMoving(patch),
    );
    return merged;
  }

  /** Takes the page after `after`; false when the list changed under it and the page must be asked for again. */
  receiveNext(ticket: number, after: Cursor | null, rows: CaseRow[], asked: number): boolean {
    if (ticket <= this.#mergedAt || after?.id !== this.cursor?.id) return false;
    this.#remember(rows);
    const ids = new Set(rows.map((row) => row.id));
    this.#server = [...this.#server.filter((row) => !ids.has(row.id)), ...rows];
    this.#isComplete = rows.length < asked;
    return true;
  }

  /** Takes the figures and the first `asked` rows of the view, as they were when `ticket` was drawn. */
  receiveOverview(ticket: number, rows: CaseRow[], asked: number, stats: TriageStats): Merged {
    if (ticket > this.#statsAt && stats.days === this.#view.days) {
      this.#statsAt = ticket;
      this.#count(ticket, rows, asked);
      this.#serverStats = stats;
    }
    return this.receiveStretch(ticket, null, rows, asked);
  }

  /** Finds out which changes the figures of `ticket` include, from the rows that were read along with them. */
  #count(ticket: number, rows: CaseRow[], asked: number): void {
    const last = rows.length < asked ? undefined : rows.at(-1);
    for (const patch of this.#patches) {
      const { base, settledAt, wasListed } = patch;
      const isSettled = settledAt !== null && settledAt < ticket;
      // A row that was listed, and would be among those read, has left the list.
      const hasLeft = wasListed && base !== undefined && (!last || compare(this.#view, base, last) <= 0);
      patch.isCounted = isSettled || (shows(rows, patch) ?? hasLeft);
    }
  }

  /** Takes what an action answered, unless something newer is known. */
  absorb(conversation: Conversation): void {
    const at = this.#server.findIndex(({ id }) => id === conversation.id);
    const row = this.#server[at];
    if (row && row.version < conversation.version)
      this.#server = this.#server.with(at, { ...row, ...shared(row, conversation) });
  }

  /** Shows a change at once. Call `settle` when the server has confirmed it and `drop` when it refused. */
  patch(id: string, change: Partial<CaseRow>, base = this.#server.find((row) => row.id === id)): Patch {
    const wasListed = this.#server.some((row) => row.id === id);
    const patch: Patch = { id, change, base, wasListed, settledAt: null, isCounted: false };
    this.#patches = [...this.#patches, patch];
    return patch;
  }

  settle(patch: Patch): void {
    patch.settledAt = this.ask();
  }

  drop(patch: Patch): void {
    this.#patches = this.#patches.filter((other) => other !== patch);
  }

  /** The row to go to when this one leaves the list: the next one, else the one before. */
  neighbour(id: string): CaseRow | null {
    const index = this.rows.findIndex((row) => row.id === id);
    if (index === -1) return this.rows[0] ?? null;
    return this.rows[index + 1] ?? this.rows[index - 1] ?? null;
  }

  /** The row `step` places further; the first one when none is selected. */
  step(id: string | null, step: 1 | -1): CaseRow | null {
    const index = this.rows.findIndex((row) => row.id === id);
    if (index === -1) return this.rows[0] ?? null;
    return this.rows[index + step] ?? null;
  }

  #remember(rows: CaseRow[]): void {
    for (const { escalated_at } of rows)
      if (escalated_at && escalated_at > this.#newest) this.#newest = escalated_at;
  }

  #overlaid(): CaseRow[] {
    if (this.#patches.length === 0) return this.#server;
    const changes = new Map<string, Partial<CaseRow>>();
    for (const { id, change } of this.#patches) changes.set(id, { ...changes.get(id), ...change });
    return this.#server
      .map((row) => (changes.has(row.id) ? { ...row, ...changes.get(row.id) } : row))
      .filter((row) => !changes.has(row.id) || belongs(this.#view, row, this.#serverStats.since));
  }
}

/** The row to keep of the two; one in which nothing changed stays the very same. */
function newer(row: CaseRow, known: CaseRow | undefined): CaseRow {
  if (!known || known.version < row.version) return row;
  return known.version > row.version || JSON.stringify(known) === JSON.stringify(row) ? known : row;
}

function shared(row: CaseRow, conversation: Conversation): Partial<CaseRow> {
  const keys = Object.keys(row).filter((key) => key in conversation);
  return Object.fromEntries(keys.map((key) => [key, conversation[key as keyof Conversation]]));
}

/** Whether a row as the server read it has the status that a patch shows; undefined when it was not read. */
function shows(rows: CaseRow[], { id, change }: Patch): boolean | undefined {
  const row = rows.find((other) => other.id === id);
  return row && row.escalation_status === change.escalation_status;
}

/** The figures as they will be once the server has done what a patch shows. */
function moveFigures(stats: TriageStats, { change, base }: Patch): TriageStats {
  const target = change.escalation_status;
  if (!target || !base || base.escalation_status === target) return stats;
  const step = target === 'resolved' ? 1 : -1;
  if ((base.escalated_at ?? '') < stats.since) return moveOlder(stats, step);
  const [unresolved, resolved] = [stats.unresolved - step, stats.resolved + step];
  return {
    ...stats,
    unresolved,
    resolved,
    resolution_rate: stats.total ? resolved / stats.total : null,
    pills: {
      ...stats.pills,
      unresolved: stats.pills.unresolved - step,
      resolved: stats.pills.resolved + step,
    },
  };
}

/** A case from before the window is counted only while it is open. */
function moveOlder(stats: TriageStats, step: 1 | -1): TriageStats {
  const { pills } = stats;
  return {
    ...stats,
    older_open: stats.older_open - step,
    pills: { ...pills, unresolved: pills.unresolved - step, all: pills.all - step },
  };
}
