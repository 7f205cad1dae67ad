// The page as a person finds their way in it: things are found by role and name, through open shadow roots, and are only there when
// they can be seen; a click goes to a point that the thing itself would get. Every wait is for a condition.
import { setTimeout as delay } from 'node:timers/promises';
import type { Tab } from './driver.ts';

export type Role = 'button' | 'link' | 'textbox' | 'heading' | 'dialog' | 'log' | 'tab' | 'alert';

/** What is meant; all that is given must hold. */
export interface Target {
  role?: Role;
  /** The whole accessible name. */
  name?: string;
  css?: string;
  /** Words that are read in it; of what contains them the innermost is meant. */
  text?: string;
}

// Longer than anything should take: the machine may be busy.
const PATIENCE_MS = 90_000;
const POLL_MS = 100;

/** Runs inside the page, so it uses nothing from outside of itself. `what` is asked of the first that is found. */
function look(
  target: Target,
  what: 'count' | 'spot' | 'words' | 'value' | 'name' | 'direction' | 'ground' | 'focus',
) {
  const ROLES: Record<Role, string> = {
    button: 'button, [role="button"], [role="menuitem"]',
    link: 'a[href]',
    textbox: 'textarea, input:not([type="checkbox"]):not([type="radio"])',
    heading: 'h1, h2, h3, h4',
    dialog: 'dialog, [role="dialog"]',
    log: '[role="log"]',
    tab: '[role="tab"]',
    alert: '[role="alert"]',
  };
  const tidy = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();
  const every = (root: Document | ShadowRoot): HTMLElement[] =>
    [...root.querySelectorAll<HTMLElement>('*')].flatMap((one) =>
      one.shadowRoot ? [one, ...every(one.shadowRoot)] : [one],
    );
  const isShown = (one: HTMLElement) => {
    const { width, height } = one.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(one).visibility === 'visible';
  };
  const nameOf = (one: HTMLElement) => {
    const root = one.getRootNode() as Document | ShadowRoot;
    const ids = one.getAttribute('aria-labelledby')?.split(' ') ?? [];
    const labels = [...((one as HTMLInputElement).labels ?? [])];
    const told = ids.length > 0 ? ids.map((id) => root.getElementById(id)) : labels;
    return (
      tidy(one.getAttribute('aria-label')) ||
      tidy(told.map((label) => label?.textContent).join(' ')) ||
      tidy(one.textContent)
    );
  };
  const { role, name, css, text } = target;
  const fits = (one: HTMLElement) =>
    (!css || one.matches(css)) &&
    (!role || one.matches(ROLES[role])) &&
    (text === undefined || tidy(one.textContent).includes(text)) &&
    isShown(one) &&
    (name === undefined || nameOf(one) === name);
  const all = every(document).filter(fits);
  const isInnermost = (one: HTMLElement) => !all.some((other) => other !== one && one.contains(other));
  const found = text === undefined ? all : all.filter(isInnermost);
  const [first] = found;
  if (what === 'count') return found.length;
  if (!first) return null;
  if (what === 'words') return found.map((one) => tidy(one.innerText));
  if (what === 'value') return (first as HTMLInputElement).value;
  if (what === 'name') return nameOf(first);
  if (what === 'direction') return getComputedStyle(first).direction;
  if (what === 'focus') return (first.getRootNode() as Document | ShadowRoot).activeElement === first;
  if (what === 'ground') {
    for (let one: Element | null = first; one;) {
      const ground = getComputedStyle(one).backgroundColor;
      if (!/^(transparent|rgba\(.*, 0\))$/.test(ground)) return ground;
      const root = one.getRootNode();
      one = one.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
    }
    return getComputedStyle(document.documentElement).colorScheme === 'dark'
      ? 'rgb(0, 0, 0)'
      : 'rgb(255, 255, 255)';
  }
  const inSight = () => {
    const box = first.getBoundingClientRect();
    return box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  };
  if (!inSight()) first.scrollIntoView({ block: 'nearest' });
  const box = first.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  let hit = document.elementFromPoint(x, y);
  while (hit?.shadowRoot) {
    const within: Element | null = hit.shadowRoot.elementFromPoint(x, y);
    if (!within || within === hit) break;
    hit = within;
  }
  const isFree = hit !== null && (first === hit || first.contains(hit));
  return isFree ? { x, y } : { behind: hit ? `${hit.tagName.toLowerCase()}.${hit.className}` : 'nothing' };
}

// What compiled this file names inner functions with a helper of its own, which no page has.
const sourceOf = (target: Target, what: string) =>
  `(() => { const __name = (named) => named; return (${look.toString()})(${JSON.stringify(target)}, ${JSON.stringify(what)}); })()`;

