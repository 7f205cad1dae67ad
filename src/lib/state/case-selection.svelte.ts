// Which open cases a person has ticked, and how each stood at that moment: whatever others do to it afterwards is news to them,
// and the server is asked to leave it alone. A case that leaves the list leaves the selection; a new episode of the same
// conversation is another case.
import { SvelteMap } from 'svelte/reactivity';
import type { CaseRow } from '$lib/server/cases';
import type { Triage } from './triage.svelte';

/** Only an open case can be resolved, claimed or given to somebody. */
export type OpenRow = CaseRow & { escalation_id: string };

/** One ticked case, with the version it had when it was ticked. */
export interface Ticked {
  row: OpenRow;
  version: number | null;
}

interface Tick {
  escalation_id: string;
  version: number | null;
}

/** Whether a row can be ticked at all. */
export function isOpen(row: CaseRow): row is OpenRow {
  return row.escalation_status === 'open' && row.escalation_id !== null;
}

export class CaseSelection {
  readonly #triage: Triage;
  readonly #ticks = new SvelteMap<string, Tick>();
  /** Where a range began and how far it reaches just now. */
  #anchor: string | null = null;
  #end: string | null = null;

  readonly selectable: OpenRow[] = $derived.by(() => this.#triage.rows.filter(isOpen));
  readonly ticked: Ticked[] = $derived.by(() =>
    this.selectable.flatMap((row) => {
      const tick = this.#tickOf(row);
      return tick ? [{ row, version: tick.version }] : [];
    }),
  );

  constructor(triage: Triage) {
    this.#triage = triage;
  }

  get count(): number {
    return this.ticked.length;
  }

  get isAll(): boolean {
    return this.count > 0 && this.count === this.selectable.length;
  }

  has(row: CaseRow): boolean {
    return isOpen(row) && this.#tickOf(row) !== undefined;
  }

  /** Ticks or unticks one case; the next range begins here. False when it cannot be ticked. */
  toggle(id: string): boolean {
    const row = this.selectable.find((other) => other.id === id);
    if (!row) return false;
    if (this.has(row)) this.#ticks.delete(id);
    else this.tick(row);
    this.#anchor = this.#end = id;
    return true;
  }

  /** Ticks a case as it stands now, or as the given version. */
  tick(row: OpenRow, version = row.escalation_version): void {
    this.#ticks.set(row.id, { escalation_id: row.escalation_id, version });
  }

  /** Ticks everything up to this case, from the last one toggled; a range that shrinks unticks what it leaves. */
  extendTo(id: string): void {
    const wanted = this.#between(this.#anchor ?? id, id);
    const kept = new Set(wanted.map((row) => row.id));
    for (const row of this.#end ? this.#between(this.#anchor ?? id, this.#end) : [])
      if (!kept.has(row.id)) this.#ticks.delete(row.id);
    for (const row of wanted) if (!this.has(row)) this.tick(row);
    this.#anchor ??= id;
    this.#end = id;
  }

  /** The range grows from one case to its neighbour; it begins at `from` unless it had come that far already. */
  extend(from: string | null, to: string): void {
    if (this.#end !== from || this.#anchor === null) this.#anchor = this.#end = from;
    this.extendTo(to);
  }

  /** Ticks all that is loaded, or, when it is, nothing. */
  toggleAll(): void {
    if (this.isAll) return this.clear();
    for (const row of this.selectable) if (!this.has(row)) this.tick(row);
    this.#anchor = this.#end = null;
  }

  drop(ids: string[]): void {
    for (const id of ids) this.#ticks.delete(id);
  }

  clear(): void {
    this.#ticks.clear();
    this.#anchor = this.#end = null;
  }

  /** Forgets the ticks of cases that are no longer listed, so that one that comes back comes back unticked. */
  forgetVanished(): void {
    const listed = new Set(this.ticked.map(({ row }) => row.id));
    for (const id of [...this.#ticks.keys()]) if (!listed.has(id)) this.#ticks.delete(id);
  }

  #tickOf(row: OpenRow): Tick | undefined {
    const tick = this.#ticks.get(row.id);
    return tick?.escalation_id === row.escalation_id ? tick : undefined;
  }

  #between(one: string, other: string): OpenRow[] {
    const rows = this.#triage.rows;
    const end = rows.findIndex((row) => row.id === other);
    const begin = rows.findIndex((row) => row.id === one);
    if (end === -1) return [];
    const [from, to] = begin === -1 ? [end, end] : [Math.min(begin, end), Math.max(begin, end)];
    return rows.slice(from, to + 1).filter(isOpen);
  }
}
