// Programs that a browser needs around it: started for it, ended with it, by their own ids.
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A folder that is gone afterwards. */
export function temporaryFolder(name: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `handoff-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

// Whatever ends us, Ctrl-C included, ends them.
const groups = new Set<number>();
process.on('exit', () => groups.forEach((pid) => signalGroup(pid, 'SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** Starts a program in a process group of its own; `stop` ends the whole group and waits for it. */
export function start(command: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) groups.add(child.pid);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  child.on('error', (error) => (said += error.message));
  return { child, said: () => said, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const { pid } = child;
  const ended = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  signalGroup(pid, 'SIGTERM');
  await Promise.race([ended, delay(5_000, undefined, { ref: false })]);
  // What its leader leaves behind.
  signalGroup(pid, 'SIGKILL');
  await ended;
  groups.delete(pid);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

/** Asks every 50 ms until something is given; throws `what` when the time is over or `isLost` says why it never will be. */
export async function until<T>(
  what: string,
  read: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  { timeoutMs = 60_000, isLost = () => '' }: { timeoutMs?: number; isLost?: () => string } = {},
): Promise<T> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    const found = await read();
    if (found) return found;
    const lost = isLost();
    if (lost || Date.now() > deadline) throw new Error(`waited in vain for ${what}${lost && `: ${lost}`}`);
    await delay(50);
  }
}

/** An X server without a screen, on a display that it finds itself. */
export async function startDisplay(): Promise<{ display: string; stop: () => Promise<void> }> {
  const folder = temporaryFolder('display');
  const file = join(folder.path, 'display');
  const args = ['-screen', '0', '1400x1000x24', '-nolisten', 'tcp', '-noreset', '-displayfd', '3'];
  const server = start('sh', ['-c', `exec Xvfb ${args.join(' ')} 3> ${file}`]);
  const number = await until(
    'an X server',
    () => existsSync(file) && /^\d+\n/.test(readFileSync(file, 'utf8')) && readFileSync(file, 'utf8').trim(),
    { isLost: () => (server.child.exitCode === null ? '' : server.said() || 'it ended') },
  );
  return {
    display: `:${number}`,
    stop: async () => {
      await server.stop();
      folder.remove();
    },
  };
}

/** What a program says about its version. */
export const versionOf = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
