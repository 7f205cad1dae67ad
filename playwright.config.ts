// End-to-end stories in Chromium, against a stack of their own: real Postgres, real functions, the built app.
// tests/e2e/global-setup.ts starts it on free ports and stops it afterwards; HANDOFF_STACK names a running one's stack.json instead.
import { defineConfig, devices } from '@playwright/test';
import { systemChromium } from './tests/support/chromium.ts';

export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/e2e/global-setup.ts',
  // Stories share a stack but nothing in it, so they can be told at once, also those of one file: a long file that comes last would
  // leave the other processor idle. A file whose stories share something made beforehand says so with the mode `default`.
  fullyParallel: true,
  workers: 2,
  // What passes only the second time is listed as flaky, and is a defect; see DECISIONS.md.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list']],
  // Longer than anything should take: the machine may be busy, and what is about time measures it itself.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    // A story that is about another zone says so itself; none depends on the machine's.
    timezoneId: 'UTC',
    // Recording costs a good part of a story's time; where a failed story is told again, only that time is recorded.
    trace: process.env['CI'] ? 'on-first-retry' : 'retain-on-failure',
    launchOptions: {
      ...(systemChromium && { executablePath: systemChromium }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
