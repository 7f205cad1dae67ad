// What a page is asked by the stories about reach: whether everything on it can be brought into sight, and be hit.
import type { Page } from '@playwright/test';

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
