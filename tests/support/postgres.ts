/** A throw-away database with the platform's roles and schemas, as the embedded stack makes it. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase } from '../../supabase/local/database.ts';
import { findPlace } from '../../supabase/local/place.ts';
import { freePort } from '../../supabase/local/ports.ts';
import { Programs } from '../../supabase/local/programs.ts';

export interface TestPostgres {
  /** The connection string of a role; the superuser is `supabase_admin`. */
  url(role?: string): string;
  /** Ends the server like an administrator would, and starts it again on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<TestPostgres> {
  const stateDir = await mkdtemp(join(tmpdir(), 'handoff-postgres-'));
  // Under root the server runs as another user, who must reach its data.
  await chmod(stateDir, 0o755);
  const place = findPlace(stateDir);
  const programs = new Programs(join(stateDir, 'logs'));
  const { url, program } = await startDatabase(place, await freePort(), programs, true);
  return {
    url,
    restart: () => program.restart(),
    async stop() {
      await programs.stop();
      place.wipe();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
