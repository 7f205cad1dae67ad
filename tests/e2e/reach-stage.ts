// What a page is asked by the stories about reach: whether everything on it can be brought into sight, and be hit.
import type { CDPSession, Page } from '@playwright/test';

/** A screen on which reach is looked at; the smallest is what is left of 1280 × 1024 at 400 % zoom. */
const SCREENS = [
  { width: 1280, height: 812 },
  { width: 375, height: 812 },
  { width: 320, height: 256 },
] as const;

/** Opens whatever can be unfolded. */
export async function openAll(page: Page): Promise<void> {
  const hidden = page.locator('details:not([open]) > summary');
  while (await hidden.count()) await hidden.first().click();
}

/**
 * What cannot be hit, reached or kept in sight on the page as it stands: on a desk, on a phone under fingers, and at 400 % zoom. `edge`
 * is where its headings and figures begin on the first two, in whole pixels; without it that is not looked at.
 */
export async function reachFindings(page: Page, name: string, edge?: [number, number]): Promise<string[]> {
  const found: string[] = [];
  const hands = await page.context().newCDPSession(page);
  for (const [index, screen] of SCREENS.entries()) {
    const { width } = screen;
    await touch(hands, width === 375);
    await page.setViewportSize(screen);
    const ill = width === 320 ? await outOfReach(page) : await smallTargets(page);
    if (width !== 320 && (await shellScrolls(page))) ill.push('the shell scrolls away');
    for (const left of width !== 320 && edge ? await edges(page) : [])
      if (left !== edge![index]) ill.push(`something begins at ${left} px instead of ${edge![index]}`);
    for (const one of ill) found.push(`${name}, ${width} px: ${one}`);
  }
  await touch(hands, false);
  await hands.detach();
  return found;
}

/** Fingers instead of a pointer, or a pointer again: the pages' style sheets go by it. */
async function touch(hands: CDPSession, enabled: boolean): Promise<void> {
  await hands.send('Emulation.setTouchEmulationEnabled', { enabled });
}

function shellScrolls(page: Page): Promise<boolean> {
  return page.evaluate(
    () =>
      document.querySelector('.shell') !== null && document.documentElement.scrollHeight > window.innerHeight,
  );
}

/** Where the first heading of each level, the sub-tabs and the figures begin, in whole pixels, each place once. */
export function edges(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const first = ['main h1', '.page h1, .page h2', '.tabs.minor', '.strip .name'].map((selector) =>
      document.querySelector(selector),
    );
    return [...new Set(first.flatMap((one) => (one ? [Math.round(one.getBoundingClientRect().left)] : [])))];
  });
}

/** Controls that are drawn, each with what it is called, and without those inside of other documents. */
const CONTROLS = `a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="tab"], [role="switch"], [role="option"]`;

/** What is smaller than 24 × 24 CSS px (WCAG 2.5.8); a link within a sentence is as high as its line. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((controls) => {
    const isHidden = (one: Element) => {
      const { width, height } = one.getBoundingClientRect();
      const { visibility, clipPath } = getComputedStyle(one);
      return width === 0 || height === 0 || visibility === 'hidden' || clipPath === 'inset(50%)';
    };
    const isInSentence = (one: Element) => {
      if (getComputedStyle(one).display !== 'inline') return false;
      const around = [...(one.parentElement?.childNodes ?? [])].filter(
        (node) => node.nodeType === Node.TEXT_NODE,
      );
      return around.some(({ textContent }) => /\p{L}{2}/u.test(textContent ?? ''));
    };
    const found: string[] = [];
    for (const one of document.querySelectorAll<HTMLElement>(controls)) {
      if (isHidden(one) || isInSentence(one)) continue;
      const labels = [...((one as HTMLInputElement).labels ?? [])].filter((label) => !isHidden(label));
      const boxes = [one, ...labels].map((element) => element.getBoundingClientRect());
      const width = Math.max(...boxes.map((box) => box.width));
      const height = Math.max(...boxes.map((box) => box.height));
      if (width >= 23.9 && height >= 23.9) continue;
      const name = one.getAttribute('aria-label') ?? one.textContent?.trim().slice(0, 40) ?? '';
      found.push(`${one.tagName.toLowerCase()} “${name}” ${width.toFixed(1)} × ${height.toFixed(1)}`);
    }
    return found;
  }, CONTROLS);
}

/** What is wider than the screen, and which controls cannot be brought into sight by scrolling down (WCAG 1.4.10). */
export async function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate(async (controls) => {
    const found: string[] = [];
    const { clientWidth, clientHeight } = document.documentElement;
    // Tables and lines of code may be wider; they scroll in themselves.
    const mayBeWide = (one: Element) => one.closest('.table-wrap, pre, .tabs, .strip, .line') !== null;
    for (const one of document.querySelectorAll('*')) {
      const { overflowX } = getComputedStyle(one);
      if (
        one.scrollWidth > one.clientWidth + 1 &&
        /auto|scroll/.test(overflowX) &&
        one.clientWidth > 0 &&
        !mayBeWide(one)
      )
        found.push(`${one.tagName.toLowerCase()}.${one.className} scrolls sideways`);
    }
    if (document.documentElement.scrollWidth > clientWidth) found.push('the page scrolls sideways');
    for (const one of document.querySelectorAll<HTMLElement>(controls)) {
      const { width, height } = one.getBoundingClientRect();
      const { visibility, clipPath, pointerEvents } = getComputedStyle(one);
      if (width === 0 || height === 0 || visibility === 'hidden' || pointerEvents === 'none') continue;
      if (clipPath === 'inset(50%)' || one.closest('.sr-only, [inert]')) continue;
      one.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
      await new Promise(requestAnimationFrame);
      const box = one.getBoundingClientRect();
      const name = one.getAttribute('aria-label') ?? one.textContent?.trim().slice(0, 40) ?? one.id;
      const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, clientHeight / 2)];
      const hit = document.elementFromPoint(x, y);
      const isCut = box.left < -1 || box.right > clientWidth + 1;
      if (isCut && !mayBeWide(one)) found.push(`“${name}” is cut`);
      else if (
        !hit ||
        !(one.contains(hit) || hit.contains(one) || (hit as HTMLElement).closest('label')?.contains(one))
      )
        found.push(`“${name}” is behind ${hit?.tagName.toLowerCase()}.${hit?.className}`);
    }
    return found;
  }, CONTROLS);
}
