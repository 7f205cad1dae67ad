/**
 * What stands behind the button: follows the launcher when the page is idle, keeps the widget on the page whatever becomes of
 * it, loads the panel when the visitor reaches for the button or the page calls, and says so when it cannot. It
 * runs in every browser, also in those that are too old for the panel. Its name is the same in each release, and the panel it knows is
 * that of its own: a browser may keep it for a while, and one whose panel is gone is followed by the control of today.
 */
import { addStyles } from './styles.ts';
import css from './control.css?inline';
import { guard } from './guard.ts';
import type { Call, Launcher, Listener, Panel, Stage, StartControl, StartPanel } from './launcher.ts';
import { pickLocale } from './locale.ts';
import { openNote } from './note.ts';
import { stay } from './stay.ts';
import type { Texts } from './words.ts';

/** Goes into the names of the other files below `widget/`, so that a release never meets another one's parts. */
declare const BUILD: string;

const RETRY_MS = 30_000;

const page = document;
const element = page.currentScript as HTMLScriptElement & { handoff: StartControl };
const { nonce } = element;
const warn = (reason: unknown) => console.warn('Handoff', reason);

function start(stage: Stage, isFresh = false): void {
  const { chatbot, api, setting, host, button, calls, life, config, load } = stage;
  if (life.signal.aborted) return;
  const root = host.shadowRoot || (host as unknown as ShadowRoot);
  const frame = button.parentElement!;
  const own = new AbortController();
  const { signal } = own;
  const listeners: [event: string, listener: Listener][] = [];
  const key = `handoff:${chatbot}:`;
  // Before Chrome 88, Firefox 89 and Safari 15 the panel has nothing to stand on.
  const isOld = !('aspectRatio' in button.style);
  let panel: Promise<Panel> | undefined;

  const part = <T>(name: string) => load<T>(`widget/${name}-${BUILD}.js`);
  const isOpen = () => button.getAttribute('aria-expanded') === 'true';

  function emit(event: string, detail: object = {}): void {
    for (const [name, listener] of listeners) {
      // A listener's mistake is its own; it must not stop the conversation.
      if (name === event) Promise.resolve(detail).then(listener).catch(warn);
    }
  }

  async function boot(): Promise<Panel> {
    const known = await config;
    const locale = pickLocale([setting('locale'), page.documentElement.lang, ...navigator.languages]);
    // Together, so that none of them fails unheard.
    const [startPanel, texts] = await Promise.all([
      part<StartPanel>('panel'),
      part<Texts>(known.locale || locale),
    ]);
    const launcher: Launcher = {
      chatbot,
      api,
      locale,
      position: setting('position') || undefined,
      texts,
      config: known.chatbot_id ? (known as Launcher['config']) : null,
      frame,
      button,
      root,
      signal,
      load: part,
      emit,
    };
    return startPanel(launcher);
  }

  /** Started once; after a failure the next call tries again. */
  const prepare = () =>
    (panel =
      panel ||
      boot().catch((reason) => {
        panel = undefined;
        throw reason;
      }));

  /** Without a verb: what is kept is sent as soon as there is a panel to send it. */
  function perform(verb?: keyof Panel): void {
    if (signal.aborted) return;
    if (isOld) return fail(verb);
    prepare()
      .then(
        (ready) => verb && ready[verb](),
        (reason) => {
          warn(reason);
          if (!isFresh) renew(verb);
          else fail(verb);
        },
      )
      .catch(warn);
  }

  /** A part is gone, as after a release: the control of today knows the names of today. */
  function renew(verb?: keyof Panel): void {
    if (signal.aborted) return;
    load<StartControl>(`widget/control.js?fresh=${Date.now()}`).then(
      (startFresh) => hand(startFresh, true, verb),
      () => fail(verb),
    );
  }

  function fail(verb?: keyof Panel): void {
    if (verb === 'open' || verb === 'escalate') note.show(verb).catch(warn);
    else if (!isOld) setTimeout(renew, RETRY_MS);
  }

  /** This one anew, or that of today, goes on in the place of this. */
  function hand(next: StartControl, isNextFresh: boolean, verb?: string): void {
    if (signal.aborted) return;
    own.abort();
    calls.push(...listeners.map((one): Call => ['on', ...one]));
    if (verb) calls.push([verb]);
    next(stage, isNextFresh);
  }

  const note = openNote({ frame, config, key, isOld, again: () => perform() });

  function call([verb, ...values]: Call): void {
    if (verb === 'on') listeners.push(values as [string, Listener]);
    else if (verb !== 'close' || panel) perform(verb as keyof Panel);
  }

  function draw(): void {
    addStyles(root, css, nonce);
    // What the launcher had to say, or the panel of a document that is gone.
    if (frame.children.length > 1) frame.replaceChildren(button);
    button.replaceChildren();
    button.setAttribute('aria-haspopup', 'dialog');
    button.setAttribute('aria-expanded', 'false');
    button.onclick = () => perform(isOpen() ? 'close' : 'open');
    if (!isOld) button.onpointerenter = button.onfocus = () => prepare().catch(warn);
  }

  config
    .then(({ code }) => {
      if (code || signal.aborted) return;
      draw();
      stay(host, button, signal, {
        revive: () => hand(start, isFresh, isOpen() ? 'open' : undefined),
        reveal: () => void part('reveal').catch(warn),
      });
      if (!isOld) guard(root, signal);
      stage.call = call;
      calls.splice(0).forEach(call);
      // The link of a mail brings a conversation, or an earlier page left one, or something not sent yet. Where storage is blocked, none did.
      if (/handoff=/.test(location.hash) || Object.keys(localStorage).some((name) => name.startsWith(key)))
        perform();
    })
    .catch(warn);
  life.signal.addEventListener('abort', () => own.abort());
}

element.handoff = start;
