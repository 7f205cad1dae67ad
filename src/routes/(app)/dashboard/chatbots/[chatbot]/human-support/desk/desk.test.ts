import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Case, CaseRow, TriageStats, View } from '$lib/server/cases';
import type { OpenedCase } from '$lib/server/opened-case';
import { Connection } from '$lib/state/connection.svelte';
import { Toasts } from '$lib/state/toasts.svelte';
import { Refused } from '$lib/ask';
import type { Api, Overview } from './api';
import { Desk } from './desk.svelte';

const view: View = { filter: 'unresolved', sort: 'newest', days: 30, search: '' };
const overview: Overview = {
  rows: [],
  stats: { days: 30, since: '' } as unknown as TriageStats,
  reconciliation: {} as Overview['reconciliation'],
  health: {} as Overview['health'],
  matches: null,
  now: 0,
};

function opened(id: string): OpenedCase {
  const conversation = { id, last_seq: 0, last_read_seq: 0, version: 1 } as Case['conversation'];
  const found = {
    conversation,
    lead: null,
    escalations: [],
    timeline: [],
    reply_receipts: [],
    inbound_mails: [],
    deliveries: [],
    members: [],
  };
  return { case: found, messages: [] };
}

/** A desk whose questions about a case are answered by `read`. */
function makeDesk(
  read: (id: string) => Promise<OpenedCase>,
  list: () => Promise<Overview> = () => Promise.resolve(overview),
  act: Api['act'] = () => Promise.reject(new Refused('UNAVL', 'Not here.', null)),
): Desk {
  const api = { overview: list, conversation: read, act } as unknown as Api;
  const desk: Desk = new Desk({
    api,
    view,
    initial: overview,
    opened: null,
    zone: { name: 'UTC', changes: [[0, 0]] },
    connection: new Connection(),
    toasts: new Toasts(),
    me: { user_id: 'me', name: 'Me' },
    onArrival: () => undefined,
    conv: () => desk.selected,
    go: (conv) => void desk.open(conv),
    isBusy: () => false,
    pace: 0,
  });
  return desk;
}

beforeEach(() => {
  vi.stubGlobal('document', { visibilityState: 'hidden' });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('asks again for a case that could not be opened as soon as the list is read again', async () => {
  const read = vi.fn((id: string) => Promise.resolve(opened(id)));
  read.mockRejectedValueOnce(new Refused('UNAVL', 'Not just now.', null));
  const desk = makeDesk(read);
  await desk.open('a');
  expect(desk.cases.failure).toMatchObject({ id: 'a', code: 'UNAVL' });
  desk.catchUp();
  await vi.waitFor(() => expect(desk.cases.transcript?.case.conversation.id).toBe('a'));
  expect(desk.cases.failure).toBeNull();
  desk.close();
});

it('does not ask again for a case that is not there', async () => {
  const read = vi.fn(() => Promise.reject<OpenedCase>(new Refused('NTFND', 'There’s nothing here.', null)));
  const list = vi.fn(() => Promise.resolve(overview));
  const desk = makeDesk(read, list);
  await desk.open('a');
  desk.catchUp();
  // A case is asked for before the list is.
  await vi.waitFor(() => expect(list).toHaveBeenCalled());
  expect(desk.cases.failure).toMatchObject({ code: 'NTFND' });
  expect(read).toHaveBeenCalledTimes(1);
  desk.close();
});

it('shows a case at once that was read while it was about to be opened, and does not ask twice', async () => {
  const read = vi.fn((id: string) => Promise.resolve(opened(id)));
  const desk = makeDesk(read);
  desk.cases.expect('a');
  await Promise.resolve();
  void desk.open('a');
  expect(desk.cases.transcript?.case.conversation.id).toBe('a');
  expect(read).toHaveBeenCalledTimes(1);
  desk.close();
});

/** A desk in sight, and what it tells the server to have been opened. */
function lookAt(): { desk: Desk; openedIds: string[] } {
  vi.useFakeTimers();
  vi.stubGlobal('document', { visibilityState: 'visible' });
  const openedIds: string[] = [];
  const act = (id: string, action: string) => {
    if (action === 'open') openedIds.push(id);
    return Promise.resolve(null);
  };
  const desk = makeDesk((id) => Promise.resolve(opened(id)), undefined, act as Api['act']);
  return { desk, openedIds };
}

it('counts a case as opened once it has been looked at for two seconds, and none that was passed by', async () => {
  const { desk, openedIds } = lookAt();
  for (const id of ['a', 'b', 'c']) {
    void desk.open(id);
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(openedIds).toEqual([]);
  await vi.advanceTimersByTimeAsync(1500);
  expect(openedIds).toEqual(['c']);
  desk.close();
});

it('does not count a case as opened while the page is hidden, but once it is looked at', async () => {
  const { desk, openedIds } = lookAt();
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  void desk.open('a');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(openedIds).toEqual([]);
  vi.stubGlobal('document', { visibilityState: 'visible' });
  desk.cases.look();
  await vi.advanceTimersByTimeAsync(2000);
  expect(openedIds).toEqual(['a']);
  desk.close();
});

it('counts a case as opened at once when somebody acts on it', async () => {
  const { desk, openedIds } = lookAt();
  void desk.open('a');
  await vi.advanceTimersByTimeAsync(10);
  desk.cases.see();
  expect(openedIds).toEqual(['a']);
  desk.close();
});

it('tells after a lost line what others changed, not what was done from here', async () => {
  const row = (id: string, version: number) => ({ id, version, escalated_at: '' }) as CaseRow;
  const versions = new Map([
    ['a', 1],
    ['b', 1],
  ]);
  const list = () =>
    Promise.resolve({ ...overview, rows: [...versions].map(([id, version]) => row(id, version)) });
  const desk = makeDesk((id) => Promise.resolve(opened(id)), list);
  const { connection } = desk.options;
  connection.joined();
  desk.catchUp();
  await vi.waitFor(() => expect(desk.triage.rows).toHaveLength(2));
  connection.lost();
  const answered = desk.acting(['a']);
  versions.set('a', 2).set('b', 2);
  answered();
  await vi.waitFor(() => expect(desk.triage.rows[1]?.version).toBe(2));
  expect(connection.missed).toBe(1);
  versions.set('a', 3);
  desk.changed('a');
  await vi.waitFor(() => expect(desk.triage.rows[0]?.version).toBe(3));
  expect(connection.missed).toBe(2);
  desk.close();
});

it('asks again for a case that changed after it was read in advance', async () => {
  const read = vi.fn((id: string) => Promise.resolve(opened(id)));
  const desk = makeDesk(read);
  desk.cases.expect('a');
  await Promise.resolve();
  desk.changed('a');
  await desk.open('a');
  expect(read.mock.calls.length).toBeGreaterThan(1);
  expect(desk.cases.transcript?.case.conversation.id).toBe('a');
  desk.close();
});
