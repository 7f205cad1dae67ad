// Which cases a view shows and in which order: the same words as SQL's private.case_stretches, for the few moments in which the
// page has to know before the server has answered.
import type { CaseFilter, CaseRow, Cursor, View } from '$lib/server/cases';

type Sortable = Pick<
  CaseRow,
  'id' | 'escalated_at' | 'last_activity_at' | 'escalation_status' | 'due_order_at'
>;

/** Whether a view shows conversations by what happened in them last; all others are of cases, by when a person was asked for. */
export function isByActivity(filter: CaseFilter): boolean {
  return filter === 'population' || filter.startsWith('repl');
}

/** The time a view is ordered by. Timestamps come in UTC from one database, so their texts sort as the instants do. */
function timeOf(view: View, row: Sortable): string {
  if (isByActivity(view.filter)) return row.last_activity_at;
  const isByDue = view.sort === 'due' && row.escalation_status === 'open';
  return (isByDue ? row.due_order_at : row.escalated_at) ?? '';
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Orders two rows as the server does. Waiting longest puts open cases first, the oldest on top, then the resolved ones; Due next does,
 * too, with what is due first on top.
 */
export function compare(view: View, a: Sortable, b: Sortable): number {
  const newestFirst = order(timeOf(view, b), timeOf(view, a)) || order(b.id, a.id);
  if (view.sort === 'newest' || isByActivity(view.filter)) return newestFirst;
  const [aIsOpen, bIsOpen] = [a.escalation_status === 'open', b.escalation_status === 'open'];
  if (aIsOpen !== bIsOpen) return aIsOpen ? -1 : 1;
  return aIsOpen ? -newestFirst : newestFirst;
}

/** Where the page after this row begins. */
export function cursorOf(view: View, row: Sortable): Cursor {
  return { at: timeOf(view, row), id: row.id, status: row.escalation_status };
}

/** Whether a row still belongs into the view; what only the server can know, such as search, is taken as given. */
export function belongs(view: View, row: Sortable, since: string): boolean {
  const isOpen = row.escalation_status === 'open';
  const isRecent = (row.escalated_at ?? '') >= since;
  switch (view.filter) {
    case 'unresolved':
      return isOpen;
    case 'resolved':
      return row.escalation_status === 'resolved' && isRecent;
    case 'all':
      return isOpen || (row.escalation_status === 'resolved' && isRecent);
    case 'unresolved_in_window':
      return isOpen && isRecent;
    case 'unseen':
    case 'due':
      return isOpen && isRecent;
    case 'past_due':
      return isOpen;
    case 'older':
      return isOpen && !isRecent;
    default:
      return isByActivity(view.filter) || isRecent;
  }
}
