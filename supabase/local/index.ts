// Supabase on one machine without Docker: starts every service a hosted project has, applies the migrations, and serves the
// app. Used by `npm start`, `npm run dev`, the integration and the end-to-end tests. Two stacks with different ports and state
// folders do not notice each other.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { startApp } from './app.ts';
import { startAuth } from './auth.ts';
import { projectDir, readConfig, type Ports } from './config.ts';
import { startDatabase } from './database.ts';
import { startFunctions, watchFunctions, type EdgeFunction } from './functions.ts';
import { startGateway } from './gateway.ts';
import { readKeys, type Keys } from './keys.ts';
import { lockState } from './lock.ts';
import { startMailbox } from './mailbox.ts';
import { migrate, type Migrated } from './migrate.ts';
import { findPlace } from './place.ts';
import { freePort, requireFree } from './ports.ts';
import { Programs, type Program } from './programs.ts';
import { startRealtime } from './realtime.ts';
import { startRest } from './rest.ts';
import { startScheduler } from './scheduler.ts';
import {
  fillVault,
  functionEnvironment,
  INBOUND_ADDRESS,
  MAIL_FROM,
  POSTMARK_EVENTS_USER,
} from './secrets.ts';

/** Everything has a default; tests move what they need. */
export interface StackOptions {
  /** Those of config.toml, moved by HANDOFF_*_PORT. */
  ports?: Ports;
  /** HANDOFF_STATE_DIR, else supabase/.temp. */
  stateDir?: string;
  /** Whether seed.sql runs on the first start: yes. */
  seed?: boolean;
  /** The built app, Vite's server, or none: none. */
  app?: 'built' | 'development' | 'none';
  /** Whether new accounts confirm their address first: HANDOFF_CONFIRM_EMAIL, else no. */
  confirmEmails?: boolean;
  /** Where the services of channels are called instead of at their own addresses: HANDOFF_CHANNELS_ORIGIN, else nowhere. */
  channelsOrigin?: string;
  /** Whether `stop` throws the state away: no. */
  isTemporary?: boolean;
  /** Where single lines about what happens meanwhile go. */
  report?: (line: string) => void;
}

/** A running stack. `programs` are its processes by name, for whoever wants to kill one. */
export interface Stack {
  urls: { api: string; db: string; mailbox: string; app: string };
  keys: Keys;
  stateDir: string;
  migrated: Migrated;
  programs: ReadonlyMap<string, Program>;
  stop(): Promise<void>;
}

/** The file that says a stack runs, and where. Whoever starts a stack for others writes it. */
export function stackFile(stateDir: string): string {
  return join(stateDir, 'stack.json');
}

