/**
 * The launcher: the one script a customer's page loads. It draws the round button, answers to `Handoff`, and fetches
 * everything else on the first click, when the visitor reaches for the button, or in an idle moment when this
 * browser has a conversation already. Every byte here is paid by every visitor of every page; and whatever
 * happens, nothing may be thrown into the page around it.
 */
import type { WidgetConfig } from '#shared/contract.ts';
import { textOn } from './color.ts';
import css from './launcher.css?inline';
import { LAUNCHER_NAMES, pickLocale } from './locale.ts';
import type { Panel, StartPanel } from './panel.ts';
import type { Texts } from './words.ts';

/** Goes into the names of the files below `widget/`, so that a release never meets another one's parts. */
declare const BUILD: string;

type Verb = 'open' | 'close' | 'escalate';
type Listener = (detail: object) => void;
type HandoffApi = Record<Verb, () => void> & {
  on(event: string, listener: Listener): void;
  /** Takes what a page queued before this script arrived: `(window.Handoff ??= []).push(['open'])`. */
  push(call: [string, ...unknown[]]): void;
};

declare global {
  interface Window {
    Handoff?: HandoffApi | [string, ...unknown[]][];
  }
}

function launch(script: HTMLScriptElement): void {
  const { chatbot = '', api = '', locale: wanted, position } = script.dataset;
  const locale = pickLocale([wanted, document.documentElement.lang, ...navigator.languages]);
  const listeners: [string, Listener][] = [];
  let panel: Promise<Panel> | undefined;

  const config = fetch(`${api}/functions/v1/widget/config?chatbot_id=${chatbot}&locale=${locale}`, {
    credentials: 'omit',
  }).then(
    (response) =>
      response.json().then((body) => (response.ok ? (body as WidgetConfig) : Promise.reject(body))),
    // No answer at all: the button stays, because a visitor must always be able to reach a person.
    () => null,
  );

  const host = document.createElement('handoff-widget');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const frame = document.createElement('div');
  frame.className = 'handoff';
  const button = document.createElement('button');
  button.className = 'launcher';
  button.type = 'button';
  button.ariaHasPopup = 'dialog';
  button.ariaExpanded = 'false';
  button.ariaLabel = LAUNCHER_NAMES[locale] ?? 'Chat';
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  path.setAttribute('d', 'M21 12a8.5 8.5 0 0 1-12.6 7.4L3 21l1.6-5.4A8.5 8.5 0 1 1 21 12Z');
  svg.append(path);
  button.append(svg);
  frame.append(button);
  root.append(frame);

  // The page's own rules may say anything about any element; only an important inline style outranks an important rule.
  for (const rule of ['all:initial', 'display:block', 'position:fixed', 'z-index:2147483647']) {
    const [name, value] = rule.split(':') as [string, string];
    host.style.setProperty(name, value, 'important');
  }

  /** The top layer, where no transform and no stacking of the page can reach. */
  function attach(): void {
    document.body.append(host);
    host.popover = 'manual';
    host.showPopover?.();
  }

  function paint(settings: WidgetConfig | null): void {
    const accent = settings?.accent_color ?? '#2563eb';
    frame.style.setProperty('--accent', accent);
    frame.style.setProperty('--on-accent', textOn(accent));
    frame.dataset.side = position ?? settings?.position ?? 'right';
  }

  function load<T>(file: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const element = document.createElement('script') as HTMLScriptElement & { handoff: T };
      element.src = new URL(`widget/${file}-${BUILD}.js`, script.src).href;
      element.nonce = script.nonce;
      element.onload = () => (element.remove(), resolve(element.handoff));
      element.onerror = () => (element.remove(), reject(new Error(file)));
      document.head.append(element);
    });
  }

  function boot(): Promise<Panel> {
    const started = Promise.all([
      load<StartPanel>('panel'),
      config.then((settings) => load<Texts>(pickLocale([settings?.locale, locale]))),
      config,
    ]).then(([start, texts, settings]) =>
      start({ chatbot, api, texts, config: settings, frame, button, root, paint, emit, locale }),
    );
    // The next click tries again.
    started.catch(() => (panel = undefined));
    return started;
  }

  function call(verb: Verb): void {
    panel ??= boot();
    button.ariaBusy = 'true';
    panel
      .then((loaded) => loaded[verb]())
      .catch(warn)
      .finally(() => (button.ariaBusy = null));
  }

  function emit(event: string, detail: object = {}): void {
    for (const [name, listener] of listeners) {
      try {
        if (name === event) listener(detail);
      } catch (error) {
        // A listener's mistake is its own; it must not stop the conversation.
        console.error(error);
      }
    }
  }

  const queued = window.Handoff;
  const handoff: HandoffApi = {
    open: () => call('open'),
    close: () => panel && call('close'),
    escalate: () => call('escalate'),
    on: (event, listener) => void listeners.push([event, listener]),
    push: ([verb, ...values]) =>
      (handoff[verb as 'on'] as ((...values: unknown[]) => void) | undefined)?.(...values),
  };
  window.Handoff = handoff;
  if (Array.isArray(queued)) queued.forEach(handoff.push);

  const prepare = () => void (panel ??= boot());
  button.onclick = () => call(button.ariaExpanded === 'true' ? 'close' : 'open');
  button.onpointerenter = button.onfocus = prepare;

  config
    .then((settings) => {
      paint(settings);
      attach();
      // A page that swaps its whole body for another must not lose the chat with it.
      new MutationObserver(() => document.body && !host.isConnected && attach()).observe(
        document.documentElement,
        {
          childList: true,
        },
      );
      if (isKnownHere(chatbot)) (window.requestIdleCallback ?? setTimeout)(prepare);
    }, warn)
    .catch(warn);
}

/** Whether this browser holds a conversation, or something not sent yet, from an earlier page. */
function isKnownHere(chatbot: string): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(`handoff:${chatbot}:`));
  } catch {
    return false;
  }
}

function warn(reason: unknown): void {
  console.warn('Handoff:', (reason as { message?: string }).message ?? reason);
}

const script = document.currentScript;
try {
  // A second copy of the script on one page is a mistake that must not show.
  if (script instanceof HTMLScriptElement && !(window.Handoff && 'open' in window.Handoff)) {
    if (document.body) launch(script);
    else addEventListener('DOMContentLoaded', () => launch(script));
  }
} catch (error) {
  warn(error);
}
