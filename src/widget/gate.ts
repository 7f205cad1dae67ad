/**
 * Hints come over a public line, on which anybody may say anything as often as they like. A gate lets the first one through
 * at once and makes one of all that follow: it is served when its turn comes, so that the last one is never missed.
 */
import type { Later } from './later.ts';

const PAUSE_MS = 5_000;

/** At most `burst` runs at once and, after those, one in five to six seconds; spread, so that a thousand widgets do not come together. */
export function openGate(work: () => void, later: Later, burst = 1): () => void {
  let free = burst;
  let isWanted = false;

  function giveBack(): void {
    free++;
    if (isWanted) pass();
  }

  function pass(): void {
    isWanted = !free;
    if (!free) return;
    free--;
    later(giveBack, PAUSE_MS * (1 + Math.random() / 5));
    work();
  }

  return pass;
}
