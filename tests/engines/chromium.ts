// Chromium by its own protocol over a plain WebSocket, which has not changed for these verbs: the same code drives the one of today,
// which the others are held against, and one of 2021.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import WebSocket from 'ws';
import { keysOf, SIZE, START_MS, type Engine, type Tab, type WindowOptions } from './driver.ts';
import { fileOf } from './install.ts';
import { start, temporaryFolder, until, versionOf } from './program.ts';

const PATIENCE_MS = 60_000;

/** The newest one on this machine. */
export const chromium: Engine = {
  id: 'chromium',
  name: 'Chromium',
  driver: 'Chrome DevTools Protocol',
  needs: { programs: { chromium: 'chromium' }, packages: [] },
  cannot: {},
  version: async () => /[\d.]{5,}/.exec(versionOf('chromium', '--version'))?.[0] ?? 'unknown',
  window: (options) => {
    const screen = options.session ? '--force-renderer-accessibility' : '--headless=new';
    return open('chromium', [screen, '--disable-gpu'], {}, options);
  },
};

/** The oldest that can still be had as a package: above the widget's floor, below the dashboard's. */
export const oldChromium: Engine = {
  id: 'chromium-92',
  name: 'Chromium 92',
  driver: 'Chrome DevTools Protocol',
  // Debian's Chromium brings the libraries it is linked with.
  needs: { programs: { chromium: 'chromium' }, packages: ['chrome-aws-lambda@10.1.0'] },
  cannot: {},
  belowDashboard: 'the dashboard works from Chrome 111 on; below that it says so',
  version: async () => /[\d.]{5,}/.exec(versionOf(unpacked(), '--version', '--no-sandbox'))?.[0] ?? '92',
  window: (options) => {
    const program = unpacked();
    const env = { LD_LIBRARY_PATH: dirname(program) };
    return open(
      program,
      ['--headless', '--single-process', '--no-zygote', '--use-gl=swiftshader'],
      env,
      options,
    );
  },
};

function unpacked(): string {
  const program = fileOf('chrome-aws-lambda', 'unpacked/chromium');
  if (existsSync(program)) return program;
  const graphics = join(dirname(program), 'swiftshader');
  mkdirSync(graphics, { recursive: true });
  const unpack = (file: string) =>
    brotliDecompressSync(readFileSync(fileOf('chrome-aws-lambda', `bin/${file}`)));
  // Without its own renderer beside it it looks for a graphics card for ever, and answers nothing.
  execFileSync('tar', ['x'], { cwd: graphics, input: unpack('swiftshader.tar.br') });
  // Under its name only when it is whole.
  writeFileSync(`${program}.part`, unpack('chromium.br'));
  chmodSync(`${program}.part`, 0o755);
  renameSync(`${program}.part`, program);
  return program;
}

async function open(
  program: string,
  flags: string[],
  env: NodeJS.ProcessEnv,
  { isDark, downloads, session }: WindowOptions,
): Promise<Tab> {
  const profile = temporaryFolder('chromium');
  const browser = start(
    program,
    [
      ...flags,
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Without a screen it has no mouse, and a page is told so: hover and a fine pointer, as on a desk.
      '--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile.path}`,
      `--window-size=${SIZE.width},${SIZE.height}`,
      'about:blank',
    ],
    { ...env, HOME: profile.path, ...session },
  );
  const close = async () => {
    await browser.stop();
    profile.remove();
  };
  try {
    const isLost = () => (browser.child.exitCode === null ? '' : browser.said() || 'it ended');
    const file = join(profile.path, 'DevToolsActivePort');
    const port = await until(
      'Chromium',
      () =>
        existsSync(file) &&
        readFileSync(file, 'utf8').split('\n')[1] &&
        readFileSync(file, 'utf8').split('\n')[0],
      { timeoutMs: START_MS, isLost },
    );
    const address = await until('a page of Chromium', () => pageOf(port), { timeoutMs: START_MS, isLost });
    const { send, end } = await connect(address);
    await send('Page.enable');
    // A screen reader has to know where the window really is.
    if (!session)
      await send('Emulation.setDeviceMetricsOverride', { ...SIZE, deviceScaleFactor: 1, mobile: false });
    const features = [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }];
    await send('Emulation.setEmulatedMedia', { features });
    await send('Page.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
    return {
      ...verbs(send),
      close: async () => {
        end();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function pageOf(port: string): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => null);
  const targets = ((await answer?.json()) ?? []) as { type: string; webSocketDebuggerUrl: string }[];
  return targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl;
}

interface Answer {
  result?: object;
  error?: { message: string };
}

type Send = (method: string, params?: object) => Promise<Record<string, unknown>>;

async function connect(address: string): Promise<{ send: Send; end: () => void }> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as Answer & { id?: number };
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  socket.on('close', () => {
    for (const answer of waiting.values()) answer({ error: { message: 'Chromium has ended' } });
  });
  let count = 0;
  const send: Send = (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = (count += 1);
      const late = setTimeout(() => reject(new Error(`${method} was not answered`)), PATIENCE_MS);
      waiting.set(id, ({ result, error }) => {
        clearTimeout(late);
        waiting.delete(id);
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve((result ?? {}) as Record<string, unknown>);
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
  return { send, end: () => socket.terminate() };
}

const MODIFIERS: Record<string, number> = { Alt: 1, Control: 2, Meta: 4, Shift: 8 };
const NAMED: Record<string, { code: number; text?: string }> = {
  Enter: { code: 13, text: '\r' },
  Escape: { code: 27 },
  Tab: { code: 9 },
  Backspace: { code: 8 },
};

function verbs(send: Send): Omit<Tab, 'close'> {
  const mouse = (type: string, x: number, y: number, more = {}) =>
    send('Input.dispatchMouseEvent', { type, x, y, ...more });
  return {
    async open(address) {
      const { errorText } = await send('Page.navigate', { url: address });
      if (errorText) throw new Error(`${address}: ${String(errorText)}`);
    },
    async run(expression) {
      const { result, exceptionDetails } = (await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      })) as { result: { value?: unknown }; exceptionDetails?: { exception?: { description?: string } } };
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? 'a script failed');
      return result.value;
    },
    async clickAt(x, y) {
      await mouse('mouseMoved', x, y);
      await mouse('mousePressed', x, y, { button: 'left', buttons: 1, clickCount: 1 });
      await mouse('mouseReleased', x, y, { button: 'left', clickCount: 1 });
    },
    type: async (text) => void (await send('Input.insertText', { text })),
    async press(keys) {
      const { held, key } = keysOf(keys);
      const modifiers = held.reduce((sum, one) => sum + (MODIFIERS[one] ?? 0), 0);
      const named = NAMED[key];
      const text = modifiers & ~MODIFIERS['Shift']! ? undefined : named ? named.text : key;
      const event = {
        key,
        modifiers,
        windowsVirtualKeyCode: named?.code ?? key.toUpperCase().charCodeAt(0),
        code: named ? key : `Key${key.toUpperCase()}`,
      };
      await send('Input.dispatchKeyEvent', { ...event, type: text ? 'keyDown' : 'rawKeyDown', text });
      await send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' });
    },
    async picture(file) {
      const { data } = await send('Page.captureScreenshot', { format: 'png' });
      writeFileSync(file, Buffer.from(String(data), 'base64'));
    },
  };
}
