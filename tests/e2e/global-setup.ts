// Gives the browser stories a stack of their own, started as a person would start it (`npm start`), on free ports with a
// temporary state. HANDOFF_STACK names its stack.json; set beforehand, that running stack is used and nothing is started.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../supabase/local/ports.ts';
import { startSlack } from '../support/channel-service.ts';
import { untilSenderRuns } from '../support/clients.ts';
import { CHEAP_PASSWORDS } from '../support/own-stack.ts';

// A build may have to come first.
const READY_SECONDS = 300;

export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['HANDOFF_STACK']) return undefined;
  const stateDir = mkdtempSync(join(tmpdir(), 'handoff-e2e-'));
  const { api, db, mailbox, app } = await freePorts();
  const slack = await startSlack();
  process.env['HANDOFF_CHANNELS_ORIGIN'] = slack.origin;
  const stack = spawn(process.execPath, ['supabase/local/run.mjs', 'start'], {
    env: {
      ...process.env,
      HANDOFF_STATE_DIR: stateDir,
      HANDOFF_API_PORT: String(api),
      HANDOFF_DB_PORT: String(db),
      HANDOFF_MAILBOX_PORT: String(mailbox),
      HANDOFF_APP_PORT: String(app),
      ...CHEAP_PASSWORDS,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [stack.stdout, stack.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));

  const file = join(stateDir, 'stack.json');
  await untilReady(stack, file, () => said);
  process.env['HANDOFF_STACK'] = file;
  const { app_url, db_url } = JSON.parse(readFileSync(file, 'utf8')) as { app_url: string; db_url: string };
  process.env['HANDOFF_APP_URL'] = app_url;
  await untilSenderRuns({ db_url });

  return async () => {
    const ended = new Promise((resolve) => stack.once('exit', resolve));
    stack.kill('SIGINT');
    await ended;
    await slack.stop();
    rmSync(stateDir, { recursive: true, force: true });
  };
}

async function untilReady(stack: ChildProcess, file: string, said: () => string): Promise<void> {
  const deadline = Date.now() + READY_SECONDS * 1000;
  while (!existsSync(file)) {
    if (stack.exitCode !== null) throw new Error(`The stack did not start:\n${said()}`);
    if (Date.now() > deadline) {
      stack.kill('SIGINT');
      throw new Error(`The stack was not ready after ${READY_SECONDS} s:\n${said()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
