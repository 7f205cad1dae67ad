// The scene of a settings story: a team of its own, and pages that are ready to be used.
import type { Page } from '@playwright/test';
import type { Team } from './dashboard-stage.ts';
import { expect, test } from './dashboard-stage.ts';

export * from './dashboard-stage.ts';

/** Every page of an owner, below the chatbot's own address. */
export const PAGES = [
  'first-run',
  'embed/install',
  'embed/appearance',
  'embed/follow-up-buttons',
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

/** Opens a page and waits until its scripts have run: before that a click is the browser's own. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForLoadState('networkidle');
}

/** The short message at the edge of the screen. */
export const toast = (page: Page, text: string | RegExp) => page.locator('.toaster').getByText(text);

/** The widget in the preview. */
export const preview = (page: Page) => page.frameLocator('iframe[title="The widget as visitors see it"]');

export { expect, test };
