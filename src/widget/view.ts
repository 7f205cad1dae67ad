/**
 * The panel as a whole: where its parts stand, how it opens and closes, where the focus goes. On a wide page it is a
 * dialog beside the page; on a phone it covers the screen and keeps the focus inside.
 */
import type { Chat } from './chat.ts';
import { parseColor, readableOn, textOn } from './color.ts';
import { h, icon, setText } from './element.ts';
import type { Launcher, Panel } from './launcher.ts';
import type { State } from './store.ts';
import conditions from './styles/conditions.css?inline';
import controls from './styles/controls.css?inline';
import frameStyles from './styles/frame.css?inline';
import logStyles from './styles/log.css?inline';
import { phaseOf, unreadCount } from './transcript.ts';
import { createComposer } from './view-composer.ts';
import { createLog } from './view-log.ts';
import type { Words } from './words.ts';

const CLOSE = 'M6 6l12 12M18 6 6 18';
const GROUNDS = { light: '#ffffff', dark: '#17181c' };

export function createView(launcher: Launcher, chat: Chat, words: Words, panel: Panel) {
  const { root, frame, button } = launcher;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(frameStyles + logStyles + controls + conditions);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  const phone = matchMedia('(max-width: 480px)');
  const name = h('h2', { id: 'name', class: 'name' });
  const status = h('p', { class: 'status', role: 'status' });
  const avatar = h('span', { class: 'avatar', 'aria-hidden': true });
  const close = h('button', { type: 'button', class: 'close', onclick: panel.close }, icon(CLOSE));
  close.ariaLabel = words.say('close_chat');
  const offline = h('p', { class: 'offline', role: 'status' });
  const log = createLog(chat, words, launcher.load);
  const composer = createComposer(chat, words);
  const badge = h('span', { class: 'badge', 'aria-hidden': true, hidden: true });
  const dialog = h(
    'section',
    { class: 'panel', role: 'dialog', 'aria-labelledby': 'name', tabindex: -1, hidden: true },
    h('div', { class: 'head' }, avatar, h('div', { class: 'who' }, name, status), close),
    log.element,
    offline,
    composer.element,
  );
  button.append(badge);
  frame.prepend(dialog);
  let isDrawing = false;
  let midnight: ReturnType<typeof setTimeout> | undefined;
  let isOpening = false;
  let latest = chat.state();

  /** Once per frame, in two tasks: what is to be seen is built in one, and laid out in the frame that follows. */
  function render(state: State): void {
    latest = state;
    if (!isDrawing) setTimeout(draw);
    isDrawing = true;
  }

  function draw(): void {
    const state = latest;
    let isWhole = true;
    const measured = () => {
      isDrawing = false;
      settle();
      if (latest !== state || !isWhole) render(latest);
    };
    // Animation frames do not run in a hidden tab, and the badge has to be right when it is seen again.
    if (document.hidden) setTimeout(measured);
    else requestAnimationFrame(measured);
    const focused = root.activeElement;
    if (state.config) paint(state);
    setText(status, statusOf(state));
    status.dataset.phase = phaseOf(state);
    setText(offline, state.is_online ? '' : words.say('offline'));
    if (state.fault)
      setText(
        offline,
        words.say(state.fault === 'ORIGN' || state.fault === 'NOBOT' ? 'not_here' : 'unavailable'),
      );
    const isShown = !dialog.hidden;
    dialog.hidden = !state.is_open;
    // First the panel, then what is in it; a long history takes several turns, and nobody sees a closed one.
    composer.element.hidden = !isShown;
    if (state.is_open) isWhole = isShown && log.render(state);
    composer.render(state);
    const unread = state.is_open ? 0 : unreadCount(state);
    badge.hidden = unread === 0;
    setText(badge, unread > 9 ? '9+' : words.number(unread));
    button.ariaLabel =
      words.say(state.is_open ? 'close_chat' : 'open_chat') + (unread ? `, ${words.unread(unread)}` : '');
    // Whoever pressed a button that is gone now would be left nowhere.
    if (focused && !focused.isConnected && state.is_open) focus();
    if (state.is_open && !document.hidden) chat.markSeen();
    // A day that is over is named with its times. Whatever else draws sees that too, so a timer that was slept over is no loss.
    clearTimeout(midnight);
    if (state.is_open)
      midnight = setTimeout(() => render(latest), new Date().setHours(24, 0, 0, 0) - Date.now());
  }

  /** What needs the new layout, when the page is about to make it anyway. */
  function settle(): void {
    if (dialog.hidden) return;
    log.settle();
    if (!isOpening || composer.element.hidden) return;
    isOpening = false;
    log.toLatest();
    // Focusing measures; after the frame that is free.
    setTimeout(focus);
  }

  function paint({ config }: State): void {
    const { name: called, accent_color, position } = config!;
    setText(name, called);
    setText(avatar, [...called][0] ?? '');
    for (const [scheme, ground] of Object.entries(GROUNDS)) {
      frame.style.setProperty(`--accent-${scheme}`, readableOn(accent_color, ground));
    }
    frame.style.setProperty('--accent', `rgb(${parseColor(accent_color).join(' ')})`);
    frame.style.setProperty('--on-accent', textOn(accent_color));
    frame.dataset.side = launcher.position ?? position;
  }

  function statusOf(state: State): string {
    const phase = phaseOf(state);
    if (phase === 'person')
      return words.say('state_person', { name: state.handled_by || words.say('person') });
    return words.say(phase === 'waiting' ? 'state_waiting' : 'state_assistant');
  }

  function focus(): void {
    // On a touch screen focusing the input would throw the keyboard over what is to be read.
    const isDone = matchMedia('(hover: hover)').matches && composer.focus();
    if (!isDone) dialog.focus();
  }

  function keepFocusInside(event: KeyboardEvent): void {
    const stops = [
      ...dialog.querySelectorAll<HTMLElement>('a[href], button, input, textarea, [tabindex="0"]'),
    ];
    const shown = stops.filter((stop) => stop.checkVisibility?.() !== false && !stop.matches(':disabled'));
    const edge = event.shiftKey ? shown[0] : shown.at(-1);
    if (root.activeElement !== edge && root.activeElement !== dialog) return;
    event.preventDefault();
    (event.shiftKey ? shown.at(-1) : shown[0])?.focus();
  }

  frame.addEventListener('keydown', (event) => {
    if (event.isComposing || !latest.is_open) return;
    if (event.key === 'Escape') panel.close();
    if (event.key === 'Tab' && phone.matches) keepFocusInside(event);
  });
  // The page must neither take our letters for its shortcuts nor pull the focus back into a dialog of its own.
  for (const type of ['keydown', 'keyup', 'keypress', 'focusin', 'focusout']) {
    frame.addEventListener(type, (event) => event.stopPropagation());
  }
  // The on-screen keyboard of iOS covers the page without resizing it.
  const fit = () => frame.style.setProperty('--height', `${visualViewport?.height ?? innerHeight}px`);
  visualViewport?.addEventListener('resize', fit);

  return {
    render,
    focus,
    show() {
      fit();
      dialog.ariaModal = String(phone.matches);
      button.ariaExpanded = 'true';
      isOpening = true;
      render(latest);
    },
    hide() {
      const hadFocus = dialog.contains(root.activeElement);
      isOpening = false;
      dialog.hidden = true;
      button.ariaExpanded = 'false';
      if (hadFocus) button.focus();
    },
  };
}
