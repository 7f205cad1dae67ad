// A page that the browser kept whole while the visitor was elsewhere, and shows again on the way back. Playwright switches that
// cache off and loses sight of a page that comes out of it, so this story has a browser of its own and the page acts by itself.
import { existsSync } from 'node:fs';
import config from '../../playwright.config.ts';
import { systemChromium } from '../support/chromium.ts';
import { expect, html, test, widgetIn } from './embed-stage.ts';
import { escalations } from './widget-stage.ts';

// The headless shell has no such cache.
const whole = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);

test.use({
  launchOptions: {
    ...config.use?.launchOptions,
    ...(whole && { executablePath: whole }),
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  },
});

test.skip(!whole && systemChromium !== undefined, 'needs a whole Chromium beside the headless shell');

test('a page that comes back from the cache has one chat, which works', async ({
  page,
  site,
  tag,
  shop,
  sql,
}) => {
  const again = `<script>addEventListener('pageshow', ({ persisted }) => {
    if (persisted && document.querySelectorAll('handoff-widget').length === 1) Handoff.escalate();
  })</script>`;
  await page.goto(
    await site({
      '/': html('<a href="/next">Next</a>', tag() + again),
      '/next': html('<h1>Next</h1><button onclick="history.back()">Back</button>'),
    }),
  );
  await widgetIn(page, shop).open();
  await page.getByRole('link').click();
  await page.getByRole('button', { name: 'Back' }).click();
  await expect.poll(() => escalations(sql, shop)).toHaveLength(1);
});
