/** What the scripts of the widget, which arrive apart, hand each other. */
import type { WidgetConfig } from '#shared/contract.ts';
import type { Texts } from './words.ts';

export type Listener = (detail: object) => void;
export type Verb = 'open' | 'close' | 'escalate' | 'on' | 'reset';
export type Call = [verb: string, ...values: unknown[]];

/** The page's side of the widget; `src/handoff-widget` has it for users of types, and says what each call does. */
export interface HandoffApi extends Record<Verb, (...values: unknown[]) => void> {
  destroy(): void;
  push(call: Call): void;
}

declare global {
  interface Window {
    Handoff?: HandoffApi | Call[];
  }
}

/**
 * From `widget.js` to `control.ts`. A browser may have kept the one, and the other may be of a later release: what stands here is
 * only ever added to.
 */
export interface Stage {
  chatbot: string;
  api: string;
  /** What the tag says, by name; empty when it says nothing. */
  setting(name: 'locale' | 'position'): string;
  host: HTMLElement;
  button: HTMLButtonElement;
  /** Asked for before there was anything to do it. */
  calls: Call[];
  /** Where the page's calls go. */
  call(call: Call): void;
  /** Aborted when the page takes the widget away. */
  life: AbortController;
  /** Empty when the server has not answered; a `code` when it has refused. */
  config: Promise<Partial<WidgetConfig> & { code?: string }>;
  load<Part>(path: string): Promise<Part>;
}

/** `isFresh` when it was fetched because the panel of an older one is gone. */
export type StartControl = (stage: Stage, isFresh?: boolean) => void;

/** From `control.ts` to the panel; both are of one release. Each name is one word: the build makes the panel's others short. */
export interface Launcher {
  chatbot: string;
  api: string;
  locale: string;
  /** The script tag's own wish, which outranks the owner's setting. */
  position: string | undefined;
  texts: Texts;
  config: WidgetConfig | null;
  frame: HTMLElement;
  button: HTMLButtonElement;
  root: ShadowRoot;
  /** Aborted when the page takes the widget away: whatever listens, waits or holds a line open ends with it. */
  signal: AbortSignal;
  load<Part>(part: string): Promise<Part>;
  emit(event: string, detail?: object): void;
}

export interface Panel {
  open(): void;
  close(): void;
  escalate(): void;
  /** Forgets the visitor: the next one at this device begins with an empty chat. What is not sent yet is still sent, unseen. */
  reset(): void;
}

export type StartPanel = (launcher: Launcher) => Promise<Panel>;
