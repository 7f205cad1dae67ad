import { existsSync } from 'node:fs';

const WHOLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The path of the system's Chromium, for Playwright; undefined where Playwright's own download serves. The headless shell comes
 * first: it has no windows to draw around the page, and tells the same stories in a quarter less time.
 */
export const systemChromium = ['/usr/bin/chromium-headless-shell', ...WHOLE].find(existsSync);

/** The same with all of the browser, as for notifications, which the headless shell always denies. */
export const wholeChromium = WHOLE.find(existsSync);
