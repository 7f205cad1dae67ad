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
import { addStyles } from './styles.ts';
import type { Texts } from './words.ts';

/** Goes into the names of the files below `widget/`, so that a release never meets another one's parts. */
declare const BUILD: string;

type Listener = (detail: object) => void;
type Call = [verb: string, ...values: unknown[]];
type Name = 'chatbot' | 'api' | 'locale' | 'position';
/** The page's side of the widget; `src/handoff-widget` has it for users of types. */
interface HandoffApi {
  open(): void;
  close(): void;
  /** Opens the chat and asks for a person. */
  escalate(): void;
  on(event: string, listener: Listener): void;
  /** Forgets the visitor, as after a sign-out on a shared computer; the next one begins with an empty chat. */
  reset(): void;
  /** Takes the widget off the page with all that it listens to. Only another tag brings it back. */
  destroy(): void;
  /** Takes what a page queued before this script arrived: `(window.Handoff ??= []).push(['open'])`. */
  push(call: Call): void;
}

interface ScriptPolicy {
  createScriptURL(url: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
  /** Ours, kept here because a name may be taken only once and a second launcher needs it too. */
  handoff?: ScriptPolicy;
}

type Part = HTMLScriptElement & { handoff?: unknown };

declare global {
  interface Window {
    Handoff?: HandoffApi | Call[];
    /** For tags that lose their attributes on the way, as tag managers do. */
    HandoffSettings?: Partial<Record<Name, string>>;
    trustedTypes?: PolicyFactory;
  }
}

const RETRY_MS = 30_000;
/** A page that never ends loading, or is never idle, gets its button all the same. */
const PATIENCE_MS = 5_000;

const page = document;
// A module has no current script.
const script = (page.currentScript || page.querySelector('script[src*="widget.js"]')) as Part;
/** Left on the element by the launcher that this one replaces: ends that one, and tells what it had been asked. */
const inherit = script && (script.handoff as (() => Call[]) | undefined);
const warn = (reason: unknown) => console.warn('Handoff', reason);

function launch(): void {
  const query = new URL(script.src).searchParams;
  const setting = (name: Name) =>
    (script.dataset[name] || query.get(name) || (window.HandoffSettings || {})[name] || '').trim();
  const chatbot = setting('chatbot');
  const api = setting('api').replace(/\/+$/, '');
  const position = setting('position') || undefined;
  if (!/^[\da-f-]{36}$/i.test(chatbot) || !/^https?:\/\/./.test(api))
    return console.error(`Handoff: no chatbot "${chatbot}" or no api "${api}"`);

  const key = `handoff:${chatbot}:`;
  const locale = pickLocale([setting('locale'), page.documentElement.lang, ...navigator.languages]);
  // Before Chrome 88, Firefox 89 and Safari 15 the panel has nothing to stand on.
  const isOld = !window.CSS || !CSS.supports('aspect-ratio:1');
  const listeners: [string, Listener][] = [];
  let life: AbortController;
  let host: HTMLElement;
  let root: ShadowRoot;
  let frame: HTMLElement;
  let button: HTMLButtonElement;
  let observer: MutationObserver;
  let html: HTMLElement;
  let panel: Promise<Panel> | undefined;
  let reveal: Promise<unknown> | undefined;

  /** Nothing is put into a page before it is at rest: what a framework is still taking over must be as its server sent it. */
  const settled = new Promise<unknown>((resolve) => {
    const rest = () => (window.requestIdleCallback || setTimeout)(resolve);
    if (page.readyState === 'complete') rest();
    addEventListener('load', rest);
    setTimeout(resolve, PATIENCE_MS);
  });

  function fetchScript(
    path: string,
    onload: (element: Part) => void,
    onerror: (reason: unknown) => void,
  ): Part {
    const element: Part = page.createElement('script');
    const url = new URL(path, script.src).href;
    const types = window.trustedTypes;
    // A page with Trusted Types takes no plain text for the address of a script.
    if (types)
      types.handoff = types.handoff || types.createPolicy('handoff', { createScriptURL: (own) => own });
    element.src = types ? types.handoff!.createScriptURL(url) : url;
    element.nonce = script.nonce;
    element.onload = () => (element.remove(), onload(element));
    element.onerror = (reason) => (element.remove(), onerror(reason));
    page.head.append(element);
    return element;
  }

  /** A part of the widget: it leaves its value on the script element that brought it, so that no global is needed. */
  const load = <T>(part: string) =>
    new Promise<T>((resolve, reject) =>
      fetchScript(`widget/${part}-${BUILD}.js`, ({ handoff }) => resolve(handoff as T), reject),
    );

  const config = settled
    .then(() => fetch(`${api}/functions/v1/widget/config?chatbot_id=${chatbot}&locale=${locale}`))
    // No answer, or a broken one: the button stays, because a visitor must always be able to reach a person.
    .then((response) => (response.status < 500 ? response.json() : null))
    .catch(() => null)
    .then((body: (WidgetConfig & { code?: string }) | null) => {
      if (body && body.code) throw body;
      return body;
    });

  function begin(): void {
    const own = (life = new AbortController());
    host = page.createElement('handoff-widget');
    root = host.attachShadow ? host.attachShadow({ mode: 'open' }) : (host as unknown as ShadowRoot);
    frame = page.createElement('div');
    button = page.createElement('button');
    panel = reveal = undefined;
    addStyles(root, css, script.nonce);
    frame.className = 'handoff';
    button.className = 'launcher';
    button.setAttribute('aria-haspopup', 'dialog');
    button.setAttribute('aria-expanded', 'false');
    frame.append(button);
    root.append(frame);
    // The page's own rules may say anything about any element; only an important inline style outranks an important rule.
    host.style.cssText =
      'all:initial!important;display:block!important;position:fixed!important;z-index:2147483647!important';
    button.onclick = () => call(isOpen() ? 'close' : 'open');
    button.onpointerenter = button.onfocus = () => isOld || prepare().catch(warn);
    // A page that swaps its body or its root for another must not lose the chat with it.
    observer = new MutationObserver(attach);
    config
      .then((body) => {
        if (own.signal.aborted) return;
        const accent = (body && body.accent_color) || '#2563eb';
        // Near enough to the eye's own weighing for a button; the panel weighs exactly.
        const [r, g, b] = [1, 3, 5].map((at) => parseInt(accent.slice(at, at + 2), 16) ** 2) as [
          number,
          number,
          number,
        ];
        const isBright = r * 0.21 + g * 0.72 + b * 0.07 > 12_000;
        frame.style.cssText = `--accent:${accent};--on-accent:${isBright ? '#000' : '#fff'}`;
        frame.dataset.side = position || (body ? body.position : 'right');
        // The one word that is nearly the same in all our languages; the panel brings a sentence.
        button.setAttribute('aria-label', `Chat ${body ? body.name : ''}`);
        html = page.documentElement;
        attach();
        if (isOld) return;
        // The button has lost its box, or never had one, which is told everywhere by this observer only: the page hides everything.
        const sight = new IntersectionObserver(() => {
          if (own.signal.aborted) sight.disconnect();
          else if (!host.getClientRects().length) reveal = reveal || load('reveal').catch(warn);
        });
        sight.observe(button);
        // An earlier page left a conversation, or something not sent yet. Where storage is blocked, none did.
        if (Object.keys(localStorage).some((name) => name.startsWith(key)))
          (window.requestIdleCallback || setTimeout)(again);
      })
      .catch(warn);
  }

  /** Beside the body, which may be hidden or swapped; in the top layer, where no transform and no stacking of the page can reach. */
  function attach(): void {
    if (!page.body) return;
    if (html !== page.documentElement) {
      // Another document, as after `document.open`: what we listened to went with the old one.
      const wasOpen = isOpen();
      end();
      begin();
      return wasOpen ? call('open') : undefined;
    }
    if (host.isConnected) return;
    html.append(host);
    host.setAttribute('popover', 'manual');
    if (host.showPopover) host.showPopover();
    observer.observe(page, { childList: true });
    observer.observe(html, { childList: true });
  }

  function end(): void {
    life.abort();
    observer.disconnect();
    host.remove();
  }

  const isOpen = () => button.getAttribute('aria-expanded') === 'true';

  async function boot(): Promise<Panel> {
    await settled;
    // Together, so that none of them fails unheard.
    const [start, texts, settings] = await Promise.all([
      load<StartPanel>('panel'),
      config.then((known) => load<Texts>(pickLocale([known && known.locale, locale]))),
      config,
    ]);
    const { signal } = life;
    return start({
      chatbot,
      api,
      position,
      texts,
      config: settings,
      frame,
      button,
      root,
      signal,
      load,
      emit,
      locale,
    });
  }

  /** Started once; after a failure the next click tries again. */
  const prepare = () =>
    (panel =
      panel ||
      boot().catch((reason) => {
        panel = undefined;
        throw reason;
      }));

  function call(verb: keyof Panel): void {
    if (life.signal.aborted) return;
    if (isOld) return lose(verb);
    prepare()
      .then((loaded) => loaded[verb]())
      .catch((reason) => {
        warn(reason);
        if (!(reason instanceof Event)) return;
        if (inherit) lose(verb);
        else renew(verb);
      });
  }

  /** A part is gone, as after a release: a fresh launcher knows the names of today. */
  function renew(verb?: keyof Panel): void {
    if (life.signal.aborted) return;
    const fresh = fetchScript(
      `widget.js?fresh=${Date.now()}`,
      () => Object.assign(handoff, window.Handoff) && (window.Handoff = handoff),
      () => (verb ? lose(verb) : setTimeout(renew, RETRY_MS)),
    );
    Object.assign(fresh.dataset, { chatbot, api, locale }, position && { position });
    fresh.handoff = () => {
      end();
      return [...listeners.map((one) => ['on', ...one]), ...(verb ? [[verb]] : [])];
    };
  }

  /** Something is kept: sent as soon as there is a panel to send it. */
  const again = () => void prepare().catch(() => setTimeout(renew, RETRY_MS));

  /** Nothing can be loaded: a sentence, the team's own way to be reached, and a request that is kept. */
  function lose(verb: keyof Panel): void {
    void config.then((body) => {
      const known = root.querySelector('p');
      if (known) known.remove();
      if (verb === 'close' || (known && verb === 'open')) return;
      const { unavailable, kept } = (body && body.when_lost) || {
        unavailable: 'The chat cannot be reached.',
        kept: 'Your request is kept. We keep trying.',
      };
      const note = page.createElement('p');
      const ask = page.createElement('button');
      note.setAttribute('role', 'alert');
      note.append([unavailable, body && body.person_available.contact_text].filter(Boolean).join('\n'));
      ask.append(body ? body.labels.request_help : 'Talk to a human');
      ask.onclick = () => {
        // The address of an object ends in a UUID, which is all that we want of it.
        const id = URL.createObjectURL(new Blob()).slice(-36);
        const at = new Date().toISOString();
        const request = { request_id: id, trigger: 'compact_link', tapped_at: at };
        try {
          localStorage[`${key}out:${id}`] = JSON.stringify({ id, at, kind: 'escalation', request });
          note.replaceChildren(kept);
          again();
        } catch (reason) {
          warn(reason);
        }
      };
      if (!isOld) note.append(ask);
      frame.prepend(note);
      if (verb === 'escalate') ask.click();
    });
  }

  function emit(event: string, detail: object = {}): void {
    for (const [name, listener] of listeners) {
      // A listener's mistake is its own; it must not stop the conversation.
      if (name === event) Promise.resolve(detail).then(listener).catch(warn);
    }
  }

  const handoff: HandoffApi = {
    open: () => call('open'),
    close: () => panel && call('close'),
    escalate: () => call('escalate'),
    on: (event, listener) => void listeners.push([event, listener]),
    reset() {
      // Also if the page is left before there is a panel to do it.
      try {
        localStorage[key + 'reset'] = 1;
      } catch {
        // Nothing is kept there either.
      }
      call('reset');
    },
    destroy() {
      end();
      listeners.length = 0;
      delete window.Handoff;
    },
    push: ([verb, ...values]) => (handoff[verb as 'on'] as (...values: unknown[]) => void)(...values),
  };
  const queued = inherit ? inherit() : (window.Handoff as Call[] | undefined);
  window.Handoff = handoff;
  begin();
  if (queued) queued.forEach(handoff.push);
}

try {
  // A second copy of the script on one page is a mistake that must not show.
  if (inherit || !window.Handoff || !('open' in window.Handoff)) launch();
} catch (error) {
  warn(error);
}
