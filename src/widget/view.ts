/**
 * The panel as a whole: where its parts stand, how it opens and closes, where the focus goes. On a wide page it is a
 * dialog beside the page; on a phone it covers the screen and keeps the focus inside. Closed, it still has its voice.
 */
import { createAnnouncer } from './announcer.ts';
import type { Chat } from './chat.ts';
import { button, h, icon, setText } from './element.ts';
import type { Later, Stop } from './later.ts';
import type { Launcher, Panel } from './launcher.ts';
import { createNews } from './news.ts';
import type { State } from './store.ts';
import conditions from './styles/conditions.css?inline';
import controls from './styles/controls.css?inline';
import frameStyles from './styles/frame.css?inline';
import logStyles from './styles/log.css?inline';
import { addStyles } from './styles.ts';
import { hasBegun, phaseOf, transcript, unreadCount } from './transcript.ts';
import { createComposer } from './view-composer.ts';
import { createLog } from './view-log.ts';
import { fitToScreen } from './viewport.ts';
import { put, type Words } from './words.ts';

const CLOSE = 'M6 6l12 12M18 6 6 18';
const NEW = 'M11 4H4v16h16v-7M18.4 2.8a2 2 0 0 1 2.8 2.8L12.5 14.3 9 15l.7-3.5Z';
/** A line that comes and goes is spoken of no more often. */
const LINE_AGAIN_MS = 60_000;

