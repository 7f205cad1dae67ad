// The end-to-end tests need a Chromium, best without windows: the system's, else Playwright's own download, else the distribution's package.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { projectDir } from './install.mjs';

const NAMES = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

/** Finds a Chromium or installs one; throws a sentence when neither works. */
export function ensureChromium() {
  if (findChromium() || hasPlaywrightChromium()) return;
  console.info('Installing a Chromium for the end-to-end tests …');
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  const isRoot = process.getuid?.() === 0;
  const attempts = [
    [npx, 'playwright', 'install', ...(isRoot ? ['--with-deps'] : []), 'chromium'],
    ...(isRoot
      ? [
          [
            'sh',
            '-c',
            'apt-get update -qq && { apt-get install -y -qq chromium chromium-headless-shell || apt-get install -y -qq chromium; }',
          ],
        ]
      : []),
  ];
  for (const [command, ...args] of attempts) {
    const { status } = spawnSync(command, args, {
      cwd: projectDir,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: command.endsWith('.cmd'),
    });
    if (status === 0 && (findChromium() || hasPlaywrightChromium())) return;
  }
  throw new Error('No Chromium was found and none could be installed: put `chromium` on the PATH.');
}

/** The first Chromium on the PATH. */
function findChromium() {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) if (existsSync(join(dir, name))) return join(dir, name);
  }
  return undefined;
}

function hasPlaywrightChromium() {
  const probe =
    "import('@playwright/test').then(({ chromium }) => process.stdout.write(chromium.executablePath()))";
  const { stdout } = spawnSync(process.execPath, ['-e', probe], { cwd: projectDir, encoding: 'utf8' });
  return Boolean(stdout) && existsSync(stdout);
}
