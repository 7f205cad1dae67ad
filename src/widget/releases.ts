/**
 * Which parts of earlier releases stay. A page that was opened before a release goes on naming the parts of its own launcher,
 * so a build takes nothing away but what is older than the last few.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Enough for a busy day; a page that is older still fetches a fresh launcher. */
export const RELEASES_KEPT = 10;

const LIST = 'releases.json';

/** Writes a release, named by its hash, into the list of those kept in the folder, and removes the parts of all that fall out of it. */
export function keepReleases(folder: string, hash: string, count = RELEASES_KEPT): void {
  const list = join(folder, LIST);
  const before = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as string[]) : [];
  const kept = [hash, ...before.filter((one) => one !== hash)].slice(0, count);
  for (const name of readdirSync(folder)) {
    const release = /-(\w+)\.js$/.exec(name)?.[1];
    if (release && !kept.includes(release)) rmSync(join(folder, name));
  }
  writeFileSync(list, JSON.stringify(kept));
}
