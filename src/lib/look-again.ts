import { onMount } from 'svelte';
import { invalidate } from '$app/navigation';
import { navigating } from '$app/state';

/**
 * Reads what depends on `key` again every so many milliseconds while `isWanted`, as long as the page is open and can be seen. Call it
 * while a component is made.
 */
export function lookAgain(key: `${string}:${string}`, milliseconds: number, isWanted: () => boolean): void {
  onMount(() => {
    const timer = setInterval(() => {
      // Reading again would call off a navigation that is under way.
      if (isWanted() && !document.hidden && !navigating.to) void invalidate(key);
    }, milliseconds);
    return () => clearInterval(timer);
  });
}
