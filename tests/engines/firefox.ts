// Firefox ESR by Playwright's WebDriver BiDi. The version is one that opens a page in it: 1.65 asks for a command that ESR 153 does
// not know, so this is not the Playwright of the other stories.
import type { BrowserType } from '@playwright/test';
import { START_MS, SIZE, type Engine } from './driver.ts';
import { require } from './install.ts';
import { temporaryFolder, versionOf } from './program.ts';

const PROGRAM = '/usr/bin/firefox-esr';

export const firefox: Engine = {
  id: 'firefox',
  name: 'Firefox ESR',
  driver: 'WebDriver BiDi by playwright-core 1.64.1',
  needs: { programs: { [PROGRAM]: 'firefox-esr' }, packages: ['playwright-core@1.64.1'] },
  cannot: {
    touch: 'the driver takes `hasTouch` and does nothing',
  },
  version: async () => /[\d.]{3,}/.exec(versionOf(PROGRAM, '--version'))?.[0] ?? 'unknown',
  async window({ isDark, downloads, session }) {
    const { firefox: type } = require('playwright-core') as { firefox: BrowserType };
    const home = temporaryFolder('firefox');
    const browser = await type.launch({
      channel: 'moz-firefox',
      executablePath: PROGRAM,
      timeout: START_MS,
      headless: !session,
      // Firefox itself puts them there, under their own names.
      downloadsPath: downloads,
      env: { ...process.env, HOME: home.path, ...session } as Record<string, string>,
      firefoxUserPrefs: {
        ...(session && { 'accessibility.force_disabled': -1 }),
        // It takes `colorScheme` and does nothing.
        'layout.css.prefers-color-scheme.content-override': isDark ? 0 : 1,
        // Without a screen it has no mouse, and a page is told so: hover and a fine pointer, as on a desk.
        'ui.primaryPointerCapabilities': 6,
        'ui.allPointerCapabilities': 6,
      },
    });
    const close = async () => {
      await browser.close();
      home.remove();
    };
    try {
      const page = await (await browser.newContext({ viewport: SIZE })).newPage();
      return {
        open: async (address) => void (await page.goto(address, { timeout: START_MS })),
        run: (expression) => page.evaluate(expression),
        clickAt: (x, y) => page.mouse.click(x, y),
        type: (text) => page.keyboard.type(text),
        press: (keys) => page.keyboard.press(keys),
        picture: async (file) => void (await page.screenshot({ path: file })),
        close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  },
};
