/**
 * What the npm package `handoff-widget` does: it puts the tag of the widget on the page and hands out the widget's calls, typed.
 * The widget itself stays on the Handoff server, so that a release reaches every page without an update of this package.
 * On a server it can be imported and called, and does nothing. There is at most one widget on a page.
 */

export interface HandoffOptions {
  /** The address of the script: `https://HOST/widget.js`. */
  src: string;
  /** The chatbot's id, a UUID. */
  chatbot: string;
  /** The address of the Supabase project: `https://PROJECT.supabase.co`. */
  api: string;
  /** One of the fifteen languages, such as `de`; else the page's, else the browser's. */
  locale?: string | undefined;
  /** Outranks the owner's setting. */
  position?: 'left' | 'right' | undefined;
  /** Where a Content Security Policy admits scripts by nonce. */
  nonce?: string | undefined;
}

export interface HandoffEvents {
  /** The chat was opened, by the visitor or by a call. */
  open: object;
  close: object;
  /** A person of the team has written. */
  message: { role: 'agent' };
  /** The visitor asked for a person, and the request is stored. */
  escalated: { reference: string };
}

/** `window.Handoff`, as the widget leaves it there. */
export interface Handoff {
  open(): void;
  close(): void;
  /** Opens the chat and asks for a person. */
  escalate(): void;
  on<Name extends keyof HandoffEvents>(event: Name, listener: (detail: HandoffEvents[Name]) => void): void;
  /** Forgets the visitor, as after a sign-out on a shared computer; the next one begins with an empty chat. */
  reset(): void;
  /** Takes the widget off the page. */
  destroy(): void;
}

type Call = [verb: string, ...values: unknown[]];
/** Before the script has run, an array of calls that it will make. */
type Queue = Pick<Call[], 'push'> & Partial<Handoff>;

interface Policy {
  createScriptURL(url: string): string;
}

interface Page {
  Handoff?: Queue | undefined;
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
}

interface Load {
  key: string;
  ready: Promise<Handoff>;
  handoff?: Handoff;
}

const isBrowser = typeof document !== 'undefined';
const page = (isBrowser ? window : {}) as unknown as Page;

let wanted: Load | undefined;
/** Tags go one after the other: two that are on their way at once would both find the page empty. */
let last: Promise<unknown> = Promise.resolve();
let policy: Policy | undefined;

const present = () => (page.Handoff?.open ? (page.Handoff as Queue & Handoff) : undefined);

/**
 * Resolves with the widget once it is on the page. The same options again give the same promise, others replace the widget, and
 * a tag that the page has of its own is taken as it is. Rejects with a sentence when the script cannot be loaded (the next call
 * tries again), when it does not start, when `destroy()` came first, and on a server.
 */
export function load(options: HandoffOptions): Promise<Handoff> {
  if (!isBrowser) return refuse('load() needs a browser; on a server there is no page to put the chat on');
  const { src, chatbot, api, locale, position } = options;
  const key = JSON.stringify([src, chatbot, api, locale, position]);
  if (wanted?.key === key && (!wanted.handoff || wanted.handoff === page.Handoff)) return wanted.ready;
  if (wanted) destroy();
  const own: Load = { key, ready: last.then(() => start(own, options)) };
  wanted = own;
  last = own.ready.catch(() => {
    if (wanted === own) wanted = undefined;
  });
  return own.ready;
}

async function start(own: Load, options: HandoffOptions): Promise<Handoff> {
  const isWanted = () => wanted === own || refuse('destroyed before it was there');
  await isWanted();
  if (!present()) await addTag(options);
  if (wanted !== own) present()?.destroy();
  await isWanted();
  own.handoff = present();
  return own.handoff ?? refuse(`${options.src} has run but did not start; the console says why`);
}

function addTag({ src, nonce, chatbot, api, locale, position }: HandoffOptions): Promise<unknown> {
  const tag = document.createElement('script');
  Object.assign(tag.dataset, { chatbot, api }, locale && { locale }, position && { position });
  if (nonce) tag.nonce = nonce;
  // A page with Trusted Types takes no plain text for the address of a script.
  policy ??= page.trustedTypes?.createPolicy('handoff-load', { createScriptURL: (url) => url });
  const arrived = new Promise((resolve, reject) => {
    tag.onload = resolve;
    tag.onerror = () => reject(new Error(`handoff-widget: ${src} could not be loaded`));
  });
  tag.src = policy?.createScriptURL(src) ?? src;
  document.head.append(tag);
  return arrived.finally(() => tag.remove());
}

/** Thrown where it is awaited; where nobody waits, it ends no process. */
function refuse(sentence: string): Promise<never> {
  const refused = Promise.reject(new Error(`handoff-widget: ${sentence}`));
  refused.catch(() => {});
  return refused;
}

let mounts = 0;

/**
 * For components: keeps the widget on the page until the function that it returns is called. The widget stays while another
 * mount takes over within the same task, as on the way from one page of an app to the next, and as React's StrictMode does.
 */
export function mount(options: HandoffOptions): () => void {
  if (!isBrowser) return () => {};
  mounts++;
  load(options).catch((reason: unknown) => console.warn(reason));
  return () => {
    mounts--;
    setTimeout(() => {
      if (!mounts) destroy();
    });
  };
}

/** Takes the widget off the page, also one that is still on its way. */
export function destroy(): void {
  wanted = undefined;
  present()?.destroy();
}

function call(...values: Call): void {
  if (isBrowser) (page.Handoff ??= [] as Queue).push(values);
}

/** Like the others below, also before the widget is there: it is done as soon as it is. */
export const open = (): void => call('open');
export const close = (): void => call('close');
/** Opens the chat and asks for a person. */
export const escalate = (): void => call('escalate');
/** Forgets the visitor, as after a sign-out on a shared computer; the next one begins with an empty chat. */
export const reset = (): void => call('reset');
export const on: Handoff['on'] = (event, listener) => call('on', event, listener);
