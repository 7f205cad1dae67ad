// Real apps of other frameworks, built for production with the packed npm package, on the built product: the chat opens, stays
// open from one page to the next and back, and nothing disturbs their hydration.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../supabase/local/ports.ts';
import { expect, test, widgetIn } from '../e2e/embed-stage.ts';
import { APPS, type App } from './apps.ts';

const ownPackage = fileURLToPath(new URL('../../src/handoff-widget', import.meta.url));

for (const app of APPS) {
  // The framework itself stands first.
  const [version] = Object.values(app.dependencies);

  test(`${app.name} ${version}: one chat, from page to page and back`, async ({
    page,
    stack,
    shop,
    asksOnce,
    troubles,
  }) => {
    const options = { src: `${stack.app_url}/widget.js`, chatbot: shop.chatbotId, api: stack.api_url };
    const folder = mkdtempSync(join(tmpdir(), `handoff-${app.name}-`.toLowerCase()));
    page.on('console', (message) => {
      if (/hydrat/i.test(message.text())) troubles.push(message.text());
    });
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    let server: ChildProcess | undefined;
    try {
      make(app, folder, options);
      const { app: port } = await freePorts();
      server = start(app, folder, port);
      const origin = `http://localhost:${port}`;
      await expect.poll(() => answers(origin), { timeout: 120_000 }).toBe(true);

      const widget = widgetIn(page, shop);
      for (const path of ['', '/tag']) {
        await page.goto(origin + path);
        await page.evaluate(() => Object.assign(window, { isSame: true }));
        if (path) await widget.open();
        else await asksOnce();
        await widget.input.press('Escape');
        await page.getByRole('link', { name: 'Second' }).click();
        await expect(page.locator('h1')).toHaveText('Second');
        await widget.open();
        await expect(widget.confirmation).toBeVisible();
        await page.goBack();
        await expect(page.locator('h1')).toHaveText('First');
        await expect(widget.panel).toBeVisible();
        await expect(page.locator('handoff-widget')).toHaveCount(1);
        // All of it without a new document.
        expect(await page.evaluate(() => 'isSame' in window)).toBe(true);
      }
      expect(troubles).toEqual([]);
    } finally {
      server?.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

function make({ dependencies, files, build }: App, folder: string, options: object): void {
  run('npm', ['pack', '--silent', '--pack-destination', folder], ownPackage);
  const [tarball] = readdirSync(folder);
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, 'handoff-widget': `file:${tarball}` },
  };
  const all = {
    ...files,
    'package.json': JSON.stringify(manifest, null, 2),
    'handoff.js': `export const options = ${JSON.stringify(options)};\n`,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], folder);
  run(build[0]!, build.slice(1), folder);
}

/** Finds what the app has installed first, asks no questions and reports to nobody. */
function surroundings(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CI: 'true',
    NEXT_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
    PATH: [join(folder, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  };
}

function run(command: string, args: string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: surroundings(cwd),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

function start({ start: [command, ...args] }: App, folder: string, port: number): ChildProcess {
  const env = {
    ...surroundings(folder),
    PORT: String(port),
    HOST: '127.0.0.1',
    ORIGIN: `http://localhost:${port}`,
  };
  return spawn(command!, args, { cwd: folder, env, stdio: 'ignore' });
}

const answers = (origin: string) =>
  fetch(origin).then(
    ({ ok }) => ok,
    () => false,
  );
