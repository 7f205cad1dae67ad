/**
 * What a screen reader is told of the conversation: each piece of news once, as one text, in the order in which it stands. What the
 * visitor wrote or has seen is no news; while the chat is closed only a person's words are.
 */
import { wordsOf } from '#shared/markdown-tree.ts';
import type { State } from './store.ts';
import type { Item } from './transcript.ts';
import { pendingText } from './view-case.ts';
import { authorOf, eventText, messageTree } from './view-item.ts';
import { put, type Words } from './words.ts';

/** Somebody who comes back to more than this reads it in the log. */
const MOST = 5;

type Sentence = string | (() => string);

export function createNews(words: Words) {
  const told = new Set<string>();
  /** What had been written when this page first looked; it waits for the chat to be opened. */
  let history = -1;
  let wasOpen = false;

  /**
   * The sentences of one item, each in a place of its own: one that changes tells what is new about it. A message's is made when it
   * is told: reading a long answer takes time, and there may be hundreds.
   */
  function sentencesOf(item: Item): (Sentence | false | null)[] {
    switch (item.kind) {
      case 'message': {
        const { message } = item;
        if (message.role === 'visitor') return [];
        return [() => `${authorOf(message, words)}: ${wordsOf(messageTree(message, words)).trim()}`];
      }
      case 'event':
        return [eventText(item.message, words)];
      case 'pending':
        return ['waiting', 'refused'].map(
          (status) => status === item.pending.status && pendingText(item, words),
        );
      case 'case': {
        const { status, reference, first_opened_at: opened } = item.escalation;
        if (status !== 'open') return [];
        return [
          `${item.confirmation} ${put(words.texts.reference, { reference })}`,
          item.has_lead && words.texts.lead_saved,
          opened && put(words.texts.opened, { time: words.time(opened) }),
        ];
      }
      case 'recorded':
        return [words.texts.lead_recorded];
      case 'thanks':
        return [words.texts.thanks];
      case 'offer':
        return [words.texts.offer];
      case 'lead_form':
        return [item.question || (item.moment !== 'before_chat' && words.texts.lead_title)];
      default:
        return [];
    }
  }

  /** Whether it is told; undefined where that is decided when the chat is opened. */
  function isNews(item: Item, { is_open, seen_seq, confirmation }: State, isOpening: boolean) {
    if (item.kind === 'message' || item.kind === 'event') {
      const { seq, role } = item.message;
      if (seq <= seen_seq) return false;
      return is_open || (role === 'agent' && seq > history) || undefined;
    }
    if (!is_open) return undefined;
    // What stands there when the chat opens has been there before, but for a request that was confirmed meanwhile.
    return !isOpening || (item.kind === 'case' && confirmation !== null);
  }

  return (state: State, items: Item[]): string[] => {
    if (!state.last_seq) history = -1;
    else if (history < 0) history = state.is_open ? 0 : state.last_seq;
    const isOpening = state.is_open && !wasOpen;
    wasOpen = state.is_open;
    const news: Sentence[][] = [];
    for (const item of items) {
      const is = isNews(item, state, isOpening);
      if (is === undefined) continue;
      const fresh = sentencesOf(item).filter((text, place) => {
        const isTold = told.has(item.key + place);
        if (text) told.add(item.key + place);
        return text && !isTold;
      });
      if (is && fresh.length) news.push(fresh as Sentence[]);
    }
    return news
      .slice(-MOST)
      .map((sentences) =>
        sentences.map((sentence) => (typeof sentence === 'string' ? sentence : sentence())).join(' '),
      );
  };
}
