/** What the launcher and the panel, two scripts that arrive apart, hand each other. */
import type { WidgetConfig } from '#shared/contract.ts';
import type { Texts } from './words.ts';

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
