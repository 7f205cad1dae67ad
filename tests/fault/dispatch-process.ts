// The real dispatcher as a process of its own, run as the functions runtime runs it, so that a test can stop or kill it at a
// chosen moment. It reaches the database and the mail service through addresses the test gives it.
import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../supabase/local/ports.ts';
import type { Keys } from '../../supabase/local/keys.ts';
import { waitFor } from '../support/clients.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const functionDir = join(root, 'supabase/functions/dispatch');
const deno = join(dirname(createRequire(import.meta.url).resolve('deno/package.json')), 'deno');

export interface Report {
  claimed: number;
  sent: number;
  retried: number;
  late: number;
}

export class DispatchProcess {
  #isEnded = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
    private readonly key: string,
  ) {
    child.once('exit', () => (this.#isEnded = true));
  }

  /** Starts one and waits until it listens. */
  static async start(
    keys: Keys,
    at: { apiUrl: string; mailHost: string; channelsOrigin?: string },
  ): Promise<DispatchProcess> {
    const port = await freePort();
    const child = spawn(
      deno,
      [
        ...['run', '--quiet', '--no-prompt', '--no-lock', '--cached-only', '--node-modules-dir=manual'],
        ...['--allow-net', '--allow-env', '--allow-read', '--config', join(functionDir, 'deno.json')],
        join(functionDir, 'index.ts'),
      ],
      {
        cwd: root,
        stdio: 'ignore',
        env: {
          PATH: process.env['PATH'],
          HOME: process.env['HOME'],
          DENO_NO_UPDATE_CHECK: '1',
          DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
          SUPABASE_URL: at.apiUrl,
          SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
          POSTMARK_SERVER_TOKEN: keys.postmarkToken,
          POSTMARK_HOST: at.mailHost,
          POSTMARK_USE_HTTPS: 'false',
          MAIL_FROM: 'Handoff <alerts@handoff.test>',
          DISPATCH_KEY: keys.dispatchKey,
          WEBHOOK_ALLOW_LOOPBACK: 'true',
          CHANNELS_ORIGIN: at.channelsOrigin ?? '',
        },
      },
    );
    await waitFor('the dispatcher to listen', () => isListening(port));
    return new DispatchProcess(child, `http://127.0.0.1:${port}/dispatch`, keys.dispatchKey);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** Sweeps and returns the report; null when the process did not live to give one. */
  async sweep(): Promise<Report | null> {
    try {
      const response = await fetch(this.url, { method: 'POST', headers: { 'x-dispatch-key': this.key } });
      return response.ok ? ((await response.json()) as Report) : null;
    } catch {
      return null;
    }
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await waitFor('the dispatcher to end', () => this.#isEnded);
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
