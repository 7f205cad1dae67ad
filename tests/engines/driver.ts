// What every engine can be asked to do, and no more: the stories are told with these few verbs, so that they are the same everywhere.
// Input is real input at a point of the window; whatever looks into the page is a script of ours, see page.ts.

/** What some drivers cannot do, in the words of the report. */
export type Ability = 'download' | 'dark' | 'offline' | 'reduced motion' | 'forced colours' | 'touch';

export interface WindowOptions {
  isDark: boolean;
  /** An empty folder that downloads go to. */
  downloads: string;
  /** The environment of a desktop session whose screen reader listens; without it there is no screen. */
  session?: NodeJS.ProcessEnv;
}

export interface Tab {
  open: (address: string) => Promise<void>;
  /** Evaluates an expression in the page and hands back its value, which is JSON; a promise is awaited. */
  run: (expression: string) => Promise<unknown>;
  clickAt: (x: number, y: number) => Promise<void>;
  /** Types characters into what has the focus. */
  type: (text: string) => Promise<void>;
  /** One key, with what is held: `Enter`, `j`, `Control+Enter`. */
  press: (keys: string) => Promise<void>;
  /** Writes a PNG of the window. */
  picture: (file: string) => Promise<void>;
  /** Ends the browser and whatever was started for it. */
  close: () => Promise<void>;
}

export interface Engine {
  /** The word on the command line. */
  id: string;
  name: string;
  /** By which protocol it is driven. */
  driver: string;
  /** What it needs on this machine: packages of Debian, and of npm at their exact versions. */
  needs: { programs: Record<string, string>; packages: string[] };
  /** What its driver cannot do, each with why and what is done instead. */
  cannot: Partial<Record<Ability, string>>;
  /** Why the dashboard is not expected to work in it. */
  belowDashboard?: string;
  version: () => Promise<string>;
  /** A browser of its own with a profile of its own, and one window of 1280 × 800. */
  window: (options: WindowOptions) => Promise<Tab>;
}

export const SIZE = { width: 1280, height: 800 };
/** A browser that starts on a busy machine. */
export const START_MS = 180_000;

/** Splits `Control+Enter` into what is held and what is pressed. */
export function keysOf(keys: string): { held: string[]; key: string } {
  const parts = keys === '+' ? ['+'] : keys.split('+');
  return { held: parts.slice(0, -1), key: parts.at(-1)! };
}
