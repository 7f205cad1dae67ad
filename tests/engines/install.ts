// Brings the engines onto this machine: packages of Debian when we may install them, packages of npm into a folder of their own.
// None of it belongs to the product, so none of it is in package.json.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

const FOLDER = join(tmpdir(), 'handoff-engines');

/** Loads a package from the folder of the engines. */
export const require = createRequire(join(FOLDER, 'package.json'));
/** A file of a package there. */
export const fileOf = (name: string, path: string) => join(FOLDER, 'node_modules', name, path);

/** Installs what is missing; throws one sentence that names it when that is not possible here. */
export function install(programs: Record<string, string>, packages: string[]): void {
  const missing = Object.entries(programs).filter(([program]) => !isThere(program));
  if (missing.length > 0) installFromDebian([...new Set(missing.map(([, name]) => name))]);
  const still = Object.entries(programs).filter(([program]) => !isThere(program));
  if (still.length > 0)
    throw new Error(
      `Not found: ${still.map(([program, name]) => `${program} (package ${name})`).join(', ')}.`,
    );
  const absent = packages.filter((spec) => !isInstalled(spec));
  if (absent.length > 0) installFromNpm([...packages]);
}

function isThere(program: string): boolean {
  const places = isAbsolute(program)
    ? [program]
    : (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program));
  return places.some((place) => {
    try {
      accessSync(place, constants.R_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function installFromDebian(names: string[]): void {
  const list = names.join(' ');
  if (!isThere('apt-get') || process.getuid?.() !== 0)
    throw new Error(
      `This needs the Debian packages ${list}, and only root on Debian can install them: apt-get install ${list}`,
    );
  console.info(`Installing ${list} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] as ('ignore' | 'inherit')[] };
  execFileSync('apt-get', ['update', '-qq'], quiet);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet);
}

/** `name@version`, at exactly that version. */
function isInstalled(spec: string): boolean {
  const at = spec.lastIndexOf('@');
  try {
    const { version } = require(`${spec.slice(0, at)}/package.json`) as { version: string };
    return version === spec.slice(at + 1);
  } catch {
    return false;
  }
}

function installFromNpm(specs: string[]): void {
  console.info(`Installing ${specs.join(' ')} …`);
  mkdirSync(FOLDER, { recursive: true });
  // No scripts: they would download browsers.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--loglevel=error'];
  execFileSync('npm', ['install', '--prefix', FOLDER, ...flags, ...specs], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
