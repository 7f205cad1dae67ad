/**
 * Keeps what happens in the chat to the chat. A page with a dialog pulls the focus back and swallows clicks and scrolling, and its
 * shortcuts take letters; all of that listens at the document or below it. The window hears everything first: there we
 * stop what is ours, and hand it on to our own handlers. They are properties of their elements (`onclick`), for that reason.
 */
const OURS =
  'keydown keyup keypress beforeinput input compositionstart compositionupdate compositionend copy cut paste focus blur focusin ' +
  'focusout pointerdown pointerup mousedown mouseup touchstart touchmove touchend wheel click dblclick contextmenu selectstart';
const DIALOGS = 'dialog, [role=dialog], [role=alertdialog], [aria-modal=true]';

type Handlers = Record<string, ((event: Event) => void) | null | undefined>;

export function guard({ host }: ShadowRoot, signal: AbortSignal): void {
  function hear(event: Event): void {
    const { target, type } = event;
    if (target === host) {
      event.stopImmediatePropagation();
      const path = event.composedPath();
      for (const node of path.slice(0, path.indexOf(host)) as unknown as Handlers[])
        node[`on${type}`]?.(event);
    }
    // A dialog that hears of the focus leaving for us would fetch it back.
    const isLeaving = type === 'focusout' && (event as FocusEvent).relatedTarget === host;
    if (isLeaving && (target as Element).closest?.(DIALOGS)) event.stopImmediatePropagation();
  }

  /** Dialogs shut off what stands beside them; the way to a person stays open. */
  const stayAlive = () => ['inert', 'aria-hidden'].forEach((name) => host.removeAttribute(name));

  // We prevent nothing there, and the page must not wait for us to scroll.
  const isPassive = (type: string) => /^(wheel|touch)/.test(type);
  for (const type of OURS.split(' '))
    addEventListener(type, hear, { capture: true, passive: isPassive(type), signal });
  const observer = new MutationObserver(stayAlive);
  observer.observe(host, { attributeFilter: ['inert', 'aria-hidden'] });
  signal.addEventListener('abort', () => observer.disconnect());
  stayAlive();
}
