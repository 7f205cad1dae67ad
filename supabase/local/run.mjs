// The first program a newcomer runs: plain Node, because nothing is installed yet. It installs, builds what has changed and hands
// over to main.ts; `npm test` goes through it too.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { ensureBuilt } from './setup/build.mjs';
import { ensureChromium } from './setup/chromium.mjs';
import { ensureInstalled, projectDir } from './setup/install.mjs';

const commands = {
  start: async () => {
    ensureInstalled();
    ensureBuilt();
    await serve('start');
  },
  dev: async () => {
    ensureInstalled();
    ensureBuilt({ widgetOnly: true });
    await serve('dev');
  },
  stack: async () => {
    ensureInstalled();
    await serve('stack');
  },
  reset: async () => {
    ensureInstalled();
    const { reset } = await load('./reset.ts');
    reset();
  },
  receiver: async () => {
    ensureInstalled();
    const { receive } = await load('./receiver.ts');
    await receive();
  },
  doctor: async () => {
    ensureInstalled();
    const { examine } = await load('../doctor/main.ts');
    process.exit(await examine(process.argv.slice(3)));
  },
  check: async () => {
    ensureInstalled();
    const { check } = await load('./check.ts');
    await check();
  },
  build: () => {
    ensureInstalled();
    ensureBuilt();
  },
  test: () => {
    ensureInstalled();
    ensureChromium();
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const { status } = spawnSync(npm, ['run', 'verify'], { cwd: projectDir, stdio: 'inherit' });
    process.exit(status ?? 1);
  },
};

async function serve(command) {
  const { main } = await load('./main.ts');
  await main(command);
}

async function load(module) {
  const { register } = await import('tsx/esm/api');
  register();
  return await import(module);
}

const command = commands[process.argv[2]];
if (!command) {
  console.error(`Say one of: ${Object.keys(commands).join(', ')}.`);
  process.exit(2);
}
try {
  await command();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
