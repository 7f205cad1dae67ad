import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { belongs, compare } from '$lib/case-order';
import type { CaseFilter, CaseRow, TriageStats, View } from '$lib/server/cases';
import { Triage } from './triage.svelte';

const SINCE = '2026-11-01T00:00:00+00:00';
const at = (n: number) =>
  new Date(Date.parse(SINCE) + (n - 20) * 60_000).toISOString().replace('Z', '+00:00');
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function makeRow(n: number, change: Partial<CaseRow> = {}): CaseRow {
  return {
    id: uuid(n),
    reference: `R${n}`,
    session_id: `embed-${n}`,
    language: 'en',
    visitor_name: null,
    visitor_email: null,
    last_message_preview: 'Hello',
    last_message_role: 'visitor',
    last_message_at: at(n),
    last_activity_at: at(n),
    message_count: 1,
    escalation_id: uuid(1000 + n),
    escalation_status: 'open',
    escalated_at: at(n),
    escalation_number: 1,
    escalation_version: 1,
    escalation_trigger: 'inline_cta',
    ask_count: 1,
    resolved_at: null,
    claimed_by: null,
    claimed_by_name: null,
    handled_by: null,
    unread_count: 0,
    version: 1,
    question: null,
    page_path: null,
    found_in: null,
    due_at: null,
    warn_at: null,
    is_resolve_due: null,
    due_order_at: null,
    ...change,
  };
}

/** The server's own truth, answering as SQL does. */
class Server {
  rows = new Map<string, CaseRow>();
  /** The versions of rows that are gone: one that comes back goes on from there, because versions only grow. */
  gone = new Map<string, number>();

  list(view: View, max: number): CaseRow[] {
    return [...this.rows.values()]
      .filter((row) => belongs(view, row, SINCE))
      .sort((a, b) => compare(view, a, b))
      .slice(0, max);
  }

  stats(): TriageStats {
    const all = [...this.rows.values()];
    const open = all.filter((row) => row.escalation_status === 'open');
    const resolved = all.filter(
      (row) => row.escalation_status === 'resolved' && (row.escalated_at ?? '') >= SINCE,
    );
    const unresolved = open.filter((row) => (row.escalated_at ?? '') >= SINCE).length;
    const total = unresolved + resolved.length;
    return {
      days: 30,
      since: SINCE,
      population: total,
      total,
      unresolved,
      resolved: resolved.length,
      older_open: open.length - unresolved,
      resolution_rate: total ? resolved.length / total : null,
      escalation_rate: total ? 1 : null,
      average_hours_to_resolve: null,
      median_hours_to_resolve: null,
      pills: { unresolved: open.length, resolved: resolved.length, all: open.length + resolved.length },
      targets: null,
      as_of: SINCE,
    };
  }
}

const VIEW: View = { filter: 'unresolved', sort: 'newest', days: 30, search: '' };

function setUp(view: View = VIEW, count = 5, asked = 50, escalation_status: 'open' | 'resolved' = 'open') {
  const server = new Server();
  for (let n = 1; n <= count; n++) server.rows.set(uuid(n), makeRow(n, { escalation_status }));
  return { server, triage: new Triage(view, server.list(view, asked), asked, server.stats()) };
}

