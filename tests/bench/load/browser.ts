// Chromium for the measurements of the page: signed in as the owner, on a processor a quarter as fast when asked for.
import { chromium, type Browser, type Locator, type Page } from '@playwright/test';
import { systemChromium } from '../../support/chromium.ts';
import { signInToApp } from './desk.ts';
import type { Stage } from './stage.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
];

/** Starts it. */
export function launch(): Promise<Browser> {
  return chromium.launch({ args: FLAGS, ...(systemChromium && { executablePath: systemChromium }) });
}

/** A window of the owner's. */
export async function enter(browser: Browser, stage: Stage): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const cookies = (await signInToApp(stage)).split('; ').map((cookie) => {
    const [name = '', ...value] = cookie.split('=');
    return { name, value: value.join('='), url: stage.stack.app_url };
  });
  await context.addCookies(cookies);
  // tsx keeps the names of functions by a call that a page does not know.
  await context.addInitScript('globalThis.__name = (named) => named');
  return await context.newPage();
}

/** Makes the page's processor so many times slower; what it returns changes the rate. */
export async function throttle(page: Page, rate: number): Promise<(rate: number) => Promise<unknown>> {
  const devtools = await page.context().newCDPSession(page);
  const change = (rate: number) => devtools.send('Emulation.setCPUThrottlingRate', { rate });
  await change(rate);
  return change;
}

/**
 * Clicks like a hand and waits for what the server answers to it. Playwright's own click, and waiting for an element, run scripts
 * in the page that would be part of the time.
 */
export async function press(page: Page, target: Locator, answer?: RegExp): Promise<void> {
  await target.waitFor();
  const box = (await target.boundingBox())!;
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  const answered = answer && page.waitForResponse(answer);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await (await answered)?.finished();
}

/**
 * Milliseconds from the next click on the page until `text` can be seen somewhere in `selector` and that has been painted. Start
 * it, then click.
 */
export function clickToPaint(page: Page, selector: string, text: string): Promise<number> {
  return page.evaluate(
    ([where, what]) =>
      new Promise<number>((resolve) => {
        const isSeen = () => {
          const found = [...document.querySelectorAll(`${where} *`)]
            .reverse()
            .find((element) => element.textContent.includes(what!));
          const bottom = found?.getBoundingClientRect().bottom ?? 0;
          return bottom > 0 && bottom <= innerHeight && found!.checkVisibility({ visibilityProperty: true });
        };
        addEventListener(
          'click',
          ({ timeStamp }) => {
            const look = () => {
              if (!isSeen()) return void requestAnimationFrame(look);
              // This frame paints it; the next task comes after that.
              setTimeout(() => resolve(performance.now() - timeStamp));
            };
            requestAnimationFrame(look);
          },
          { capture: true, once: true },
        );
      }),
    [selector, text],
  );
}
