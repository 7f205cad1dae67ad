// The npm package as apps use it: packed, installed into an app, bundled by Vite, on a page. Its own test says what is in it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, html, test, widgetIn, type SiteFile } from './embed-stage.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const BUTTON = '<button id="chat">Chat</button>';

/** What each page does when its button is pressed: the chat comes, and goes with the next press. */
const APPS: Record<string, string> = {
  load: `
    import { destroy, load, on } from 'handoff-widget';
    on('open', () => (document.title = 'opened'));
    let handoff;
    document.querySelector('#chat').onclick = async () => {
      if (handoff) handoff = destroy();
      else handoff = await load(options());
    };`,
  react: `
    import { createElement, StrictMode, useState } from 'react';
    import { createRoot } from 'react-dom/client';
    import { HandoffWidget } from 'handoff-widget/react';
    function App() {
      const [isThere, setThere] = useState(false);
      return [
        createElement('button', { key: 'chat', onClick: () => setThere(!isThere) }, 'Chat'),
        isThere && createElement(HandoffWidget, { key: 'widget', ...options() }),
      ];
    }
    createRoot(document.querySelector('#app')).render(createElement(StrictMode, null, createElement(App)));`,
  vue: `
    import { createApp, h, ref } from 'vue';
    import { HandoffWidget } from 'handoff-widget/vue';
    const isThere = ref(false);
    const press = () => (isThere.value = !isThere.value);
    createApp({
      render: () => [h('button', { onClick: press }, 'Chat'), isThere.value ? h(HandoffWidget, options()) : null],
    }).mount('#app');`,
};

/** The bundles, by the name of the app. */
let bundles: Record<string, string>;

function run(command: string, args: string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

// What is packed and built once serves all of them.
test.describe.configure({ mode: 'default' });

test.beforeAll(async () => {
  const app = mkdtempSync(join(tmpdir(), 'handoff-app-'));
  try {
    run('npm', ['pack', '--silent', '--pack-destination', app], at('../../src/handoff-widget'));
    const [tarball] = readdirSync(app);
    writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }');
    run('npm', ['install', '--offline', '--silent', '--no-audit', '--no-fund', `./${tarball}`], app);
    for (const name of ['react', 'react-dom', 'vue'])
      symlinkSync(at(`../../node_modules/${name}`), join(app, 'node_modules', name), 'junction');
    for (const [name, source] of Object.entries(APPS))
      writeFileSync(join(app, `${name}.js`), `const options = () => window.options;${source}`);
    await build({
      root: app,
      configFile: false,
      logLevel: 'error',
      build: {
        rollupOptions: {
          input: Object.keys(APPS).map((name) => join(app, `${name}.js`)),
          output: { entryFileNames: '[name].js', chunkFileNames: 'part-[name].js' },
        },
      },
    });
    const dist = join(app, 'dist');
    bundles = Object.fromEntries(
      readdirSync(dist).map((file) => [`/${file}`, readFileSync(join(dist, file), 'utf8')]),
    );
  } finally {
    rmSync(app, { recursive: true, force: true });
  }
});

for (const name of Object.keys(APPS)) {
  test(`${name}: the chat of the package opens, is asked, goes with its app, and comes back with the conversation`, async ({
    page,
    site,
    stack,
    shop,
    asksOnce,
    troubles,
  }) => {
    const options = { src: `${stack.app_url}/widget.js`, chatbot: shop.chatbotId, api: stack.api_url };
    const head = `<script>window.options = ${JSON.stringify(options)}</script>
      <script type="module" src="/${name}.js"></script>`;
    await page.goto(
      await site({ ...bundles, '/': html(name === 'load' ? BUTTON : '<div id="app"></div>', head) }),
    );
    const button = page.getByRole('button', { name: 'Chat', exact: true });
    const widget = widgetIn(page, shop);
    const element = page.locator('handoff-widget');
    await expect(element).toHaveCount(0);

    await button.click();
    await asksOnce();
    await button.click();
    await expect(element).toHaveCount(0);
    expect(await page.evaluate(() => 'Handoff' in window)).toBe(false);

    await button.click();
    await widget.open();
    await expect(element).toHaveCount(1);
    await expect(widget.confirmation).toBeVisible();
    expect(troubles).toEqual([]);
  });
}

test('under the strictest policy the package names what it needs: its own Trusted Types and the script’s nonce', async ({
  page,
  site,
  stack,
  shop,
  asksOnce,
  troubles,
}) => {
  const { app_url, api_url } = stack;
  const policy = [
    "default-src 'none'",
    "script-src 'nonce-once' 'strict-dynamic'",
    `connect-src ${api_url} ${api_url.replace(/^http/, 'ws')}`,
    "require-trusted-types-for 'script'",
    'trusted-types handoff handoff-load',
  ].join('; ');
  const options = { src: `${app_url}/widget.js`, chatbot: shop.chatbotId, api: api_url, nonce: 'once' };
  const body = html(
    BUTTON,
    `<script nonce="once">window.options = ${JSON.stringify(options)}</script>
     <script nonce="once" type="module" src="/load.js"></script>`,
  );
  const home: SiteFile = { body, headers: { 'content-security-policy': policy } };
  await page.goto(await site({ ...bundles, '/': home }));
  await page.getByRole('button', { name: 'Chat', exact: true }).click();
  await asksOnce();
  await expect(page).toHaveTitle('opened');
  expect(troubles).toEqual([]);
});
