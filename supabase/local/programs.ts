// The programs a stack consists of: each is started with its log, started again when it dies, and stopped for good with the
// stack. They run in process groups of their own so that Ctrl-C reaches only the stack, which then stops them in order; a
// watchdog ends them should the stack itself be killed.
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How to run one program. `isReady` resolves when it serves; `stopSignal` is what ends it politely. */
export interface Recipe {
  name: string;
  command: string;
  args: string[];
  options?: Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'>;
  stopSignal?: NodeJS.Signals;
  isReady: (pid: number) => Promise<boolean>;
}

/** One running program that comes back when it dies. */
export interface Program {
  readonly name: string;
  readonly pid: number | undefined;
  /** How often it was started; 1 means it never died. */
  readonly starts: number;
  kill(signal: NodeJS.Signals): void;
  restart(): Promise<void>;
  /** Resolves when it serves, waiting through a restart; throws a sentence when it does not come up. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

// For the first start of everything at once on a slow machine; what cannot start at all ends sooner.
const READY_TIMEOUT_MS = 120_000;
const FAILURES_MAX = 3;
const STOP_TIMEOUT_MS = 4_000;
const RESTART_DELAYS_MS = [0, 100, 500, 1000, 2000, 5000];
const STABLE_AFTER_MS = 10_000;
const LOG_MAX_BYTES = 20_000_000;
const LOG_LOOK_MS = 30_000;

/** Starts programs whose logs go to `logDir`. `stop` ends them all. */
export class Programs {
  #running: Running[] = [];
  #watchdog: ChildProcess | undefined;
  #logDir: string;

  constructor(logDir: string) {
    this.#logDir = logDir;
    mkdirSync(logDir, { recursive: true });
  }

  /** Starts a program and waits until it serves. */
  async start(recipe: Recipe): Promise<Program> {
    const program = this.launch(recipe);
    await program.ready();
    return program;
  }

  /** Starts a program. */
  launch(recipe: Recipe): Program {
    const program = new Running(recipe, join(this.#logDir, `${recipe.name}.log`), (line) => this.#tell(line));
    this.#running.push(program);
    program.launch();
    return program;
  }

  /** Has `file` removed should this process be killed: it says that the programs run. */
  removeWithUs(file: string): void {
    this.#tell(`#${file}`);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((program) => program.stop()));
    this.#running = [];
    this.#watchdog?.stdin?.end();
    this.#watchdog = undefined;
  }

  #tell(line: string): void {
    if (!this.#watchdog) {
      const script = fileURLToPath(new URL('./watchdog.mjs', import.meta.url));
      this.#watchdog = spawn(process.execPath, [script], {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
      });
      this.#watchdog.stdin?.on('error', () => undefined);
      this.#watchdog.unref();
    }
    this.#watchdog.stdin?.write(`${line}\n`);
  }
}

class Running implements Program {
  starts = 0;
  #child: ChildProcess | undefined;
  #isStopping = false;
  #failures = 0;
  #readiness: Promise<void> = Promise.resolve();
  #recipe: Recipe;
  #logFile: string;
  #tell: (line: string) => void;

  constructor(recipe: Recipe, logFile: string, tell: (line: string) => void) {
    this.#recipe = recipe;
    this.#logFile = logFile;
    this.#tell = tell;
  }

  get name(): string {
    return this.#recipe.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** A stack may run for weeks: what was logged long ago goes. Programs append, so they write on from the new beginning. */
  #boundLog(): void {
    try {
      if (statSync(this.#logFile).size > LOG_MAX_BYTES) truncateSync(this.#logFile);
    } catch {
      // The stack's folder has gone with it.
    }
  }

  launch(): void {
    const { command, args, options, stopSignal = 'SIGTERM' } = this.#recipe;
    if (this.starts === 0) {
      writeFileSync(this.#logFile, '');
      setInterval(() => this.#boundLog(), LOG_LOOK_MS).unref();
    }
    const log = openSync(this.#logFile, 'a');
    const child = spawn(command, args, { ...options, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    const startedAt = Date.now();
    this.starts += 1;
    this.#child = child;
    child.unref();
    if (child.pid) this.#tell(`+${child.pid} ${stopSignal}`);
    child.once('error', () => {
      // What cannot be run at all has no end either, and waiting does not help.
      if (!child.pid) this.#failures = FAILURES_MAX + 1;
    });
    child.once('exit', () => {
      this.#tell(`-${child.pid}`);
      if (this.#child === child) this.#child = undefined;
      if (this.#isStopping) return;
      this.#failures = Date.now() - startedAt > STABLE_AFTER_MS ? 0 : this.#failures + 1;
      const delay = RESTART_DELAYS_MS[Math.min(this.#failures, RESTART_DELAYS_MS.length - 1)];
      setTimeout(() => this.#isStopping || this.#child || this.launch(), delay).unref();
    });
    this.#readiness = this.#waitUntilReady();
    this.#readiness.catch(() => undefined);
  }

  async ready(): Promise<void> {
    for (;;) {
      await this.#readiness;
      if (this.pid || this.#isStopping) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async #waitUntilReady(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (Date.now() < deadline && !this.#isStopping) {
      if (this.pid && (await this.#recipe.isReady(this.pid).catch(() => false))) return;
      if (!this.pid && this.#failures > FAILURES_MAX) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (!this.#isStopping) throw new Error(`${this.name} did not start; its log is ${this.#logFile}.`);
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#child?.pid) process.kill(this.#child.pid, signal);
  }

  async restart(): Promise<void> {
    await this.#end();
    this.#isStopping = false;
    this.#failures = 0;
    this.launch();
    await this.ready();
  }

  async stop(): Promise<void> {
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(this.#recipe.stopSignal ?? 'SIGTERM');
    const forced = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(forced);
  }
}
