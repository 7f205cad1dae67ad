// What is shown lives in the address: every view and every case can be shared, and Back means back.
import { pushState, replaceState } from '$app/navigation';
import { page } from '$app/state';
import type { View } from '$lib/server/cases';
import { queryOf } from './api';

export class Address {
  readonly base: string;
  readonly #initial: () => { view: View; conv: string | null };

  /** `initial` is what the server read from the address of the page. */
  constructor(base: string, initial: () => { view: View; conv: string | null }) {
    this.base = base;
    this.#initial = initial;
  }

  get view(): View {
    return page.state.view ?? this.#initial().view;
  }

  /** The opened case. */
  get conv(): string | null {
    return page.state.conv === undefined ? this.#initial().conv : page.state.conv;
  }

  /** Changes the address and with it what is shown; what is not named stays. */
  go(to: { view?: View; conv?: string | null }, isReplacing = false): void {
    const next = { view: to.view ?? this.view, conv: to.conv === undefined ? this.conv : to.conv };
    const change = isReplacing ? replaceState : pushState;
    change(this.base + queryOf(next.view, next.conv), next);
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
