// The scene of a settings story: a team of its own, and pages that are ready to be used.
import type { Page } from '@playwright/test';
import type { Team } from './dashboard-stage.ts';
import { accessibilityFindings, expect, test } from './dashboard-stage.ts';

export * from './dashboard-stage.ts';

/** Every page of an owner, below the chatbot's own address. */
export const PAGES = [
  'first-run',
  'embed/install',
  'embed/appearance',
  'embed/follow-up-buttons',
  'embed/human-support',
  'embed/lead-form',
  'embed/office-hours',
  'embed/phrases',
  'answers',
  'answers/new',
  'answers/import',
  'answers/bot',
  'webhooks',
  'webhooks/keys',
  'members',
];

export const baseOf = ({ chatbot_id }: Team) => `/dashboard/chatbots/${chatbot_id}`;

/** Opens a page and waits until it is ready. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await ready(page);
}

/** Waits until the scripts of a page that was loaded have run: before that a click is the browser's own. */
export async function ready(page: Page): Promise<void> {
  // The framework adds it last, when everything on the page listens.
  await page.locator('#svelte-announcer').waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
}

// Every pair of screen, light and direction; 640 × 400 is what is left of 1280 × 800 at 200 % zoom.
const VIEWS = [
  { width: 320, height: 640, views: ['light ltr', 'dark rtl'] },
  { width: 375, height: 812, views: ['light rtl', 'dark ltr'] },
  { width: 640, height: 400, views: ['light ltr', 'dark rtl'] },
  { width: 1280, height: 800, views: ['light rtl', 'dark ltr'] },
] as const;

/** What axe finds on the page as it stands, and what sticks out of it: small and large, light and dark, in both directions. */
export async function barriers(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const { width, height, views } of VIEWS) {
    await page.setViewportSize({ width, height });
    for (const view of views) {
      const [colorScheme, dir] = view.split(' ') as ['light' | 'dark', string];
      await page.emulateMedia({ colorScheme });
      const excess = await page.evaluate(async (dir) => {
        document.documentElement.dir = dir;
        // Colours that are still on their way from one light to the other are nobody's to judge.
        const turning = document.getAnimations().filter((one) => one instanceof CSSTransition);
        await Promise.allSettled(turning.map(({ finished }) => finished));
        const body = document.querySelector('.body') ?? document.documentElement;
        return body.scrollWidth - body.clientWidth;
      }, dir);
      const where = `${name}, ${width} px, ${view}`;
      if (excess > 0) found.push(`${where}: ${excess} px too wide`);
      for (const finding of await accessibilityFindings(page)) found.push(`${where}: ${finding}`);
    }
  }
  return found;
}

/** The short message at the edge of the screen. */
export const toast = (page: Page, text: string | RegExp) => page.locator('.toaster').getByText(text);

/** The widget in the preview. */
export const preview = (page: Page) => page.frameLocator('iframe[title="The widget as visitors see it"]');

export { expect, test };
