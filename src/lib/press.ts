/**
 * A sentence that appears while a button is being pressed would move the button away from under the pointer; whoever wants to
 * show one waits here until the pointer is up again.
 */
import { browser } from '$app/environment';

let isPressing = false;
if (browser) {
  addEventListener('pointerdown', () => (isPressing = true), true);
  for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => (isPressing = false), true);
}

/** Runs `work` at once, or after the click that is under way. */
export function afterPress(work: () => void): void {
  if (isPressing) addEventListener('pointerup', () => setTimeout(work), { once: true });
  else work();
}
