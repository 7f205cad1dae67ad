// `npm run stack` as a person meets it: it says what is wrong in one sentence, keeps what was done, stands beside a second one,
// and leaves nothing running however it ends.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { freePorts } from '../../supabase/local/ports.ts';
import { signIn, signUp, waitFor } from '../support/clients.ts';
import type { TestStack } from '../support/own-stack.ts';
import { quickest } from '../support/quickest.ts';

interface Runner {
  process: ChildProcess;
  stateDir: string;
  output: () => string;
  ended: Promise<number | null>;
  ready: () => Promise<TestStack>;
}

const folders: string[] = [];
const runners: Runner[] = [];

afterEach(async () => {
  for (const runner of runners.splice(0)) {
    runner.process.kill('SIGINT');
    await runner.ended;
  }
  for (const folder of folders.splice(0)) {
    execFileSync(process.execPath, ['supabase/local/run.mjs', 'reset'], {
      env: { ...process.env, HANDOFF_STATE_DIR: folder },
    });
    rmSync(folder, { recursive: true, force: true });
  }
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'handoff-runner-'));
  folders.push(folder);
  return folder;
}

async function run(stateDir: string, ports?: Awaited<ReturnType<typeof freePorts>>): Promise<Runner> {
  const { api, db, mailbox, app } = ports ?? (await freePorts());
  const child = spawn(process.execPath, ['supabase/local/run.mjs', 'stack'], {
    env: {
      ...process.env,
      HANDOFF_STATE_DIR: stateDir,
      HANDOFF_API_PORT: String(api),
      HANDOFF_DB_PORT: String(db),
      HANDOFF_MAILBOX_PORT: String(mailbox),
      HANDOFF_APP_PORT: String(app),
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const file = join(stateDir, 'stack.json');
  const runner = {
    process: child,
    stateDir,
    output: () => said,
    ended,
    ready: async () => {
      await waitFor(`a running stack (it said: ${said})`, () => existsSync(file), 150_000);
      return JSON.parse(readFileSync(file, 'utf8')) as TestStack;
    },
  };
  runners.push(runner);
  return runner;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Every process below `root` at this moment, itself included. */
function processTree(root: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const parents = new Map(rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]));
  const belongs = (pid: number): boolean => pid === root || (parents.has(pid) && belongs(parents.get(pid)!));
  return [...parents.keys()].filter(belongs);
}

describe('npm run stack', { timeout: 400_000 }, () => {
  it('names the taken port and ends with 1, leaving nothing behind', async () => {
    const ports = await freePorts();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(ports.api, '127.0.0.1', resolve));
    try {
      const runner = await run(newFolder(), ports);
      expect(await runner.ended).toBe(1);
      expect(runner.output()).toContain(`Port ${ports.api} (api) is taken`);
      expect(runner.output()).toContain('HANDOFF_API_PORT');
      expect(existsSync(join(runner.stateDir, 'stack.json'))).toBe(false);
    } finally {
      holder.close();
    }
  });

  it('keeps people and keys over a restart, and stands beside another stack', async () => {
    const folder = newFolder();
    const ports = await freePorts();
    const first = await run(folder, ports);
    const other = await run(newFolder());
    const [stack, beside] = await Promise.all([first.ready(), other.ready()]);
    expect(beside.publishable_key).not.toBe(stack.publishable_key);
    const person = await signUp(stack);
    await expect(signIn(beside, person.email, person.password)).rejects.toThrow();

    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(existsSync(join(folder, 'stack.json'))).toBe(false);

    const again = await (await run(folder, ports)).ready();
    expect(again).toEqual(stack);
    expect((await signIn(again, person.email, person.password)).id).toBe(person.id);
  });

  it('ends every process on Ctrl-C within five seconds', async () => {
    const took = await quickest(5000, async () => {
      const runner = await run(newFolder());
      await runner.ready();
      const tree = processTree(runner.process.pid!);
      const askedAt = performance.now();
      runner.process.kill('SIGINT');
      expect(await runner.ended).toBe(0);
      const ended = performance.now() - askedAt;
      await waitFor('the end of every process', () => !tree.some(isAlive));
      return ended;
    });
    expect(took).toBeLessThan(5000);
  });

  it('leaves nothing behind when it is interrupted while starting', async () => {
    const runner = await run(newFolder());
    const tree = await waitFor(`the first programs (it said: ${runner.output()})`, () => {
      const found = processTree(runner.process.pid!);
      return found.length > 3 && found;
    });
    runner.process.kill('SIGINT');
    await runner.ended;
    await waitFor('the end of every process', () => !tree.some(isAlive));
  });

  it('refuses to run twice from one folder', async () => {
    const folder = newFolder();
    await (await run(folder)).ready();
    const second = await run(folder);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('A stack is running from');
  });

  it('leaves no process behind when it is killed, and starts again from what was committed', async () => {
    const folder = newFolder();
    const ports = await freePorts();
    const killed = await run(folder, ports);
    const stack = await killed.ready();
    const person = await signUp(stack);
    const tree = processTree(killed.process.pid!);
    expect(tree.length).toBeGreaterThan(5);
    killed.process.kill('SIGKILL');
    await waitFor('the end of every process', () => !tree.some(isAlive));
    expect(existsSync(join(folder, 'stack.json'))).toBe(false);

    const again = await (await run(folder, ports)).ready();
    expect((await signIn(again, person.email, person.password)).id).toBe(person.id);
  });
});
