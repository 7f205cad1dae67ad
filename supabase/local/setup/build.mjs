// Builds the widget and the app when, and only when, something they are made of has changed since the last build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import process from 'node:process';
import { projectDir } from './install.mjs';

const WIDGET = {
  sources: ['src/widget', 'supabase/functions/_shared', 'package-lock.json'],
  products: ['dist/widget.js'],
  stampFile: '.svelte-kit/widget.stamp',
  script: 'build:widget',
};
const APP = {
  sources: [
    'src',
    'static',
    'supabase/functions/_shared',
    'package.json',
    'package-lock.json',
    'svelte.config.js',
    'vite.config.ts',
    'tsconfig.json',
  ],
  listed: ['supabase/migrations'],
  products: ['build/index.js'],
  stampFile: 'build/.stamp',
  script: 'build',
};

/** Builds what is out of date. `widgetOnly` leaves the app to Vite's own server. */
export function ensureBuilt({ widgetOnly = false } = {}) {
  build(widgetOnly ? WIDGET : APP);
}

// The stamp stands beside what it vouches for, so that no copy of a project takes another's word for its own build.
function build({ sources, listed = [], products, stampFile, script }) {
  const stampPath = join(projectDir, stampFile);
  const stamp = digest(sources, listed);
  const isThere = products.every((product) => fs.existsSync(join(projectDir, product)));
  if (isThere && fs.existsSync(stampPath) && fs.readFileSync(stampPath, 'utf8') === stamp) return;
  console.info(`Building (npm run ${script}) …`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['run', '--silent', script], {
    cwd: projectDir,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) throw new Error(`${result.stdout}${result.stderr}npm run ${script} failed.`);
  fs.mkdirSync(dirname(stampPath), { recursive: true });
  fs.writeFileSync(stampPath, stamp);
}

// Neither tests nor the npm package change what is built. Of the folders in `listed` only the names of the files count.
function digest(sources, listed) {
  const hash = createHash('sha256').update(process.version);
  for (const folder of listed) hash.update(fs.readdirSync(join(projectDir, folder)).sort().join('\0'));
  const visit = (path) => {
    const name = relative(projectDir, path).split(sep).join('/');
    if (/^src\/handoff-widget$|\.test\.ts$/.test(name)) return;
    const stat = fs.statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) for (const entry of fs.readdirSync(path).sort()) visit(join(path, entry));
    else if (stat) hash.update(`${name}\0`).update(fs.readFileSync(path)).update('\0');
  };
  for (const source of sources) visit(join(projectDir, source));
  return hash.digest('hex');
}
