// Postgres itself: the embedded server with the roles, schemas and extensions of a hosted project (platform/*.sql). Made on
// the first start, kept after that. Our own SQL runs as `postgres`, which is not a superuser.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { installExtensions } from './extensions.ts';
import { loadLite } from './lite.ts';
import { giveTo, type Place } from './place.ts';
import { answers } from './ports.ts';
import type { Program, Programs } from './programs.ts';

/** A running server. `url` names the role to connect as; all passwords are `postgres`, as in the CLI's local stack. */
export interface Database {
  url: (role?: string) => string;
  program: Program;
}

const LOGIN_ROLES = ['postgres', 'authenticator', 'supabase_admin', 'supabase_auth_admin'];
const PASSWORD = 'postgres';
const MADE = 'platform.made';

/** Starts the server in `place`, making the cluster and the platform schemas the first time. */
export async function startDatabase(
  place: Place,
  port: number,
  programs: Programs,
  isTemporary: boolean,
): Promise<Database> {
  installExtensions(place.nativeDir);
  const isNew = !fs.existsSync(join(place.dataDir, MADE));
  if (isNew) await makeCluster(place);
  else await endStaleServer(place);

  const url = (role = 'postgres') => `postgresql://${role}:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const program = await programs.start({
    name: 'postgres',
    command: join(place.nativeDir, 'bin', 'postgres'),
    args: ['-D', place.dataDir, ...settings(port, isTemporary).flatMap((setting) => ['-c', setting])],
    options: { ...place.owner, cwd: place.dataDir, env: { ...process.env, LC_ALL: 'C' } },
    stopSignal: 'SIGINT',
    isReady: () => serves(port, url('supabase_admin')),
  });
  if (isNew) {
    await makePlatform(url('supabase_admin'));
    fs.writeFileSync(join(place.dataDir, MADE), '');
  }
  await run(url('supabase_admin'), [platformFile('realtime.sql')]);
  return { url, program };
}

function settings(port: number, isTemporary: boolean): string[] {
  return [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'wal_level=logical',
    'max_connections=200',
    'shared_preload_libraries=pg_stat_statements',
    'timezone=UTC',
    'log_timezone=UTC',
    'password_encryption=scram-sha-256',
    // A stack that is thrown away afterwards need not survive a power cut.
    ...(isTemporary ? ['fsync=off', 'full_page_writes=off'] : []),
  ];
}

async function makeCluster(place: Place): Promise<void> {
  const { dataDir, nativeDir, owner } = place;
  fs.rmSync(dataDir, { recursive: true, force: true });
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  giveTo(place, dataDir);
  const passwordFile = join(dirname(dataDir), `.password-${process.pid}`);
  fs.writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  giveTo(place, passwordFile);
  try {
    await promisify(execFile)(
      join(nativeDir, 'bin', 'initdb'),
      [
        `--pgdata=${dataDir}`,
        '--username=supabase_admin',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-sync',
      ],
      { ...owner, cwd: dataDir, env: { ...process.env, LC_ALL: 'C' } },
    );
  } finally {
    fs.rmSync(passwordFile);
  }
  const vaultKey = join(dataDir, 'vault.key');
  fs.writeFileSync(vaultKey, randomBytes(32).toString('hex'), { mode: 0o600 });
  giveTo(place, vaultKey);
}

async function makePlatform(superuserUrl: string): Promise<void> {
  const { getAuthSchemaSql } = await loadLite();
  await run(superuserUrl, [
    platformFile('roles.sql'),
    LOGIN_ROLES.map((role) => `alter role ${role} password '${PASSWORD}';`).join('\n'),
    platformFile('schemas.sql'),
    getAuthSchemaSql(),
    platformFile('auth.sql'),
    platformFile('rest.sql'),
  ]);
}

function platformFile(name: string): string {
  return fs.readFileSync(new URL(`./platform/${name}`, import.meta.url), 'utf8');
}

async function run(url: string, scripts: string[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    for (const script of scripts) await sql.unsafe(script).simple();
  } finally {
    await sql.end();
  }
}

/** Whether the server takes connections and answers a query. */
async function serves(port: number, url: string): Promise<boolean> {
  if (!(await answers(port))) return false;
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => undefined });
  try {
    await sql`select 1`;
    return true;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

// A stack that was killed together with its watchdog leaves its server behind. The pid file is the server's own; the process
// is only ended when it is a Postgres on this very data folder.
async function endStaleServer(place: Place): Promise<void> {
  const pidFile = join(place.dataDir, 'postmaster.pid');
  if (!fs.existsSync(pidFile)) return;
  const [pid, dataDir] = fs.readFileSync(pidFile, 'utf8').split('\n');
  const isOurs = async () => {
    const ps = promisify(execFile)('ps', ['-o', 'command=', '-p', String(Number(pid))]);
    const command = await ps.then(({ stdout }) => stdout).catch(() => '');
    return dataDir === place.dataDir && command.includes('postgres') && command.includes(place.dataDir);
  };
  if (!(await isOurs())) return;
  process.kill(Number(pid), 'SIGINT');
  for (let waited = 0; waited < 5000 && (await isOurs()); waited += 100) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
