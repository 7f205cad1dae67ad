// When a page has come to rest. Playwright's own word for it, `networkidle`, is half a second in which nothing was asked for; here it is
// that everything has been answered, and that what follows from the answers has been done.
import { expect, type Page, type Request } from '@playwright/test';

const unanswered = new WeakMap<Page, Set<Request>>();

/** Follows what the page asks for from now on; a page that is followed already goes on being followed. */
export function followRequests(page: Page): Set<Request> {
  const known = unanswered.get(page);
  if (known) return known;
  const open = new Set<Request>();
  unanswered.set(page, open);
  page.on('request', (request) => open.add(request));
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  return open;
}

/** Waits until nothing is on its way to the page and its scripts, and those of the frames within, have nothing left to do. */
export async function atRest(page: Page): Promise<void> {
  const open = followRequests(page);
  await page.waitForLoadState();
  do {
    await expect.poll(() => open.size, { intervals: [10] }).toBe(0);
    await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  } while (open.size > 0);
}
