// Strips of tabs that are wider than the screen.
import type { Attachment } from 'svelte/attachments';

/** How much of the neighbour stays in sight, so that one sees there is more. */
const PEEK_PIXELS = 32;

/** Scrolls the strip sideways until its current link is in sight; `current` is what changes when another one becomes it. */
export function showCurrent(current: string): Attachment<HTMLElement> {
  return (strip) => {
    const link = current && strip.querySelector('[aria-current]');
    if (!link) return;
    const [outer, inner] = [strip.getBoundingClientRect(), link.getBoundingClientRect()];
    const before = inner.left - outer.left - PEEK_PIXELS;
    const after = inner.right - outer.right + PEEK_PIXELS;
    if (before < 0) strip.scrollLeft += before;
    else if (after > 0) strip.scrollLeft += after;
  };
}
