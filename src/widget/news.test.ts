import type { ConversationMessage } from '#shared/contract.ts';
import { expect, it } from 'vitest';
import { texts } from './locales/all.ts';
import { createNews } from './news.ts';
import * as store from './store.ts';
import type { Item } from './transcript.ts';
import { openWords } from './words.ts';

const COUNT = 200;

/** How many answers were read. */
let read = 0;

const answers = Array.from({ length: COUNT }, (_, index): Item => {
  const message: ConversationMessage = {
    id: `m${index}`,
    seq: index + 1,
    role: 'assistant',
    text: `**answer** ${index}`,
    get content() {
      read += 1;
      return JSON.stringify([{ tag: 'p', children: [{ tag: 'strong', children: ['answer'] }, ` ${index}`] }]);
    },
    author_name: null,
    event: null,
    feedback: null,
    followups: [],
    suggest_human: false,
    in_reply_to: null,
    created_at: '2026-04-19T10:00:00Z',
  };
  return { key: message.id, kind: 'message', message, is_follow_on: false };
});

/** What is told, and how many answers were read for it. */
function tell(seen_seq: number, looks: number) {
  read = 0;
  const newsOf = createNews(openWords(texts.en, 'en'));
  const state = { ...store.INITIAL_STATE, is_open: true, last_seq: COUNT, seen_seq };
  const told = Array.from({ length: looks }, () => newsOf(state, answers)).flat();
  return { told, read };
}

it('reads no answer again that the visitor has seen, however often the log is drawn', () => {
  expect(tell(COUNT, 10)).toEqual({ told: [], read: 0 });
});

it('reads and tells the last few of many new answers, once', () => {
  const { told, read } = tell(0, 10);
  expect(told.at(-1)).toBe(`Assistant: answer ${COUNT - 1}`);
  expect(told).toHaveLength(5);
  expect(read).toBe(5);
});

it('tells what a person wrote, and an answer of a function of before, as they were written', () => {
  const [{ message }] = answers as [Item & { kind: 'message' }];
  const tellOf = (more: Partial<ConversationMessage>) => {
    const newsOf = createNews(openWords(texts.en, 'en'));
    const item: Item = {
      key: 'm',
      kind: 'message',
      message: { ...message, content: undefined, ...more },
      is_follow_on: false,
    };
    return newsOf({ ...store.INITIAL_STATE, is_open: true, last_seq: COUNT }, [item]);
  };
  expect(tellOf({ text: '**Yes**\nSee you.' })).toEqual(['Assistant: **Yes** See you.']);
  expect(tellOf({ role: 'agent', author_name: 'Ana', text: '1 * 2 * 3' })).toEqual(['Ana: 1 * 2 * 3']);
  expect(tellOf({ text: '' })).toEqual([`Assistant: ${texts.en.no_answer}`]);
});
