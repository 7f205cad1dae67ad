/**
 * The launcher: the one script a customer's page loads. It draws the round button and keeps what the page or the visitor asks
 * for until `control.ts` is there, which follows when the page is at rest. Every byte here is paid before anything is to be seen;
 * and whatever happens, nothing may be thrown into the page around it.
 */
import type { WidgetConfig } from '#shared/contract.ts';
import { button, frame, host } from './button.ts';
import type { Call, HandoffApi, Stage, StartControl, Verb } from './launcher.ts';
import { load } from './parts.ts';
import { create, page, setting } from './tag.ts';

/** A page that never ends loading, or is never idle, gets its button all the same. */
const PATIENCE_MS = 5_000;

const warn = (reason: unknown) => console.warn('Handoff', reason);

/** What listens can wait, and is the only call that has more to say than its name. */
const isAsking = ([, event]: Call) => !event;

function launch(): void {
  const chatbot = setting('chatbot');
  const api = setting('api').replace(/\/+$/, '');
  if (!/^[\da-f-]{36} http/i.test(`${chatbot} ${api}`)) return console.error('Handoff: no chatbot or api');

  const calls: Call[] = [];
  const life = new AbortController();
  let control: Promise<void> | undefined;

  // Nothing is put into a page before it is at rest: what a framework is still taking over must be as its server sent it.
  const config = new Promise<unknown>((resolve) => {
    addEventListener('load', () => (window.requestIdleCallback || setTimeout)(resolve));
    setTimeout(resolve, page.readyState === 'complete' ? 0 : PATIENCE_MS);
  })
    .then(() => {
      // Beside the settings, not after the button: both are drawn in one frame then, and the page paints once.
      prepare();
      const locales = [setting('locale'), page.documentElement.lang, ...navigator.languages];
      return fetch(`${api}/functions/v1/widget/config?chatbot_id=${chatbot}&locale=${locales}`);
    })
    // No answer, or a broken one: the button stays, because a visitor must always be able to reach a person.
    .then((response) => (response.status < 500 ? response.json() : {}))
    .catch(() => ({})) as Stage['config'];

  const stage: Stage = { chatbot, api, setting, host, button, calls, call, life, config, load };

  /** Started once; after a failure the next call tries again. */
  function prepare(): void {
    control =
      control ||
      load<StartControl>('widget/control.js')
        .then((start) => start(stage))
        .catch((reason) => {
          warn(reason);
          control = undefined;
          if (calls.some(isAsking)) return config.then(despair);
        });
  }

  function call(call: Call): void {
    calls.push(call);
    if (isAsking(call)) prepare();
  }

  /** Nothing can be loaded: a sentence, with the team's own way to be reached. */
  function despair({ when_lost }: Partial<WidgetConfig>): void {
    const note = create('p');
    note.setAttribute('role', 'alert');
    note.append(when_lost ? when_lost.unavailable : 'No connection.');
    frame.replaceChildren(note, button);
  }

  const handoff = {
    push: ([verb, ...values]: Call) => handoff[verb as Verb](...values),
    destroy() {
      life.abort();
      host.remove();
      delete window.Handoff;
    },
  } as HandoffApi;
  for (const verb of ['open', 'close', 'escalate', 'on', 'reset'] as const)
    handoff[verb] = (...values) => {
      // Also if the page is left before there is anything to do it.
      if (verb === 'reset')
        try {
          localStorage[`handoff:${chatbot}:reset`] = 1;
        } catch {
          // Nothing is kept there either.
        }
      stage.call([verb, ...values]);
    };
  const queued = (window.Handoff || []) as Call[];
  window.Handoff = handoff;
  queued.forEach(handoff.push);

  button.onclick = () => handoff.open();
  config
    .then(({ code, accent_color = '#2563eb', colors, position = 'right', name = '' }) => {
      if (code) throw code;
      if (life.signal.aborted) return;
      frame.style.cssText = `--accent:${accent_color};--on-accent:${colors ? colors.on_accent : '#fff'}`;
      frame.dataset.side = setting('position') || position;
      // The one word that is nearly the same in all our languages; the panel brings a sentence.
      button.setAttribute('aria-label', 'Chat ' + name);
      // Beside the body, which may be hidden or swapped; but a page that is not ready yet may be taken over by a framework
      // that knows every child of its root.
      ((page.readyState !== 'complete' && page.body) || page.documentElement).append(host);
      // In the top layer no transform and no stacking of the page can reach it.
      host.popover = 'manual';
      if (host.showPopover) host.showPopover();
    })
    .catch(warn);
}

try {
  // A second copy of the script on one page is a mistake that must not show.
  if (!((window.Handoff || {}) as HandoffApi).open) launch();
} catch (error) {
  warn(error);
}
