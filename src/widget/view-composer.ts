/** Below the log: the owner's shortcuts, where the visitor writes, and the quiet way to a person. */
import type { FollowupButton } from '#shared/contract.ts';
import { TEXT_MAX_LENGTH } from '#shared/contract.ts';
import type { Chat } from './chat.ts';
import { button, fill, h, icon, setText } from './element.ts';
import type { State } from './store.ts';
import { isAsking, needsLeadFirst, phaseOf } from './transcript.ts';
import { drawLink } from './view-markdown.ts';
import { put, type Words } from './words.ts';

const SEND = 'M5 12h13M12 5l7 7-7 7';
/** The counter appears when this many characters are left. */
const COUNT_FROM = TEXT_MAX_LENGTH - 400;

export function createComposer(chat: Chat, words: Words, announce: (text: string) => void) {
  const input = h('textarea', {
    rows: 1,
    'aria-label': words.texts.write,
    placeholder: words.texts.write,
    'aria-describedby': 'limit',
    enterkeyhint: 'send',
    oninput: change,
    onkeydown: press,
  });
  const send = h(
    'button',
    { type: 'submit', class: 'send', 'aria-label': words.texts.send },
    icon(SEND, 'flip'),
  );
  const limit = h('p', { class: 'limit', id: 'limit' });
  let wasTooLong = false;
  const form = h('form', { class: 'write', onsubmit: submit }, input, send);
  const shortcuts = h('div', { class: 'shortcuts', role: 'group', 'aria-label': words.texts.shortcuts });
  const askForPerson = () => chat.escalate('compact_link');
  const compact = button(words.texts.talk, askForPerson, 'compact');
  const element = h('div', { class: 'foot' }, shortcuts, form, limit, compact);
  let drawnButtons = '';

  /** Long enough to send, short enough to be accepted. */
  function isSendable(): boolean {
    return input.value.trim() !== '' && input.value.length <= TEXT_MAX_LENGTH;
  }

  function change(): void {
    input.style.height = 'auto';
    input.style.height = `${input.scrollHeight}px`;
    const { length } = input.value;
    setText(limit, length > COUNT_FROM ? countOf(length) : '');
    const isTooLong = length > TEXT_MAX_LENGTH;
    if (isTooLong && !wasTooLong) announce(countOf(length));
    wasTooLong = isTooLong;
    input.setAttribute('aria-invalid', String(isTooLong));
    send.setAttribute('aria-disabled', String(!isSendable()));
    if (length) chat.typing();
  }

  function countOf(length: number): string {
    const [count, limit] = [words.number(length), words.number(TEXT_MAX_LENGTH)] as const;
    return length > TEXT_MAX_LENGTH ? put(words.texts.too_long, { count, limit }) : `${count} / ${limit}`;
  }

  function press(event: KeyboardEvent): void {
    // While an input method composes, Enter chooses a word; Safari says so only by the key code.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit(event);
  }

  function submit(event: Event): void {
    event.preventDefault();
    if (!isSendable()) return;
    chat.say(input.value.trim());
    input.value = '';
    change();
  }

  function drawShortcut(shortcut: FollowupButton): Node | null {
    const { type, label, value } = shortcut;
    if (type === 'link') {
      if (!value || !/^https:/i.test(value)) return null;
      const link = drawLink(value, words.texts.new_tab, label);
      link.className = 'chip';
      return link;
    }
    return button(label, () =>
      type === 'escalate' ? chat.escalate('followup_button') : chat.say(value || label),
    );
  }

  function render(state: State): void {
    const { config } = state;
    if (!config) return;
    // The form before the chat holds back what is said, never the way to a person.
    const isBlocked = needsLeadFirst(state);
    form.hidden = isBlocked;
    // Whoever has asked for a person need not ask again; what sends a text or opens a page still helps.
    const isAsked = isAsking(state) || phaseOf(state) !== 'assistant';
    const buttons = config.followup_buttons.filter(
      ({ type }) =>
        (type === 'message' && !isBlocked) || type === 'link' || (type === 'escalate' && !isAsked),
    );
    if (JSON.stringify(buttons) !== drawnButtons) {
      drawnButtons = JSON.stringify(buttons);
      fill(shortcuts, buttons.map(drawShortcut));
    }
    shortcuts.hidden = buttons.length === 0;
    // Shown only while the pair under the answers is off; nothing to ask for while a person has been asked.
    compact.hidden = config.show_escalation_cta || phaseOf(state) !== 'assistant';
  }

  change();
  return {
    element,
    render,
    /** What was typed and not sent goes with its visitor. */
    clear() {
      input.value = '';
      change();
    },
    /** Whether there is an input to focus. */
    focus(): boolean {
      if (!form.hidden) input.focus();
      return !form.hidden;
    },
  };
}
