/**
 * The log: one element per item of the transcript, kept as long as the item is unchanged. It stays with what is new unless the
 * visitor has scrolled away to read. It is for the eye and for whoever reads back; what is new is spoken by the announcer.
 */
import type { Chat } from './chat.ts';
import { button, h, icon } from './element.ts';
import type { Launcher } from './launcher.ts';
import type { State } from './store.ts';
import type { Item } from './transcript.ts';
import { drawItem } from './view-item.ts';
import type { CreateLeadForm } from './view-lead.ts';
import type { Words } from './words.ts';

/** For this long one drawing adds to the log; a long history comes in several, its end first. */
const DRAW_MS = 3;
const GAP_PX = 12;
/** This near to the end counts as being there. */
const NEAR_PX = 48;
/**
 * As many items from the end, and of long ones so many characters, always have their true height, so that the end stays where it is;
 * more than fit into a panel. Whatever is drawn above them moves them, which costs as much as there is of them.
 */
const NEAR_ITEMS = 20;
const NEAR_LENGTH = 4_000;
/** What hangs on the words above it. */
const ATTACHED = ['cta', 'suggest_human', 'thanks', 'suggestions', 'offer'];

export function createLog(
  chat: Chat,
  words: Words,
  load: Launcher['load'],
  announce: (text: string) => void,
) {
  const list = h('div', {
    class: 'log',
    role: 'log',
    'aria-live': 'off',
    'aria-label': words.texts.log,
    tabindex: 0,
    onscroll: () => {
      // What has just been drawn may move the log; that is not the visitor scrolling away.
      if (!isSettled) return;
      const isPlaced = Math.abs(list.scrollTop - placed) < 2;
      isFollowing = measureEnd() || isPlaced;
      if (isFollowing && !isPlaced) readOn = newest;
      showLatest();
    },
  });
  const latest = button(icon('M12 5v14M5 12l7 7 7-7'), () => (list.scrollTop = list.scrollHeight), 'latest', {
    'aria-label': words.texts.latest,
    hidden: true,
  });
  const element = h('div', { class: 'middle' }, list, latest);
  // A browser looks for a kind of letters when it first lays them out, and takes longer than for the layout: a turn of its own.
  const letter = words.texts.assistant[0]!;
  const specimen = h(
    'div',
    { class: 'specimen', 'aria-hidden': true },
    ...['author', 'meta'].map((name) => h('p', { class: name }, letter)),
    h('p', { class: 'cta' }, letter, h('strong', {}, letter), h('span', { class: 'chip' }, letter)),
  );
  let isRehearsed = false;
  const drawn = new Map<string, { signature: string; today: string; time: string; node: HTMLElement }>();

  // Remembered, not measured before each drawing: a measurement would lay the page out once more.
  let isFollowing = true;
  let placed = 0;
  let isSettled = true;
  let isOwnNew = false;
  /** The newest words of the other side, with nothing of the visitor's below them. */
  let newest: HTMLElement | undefined;
  /** The newest words from which the visitor has read on, to the end. */
  let readOn: HTMLElement | undefined;

  const measureEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;

  /** The place of the form, once the form is in it. */
  function findForm(): HTMLElement | undefined {
    const place = drawn.get('lead')?.node;
    return place?.firstChild ? place : undefined;
  }

  /** Not over a form, which may be longer than the log is high. */
  function showLatest(): void {
    latest.hidden = measureEnd() || !!findForm();
  }

  /** To the end, and no further than where the newest words begin; a form that just opened, to what it belongs to above it. */
  function toLatest(): void {
    const begins = (findForm()?.previousElementSibling as HTMLElement | null | undefined) ?? newest;
    list.scrollTop = begins && begins !== readOn ? begins.offsetTop - GAP_PX : list.scrollHeight;
    placed = list.scrollTop;
    isFollowing = true;
  }

  function draw(item: Item): HTMLElement {
    return item.kind === 'lead_form' ? drawLeadForm(item.moment) : drawItem(item, chat, words, load);
  }

  /** Most visitors never meet the form, so it comes when it is needed; should it not come, it must not be in the way. */
  function drawLeadForm(moment: NonNullable<State['lead_form']>): HTMLElement {
    const place = h('div');
    load<CreateLeadForm>('lead')
      .then((create) => {
        const stays = isFollowing;
        place.append(create(chat, words, moment, announce));
        if (stays) toLatest();
      })
      .catch(chat.closeLeadForm);
    return place;
  }

  function signatureOf(item: Item): string {
    const { person_available, labels, lead_form } = chat.state().config!;
    const around = { case: person_available, cta: labels, lead_form }[item.kind as string];
    // What was said stays as it was written, and may be long: its words need not be compared.
    const shown = item.kind === 'message' ? [item.message.created_at, item.is_follow_on] : item;
    return JSON.stringify([shown, around]);
  }

  /** The time an item tells, which is told with its day as soon as that is over. */
  function timeIn(item: Item): string {
    if (item.kind === 'message') return words.time(item.message.created_at);
    const opened = item.kind === 'case' && item.escalation.first_opened_at;
    return opened ? words.time(opened) : '';
  }

  /** Draws what is new, and answers whether all of it is there. */
  function render(shown: Item[]): boolean {
    if (!isRehearsed) {
      isRehearsed = true;
      element.append(specimen);
      return false;
    }
    specimen.remove();
    isSettled = false;
    const items = [...shown].reverse();
    let until = 0;
    const today = new Date().toDateString();
    const keys = new Set(items.map(({ key }) => key));
    for (const [key, { node }] of drawn) {
      if (keys.has(key)) continue;
      node.remove();
      drawn.delete(key);
    }
    let below: Node | null = null;
    let isWhole = true;
    let length = 0;
    for (const [rank, item] of items.entries()) {
      const signature = signatureOf(item);
      let known = drawn.get(item.key);
      const isOfToday = known?.today === today;
      if (known?.signature !== signature || !(isOfToday || known.time === timeIn(item))) {
        until ||= performance.now() + DRAW_MS;
        isWhole = performance.now() <= until;
        if (!isWhole) break;
        const node = draw(item);
        known?.node.replaceWith(node);
        isOwnNew ||= !known && ['pending', 'lead_form', 'case', 'leaving'].includes(item.kind);
        known = { signature, today, time: timeIn(item), node };
        drawn.set(item.key, known);
      }
      known.today = today;
      if (known.node.parentNode !== list || known.node.nextSibling !== below)
        list.insertBefore(known.node, below);
      known.node.classList.toggle('far', rank >= NEAR_ITEMS || length >= NEAR_LENGTH);
      if (item.kind === 'message') length += item.message.text.length;
      below = known.node;
    }
    const last = items.find(({ kind }) => !ATTACHED.includes(kind));
    const isTheirs =
      last?.kind === 'answering' || (last?.kind === 'message' && last.message.role !== 'visitor');
    newest = isTheirs ? drawn.get(last.key)?.node : undefined;
    return isWhole;
  }

  /** Where the log stands after a drawing; this measures. */
  function settle(): void {
    if (isFollowing || isOwnNew) toLatest();
    isOwnNew = false;
    isSettled = true;
    showLatest();
  }

  return { element, render, settle, toLatest };
}
