// A stack nobody else uses, for a whole run of tests or for one file that stops and kills things.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack, type Stack, type StackOptions } from '../../supabase/local/index.ts';
import { freePorts } from '../../supabase/local/ports.ts';
import { INBOUND_ADDRESS, POSTMARK_EVENTS_USER } from '../../supabase/local/secrets.ts';

/** Where a stack is and how to get in, in the words of stack.json. */
export interface TestStack {
  api_url: string;
  db_url: string;
  publishable_key: string;
  secret_key: string;
  mailbox_url: string;
  app_url: string;
  inbound_address: string;
  postmark_webhooks: { user: string; password: string };
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: TestStack;
  }
}

/**
 * The environment in which Auth hashes a password as cheaply as bcrypt can: two or three people sign up for every test, and a tenth of
 * a second of each processor for every one of them was a good part of what all tests take together.
 */
export const CHEAP_PASSWORDS = { LITE_AUTH_BCRYPT_COST: '4' };

/** Starts a stack on free ports. `stop` removes every trace of it unless `isTemporary: false` was asked for. */
export async function startOwnStack(options: StackOptions = {}): Promise<Stack> {
  Object.assign(process.env, CHEAP_PASSWORDS);
  return await startStack({
    ports: await freePorts(),
    stateDir: mkdtempSync(join(tmpdir(), 'handoff-stack-')),
    isTemporary: true,
    report: (line) => console.warn(line),
    ...options,
  });
}

/** A stack in the words of stack.json. */
export function describeStack({ urls, keys }: Stack): TestStack {
  return {
    api_url: urls.api,
    db_url: urls.db,
    publishable_key: keys.publishableKey,
    secret_key: keys.secretKey,
    mailbox_url: urls.mailbox,
    app_url: urls.app,
    inbound_address: INBOUND_ADDRESS,
    postmark_webhooks: { user: POSTMARK_EVENTS_USER, password: keys.postmarkEventsPassword },
  };
}
