// A database for measuring: migrated like any other, with no stack around it, on memory-backed storage (what the CPU does) or on
// disk with fsync on (what waiting does).
import { chmodSync, existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { startDatabase } from '../../supabase/local/database.ts';
import { readKeys } from '../../supabase/local/keys.ts';
import { migrate } from '../../supabase/local/migrate.ts';
import { findPlace } from '../../supabase/local/place.ts';
import { freePort } from '../../supabase/local/ports.ts';
import { Programs } from '../../supabase/local/programs.ts';
import { fillVault } from '../../supabase/local/secrets.ts';

const MEMORY = '/dev/shm';

/** A running server with our schema. `clients` speak to the database `name`, one connection each. */
export interface BenchDatabase {
  storage: string;
  sql: Sql;
  clients: (count: number, name?: string) => Sql[];
  /** A second database in the same server, an exact copy of the first. */
  copy: (name: string) => Promise<Sql>;
  stop: () => Promise<void>;
}

/** Starts one; fsync is on everywhere, and costs nothing in memory. */
export async function openDatabase(storage: 'memory' | 'disk'): Promise<BenchDatabase> {
  const isMemory = storage === 'memory' && existsSync(MEMORY);
  const stateDir = mkdtempSync(join(isMemory ? MEMORY : tmpdir(), 'handoff-bench-'));
  chmodSync(stateDir, 0o755);
  const place = findPlace(stateDir);
  const programs = new Programs(join(stateDir, 'logs'));
  const open: Sql[] = [];
  const connect = (url: string) => {
    const sql = postgres(url, { max: 1, onnotice: () => undefined });
    open.push(sql);
    return sql;
  };
  const server = await startDatabase(place, await freePort(), programs, false);
  const address = (name = 'postgres') => server.url().replace(/\/postgres$/, `/${name}`);
  await fillVault(server.url(), readKeys(stateDir), {
    apiUrl: 'http://127.0.0.1:54321',
    appUrl: 'http://127.0.0.1:3000',
  });
  await migrate(server.url(), []);
  return {
    storage: isMemory ? 'memory-backed storage' : 'disk, fsync on',
    sql: connect(server.url()),
    clients: (count, name) => Array.from({ length: count }, () => connect(address(name))),
    async copy(name) {
      const admin = postgres(server.url('supabase_admin').replace(/\/postgres$/, '/template1'), { max: 1 });
      await Promise.all(open.splice(0).map((sql) => sql.end()));
      await admin.unsafe(`create database ${name} template postgres owner postgres`);
      await admin.end();
      return connect(address(name));
    },
    async stop() {
      await Promise.all(open.map((sql) => sql.end({ timeout: 1 })));
      await programs.stop();
      place.wipe();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
