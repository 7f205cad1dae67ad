// Keeps the focus on the page. A control that is pressed may vanish with what it did, or rest while its form is sent; browsers then
// drop the focus, and whoever has only a keyboard begins again at the top. Whatever has a better place for it says so itself: this is
// for the rest. It goes to what stands there now, else to where it was before, else to the page's main part.

// No fields for text: there the next key would be a letter.
const TABBABLE =
  'a[href], button:not(:disabled), input:is([type="checkbox"], [type="radio"]):not(:disabled), [tabindex="0"]';
/** Beyond these a neighbour has nothing to do with what vanished. */
const REGION = 'main, dialog, header, nav, .toaster';

/** Where something stood: its parent, and how many elements before it. */
interface Place {
  parent: Element;
  index: number;
}

interface Focused {
  element: HTMLElement;
  places: Place[];
}

function focusedNow(element: HTMLElement): Focused {
  const places: Place[] = [];
  for (let one: Element = element; one.parentElement && !one.matches(REGION); one = one.parentElement)
    places.push({ parent: one.parentElement, index: [...one.parentElement.children].indexOf(one) });
  return { element, places };
}

const isDrawn = (element: Element) => element.isConnected && element.getClientRects().length > 0;
const isNowhere = () => document.activeElement === null || document.activeElement === document.body;

/** Tries to focus the element; false when it cannot be, as when it is not drawn. */
function take(element: HTMLElement | null | undefined): boolean {
  if (!element || !isDrawn(element)) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
}

function takeNeighbour({ places }: Focused): boolean {
  for (const { parent, index } of places) {
    if (!isDrawn(parent)) continue;
    const { children } = parent;
    const near = [children[index], children[index - 1], parent];
    for (const one of near) {
      if (one?.matches(TABBABLE) && take(one as HTMLElement)) return true;
      for (const inner of one?.querySelectorAll<HTMLElement>(TABBABLE) ?? []) if (take(inner)) return true;
    }
  }
  return false;
}

/** Begins to keep the focus; `forget` is for when the page itself is left, `stop` ends it. */
export function keepFocus(): { forget: () => void; stop: () => void } {
  let now: Focused | null = null;
  let before: HTMLElement[] = [];

  function look() {
    if (!now || !isNowhere() || !document.hasFocus()) return;
    const lost = now;
    // Still there, and resting: it has the focus again when it works again.
    if (isDrawn(lost.element)) return void take(lost.element);
    const isPlaced =
      takeNeighbour(lost) ||
      before.filter((one) => one.matches(TABBABLE)).some(take) ||
      take(document.querySelector<HTMLElement>('main'));
    if (!isPlaced) now = null;
  }

  function onfocusin({ target }: FocusEvent) {
    // After a form that succeeded the framework sends the focus to the body, though its button is still there.
    if (target === document.body) return void setTimeout(look);
    if (!(target instanceof HTMLElement)) return;
    if (now && now.element !== target)
      before = [now.element, ...before].filter((one) => one.isConnected).slice(0, 4);
    now = focusedNow(target);
  }

  /** Whoever leaves a control that stays has left it. */
  function onfocusout({ target, relatedTarget }: FocusEvent) {
    if (relatedTarget) return;
    queueMicrotask(() => {
      const isResting = target instanceof Element && target.matches(':disabled');
      if (now?.element === target && isDrawn(now.element) && !isResting && isNowhere()) now = null;
    });
  }

  const afterwards = () => requestAnimationFrame(() => requestAnimationFrame(look));
  const changes = new MutationObserver(look);
  changes.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  document.addEventListener('focusin', onfocusin);
  document.addEventListener('focusout', onfocusout);
  document.addEventListener('click', afterwards);
  document.addEventListener('keydown', afterwards);
  return {
    forget() {
      now = null;
      before = [];
    },
    stop() {
      changes.disconnect();
      document.removeEventListener('focusin', onfocusin);
      document.removeEventListener('focusout', onfocusout);
      document.removeEventListener('click', afterwards);
      document.removeEventListener('keydown', afterwards);
    },
  };
}