describe('triage', () => {
  it('shows a resolve at once, in the list and in every figure', () => {
    const { triage } = setUp(VIEW, 30);
    const before = triage.stats;
    triage.patch(uuid(30), { escalation_status: 'resolved' });
    expect(triage.rows.some((row) => row.id === uuid(30))).toBe(false);
    expect(triage.stats.unresolved).toBe(before.unresolved - 1);
    expect(triage.stats.resolved).toBe(before.resolved + 1);
    expect(triage.stats.pills.unresolved).toBe(before.pills.unresolved - 1);
    expect(triage.stats.total).toBe(before.total);
  });

  it('counts the same resolve once when the notice overtakes the answer', () => {
    const { server, triage } = setUp(VIEW, 30);
    const patch = triage.patch(uuid(30), { escalation_status: 'resolved' });
    server.rows.set(uuid(30), makeRow(30, { escalation_status: 'resolved', version: 2 }));
    const ticket = triage.ask();
    triage.receiveOverview(ticket, server.list(VIEW, 50), 50, server.stats());
    expect(triage.stats).toEqual(server.stats());
    triage.settle(patch);
    expect(triage.stats).toEqual(server.stats());
  });

  it.each([
    ['resolve', VIEW],
    ['resolve', { ...VIEW, filter: 'all' as const }],
    ['reopen', { ...VIEW, filter: 'all' as const }],
    ['reopen', { ...VIEW, filter: 'resolved' as const }],
  ])('keeps the figures of a %s that was answered until figures come that include it', (what, view) => {
    const { server, triage } = setUp(view, 30, 50, what === 'reopen' ? 'resolved' : 'open');
    const status = what === 'resolve' ? 'resolved' : 'open';
    const early = triage.ask();
    const [rows, stats] = [server.list(view, 50), server.stats()];
    const patch = triage.patch(uuid(30), { escalation_status: status });
    server.rows.set(uuid(30), makeRow(30, { escalation_status: status, version: 2 }));
    triage.absorb(server.rows.get(uuid(30)) as never);
    expect(triage.stats).toEqual(server.stats());
    triage.settle(patch);
    expect(triage.stats).toEqual(server.stats());
    // Asked before the action, answered after it.
    triage.receiveOverview(early, rows, 50, stats);
    expect(triage.stats).toEqual(server.stats());
    const ticket = triage.ask();
    triage.receiveOverview(ticket, server.list(view, 50), 50, server.stats());
    expect(triage.stats).toEqual(server.stats());
  });

  it('keeps the figures of a resolve whose row was read again before the figures were', () => {
    const { server, triage } = setUp(VIEW, 40, 10);
    triage.receiveNext(triage.ask(), triage.cursor, server.list(VIEW, 50).slice(10), 50);
    const early = triage.ask();
    const [rows, stats] = [server.list(VIEW, 10), server.stats()];
    triage.settle(triage.patch(uuid(25), { escalation_status: 'resolved' }));
    server.rows.set(uuid(25), makeRow(25, { escalation_status: 'resolved', version: 2 }));
    triage.receiveOverview(early, rows, 10, stats);
    const below = server.list(VIEW, 50).filter((row) => compare(VIEW, row, rows.at(-1)!) > 0);
    triage.receiveStretch(triage.ask(), rows.at(-1)!, below, 50);
    expect(triage.stats).toEqual(server.stats());
    expect(triage.rows).toEqual(server.list(VIEW, 50));
    triage.receiveOverview(triage.ask(), server.list(VIEW, 10), 10, server.stats());
    expect(triage.stats).toEqual(server.stats());
  });

  it.each([
    ['that includes it', true],
    ['from before it', false],
  ])('keeps the figures of a resolve while another view comes %s', (_, isIncluded) => {
    const { server, triage } = setUp(VIEW, 30);
    const view: View = { ...VIEW, filter: 'resolved' };
    const early = triage.ask();
    const [before, statsBefore] = [server.list(view, 50), server.stats()];
    const patch = triage.patch(uuid(30), { escalation_status: 'resolved' });
    server.rows.set(uuid(30), makeRow(30, { escalation_status: 'resolved', version: 2 }));
    if (isIncluded) triage.show(triage.ask(), view, server.list(view, 50), 50, server.stats());
    else triage.show(early, view, before, 50, statsBefore);
    expect(triage.stats).toEqual(server.stats());
    // Read again before the action is answered: the case is still not among the resolved ones.
    if (!isIncluded) triage.receiveOverview(triage.ask(), before, 50, statsBefore);
    expect(triage.stats).toEqual(server.stats());
    triage.settle(patch);
    expect(triage.stats).toEqual(server.stats());
    triage.receiveOverview(triage.ask(), server.list(view, 50), 50, server.stats());
    expect(triage.stats).toEqual(server.stats());
  });

  it('counts a resolve below the first rows once, though the row there has not been read again', () => {
    const { server, triage } = setUp(VIEW, 40, 10);
    triage.receiveNext(triage.ask(), triage.cursor, server.list(VIEW, 50).slice(10), 50);
    triage.settle(triage.patch(uuid(25), { escalation_status: 'resolved' }));
    server.rows.set(uuid(25), makeRow(25, { escalation_status: 'resolved', version: 2 }));
    const ticket = triage.ask();
    triage.receiveOverview(ticket, server.list(VIEW, 10), 10, server.stats());
    expect(triage.stats).toEqual(server.stats());
  });

  it('takes a refused resolve back completely', () => {
    const { server, triage } = setUp();
    triage.drop(triage.patch(uuid(3), { escalation_status: 'resolved' }));
    expect(triage.rows).toEqual(server.list(VIEW, 50));
    expect(triage.stats).toEqual(server.stats());
  });

  it('takes an old case out of every pill when it is resolved, since only open ones are shown from before the window', () => {
    const { server, triage } = setUp(VIEW, 30);
    triage.patch(uuid(3), { escalation_status: 'resolved' });
    server.rows.set(uuid(3), makeRow(3, { escalation_status: 'resolved' }));
    expect(triage.stats).toEqual(server.stats());
  });

  it('ignores an answer that was overtaken by a later one', () => {
    const { server, triage } = setUp();
    const early = triage.ask();
    const stale = server.list(VIEW, 50);
    server.rows.set(uuid(9), makeRow(9));
    triage.receiveStretch(triage.ask(), null, server.list(VIEW, 50), 50);
    triage.receiveStretch(early, null, stale, 50);
    expect(triage.rows).toEqual(server.list(VIEW, 50));
  });

  it('never goes back behind what an action answered', () => {
    const { triage, server } = setUp();
    const stale = server.list(VIEW, 50);
    triage.absorb({ ...makeRow(3), claimed_by: 'me', version: 7 } as never);
    triage.receiveStretch(triage.ask(), null, stale, 50);
    expect(triage.rows.find((row) => row.id === uuid(3))?.claimed_by).toBe('me');
  });

  it('keeps a list in which nothing changed, and every row that did not, so that neither is drawn again', () => {
    const { server, triage } = setUp();
    const read = () => {
      const ticket = triage.ask();
      triage.receiveOverview(ticket, structuredClone(server.list(VIEW, 50)), 50, server.stats());
      return triage.rows;
    };
    const before = read();
    expect(read()).toBe(before);
    server.rows.set(uuid(3), makeRow(3, { claimed_by_name: 'Ana' }));
    const after = read();
    const changed = after.filter((row, at) => row !== before[at]).map(({ id }) => id);
    expect(changed).toEqual([uuid(3)]);
  });

  it('keeps the pages below when only the first is read again', () => {
    const { server, triage } = setUp(VIEW, 40, 20);
    triage.receiveNext(triage.ask(), triage.cursor, server.list(VIEW, 50).slice(20), 20);
    server.rows.set(uuid(41), makeRow(41));
    const merged = triage.receiveStretch(triage.ask(), null, server.list(VIEW, 20), 20);
    expect(merged.arrived.map(({ id }) => id)).toEqual([uuid(41)]);
    expect(triage.rows).toEqual(server.list(VIEW, 50));
  });

  it('no longer takes itself for complete when a row may have come after its last one', () => {
    const { server, triage } = setUp(VIEW, 5, 50);
    expect(triage.is_complete).toBe(true);
    server.rows.set(uuid(0), makeRow(0));
    triage.receiveStretch(triage.ask(), null, server.list(VIEW, 5), 5);
    expect(triage.is_complete).toBe(false);
    triage.receiveNext(triage.ask(), triage.cursor, server.list(VIEW, 50).slice(5), 50);
    expect(triage.rows).toEqual(server.list(VIEW, 50));
    expect(triage.is_complete).toBe(true);
  });

  it('reads again, below the first rows, what is in doubt and no more', () => {
    const { server, triage } = setUp(VIEW, 40, 10);
    for (let page = 1; page < 4; page++)
      triage.receiveNext(
        triage.ask(),
        triage.cursor,
        server.list(VIEW, 50).slice(page * 10, page * 10 + 10),
        10,
      );
    const read = server.list(VIEW, 10).at(-1)!;
    expect(triage.staleAfter(read, new Set())).toBeNull();
    expect(triage.staleAfter(read, 'all')).toEqual(read);
    const above = triage.staleAfter(read, new Set([uuid(12)]))!;
    expect(above.id).toBe(uuid(13));
    server.rows.delete(uuid(12));
    server.rows.set(uuid(9), makeRow(9, { version: 2, claimed_by: 'me' }));
    const rows = server.list(VIEW, 50).filter((row) => compare(VIEW, row, above) > 0);
    triage.receiveStretch(triage.ask(), above, rows.slice(0, 5), 5);
    expect(triage.rows).toEqual(server.list(VIEW, 50));
  });

  it('keeps showing a resolve below the first rows until the rows there have been read again', () => {
    const { server, triage } = setUp(VIEW, 20, 10);
    triage.receiveNext(triage.ask(), triage.cursor, server.list(VIEW, 50).slice(10), 10);
    triage.settle(triage.patch(uuid(3), { escalation_status: 'resolved' }));
    server.rows.set(uuid(3), makeRow(3, { escalation_status: 'resolved', version: 2 }));
    triage.receiveStretch(triage.ask(), null, server.list(VIEW, 10), 10);
    expect(triage.rows).toEqual(server.list(VIEW, 50));
    const above = triage.staleAfter(server.list(VIEW, 10).at(-1)!, new Set([uuid(3)]))!;
    const rows = server.list(VIEW, 50).filter((row) => compare(VIEW, row, above) > 0);
    triage.receiveStretch(triage.ask(), above, rows, 10);
    expect(triage.rows).toEqual(server.list(VIEW, 50));
  });

  it('counts a case that comes back as no arrival', () => {
    const { server, triage } = setUp();
    server.rows.delete(uuid(3));
    triage.receiveStretch(triage.ask(), null, server.list(VIEW, 50), 50);
    server.rows.set(uuid(3), makeRow(3, { version: 3 }));
    expect(triage.receiveStretch(triage.ask(), null, server.list(VIEW, 50), 50)).toEqual({
      changed: [uuid(3)],
      arrived: [],
    });
  });

  it('counts a row that moves up from below as no arrival', () => {
    const { server, triage } = setUp(VIEW, 30, 10);
    server.rows.delete(uuid(30));
    expect(triage.receiveStretch(triage.ask(), null, server.list(VIEW, 10), 10).arrived).toEqual([]);
  });

  it('asks for a page again when the list changed under it', () => {
    const { server, triage } = setUp(VIEW, 40, 20);
    const ticket = triage.ask();
    const { cursor } = triage;
    const page = server.list(VIEW, 50).slice(20);
    triage.receiveStretch(triage.ask(), null, server.list(VIEW, 20), 20);
    expect(triage.receiveNext(ticket, cursor, page, 20)).toBe(false);
  });

  it('goes to the next row when one leaves, and to the one before at the end', () => {
    const { triage } = setUp();
    expect(triage.neighbour(uuid(5))?.id).toBe(uuid(4));
    expect(triage.neighbour(uuid(1))?.id).toBe(uuid(2));
    expect(triage.step(null, 1)?.id).toBe(uuid(5));
    expect(triage.step(uuid(1), 1)).toBeNull();
  });

  const filters: CaseFilter[] = [
    'unresolved',
    'resolved',
    'all',
    'total',
    'unresolved_in_window',
    'older',
    'population',
  ];
  const change = fc.record({
    n: fc.integer({ min: 1, max: 45 }),
    what: fc.constantFrom('new', 'resolve', 'reopen', 'again', 'delete'),
    /** What becomes of the answer to the question this change caused. */
    answer: fc.constantFrom('now', 'late', 'twice', 'lost'),
  });

  function act(server: Server, n: number, what: string, clock: number): void {
    const row = server.rows.get(uuid(n));
    const version = (row?.version ?? server.gone.get(uuid(n)) ?? 0) + 1;
    const next = (fields: Partial<CaseRow>) => makeRow(n, { ...row, ...fields, version });
    if (what === 'delete') {
      server.rows.delete(uuid(n));
      server.gone.set(uuid(n), version);
    } else if (!row || what === 'new') server.rows.set(uuid(n), next({}));
    else if (what === 'resolve') server.rows.set(uuid(n), next({ escalation_status: 'resolved' }));
    else if (what === 'reopen') server.rows.set(uuid(n), next({ escalation_status: 'open' }));
    else
      server.rows.set(
        uuid(n),
        next({ escalation_status: 'open', escalated_at: at(100 + clock), escalation_id: uuid(5000 + clock) }),
      );
  }

  it('ends equal to the server however answers are delayed, doubled, overtaken or lost', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...filters),
        fc.constantFrom('newest', 'waiting') as fc.Arbitrary<View['sort']>,
        fc.array(change, { maxLength: 60 }),
        (filter, sort, changes) => {
          const view: View = { ...VIEW, filter, sort };
          const { server, triage } = setUp(view, 30, 10);
          const late: (() => void)[] = [];
          changes.forEach(({ n, what, answer }, clock) => {
            act(server, n, what, clock);
            const asked = Math.max(10, triage.loaded);
            const ticket = triage.ask();
            const [rows, stats] = [server.list(view, asked), server.stats()];
            const deliver = () => {
              triage.receiveOverview(ticket, rows, asked, stats);
            };
            if (answer === 'now') deliver();
            if (answer === 'twice') {
              late.push(deliver);
              deliver();
            }
            if (answer === 'late') late.unshift(deliver);
            if (clock % 7 === 3) late.pop()?.();
          });
          late.forEach((deliver) => deliver());
          const ticket = triage.ask();
          triage.receiveOverview(ticket, server.list(view, 100), 100, server.stats());
          late.forEach((deliver) => deliver());
          expect(triage.rows.map(({ id, version }) => [id, version])).toEqual(
            server.list(view, 100).map(({ id, version }) => [id, version]),
          );
          expect(triage.stats).toEqual(server.stats());
        },
      ),
      { numRuns: 500 },
    );
  });
});
