// A desktop session in which a real Orca runs, with a voice that writes instead of speaking. Browsers are started into it by its
// environment; no window manager and no sound is needed.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { start, startDisplay, temporaryFolder, until, versionOf } from '../engines/program.ts';

/** Programs, each with the package of Debian that has it. */
export const PROGRAMS: Record<string, string> = {
  orca: 'orca',
  Xvfb: 'xvfb',
  xdotool: 'xdotool',
  'dbus-run-session': 'dbus-daemon',
  gsettings: 'libglib2.0-bin',
  '/usr/libexec/at-spi-bus-launcher': 'at-spi2-core',
  '/usr/lib/x86_64-linux-gnu/gio/modules/libdconfsettings.so': 'dconf-gsettings-backend',
  '/usr/lib/python3/dist-packages/speechd': 'python3-speechd',
};

/** Live messages are handed out 100 ms apart, and a busy machine takes its time. */
const QUIET_MS = 2_500;

const SESSION = `
printenv DBUS_SESSION_BUS_ADDRESS > "$HANDOFF_BUS.part"; mv "$HANDOFF_BUS.part" "$HANDOFF_BUS"
gsettings set org.gnome.desktop.interface toolkit-accessibility true
/usr/libexec/at-spi-bus-launcher --launch-immediately &
sleep 1
exec orca --replace`;

export interface Session {
  /** What a browser is started with. */
  env: NodeJS.ProcessEnv;
  /** Gives the window of a browser the focus of X; without it Orca is silent about the page. */
  focus: (windowClass: string) => Promise<void>;
  /** Everything that was spoken so far. */
  spoken: () => string[];
  /** Waits until nothing more is spoken. */
  quiet: () => Promise<void>;
  stop: () => Promise<void>;
}

export const orcaVersion = () => versionOf('dpkg-query', '-W', '-f', '${source:Upstream-Version}', 'orca');

export async function startSession(): Promise<Session> {
  const home = temporaryFolder('orca');
  const screen = await startDisplay();
  const file = join(home.path, 'spoken');
  const bus = join(home.path, 'bus');
  for (const folder of ['run', '.config', '.data']) mkdirSync(join(home.path, folder), { mode: 0o700 });
  const env: NodeJS.ProcessEnv = {
    HOME: home.path,
    XDG_RUNTIME_DIR: join(home.path, 'run'),
    XDG_CONFIG_HOME: join(home.path, '.config'),
    XDG_DATA_HOME: join(home.path, '.data'),
    DISPLAY: screen.display,
    LC_ALL: 'C.UTF-8',
    NO_AT_BRIDGE: '0',
    GNOME_ACCESSIBILITY: '1',
    // Its sandbox would keep the content from the bus.
    MOZ_DISABLE_CONTENT_SANDBOX: '1',
  };
  const orca = start('dbus-run-session', ['--', 'sh', '-c', SESSION], {
    ...env,
    PYTHONPATH: fileURLToPath(new URL('./stub', import.meta.url)),
    PYTHONDONTWRITEBYTECODE: '1',
    HANDOFF_SPOKEN: file,
    HANDOFF_BUS: bus,
  });
  const spoken = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);
  const stop = async () => {
    await orca.stop();
    await screen.stop();
    home.remove();
  };
  try {
    // It greets.
    await until('Orca', () => spoken().length > 0, {
      timeoutMs: 120_000,
      isLost: () => (orca.child.exitCode === null ? '' : orca.said() || 'it ended'),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env: { ...env, DBUS_SESSION_BUS_ADDRESS: readFileSync(bus, 'utf8').trim() },
    spoken,
    stop,
    async focus(windowClass) {
      const run = (...args: string[]) =>
        execFileSync('xdotool', args, { env: { ...process.env, ...env }, encoding: 'utf8' });
      const window = await until(`a window of ${windowClass}`, () => {
        try {
          return run('search', '--onlyvisible', '--class', windowClass).trim().split('\n').at(-1);
        } catch {
          return null;
        }
      });
      run('windowfocus', '--sync', window);
    },
    async quiet() {
      for (let before = -1; before !== spoken().length;) {
        before = spoken().length;
        await delay(QUIET_MS);
      }
    },
  };
}