export function createView(launcher: Launcher, later: Later, chat: Chat, words: Words, panel: Panel) {
  const { root, frame, button: opener, signal } = launcher;
  addStyles(root, frameStyles + logStyles + controls + conditions);

  const phone = matchMedia('(max-width: 480px)');
  const { announce, clear, element: voice } = createAnnouncer(later);
  const newsOf = createNews(words);
  const headButton = (title: string, path: string, onclick: () => void) =>
    button(icon(path), onclick, 'close', { 'aria-label': title, title });
  const name = h('h2', { id: 'name', class: 'name' });
  const status = h('p', { class: 'status' });
  const avatar = h('span', { class: 'avatar', 'aria-hidden': true });
  const anew = headButton(words.texts.new_chat, NEW, () => chat.change({ is_leaving: true }));
  const close = headButton(words.texts.close_chat, CLOSE, panel.close);
  const offline = h('p', { class: 'offline' });
  const log = createLog(chat, words, launcher.load, announce);
  const composer = createComposer(chat, words, announce);
  const badge = h('span', { class: 'badge', 'aria-hidden': true, hidden: true });
  const dialog = h(
    'section',
    { class: 'panel closed', role: 'dialog', 'aria-labelledby': 'name', tabindex: -1 },
    h('div', { class: 'head' }, avatar, h('div', { class: 'who' }, name, status), anew, close),
    log.element,
    offline,
    composer.element,
    voice,
  );
  opener.append(badge);
  frame.prepend(dialog);
  let isDrawing = false;
  let stopMidnight: Stop | undefined;
  let isOpening = false;
  let wasLeaving = false;
  let lineSaidAt = -Infinity;
  let latest = chat.state();

  const isClosed = () => dialog.classList.contains('closed');

  /** Once per frame, in two tasks: what is to be seen is built in one, and laid out in the frame that follows. */
  function render(state: State): void {
    latest = state;
    if (!isDrawing) later(draw, 0);
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
    if (document.hidden) later(measured, 0);
    else requestAnimationFrame(measured);
    const focused = root.activeElement;
    if (state.config) paint(state);
    setText(status, statusOf(state));
    status.dataset.phase = phaseOf(state);
    sayLine(state);
    anew.hidden = !hasBegun(state);
    const isShown = !isClosed();
    dialog.classList.toggle('closed', !state.is_open);
    // First the panel, then what is in it; a long history takes several turns, and nobody sees a closed one.
    composer.element.hidden = !isShown;
    const items = transcript(state);
    if (state.is_open) isWhole = isShown && log.render(items);
    composer.render(state);
    if (!document.hidden) newsOf(state, items).forEach(announce);
    const unread = state.is_open ? 0 : unreadCount(state);
    badge.hidden = unread === 0;
    setText(badge, unread > 9 ? '9+' : words.number(unread));
    const label = state.is_open ? words.texts.close_chat : words.texts.open_chat;
    opener.setAttribute('aria-label', unread ? `${label}, ${words.unread(unread)}` : label);
    if (isWhole && state.is_leaving !== wasLeaving) {
      wasLeaving = state.is_leaving;
      if (wasLeaving) log.element.querySelector<HTMLElement>('.leaving')?.focus();
    }
    // Whoever pressed a button that is gone now would be left nowhere.
    if (focused && !focused.isConnected && state.is_open) focus();
    if (state.is_open && !document.hidden) chat.markSeen();
    // A day that is over is named with its times. Whatever else draws sees that too, so a timer that was slept over is no loss.
    stopMidnight?.();
    if (state.is_open)
      stopMidnight = later(() => render(latest), new Date().setHours(24, 0, 0, 0) - Date.now());
  }

  /** That there is no line, or no chat here at all. */
  function sayLine({ fault, notice, is_online, is_open }: State): void {
    const isForeign = fault === 'ORIGN' || fault === 'NOBOT';
    const { texts } = words;
    const why = isForeign ? texts.not_here : texts.unavailable;
    const text = fault ? why : is_online ? notice : texts.offline;
    const isNews = text && is_open && offline.textContent !== text && Date.now() - lineSaidAt > LINE_AGAIN_MS;
    if (isNews) {
      lineSaidAt = Date.now();
      announce(text);
    }
    setText(offline, text);
  }

  /** What needs the new layout, when the page is about to make it anyway. */
  function settle(): void {
    if (isClosed()) return;
    log.settle();
    if (!isOpening || composer.element.hidden) return;
    isOpening = false;
    log.toLatest();
    // Focusing measures; after the frame that is free.
    later(focus, 0);
  }

  function paint({ config }: State): void {
    const { name: called, initial, accent_color: accent, colors, position } = config!;
    setText(name, called);
    setText(avatar, initial);
    for (const [property, color] of Object.entries({ accent, ...colors }))
      frame.style.setProperty(`--${property.replace('_', '-')}`, color);
    frame.dataset.side = launcher.position ?? position;
  }

  function statusOf(state: State): string {
    const phase = phaseOf(state);
    if (phase === 'person')
      return put(words.texts.state_person, { name: state.handled_by || words.texts.person });
    return phase === 'waiting' ? words.texts.state_waiting : words.texts.state_assistant;
  }

  function focus(): void {
    // On a touch screen focusing the input would throw the keyboard over what is to be read.
    const isDone = matchMedia('(hover: hover)').matches && composer.focus();
    if (!isDone) dialog.focus();
  }

  function keepFocusInside(event: KeyboardEvent): void {
    const stops = [
      ...dialog.querySelectorAll<HTMLElement>('a[href], button, input, textarea, [tabindex="0"]'),
    ].filter((stop) => stop.getClientRects().length && !stop.matches(':disabled'));
    const ends = [stops[0], stops[stops.length - 1]];
    const [edge, next] = event.shiftKey ? ends : ends.reverse();
    if (root.activeElement !== edge && root.activeElement !== dialog) return;
    event.preventDefault();
    next?.focus();
  }

  frame.onkeydown = (event) => {
    if (event.isComposing || !latest.is_open) return;
    if (event.key === 'Escape') panel.close();
    if (event.key === 'Tab' && phone.matches) keepFocusInside(event);
  };
  const fit = fitToScreen(frame, signal);

  return {
    render,
    focus,
    show() {
      fit();
      dialog.setAttribute('aria-modal', String(phone.matches));
      opener.setAttribute('aria-expanded', 'true');
      isOpening = true;
      render(latest);
    },
    hide() {
      const hadFocus = dialog.contains(root.activeElement);
      isOpening = false;
      dialog.classList.add('closed');
      opener.setAttribute('aria-expanded', 'false');
      if (hadFocus) opener.focus();
    },
    /** Leaves nothing of a visitor behind. */
    forget() {
      composer.clear();
      clear();
    },
  };
}