export class Page {
  constructor(readonly tab: Tab) {}

  open = (address: string) => this.tab.open(address);
  press = (keys: string) => this.tab.press(keys);

  /** How many of it are seen at this moment. */
  async count(target: Target): Promise<number> {
    return (await this.ask(target, 'count')) as number;
  }

  /** Waits until it is seen. */
  async sees(target: Target, timeoutMs = PATIENCE_MS): Promise<void> {
    await this.until(`to see ${told(target)}`, async () => (await this.count(target)) > 0, timeoutMs);
  }

  /** Waits until none of it is seen. */
  async misses(target: Target): Promise<void> {
    await this.until(`${told(target)} to go`, async () => (await this.count(target)) === 0);
  }

  /** Waits until exactly so many are seen. */
  async counts(target: Target, count: number): Promise<void> {
    let found = -1;
    await this.until(
      () => `${count} of ${told(target)}, found ${found}`,
      async () => (found = await this.count(target)) === count,
    );
  }

  /** Waits until it stands still and a click would reach it, and clicks it. */
  async click(target: Target): Promise<void> {
    let before = '';
    let spot: { x: number; y: number; behind?: string } | null = null;
    await this.until(
      () => `${told(target)} to be clicked${spot?.behind ? `, it is behind ${spot.behind}` : ''}`,
      async () => {
        spot = (await this.ask(target, 'spot')) as typeof spot;
        const now = JSON.stringify(spot);
        const isStill = now === before && spot !== null && !spot.behind;
        before = now;
        return isStill;
      },
    );
    const { x, y } = spot!;
    await this.tab.clickAt(x, y);
  }

  /** Clicks a field and types into it. */
  async type(target: Target, text: string): Promise<void> {
    await this.click(target);
    await this.holdsFocus(target);
    await this.tab.type(text);
    const wanted = async () => String(await this.ask(target, 'value')).endsWith(text);
    await this.until(`${told(target)} to hold “${text}”`, wanted);
  }

  async holdsFocus(target: Target): Promise<void> {
    await this.until(`the focus on ${told(target)}`, async () => (await this.ask(target, 'focus')) === true);
  }

  /** Presses Tab until it has the focus. */
  async tabTo(target: Target, keys = 'Tab'): Promise<void> {
    for (let step = 0; step < 60; step += 1) {
      if ((await this.ask(target, 'focus')) === true) return;
      await this.press(keys);
    }
    throw new Error(`60 times ${keys} did not lead to ${told(target)}`);
  }

  /** The words of each, as they are read. */
  async words(target: Target): Promise<string[]> {
    return ((await this.ask(target, 'words')) as string[] | null) ?? [];
  }

  async name(target: Target): Promise<string | null> {
    return (await this.ask(target, 'name')) as string | null;
  }

  /** Waits until it runs from left to right (`ltr`) or from right to left (`rtl`): what is being redrawn has no direction. */
  async runs(target: Target, direction: 'ltr' | 'rtl'): Promise<void> {
    let found: unknown = null;
    await this.until(
      () => `${told(target)} to run ${direction}, found ${String(found)}`,
      async () => (found = await this.ask(target, 'direction')) === direction,
    );
  }

  /** How light what it stands on is, from 0 to 255. */
  async lightness(target: Target): Promise<number> {
    const ground = String(await this.ask(target, 'ground'));
    const [red = 0, green = 0, blue = 0] = [...ground.matchAll(/[\d.]+/g)].map(([number]) => Number(number));
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  }

  /** The path of the address with its query. */
  async path(): Promise<string> {
    return String(await this.tab.run('location.pathname + location.search'));
  }

  async until(
    what: string | (() => string),
    holds: () => Promise<boolean> | boolean,
    timeoutMs = PATIENCE_MS,
  ): Promise<void> {
    let why: string;
    for (const deadline = Date.now() + timeoutMs; ;) {
      try {
        if (await holds()) return;
        why = '';
      } catch (error) {
        // A page that is just being left answers nothing; a browser that has ended never will.
        why = `: ${(error as Error).message.split('\n')[0]}`;
      }
      if (Date.now() > deadline)
        throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}${why}`);
      await delay(POLL_MS);
    }
  }

  private ask(target: Target, what: Parameters<typeof look>[1]): Promise<unknown> {
    return this.tab.run(sourceOf(target, what));
  }
}

function told({ role, name, css, text }: Target): string {
  return [role, name && `“${name}”`, css, text && `with “${text}”`].filter(Boolean).join(' ');
}
