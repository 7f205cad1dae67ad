// `npm run stack:reset`: forgets everything the local stack knows, its database first of all.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { projectDir } from './config.ts';
import { lockState } from './lock.ts';
import { findPlace } from './place.ts';

/** Removes the state folder's contents and the data folder. Throws a sentence while a stack runs there. */
export function reset(): void {
  const stateDir = process.env['HANDOFF_STATE_DIR'] ?? join(projectDir, 'supabase/.temp');
  if (fs.existsSync(stateDir)) {
    lockState(stateDir);
    findPlace(stateDir).wipe();
    fs.rmSync(stateDir, { recursive: true, force: true });
  }
  console.info('The local stack is empty; the next start makes it anew.');
}
