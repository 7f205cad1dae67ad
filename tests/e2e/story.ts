// What every browser story needs: the running stack's addresses, a database connection, and the page of the app as base URL.
import { readFileSync } from 'node:fs';
import { test as base, expect } from '@playwright/test';
import postgres from 'postgres';

/** The stack.json of the stack under test; the fields of the specification's section 7. */
export interface StackFile {
  api_url: string;
  db_url: string;
  publishable_key: string;
  secret_key: string;
  app_url: string;
  mailbox_url: string;
  postmark_webhooks: { user: string; password: string };
  demo: {
    email: string;
    password: string;
    agent_email: string;
    agent_password: string;
    chatbot_id: string;
  };
}

export const test = base.extend<object, { stack: StackFile; sql: postgres.Sql }>({
  stack: [
    // Playwright reads a fixture's needs from this pattern, even when it is empty.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const file = process.env['HANDOFF_STACK'];
      if (!file) throw new Error('HANDOFF_STACK is not set: global-setup.ts sets it.');
      await use(JSON.parse(readFileSync(file, 'utf8')) as StackFile);
    },
    { scope: 'worker' },
  ],
  sql: [
    async ({ stack }, use) => {
      const sql = postgres(stack.db_url, { max: 4, onnotice: () => undefined });
      await use(sql);
      await sql.end();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ stack }, use) => use(stack.app_url),
});

/** Mail and webhooks leave in their own time, and after those of the other stories. */
export const SENT = { timeout: 60_000 };

export { expect };
