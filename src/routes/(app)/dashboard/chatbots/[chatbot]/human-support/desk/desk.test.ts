import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Case, TriageStats, View } from '$lib/server/cases';
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
  now: 0,
};

function opened(id: string): OpenedCase {
  const conversation = { id, last_seq: 0, last_read_seq: 0, version: 1 } as Case['conversation'];
  const found = { conversation, lead: null, escalations: [], timeline: [], deliveries: [], members: [] };
  return { case: found, messages: [] };
}

/** A desk whose questions about a case are answered by `read`. */
function makeDesk(read: (id: string) => Promise<OpenedCase>, list = () => Promise.resolve(overview)): Desk {
  const api = { overview: list, conversation: read } as unknown as Api;
  const desk: Desk = new Desk({
    api,
    view,
    initial: overview,
    opened: null,
    zone: 'UTC',
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
  const read = vi.fn(() => Promise.reject<OpenedCase>(new Refused('NTFND', 'There is nothing here.', null)));
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
