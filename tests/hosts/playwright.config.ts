// `npm run test:hosts`: apps of other frameworks, made from the registry's packages, with the product on them. Outside of
// `npm test`, because it installs and builds each of them anew.
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import base from '../../playwright.config.ts';

export default defineConfig(base, {
  testDir: fileURLToPath(new URL('.', import.meta.url)),
  globalSetup: fileURLToPath(new URL('../e2e/global-setup.ts', import.meta.url)),
  reporter: [['list'], [fileURLToPath(new URL('reporter.ts', import.meta.url))]],
  workers: 1,
  // Each story installs and builds an app first.
  timeout: 30 * 60_000,
});
