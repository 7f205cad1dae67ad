// Everything that a key or the palette can do on the triage page, by name. Where the keyboard is, and whether one case or a
// selection is meant, is decided here.
import { tick } from 'svelte';
import type { CaseSelection } from '$lib/state/case-selection.svelte';
import type { Toasts } from '$lib/state/toasts.svelte';
import type { CaseActions } from '../case/case-actions.svelte';
import type { Address } from '../desk/address.svelte';
import type { BulkActions } from '../list/bulk-actions.svelte';
import type { Desk } from '../desk/desk.svelte';
import type { Shortcut } from './shortcuts';

export type CommandName =
  | Shortcut
  | 'select-all'
  | 'clear'
  | 'claim'
  | 'release'
  | 'show-unresolved'
  | 'show-waiting'
  | 'export-list-excel'
  | 'export-list-csv'
  | 'export-case-excel'
  | 'export-case-csv'
  | 'print'
  | 'insights'
  | 'fold'
  | 'canned'
  | 'ask-to-notify';

export type SheetName = 'help' | 'palette' | 'canned';

interface Scene {
  desk: Desk;
  selection: CaseSelection;
  bulk: BulkActions;
  actions: CaseActions;
  address: Address;
  toasts: Toasts;
  alerts: { ask: () => Promise<unknown> };
  list: () =>
    { focused: () => string | null; reveal: (id: string, isFocused: boolean) => Promise<void> } | undefined;
  controls: () =>
    | { focusSearch: () => Promise<void>; openAssign: () => void; exportAs: (format: 'csv' | 'xlsx') => void }
    | undefined;
  pane: () => { write: (kind: 'reply' | 'note') => void; assign: () => void } | undefined;
  show: (sheet: SheetName) => void;
  fold: () => void;
  /** Leaves for another page of the app. */
  leave: (address: string) => void;
}

/** The commands, and ticking a row, which the list needs too. */
export function createCommands({ desk, selection, bulk, actions, address, toasts, alerts, ...scene }: Scene) {
  const { triage } = desk;
  const isSelecting = () => selection.count > 0;

  /** Where the keyboard is: on the focused row, else on the opened one. */
  const cursor = () => scene.list()?.focused() ?? address.conv;

  function onTick(id: string, isRange: boolean) {
    if (isRange) selection.extendTo(id);
    else if (!selection.toggle(id)) toasts.show('Only open cases can be selected.');
  }

  function clear() {
    selection.clear();
    bulk.leftAlone = [];
  }

  async function move(step: 1 | -1) {
    const row = triage.step(isSelecting() ? cursor() : address.conv, step);
    if (!row) return;
    address.go({ conv: row.id }, true);
    await scene.list()?.reveal(row.id, true);
  }

  /** The range grows to the next row, which is focused but not opened: selecting is not reading. */
  async function extend(step: 1 | -1) {
    const from = cursor();
    const row = triage.step(from, step);
    if (!row) return;
    selection.extend(from, row.id);
    await scene.list()?.reveal(row.id, true);
  }

  function back() {
    const left = address.conv;
    if (isSelecting()) return clear();
    if (left === null) return;
    address.go({ conv: null });
    void tick().then(() => scene.list()?.reveal(left, true));
  }

  /** A download leaves the page as it is. */
  function downloadCase(format: 'csv' | 'xlsx') {
    location.assign(`${address.base}/conversations/${address.conv}/export.${format}`);
  }

  const commands: Record<CommandName, () => void> = {
    next: () => void move(1),
    previous: () => void move(-1),
    select: () => {
      const id = cursor() ?? triage.rows[0]?.id;
      if (id) onTick(id, false);
    },
    'extend-next': () => void extend(1),
    'extend-previous': () => void extend(-1),
    'select-all': () => {
      if (!selection.isAll) selection.toggleAll();
    },
    clear,
    resolve: () => void (isSelecting() ? bulk.resolve() : actions.toggleResolved()),
    reply: () => scene.pane()?.write('reply'),
    claim: () => void actions.claim(),
    release: () => void actions.release(),
    note: () => scene.pane()?.write('note'),
    assign: () => (isSelecting() ? scene.controls()?.openAssign() : scene.pane()?.assign()),
    undo: () => desk.undos.undo(),
    unread: () => {
      const left = address.conv;
      void actions.markUnread();
      if (left !== null) void scene.list()?.reveal(left, true);
    },
    search: () => void scene.controls()?.focusSearch(),
    help: () => scene.show('help'),
    palette: () => scene.show('palette'),
    canned: () => scene.show('canned'),
    back,
    'show-unresolved': () => address.go({ view: { ...address.view, filter: 'unresolved', search: '' } }),
    'show-waiting': () => address.go({ view: { ...address.view, sort: 'waiting' } }),
    'export-list-excel': () => scene.controls()?.exportAs('xlsx'),
    'export-list-csv': () => scene.controls()?.exportAs('csv'),
    'export-case-excel': () => downloadCase('xlsx'),
    'export-case-csv': () => downloadCase('csv'),
    print: () => scene.leave(`${address.base}/conversations/${address.conv}/print`),
    insights: () =>
      scene.leave(`${address.base}/insights${address.view.days === 30 ? '' : `?days=${address.view.days}`}`),
    fold: scene.fold,
    'ask-to-notify': () => void alerts.ask(),
  };
  return { commands, onTick, clear };
}
