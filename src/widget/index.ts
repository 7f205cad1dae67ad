/**
 * The launcher: the one script a customer's page loads. It draws the round button, answers to `Handoff`, and fetches
 * everything else on the first click, when the visitor reaches for the button, or in an idle moment when this
 * browser has a conversation already. Every byte here is paid by every visitor of every page; and whatever
 * happens, nothing may be thrown into the page around it.
 */
import type { WidgetConfig } from '#shared/contract.ts';
import css from './launcher.css?inline';
import { pickLocale } from './locale.ts';
import type { Panel, StartPanel } from './launcher.ts';
import type { Texts } from './words.ts';

/** Goes into the names of the files below `widget/`, so that a release never meets another one's parts. */
declare const BUILD: string;

type Listener = (detail: object) => void;
type Call = [verb: string, ...values: unknown[]];
interface HandoffApi {
  open(): void;
  close(): void;
  escalate(): void;
  on(event: string, listener: Listener): void;
  /** Takes what a page queued before this script arrived: `(window.Handoff ??= []).push(['open'])`. */
  push(call: Call): void;
}

interface ScriptPolicy {
  createScriptURL(url: string): string;
}

declare global {
  interface Window {
    Handoff?: HandoffApi | Call[];
    trustedTypes?: { createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy };
  }
}

const page = document;
const script = page.currentScript as HTMLScriptElement;
const warn = (reason: unknown) => console.warn('Handoff', reason);

function launch(): void {
  const { chatbot = '', api, locale: wanted, position } = script.dataset;
  const locale = pickLocale([wanted, page.documentElement.lang, ...navigator.languages]);
  const listeners: [string, Listener][] = [];
  const host = page.createElement('handoff-widget');
  const root = host.attachShadow({ mode: 'open' });
  const frame = page.createElement('div');
  const button = page.createElement('button');
  const life = new AbortController();
  const sheet = new CSSStyleSheet();
  let panel: Promise<Panel> | undefined;
  let reveal: Promise<unknown> | undefined;
  let policy: ScriptPolicy | undefined;

  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  frame.className = 'handoff';
  button.className = 'launcher';
  button.ariaHasPopup = 'dialog';
  button.ariaExpanded = 'false';
  frame.append(button);
  root.append(frame);
  // The page's own rules may say anything about any element; only an important inline style outranks an important rule.
  host.style.cssText =
    'all:initial!important;display:block!important;position:fixed!important;z-index:2147483647!important';

  /** Beside the body, which may be hidden or swapped; in the top layer, where no transform and no stacking of the page can reach. */
  function attach(): void {
    page.documentElement.append(host);
    host.popover = 'manual';
    host.showPopover?.();
  }

  /** A part of the widget: it leaves its value on the script element that brought it, so that no global is needed. */
  const load = <T>(part: string) =>
    new Promise<T>((resolve, reject) => {
      const element = page.createElement('script') as HTMLScriptElement & { handoff: T };
      const url = new URL(`widget/${part}-${BUILD}.js`, script.src).href;
      // A page with Trusted Types takes no plain text for the address of a script.
      policy ??= window.trustedTypes?.createPolicy('handoff', { createScriptURL: (own) => own });
      element.src = policy?.createScriptURL(url) ?? url;
      element.nonce = script.nonce;
      element.onload = () => resolve(element.handoff);
      element.onerror = reject;
      page.head.append(element);
    });

  async function boot(): Promise<Panel> {
    // Together, so that none of them fails unheard.
    const [start, texts, settings] = await Promise.all([
      load<StartPanel>('panel'),
      config.then((known) => load<Texts>(pickLocale([known?.locale, locale]))),
      config,
    ]);
    return start({
      chatbot,
      api: api!,
      position,
      texts,
      config: settings,
      frame,
      button,
      root,
      signal: life.signal,
      load,
      emit,
      locale,
    });
  }

  /** Started once; after a failure the next click tries again. */
  const prepare = () =>
    (panel ??= boot().catch((reason) => {
      panel = undefined;
      throw reason;
    }));

  function call(verb: keyof Panel): void {
    prepare()
      .then((loaded) => loaded[verb]())
      .catch(warn);
  }

  function emit(event: string, detail: object = {}): void {
    for (const [name, listener] of listeners) {
      // A listener's mistake is its own; it must not stop the conversation.
      if (name === event) Promise.resolve(detail).then(listener).catch(warn);
    }
  }

  const queued = window.Handoff as Call[] | undefined;
  const handoff: HandoffApi = {
    open: () => call('open'),
    close: () => panel && call('close'),
    escalate: () => call('escalate'),
    on: (event, listener) => void listeners.push([event, listener]),
    push: ([verb, ...values]) => (handoff[verb as 'on'] as (...values: unknown[]) => void)(...values),
  };
  window.Handoff = handoff;

  button.onclick = () => call(button.ariaExpanded === 'true' ? 'close' : 'open');
  button.onpointerenter = button.onfocus = () => void prepare().catch(warn);

  const config = fetch(`${api}/functions/v1/widget/config?chatbot_id=${chatbot}&locale=${locale}`)
    // No answer, or a broken one: the button stays, because a visitor must always be able to reach a person.
    .then((response) => (response.status < 500 ? response.json() : null))
    .catch(() => null)
    .then((body: (WidgetConfig & { code?: string }) | null) => {
      if (body?.code) throw body;
      const accent = body?.accent_color ?? '#2563eb';
      // Near enough to the eye's own weighing for a button; the panel weighs exactly.
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(accent.slice(at, at + 2), 16) ** 2) as [
        number,
        number,
        number,
      ];
      const isBright = r * 0.21 + g * 0.72 + b * 0.07 > 12_000;
      frame.style.cssText = `--accent:${accent};--on-accent:${isBright ? '#000' : '#fff'}`;
      frame.dataset.side = position ?? body?.position ?? 'right';
      // The one word that is nearly the same in all our languages; the panel brings a sentence.
      button.ariaLabel = `Chat ${body?.name ?? ''}`;
      attach();
      // A page that swaps its whole body for another must not lose the chat with it.
      new MutationObserver(() => host.isConnected || attach()).observe(page.documentElement, {
        childList: true,
      });
      // The button has lost its box, or never had one, which is told everywhere by this observer only: the page hides everything.
      new IntersectionObserver(
        () => host.getClientRects().length || (reveal ??= load('reveal').catch(warn)),
      ).observe(button);
      return body;
    });
  queued?.forEach(handoff.push);
  config
    .then(() => {
      // An earlier page left a conversation, or something not sent yet. Where storage is blocked, none did.
      const isKnown = Object.keys(localStorage).some((key) => key.startsWith(`handoff:${chatbot}`));
      if (isKnown) (window.requestIdleCallback ?? setTimeout)(() => prepare().catch(warn));
    })
    .catch(warn);
}

try {
  // A second copy of the script on one page is a mistake that must not show.
  if (!(window.Handoff as HandoffApi | undefined)?.open) {
    if (page.body) launch();
    else addEventListener('DOMContentLoaded', launch);
  }
} catch (error) {
  warn(error);
}
