/** One item of the log as an element. */
import type { ConversationMessage } from '#shared/contract.ts';
import type { Node as Drawn } from '#shared/markdown-tree.ts';
import type { Chat } from './chat.ts';
import { button, h } from './element.ts';
import type { Launcher } from './launcher.ts';
import type { Item } from './transcript.ts';
import { bubble } from './view-bubble.ts';
import { drawCase, drawLeaving, drawPending } from './view-case.ts';
import { drawTree, treeOf } from './view-markdown.ts';
import { put, type Words } from './words.ts';

export function drawItem(
  item: Exclude<Item, { kind: 'lead_form' }>,
  chat: Chat,
  words: Words,
  load: Launcher['load'],
): HTMLElement {
  const { labels } = chat.state().config!;

  switch (item.kind) {
    case 'greeting':
      return bubble(
        'assistant',
        drawTree(treeOf(item.content, item.text || words.texts.greeting), words.texts.new_tab),
      );
    case 'message':
      return drawMessage(item.message, item.is_follow_on, words);
    case 'event':
      return line(eventText(item.message, words));
    case 'answering':
      return drawAnswering(item, words);
    case 'cta': {
      const rate = button(labels.positive, () => chat.rate(item.message_id));
      const ask = button(
        labels.request_help,
        () => askFrom(item, chat),
        item.wants_human ? 'chip main' : 'chip',
      );
      return h('div', { class: item.is_latest ? 'cta' : 'cta old', role: 'group' }, rate, ask);
    }
    case 'suggest_human':
      return h(
        'div',
        { class: item.is_latest ? 'cta' : 'cta old' },
        button(labels.request_help, () => askFrom(item, chat), 'chip main'),
      );
    case 'recorded':
      return line(words.texts.lead_recorded);
    case 'thanks':
      return line(words.texts.thanks);
    case 'left':
      return line(put(words.texts.left, { reference: item.reference }));
    case 'offer':
      return h(
        'div',
        { class: 'card' },
        h('p', {}, words.texts.offer),
        h(
          'div',
          { class: 'cta' },
          button(labels.request_help, () => chat.escalate('intent', item.asked_in), 'chip main'),
          button(words.texts.no_thanks, () => chat.change({ offer: null })),
        ),
      );
    case 'suggestions':
      return h(
        'div',
        { class: 'suggestions', role: 'group', 'aria-label': words.texts.suggestions },
        ...item.questions.map((text) => button(text, () => chat.say(text))),
      );
    case 'case':
      return drawCase(item, chat, words, load);
    case 'leaving':
      return drawLeaving(item, chat, words);
    case 'pending':
      return drawPending(item, chat, words);
  }
}

/** A tap after words that asked for a person counts as that; it came from those words, not from the answer. */
function askFrom(
  { message_id, asked_in }: { message_id: string; asked_in: string | null },
  chat: Chat,
): void {
  if (asked_in) chat.escalate('intent', asked_in);
  else chat.escalate('inline_cta', message_id);
}

function drawMessage(message: ConversationMessage, isFollowOn: boolean, words: Words): HTMLElement {
  const { role, created_at } = message;
  const time = h('time', { datetime: created_at }, words.time(created_at));
  const turn = bubble(role, drawTree(messageTree(message, words), words.texts.new_tab), time);
  // Who speaks is said in words, not by side and colour alone.
  const author = authorOf(message, words);
  if (!isFollowOn || role === 'visitor') {
    turn.prepend(h('p', { class: role === 'visitor' ? 'vh' : 'author' }, author));
  }
  return turn;
}

/** What a message says; the server's word where it has none. */
export const messageTree = ({ content, text }: ConversationMessage, { texts }: Words): Drawn[] =>
  treeOf(content, text || texts.no_answer);

export function authorOf({ role, author_name }: ConversationMessage, words: Words): string {
  if (role === 'agent') return author_name || words.texts.person;
  return role === 'visitor' ? words.texts.you : words.texts.assistant;
}

export function eventText({ event, author_name, text }: ConversationMessage, words: Words): string {
  const name = author_name || text || words.texts.person;
  if (event === 'person_joined') return put(words.texts.joined, { name });
  return event === 'resolved' ? words.texts.resolved : words.texts.handed_back;
}

const line = (text: string) => h('p', { class: 'line' }, text);

function drawAnswering({ text, content }: Item & { kind: 'answering' }, words: Words): HTMLElement {
  if (text) {
    const turn = bubble('assistant', drawTree(treeOf(content, text), words.texts.new_tab));
    turn.prepend(h('p', { class: 'author' }, words.texts.assistant));
    return turn;
  }
  const dots = h('span', { class: 'dots', 'aria-hidden': true }, h('i'), h('i'), h('i'));
  return bubble('assistant', [dots, h('span', { class: 'vh' }, words.texts.writing)]);
}