/** Starts everything; on any failure it stops what it had started and throws one sentence. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const stateDir = options.stateDir ?? process.env['HANDOFF_STATE_DIR'] ?? join(projectDir, 'supabase/.temp');
  fs.mkdirSync(stateDir, { recursive: true });
  const ending = new Ending();
  try {
    const { programs, ...stack } = await start(options, stateDir, ending);
    return {
      ...stack,
      programs: new Map(programs.map((program) => [program.name, program])),
      stop: () => ending.run(),
    };
  } catch (error) {
    await ending.run();
    throw error;
  }
}

async function start(options: StackOptions, stateDir: string, ending: Ending) {
  const config = readConfig();
  const ports = options.ports ?? config.ports;
  const app = options.app ?? 'none';
  const report = options.report ?? (() => undefined);
  ending.add(lockState(stateDir));
  fs.rmSync(stackFile(stateDir), { force: true });
  await requireFree(app === 'none' ? { api: ports.api, db: ports.db, mailbox: ports.mailbox } : ports);

  const keys = readKeys(stateDir);
  const at = {
    apiUrl: `http://127.0.0.1:${ports.api}`,
    appUrl: `http://127.0.0.1:${ports.app}`,
    mailboxUrl: `http://127.0.0.1:${ports.mailbox}`,
    databaseUrl: `postgresql://postgres:postgres@127.0.0.1:${ports.db}/postgres`,
    channelsOrigin: options.channelsOrigin ?? process.env['HANDOFF_CHANNELS_ORIGIN'],
  };
  const place = findPlace(stateDir);
  if (options.isTemporary) {
    ending.add(() => {
      place.wipe();
      fs.rmSync(stateDir, { recursive: true, force: true });
    });
  }
  const programs = new Programs(join(stateDir, 'logs'));
  programs.removeWithUs(stackFile(stateDir));
  ending.add(() => programs.stop());

  // Deno is loading its modules while Postgres starts; nothing calls a function before the gateway stands.
  const functionsStarting = startFunctions(programs, config.functions, functionEnvironment(keys, at), report);
  functionsStarting.catch(() => undefined);
  const database = await startDatabase(place, ports.db, programs, options.isTemporary ?? false);
  await fillVault(database.url(), keys, at);
  const migrated = await migrate(database.url(), options.seed === false ? [] : config.seedPaths);

  const [rest, auth, realtime, mailbox, functions] = await Promise.all([
    startRest(programs, {
      port: await freePort(),
      adminPort: await freePort(),
      databaseUrl: database.url('authenticator'),
      jwtSecret: keys.jwtSecret,
      api: config.api,
    }),
    startAuth({
      port: await freePort(),
      databaseUrl: database.url('supabase_auth_admin'),
      jwtSecret: keys.jwtSecret,
      appUrl: at.appUrl,
      rules: { ...config.auth, confirmEmails: options.confirmEmails ?? config.auth.confirmEmails },
      mail: {
        url: at.mailboxUrl,
        serverToken: keys.postmarkToken,
        from: MAIL_FROM,
        apiUrl: at.apiUrl,
        appUrl: at.appUrl,
      },
    }),
    startRealtime({
      port: await freePort(),
      databaseUrl: database.url('supabase_admin'),
      jwtSecret: keys.jwtSecret,
      publishableKey: keys.publishableKey,
      secretKey: keys.secretKey,
    }),
    startMailbox({
      port: ports.mailbox,
      serverToken: keys.postmarkToken,
      stateDir,
      eventsUrl: `${at.apiUrl}/functions/v1/postmark-events`,
      eventsAuth: { user: POSTMARK_EVENTS_USER, password: keys.postmarkEventsPassword },
      inbound: { address: INBOUND_ADDRESS, url: `${at.apiUrl}/functions/v1/postmark-inbound` },
    }),
    functionsStarting,
  ]);
  for (const service of [mailbox, realtime, auth]) ending.add(() => service.stop());
  const gateway = await startGateway(ports.api, keys, {
    auth: auth.port,
    rest: rest.port,
    realtime: realtime.port,
    functions: () => functions,
  });
  ending.add(() => gateway.stop());
  const scheduler = await startScheduler(database.url('supabase_admin'));
  ending.add(() => scheduler.stop());

  const running: Program[] = [
    database.program,
    rest.program,
    ...functions.map((one: EdgeFunction) => one.program),
  ];
  if (app !== 'none') {
    const isDevelopment = app === 'development';
    running.push(
      await startApp(programs, {
        port: ports.app,
        isDevelopment,
        apiUrl: at.apiUrl,
        publishableKey: keys.publishableKey,
      }),
    );
    if (isDevelopment) ending.add(watchFunctions(functions, report).stop);
  }
  const urls = { api: at.apiUrl, db: database.url(), mailbox: at.mailboxUrl, app: at.appUrl };
  return { urls, keys, stateDir, migrated, programs: running };
}

/** What has to be undone, last first, once. */
class Ending {
  #steps: (() => Promise<void> | void)[] = [];
  #running: Promise<void> | undefined;

  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  run(): Promise<void> {
    this.#running ??= (async () => {
      for (const step of this.#steps.reverse()) await step();
    })();
    return this.#running;
  }
}
