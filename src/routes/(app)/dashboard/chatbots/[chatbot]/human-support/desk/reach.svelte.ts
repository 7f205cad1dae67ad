// Whether the visitor is there is known for as long as they were last seen; then it is asked again. That they have come back is told.
import { untrack } from 'svelte';
import type { Desk } from './desk.svelte';

/** Having the page open is renewed at least this often. */
const SEEN_MILLISECONDS = 90_000;

/** Reads the open case again when what is known of its visitor's page is too old; called while a component is made. */
export function keepReachFresh(desk: Desk, now: () => number): void {
  let asked: string | null = null;
  $effect(() => {
    const conversation = desk.cases.transcript?.case.conversation;
    const seen_at = conversation?.visitor_seen_at;
    if (!conversation?.reach.page_open || !seen_at || seen_at === asked) return;
    if (now() - Date.parse(seen_at) <= SEEN_MILLISECONDS || document.visibilityState === 'hidden') return;
    asked = seen_at;
    untrack(() => desk.changed(conversation.id));
  });
}
