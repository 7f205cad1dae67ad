// Unit tests touch nothing outside the process. Integration tests speak to one embedded stack (real Postgres, PostgREST, Auth,
// Realtime, Deno functions) that is started for the whole run on free ports and thrown away. `npm test` runs both; `fuzz` and
// `fault` are long versions of some of them, for when there is an hour.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What is printed on the way to a pass is of no use: services log what tests make them suffer.
    silent: 'passed-only',
    projects: [
      {
        extends: './vite.config.ts',
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'src/**/*.test.ts',
            'supabase/functions/**/*.test.ts',
            'supabase/local/**/*.test.ts',
            'tests/architecture.test.ts',
            'tests/speech/*.test.ts',
          ],
          testTimeout: 30_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        extends: './vite.config.ts',
        test: {
          name: 'integration',
          environment: 'node',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/support/global-setup.ts'],
          maxWorkers: 2,
          // Longer than anything should take: the machine may be busy, and what is about time measures it itself.
          testTimeout: 180_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        extends: './vite.config.ts',
        test: {
          name: 'fuzz',
          environment: 'node',
          include: ['tests/integration/*-fuzz.test.ts'],
          globalSetup: ['tests/support/global-setup.ts'],
          maxWorkers: 2,
          hookTimeout: 240_000,
          env: { FUZZ_RUNS: process.env['FUZZ_RUNS'] ?? '20000' },
        },
      },
      {
        test: {
          name: 'fault',
          environment: 'node',
          include: ['tests/fault/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
