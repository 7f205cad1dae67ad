// Holding a finger on something, as touch screens have it instead of a modifier key.
import type { Attachment } from 'svelte/attachments';

const HOLD_MILLISECONDS = 450;
/** A finger that moves further than this scrolls. */
const SLACK_PIXELS = 10;

/** Calls `onHold` once a finger has rested; the click and the menu that would follow are swallowed. */
export function longPress(onHold: () => void): Attachment<HTMLElement> {
  return (node) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = { x: 0, y: 0 };
    let isHeld = false;

    const cancel = () => clearTimeout(timer);
    const begin = (event: PointerEvent) => {
      cancel();
      isHeld = false;
      if (event.pointerType !== 'touch' || !event.isPrimary) return;
      from = { x: event.clientX, y: event.clientY };
      timer = setTimeout(() => {
        isHeld = true;
        onHold();
      }, HOLD_MILLISECONDS);
    };
    const move = (event: PointerEvent) => {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > SLACK_PIXELS) cancel();
    };
    const swallow = (event: Event) => {
      if (!isHeld) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.type === 'click') isHeld = false;
    };

    const listening = new AbortController();
    const { signal } = listening;
    node.addEventListener('pointerdown', begin, { signal });
    node.addEventListener('pointermove', move, { signal });
    for (const end of ['pointerup', 'pointercancel']) node.addEventListener(end, cancel, { signal });
    for (const follow of ['click', 'contextmenu'])
      node.addEventListener(follow, swallow, { signal, capture: true });
    return () => {
      cancel();
      listening.abort();
    };
  };
}
