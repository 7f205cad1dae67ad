// What is shown lives in the address: every view and every case can be shared, and Back means back.
import { pushState, replaceState } from '$app/navigation';
import { page } from '$app/state';
import type { View } from '$lib/server/cases';
import { queryOf } from './api';

interface Shown {
  view: View;
  conv: string | null;
}

export class Address {
  readonly base: string;
  readonly #initial: () => Shown;
  /** What was gone to, by its query. Reading the page's data again empties the page's state, but the address stays. */
  readonly #gone = new Map<string, Shown>();

  /** `initial` is what the server read from the address of the page. */
  constructor(base: string, initial: () => Shown) {
    this.base = base;
    this.#initial = initial;
  }

  get #shown(): Shown {
    const { view, conv } = page.state;
    if (view && conv !== undefined) return { view, conv };
    return (this.#gone.size > 0 && this.#gone.get(location.search)) || this.#initial();
  }

  get view(): View {
    return this.#shown.view;
  }

  /** The opened case. */
  get conv(): string | null {
    return this.#shown.conv;
  }

  /** Changes the address and with it what is shown; what is not named stays. */
  go(to: { view?: View; conv?: string | null }, isReplacing = false): void {
    const next = { view: to.view ?? this.view, conv: to.conv === undefined ? this.conv : to.conv };
    const change = isReplacing ? replaceState : pushState;
    const query = queryOf(next.view, next.conv);
    this.#gone.set(query, next);
    change(this.base + query, next);
  }

  /** Follows a link to a view; without an event, a control that is no link. */
  followView = (event: MouseEvent | null, next: View): void => {
    // Typing a search is one step back, not one for every letter.
    if (!event || isPlainClick(event)) this.go({ view: next }, !event && this.view.search !== '');
  };

  followCase = (event: MouseEvent, id: string): void => {
    if (isPlainClick(event)) this.go({ conv: id });
  };
}

/** Whether a click means this window; the others are the browser's. */
function isPlainClick(event: MouseEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return false;
  event.preventDefault();
  return true;
}
