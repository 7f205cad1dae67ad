/** Keeps an open widget up to date: reads at the pace the moment asks for, and at once when a live hint comes. */
import { ApiError } from './api-error.ts';
import type { Api } from './api.ts';
import type { Chat } from './chat.ts';
import type { Later, Stop } from './later.ts';
import type { Launcher } from './launcher.ts';
import type { Live, OpenLive } from './realtime-part.ts';
import type { Session } from './session.ts';
import { read } from './store.ts';
import { phaseOf, type Phase } from './transcript.ts';

export interface Moment {
  is_open: boolean;
  is_visible: boolean;
  has_session: boolean;
  phase: Phase;
  is_live: boolean;
}

/**
 * Milliseconds until the next read; null while nothing can change that the visitor would see. An answer shows within
 * a second while somebody waits for it; settings within five, whether or not a hint arrives.
 */
export function pollDelay({ is_open, is_visible, has_session, phase, is_live }: Moment): number | null {
  const isWaiting = has_session && phase !== 'assistant';
  if (!is_visible) return isWaiting ? 30_000 : null;
  if (!is_open) return isWaiting ? (is_live ? 30_000 : 8_000) : null;
  return isWaiting && !is_live ? 700 : 3_500;
}

/** How long a config is believed: who is there, and how long it takes, changes with the clock and not with its version. */
const CONFIG_MS = 5 * 60_000;

export function keepInSync(
  launcher: Launcher,
  later: Later,
  chat: Chat,
  api: Api,
  session: Session,
  locale: string,
) {
  const { chatbot, signal } = launcher;
  let stop: Stop | undefined;
  let reading: Promise<void> | null = null;
  let isWanted = false;
  let pausedUntil = 0;
  let live: Live | undefined;
  let isConnecting = false;
  let configReadAt = launcher.config ? Date.now() : -Infinity;

  async function readConfig(): Promise<void> {
    chat.setConfig(await chat.heard(api.config(chatbot, locale)));
    configReadAt = Date.now();
  }

  async function readOnce(): Promise<void> {
    const token = session.token();
    if (!token) return readConfig();
    const { last_seq, config } = chat.state();
    const conversation = await chat.heard(api.conversation(token, last_seq));
    // The visitor may have begun anew meanwhile.
    if (session.token() !== token) return;
    chat.change(read(chat.state(), conversation));
    const isOld = Date.now() - configReadAt > CONFIG_MS;
    if (isOld || conversation.config_version !== config?.version) await readConfig();
  }

  async function readOrPause(): Promise<void> {
    try {
      await readOnce();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const token = session.token();
      if (error.code === 'TOKIV' && token) chat.loseSession(token);
      else if (!error.isPassing) chat.change({ fault: error.code });
      else pausedUntil = Date.now() + error.retryAfterMs;
    }
  }

  /** Reads now; a wish that comes while reading is served by one more read afterwards. */
  function now(): Promise<void> {
    stop?.();
    isWanted = !!reading;
    reading ??= readOrPause().finally(() => {
      reading = null;
      if (isWanted && !signal.aborted) void now();
      else schedule();
    });
    return reading;
  }

  function schedule(): void {
    stop?.();
    if (signal.aborted) return;
    listen();
    const delay = pollDelay(moment());
    if (delay === null || reading) return;
    stop = later(() => void now(), Math.max(delay, pausedUntil - Date.now()));
  }

  function moment(): Moment {
    const state = chat.state();
    return {
      is_open: state.is_open,
      is_visible: !document.hidden,
      has_session: session.token() !== null,
      phase: phaseOf(state),
      is_live: live?.isLive() ?? false,
    };
  }

  /** Live hints are for whoever waits for a person; should the part not come, polling alone serves. */
  function listen(): void {
    const { is_open, phase } = moment();
    const { config } = chat.state();
    const isWaiting = phase !== 'assistant';
    if (config?.realtime && isWaiting && !isConnecting) {
      isConnecting = true;
      launcher
        .load<OpenLive>('realtime')
        .then((open) => {
          live = open(config.realtime!, chatbot, later, readConfig, now);
          if (!signal.aborted) listen();
        })
        .catch(() => undefined);
    }
    live?.listen(is_open, session.conversationId(), isWaiting);
  }

  signal.addEventListener('abort', () => live?.listen(false, null, false));

  return { now, schedule };
}
