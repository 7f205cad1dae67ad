// `npm run check:supabase`: what only Supabase's own CLI can say. It pushes the migrations to an empty embedded database exactly as
// it would to a hosted project, pushes again, writes database.types.ts, and runs Supabase's linter. The CLI is fetched when
// asked for, which is why this is a command of its own.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectDir } from './config.ts';
import { startDatabase } from './database.ts';
import { readKeys } from './keys.ts';
import { migrate } from './migrate.ts';
import { findPlace } from './place.ts';
import { freePort } from './ports.ts';
import { Programs } from './programs.ts';
import { fillVault } from './secrets.ts';

const CLI = 'supabase@3.1.0';
const TYPES = join(projectDir, 'supabase/functions/_shared/database.types.ts');

interface Output {
  stdout: string;
  all: string;
}

/** Runs all steps; throws a sentence for the first that fails. */
export async function check(): Promise<void> {
  const stateDir = fs.mkdtempSync(join(tmpdir(), 'handoff-check-'));
  const place = findPlace(stateDir);
  const programs = new Programs(join(stateDir, 'logs'));
  try {
    const database = await startDatabase(place, await freePort(), programs, true);
    const url = database.url();
    const addresses = { apiUrl: 'http://127.0.0.1:54321', appUrl: 'http://127.0.0.1:3000' };
    await fillVault(url, readKeys(stateDir), addresses);

    cli('the push', ['db', 'push', '--yes', `--remote=${url}`]);
    if (!cli('the second push', ['db', 'push', '--yes', `--remote=${url}`]).all.includes('up to date')) {
      throw new Error('A second push found something to apply.');
    }
    const { applied, changed } = await migrate(url, ['./seed.sql']);
    if (applied.length + changed.length > 0) {
      throw new Error(
        `The CLI and the embedded stack disagree about ${[...applied, ...changed].join(', ')}.`,
      );
    }
    console.info('Migrations push cleanly, twice, and the embedded stack agrees with their history.');

    const { stdout: printed } = cli('the types', ['gen', 'types', '--schema', 'public', `--remote=${url}`]);
    // The CLI prints its remark about TLS before them.
    fs.writeFileSync(TYPES, printed.slice(printed.indexOf('export type')));
    run('prettier', process.execPath, [
      join(projectDir, 'node_modules/prettier/bin/prettier.cjs'),
      '--write',
      TYPES,
    ]);
    console.info('database.types.ts is up to date.');

    advise(url);
    console.info('The advisors found nothing above the level of information.');
  } finally {
    await programs.stop();
    place.wipe();
    fs.rmSync(stateDir, { recursive: true, force: true });
  }
}

// Findings below a warning are how a fresh database looks (unused indexes) or wanted (private tables without policies).
function advise(url: string): void {
  const { stdout } = cli('the advisors', [
    'db',
    'advisors',
    '--type',
    'all',
    '--level',
    'warn',
    `--remote=${url}`,
  ]);
  const list = stdout.slice(stdout.search(/^\[/m), stdout.lastIndexOf(']') + 1);
  const findings = list ? (JSON.parse(list) as { level: string; name: string; detail: string }[]) : [];
  if (findings.length === 0) return;
  const lines = findings.map(({ level, name, detail }) => `${level} ${name}: ${detail}`);
  throw new Error(['The advisors found:', ...lines].join('\n'));
}

function cli(what: string, args: string[]): Output {
  return run(what, process.platform === 'win32' ? 'npx.cmd' : 'npx', ['--yes', CLI, ...args]);
}

function run(what: string, command: string, args: string[]): Output {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: projectDir,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: command.endsWith('.cmd'),
    env: { ...process.env, SUPABASE_TELEMETRY_DISABLED: '1' },
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}${error?.message ?? ''}\n${what} failed.`);
  return { stdout, all: `${stdout}${stderr}` };
}
