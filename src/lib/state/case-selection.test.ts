import { describe, expect, it } from 'vitest';
import type { CaseRow, TriageStats, View } from '$lib/server/cases';
import { CaseSelection } from './case-selection.svelte';
import { Triage } from './triage.svelte';

const VIEW: View = { filter: 'all', sort: 'newest', days: 30, search: '' };
const STATS = { since: '2026-11-01T00:00:00+00:00', pills: {} } as TriageStats;

function row(n: number, change: Partial<CaseRow> = {}): CaseRow {
  return {
    id: `c${n}`,
    escalation_id: `e${n}`,
    escalation_status: 'open',
    escalation_version: 1,
    escalated_at: `2026-11-10T00:00:${String(60 - n).padStart(2, '0')}+00:00`,
    version: 1,
    ...change,
  } as CaseRow;
}

function setUp(rows = [1, 2, 3, 4, 5].map((n) => row(n))) {
  const triage = new Triage(VIEW, rows, 50, STATS);
  const selection = new CaseSelection(triage);
  const ids = () => selection.ticked.map(({ row: { id } }) => id);
  const receive = (...now: CaseRow[]) => triage.receiveStretch(triage.ask(), null, now, 50);
  return { triage, selection, ids, receive };
}

describe('a selection of cases', () => {
  it('takes a range from the last one toggled, and unticks what a shrinking range leaves', () => {
    const { selection, ids } = setUp();
    selection.toggle('c2');
    selection.extendTo('c5');
    expect(ids()).toEqual(['c2', 'c3', 'c4', 'c5']);
    selection.extendTo('c3');
    expect(ids()).toEqual(['c2', 'c3']);
    selection.extendTo('c1');
    expect(ids()).toEqual(['c1', 'c2']);
  });

  it('keeps what was ticked apart from the range', () => {
    const { selection, ids } = setUp();
    selection.toggle('c5');
    selection.toggle('c1');
    selection.extend('c1', 'c2');
    selection.extend('c2', 'c1');
    expect(ids()).toEqual(['c1', 'c5']);
  });

  it('begins a new range where the keyboard has gone since', () => {
    const { selection, ids } = setUp();
    selection.toggle('c1');
    selection.extend('c4', 'c5');
    expect(ids()).toEqual(['c1', 'c4', 'c5']);
  });

  it('leaves resolved cases and mere conversations out, also from the middle of a range', () => {
    const { selection, ids } = setUp([
      row(1),
      row(2, { escalation_status: 'resolved' }),
      row(3, { escalation_id: null, escalation_status: null }),
      row(4),
    ]);
    expect(selection.toggle('c2')).toBe(false);
    selection.toggle('c1');
    selection.extendTo('c4');
    expect(ids()).toEqual(['c1', 'c4']);
    expect(selection.isAll).toBe(true);
  });

  it('remembers the version that was seen, whatever arrives later', () => {
    const { selection, receive } = setUp([row(1), row(2)]);
    selection.toggleAll();
    receive(row(1, { version: 2, escalation_version: 2 }), row(2));
    expect(
      selection.ticked.map(({ row: { escalation_version }, version }) => [escalation_version, version]),
    ).toEqual([
      [2, 1],
      [1, 1],
    ]);
  });

  it('loses what leaves the list, and does not find it again when it comes back', () => {
    const { selection, ids, receive } = setUp([row(1), row(2)]);
    selection.toggleAll();
    receive(row(2));
    expect(ids()).toEqual(['c2']);
    selection.forgetVanished();
    receive(row(1, { version: 3 }), row(2));
    expect(ids()).toEqual(['c2']);
  });

  it('does not pass to the next episode of the same conversation', () => {
    const { selection, ids, receive } = setUp([row(1)]);
    selection.toggle('c1');
    receive(row(1, { escalation_id: 'e9', version: 5 }));
    expect(ids()).toEqual([]);
    expect(selection.toggle('c1')).toBe(true);
    expect(ids()).toEqual(['c1']);
  });

  it('ticks all that is loaded and then nothing', () => {
    const { selection, ids } = setUp();
    selection.toggle('c3');
    expect(selection.isAll).toBe(false);
    selection.toggleAll();
    expect(ids()).toHaveLength(5);
    selection.toggleAll();
    expect(ids()).toEqual([]);
  });
});
