// WebKitGTK, the engine of Safari as Debian builds it, in its MiniBrowser by plain W3C WebDriver. It has no headless mode, so it
// gets an X server, and a session bus that it would else wait for.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../supabase/local/ports.ts';
import { keysOf, START_MS, type Engine, type Tab } from './driver.ts';
import { start, startDisplay, temporaryFolder, until, versionOf } from './program.ts';

const BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const PATIENCE_MS = 60_000;

export const webkitgtk: Engine = {
  id: 'webkitgtk',
  name: 'WebKitGTK',
  driver: 'W3C WebDriver by WebKitWebDriver, MiniBrowser on Xvfb',
  needs: {
    programs: {
      WebKitWebDriver: 'webkit2gtk-driver',
      Xvfb: 'xvfb',
      'dbus-run-session': 'dbus-daemon',
      import: 'imagemagick',
    },
    packages: [],
  },
  cannot: {
    offline: 'W3C WebDriver has no command that takes the line away',
    'reduced motion': 'W3C WebDriver emulates no media feature',
    'forced colours': 'W3C WebDriver emulates no media feature, and WebKit has none',
    touch: 'WebKitWebDriver has no touch pointer',
  },
  // Its own programs do not tell.
  version: async () => versionOf('dpkg-query', '-W', '-f', '${source:Upstream-Version}', 'webkit2gtk-driver'),
  async window({ isDark, downloads }) {
    const home = temporaryFolder('webkitgtk');
    const config = join(home.path, '.config');
    mkdirSync(config);
    writeFileSync(join(config, 'user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`);
    const screen = await startDisplay();
    const port = await freePort();
    const driver = start(
      'dbus-run-session',
      ['--', 'WebKitWebDriver', '--host=127.0.0.1', `--port=${port}`],
      {
        DISPLAY: screen.display,
        GDK_BACKEND: 'x11',
        GTK_THEME: isDark ? 'Adwaita:dark' : 'Adwaita',
        WEBKIT_DISABLE_COMPOSITING_MODE: '1',
        // We may be root, for whom its sandbox does not start.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
        HOME: home.path,
        XDG_RUNTIME_DIR: home.path,
        XDG_CONFIG_HOME: config,
      },
    );
    const close = async () => {
      await driver.stop();
      await screen.stop();
      home.remove();
    };
    const base = `http://127.0.0.1:${port}`;
    try {
      await until('WebKitWebDriver', () => fetch(`${base}/status`).catch(() => null), {
        timeoutMs: START_MS,
        isLost: () => (driver.child.exitCode === null ? '' : driver.said() || 'it ended'),
      });
      const options = { binary: BROWSER, args: ['--automation'] };
      const { sessionId } = (await call('POST', `${base}/session`, {
        capabilities: {
          alwaysMatch: {
            browserName: 'MiniBrowser',
            'webkitgtk:browserOptions': options,
            timeouts: { script: PATIENCE_MS, pageLoad: PATIENCE_MS },
          },
        },
      })) as { sessionId: string };
      const session = `${base}/session/${sessionId}`;
      await call('POST', `${session}/window/rect`, { x: 0, y: 0, width: 1290, height: 900 });
      return {
        ...verbs(session, screen.display),
        close: async () => {
          await call('DELETE', session).catch(() => undefined);
          await close();
        },
      };
    } catch (error) {
      await close();
      throw error;
    }
  },
};

async function call(method: string, address: string, body?: object): Promise<unknown> {
  const answer = await fetch(address, {
    method,
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
  });
  const { value } = (await answer.json()) as { value: { error?: string; message?: string } | null };
  if (!answer.ok) throw new Error(`${value?.error}: ${value?.message}`);
  return value;
}

/** The private characters that stand for keys, W3C WebDriver section 17.4.2. */
const KEYS: Record<string, string> = {
  Shift: '\uE008',
  Control: '\uE009',
  Alt: '\uE00A',
  Tab: '\uE004',
  Enter: '\uE007',
  Escape: '\uE00C',
  Backspace: '\uE003',
};

function verbs(session: string, display: string): Omit<Tab, 'close'> {
  const act = async (actions: object[]) => {
    await call('POST', `${session}/actions`, { actions });
    await call('DELETE', `${session}/actions`);
  };
  const keys = (actions: object[]) => act([{ type: 'key', id: 'keyboard', actions }]);
  return {
    open: async (address) => void (await call('POST', `${session}/url`, { url: address })),
    run: (expression) =>
      call('POST', `${session}/execute/sync`, { script: `return (${expression})`, args: [] }),
    clickAt: (x, y) =>
      act([
        {
          type: 'pointer',
          id: 'mouse',
          parameters: { pointerType: 'mouse' },
          actions: [
            { type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y) },
            { type: 'pointerDown', button: 0 },
            { type: 'pointerUp', button: 0 },
          ],
        },
      ]),
    type: (text) =>
      keys(
        [...text].flatMap((value) => [
          { type: 'keyDown', value },
          { type: 'keyUp', value },
        ]),
      ),
    press(combination) {
      const { held, key } = keysOf(combination);
      const all = [...held, key].map((one) => KEYS[one] ?? one);
      return keys([
        ...all.map((value) => ({ type: 'keyDown', value })),
        ...all.reverse().map((value) => ({ type: 'keyUp', value })),
      ]);
    },
    // GET …/screenshot is never answered without compositing.
    picture: async (file) => void execFileSync('import', ['-display', display, '-window', 'root', file]),
  };
}
