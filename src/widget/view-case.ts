/** The request for a person: on its way, kept, recorded with its reference, opened, resolved. "Sent" stands only on the server's word. */
import type { PersonAvailability } from '#shared/contract.ts';
import type { Chat } from './chat.ts';
import { button, h, icon, setText } from './element.ts';
import type { ExpectationOf } from './expectation-part.ts';
import type { Launcher } from './launcher.ts';
import type { Item } from './transcript.ts';
import { bubble } from './view-bubble.ts';
import { put, type Words } from './words.ts';

const TICK = 'M5 12.5l4.5 4.5L19 7.5';
const CLOCK = 'M12 7v5l3 2M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18Z';

export function drawCase(
  item: Item & { kind: 'case' },
  chat: Chat,
  words: Words,
  load: Launcher['load'],
): HTMLElement {
  const { escalation, confirmation, can_add_lead, has_lead } = item;
  const { person_available } = chat.state().config!;
  const isOpen = escalation.status === 'open';
  const opened = escalation.first_opened_at;
  const expectation = h('p');
  if (isOpen && !opened && canTell(person_available))
    load<ExpectationOf>('expectation').then(
      (expectationOf) => {
        setText(expectation, expectationOf(person_available, words));
        // The log may have to move.
        chat.change({});
      },
      () => undefined,
    );
  const leave = () => chat.change({ is_leaving: true });
  const add = () => chat.change({ lead_form: 'after_escalation' });
  return h(
    'div',
    { class: 'card case' },
    icon(TICK, 'tick'),
    h('p', { class: 'strong' }, isOpen ? confirmation : words.texts.resolved),
    h('p', { class: 'meta' }, put(words.texts.reference, { reference: escalation.reference })),
    expectation,
    opened && h('p', {}, put(words.texts.opened, { time: words.time(opened) })),
    isOpen && has_lead && h('p', {}, words.texts.lead_saved),
    can_add_lead && button(words.texts.lead_add, add, 'text'),
    !isOpen && button(words.texts.new_chat, leave, 'text'),
  );
}

/** Whether anything is known of when somebody answers. The owner's contact text says what to do; a waiting time would contradict it. */
const canTell = (available: PersonAvailability) =>
  !available.is_sender_stopped && !(available.is_available && available.expected_wait_hours === null);

/** Before the visitor leaves the conversation: what becomes of it, and of a request that is open. */
export function drawLeaving(
  { reference }: Item & { kind: 'leaving' },
  chat: Chat,
  words: Words,
): HTMLElement {
  return h(
    'div',
    { class: 'card leaving', role: 'group', 'aria-labelledby': 'leaving', tabindex: -1 },
    h(
      'div',
      { id: 'leaving' },
      h('p', {}, words.texts.leaving),
      reference && h('p', {}, put(words.texts.left, { reference })),
    ),
    h(
      'div',
      { class: 'cta' },
      button(words.texts.new_chat, chat.startOver, 'chip main'),
      button(words.texts.no_thanks, () => chat.change({ is_leaving: false })),
    ),
  );
}

/** Something the server has not confirmed: never shown as sent, always with what happens next and what can be done. */
export function drawPending(item: Item & { kind: 'pending' }, chat: Chat, words: Words): HTMLElement {
  const { pending, is_accepted } = item;
  const { id, status, code } = pending;
  const { labels } = chat.state().config!;
  const isOffline = code === 'OFFLN';
  const retry = status !== 'sending' && button(words.texts.try_again, () => chat.retry(id), 'text');

  if (pending.kind === 'escalation') {
    return h('div', { class: 'card case' }, icon(CLOCK), h('p', {}, pendingText(item, words)), retry);
  }
  const text = pending.kind === 'message' ? pending.text : '';
  const ask = status !== 'sending' && button(labels.request_help, () => chat.escalate('inline_cta'), 'text');
  const discard = status === 'refused' && button(words.texts.discard, () => chat.discard(id), 'text');
  const why = h('span', {}, pendingText(item, words));
  const meta = h('p', { class: 'meta' }, why, retry, discard, !isOffline && ask);
  if (is_accepted) return h('div', { class: 'turn assistant' }, meta);
  const turn = bubble('visitor unsent', [text]);
  turn.append(meta);
  return turn;
}

export function pendingText({ pending, is_accepted }: Item & { kind: 'pending' }, { texts }: Words): string {
  const { kind, status, code } = pending;
  if (kind === 'escalation') {
    if (status !== 'waiting') return status === 'sending' ? texts.asking : texts.request_refused;
    return code === 'OFFLN' ? texts.request_kept : texts.request_failed;
  }
  if (status === 'sending') return texts.sending;
  if (is_accepted) return texts.no_reply;
  if (code === 'TOOMY') return texts.too_many;
  return status === 'waiting' ? texts.kept : texts.not_sent;
}
