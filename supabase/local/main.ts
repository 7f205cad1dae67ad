// What `npm start`, `npm run dev` and `npm run stack` run once everything is installed and built: one stack until Ctrl-C, and
// supabase/.temp/stack.json for whoever wants to talk to it.
import * as fs from 'node:fs';
import { stackFile, startStack, type Stack } from './index.ts';
import { INBOUND_ADDRESS, POSTMARK_EVENTS_USER } from './secrets.ts';

const DEMO = {
  email: 'owner@demo.handoff.test',
  password: 'handoff-demo',
  agent_email: 'agent@demo.handoff.test',
  agent_password: 'handoff-demo',
  chatbot_id: 'c0ffee00-0000-4000-8000-000000000001',
};

/** Runs a stack until a signal ends the process: `start` with the built app, `dev` with Vite's server, `stack` without. */
export async function main(command: 'start' | 'dev' | 'stack'): Promise<void> {
  const app = { start: 'built', dev: 'development', stack: 'none' } as const;
  let stack: Stack | undefined;
  let isEnding = false;
  const end = async (code: number) => {
    if (isEnding) return;
    isEnding = true;
    if (stack) {
      fs.rmSync(stackFile(stack.stateDir), { force: true });
      await stack.stop();
    }
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Before everything is up the start is cut short; the watchdog ends what runs already.
      if (!stack) process.exit(130);
      void end(0);
    });
  }
  try {
    stack = await startStack({ app: app[command], report: (line) => console.info(`  ${line}`) });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
  announce(stack);
  console.info(describe(stack, command));
}

// Written aside and renamed: whoever waits for the file never reads half of it.
function announce(stack: Stack): void {
  const content = {
    api_url: stack.urls.api,
    db_url: stack.urls.db,
    publishable_key: stack.keys.publishableKey,
    secret_key: stack.keys.secretKey,
    app_url: stack.urls.app,
    mailbox_url: stack.urls.mailbox,
    inbound_address: INBOUND_ADDRESS,
    postmark_webhooks: { user: POSTMARK_EVENTS_USER, password: stack.keys.postmarkEventsPassword },
    demo: DEMO,
  };
  const file = stackFile(stack.stateDir);
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

function describe(stack: Stack, command: string): string {
  const { urls, migrated } = stack;
  return [
    ...(migrated.changed.length === 0
      ? []
      : [
          `  Changed since applied here: ${migrated.changed.length} of the migrations, first ${migrated.changed[0]}.`,
          '  npm run stack:reset starts afresh.',
        ]),
    '',
    ...(command === 'stack'
      ? []
      : [`  Dashboard   ${urls.app}`, `  Demo page   ${urls.app}/demo   (the widget on a customer's site)`]),
    `  Mailbox     ${urls.mailbox}   (every mail that is sent)`,
    `  API         ${urls.api}`,
    `  Database    ${urls.db}`,
    '',
    `  Sign in as  ${DEMO.email} / ${DEMO.password}   (owner)`,
    `              ${DEMO.agent_email} / ${DEMO.agent_password}   (agent)`,
    '',
    '  Ctrl-C stops everything. What you do is kept; npm run stack:reset starts afresh.',
    '',
  ].join('\n');
}
