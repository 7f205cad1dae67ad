import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './api-error.ts';
import { openOutbox, type Entry, type Outbox } from './outbox.ts';
import { laterWithin } from './later.ts';
import { createSender } from './sender.ts';
import { openStorage } from './storage.ts';

const message = (id: string, second = 0): Entry => ({
  kind: 'message',
  id,
  at: `2026-04-19T10:00:0${second}Z`,
  text: id,
});
const tap = (id: string, second = 0): Entry => ({
  kind: 'escalation',
  id,
  at: `2026-04-19T10:00:0${second}Z`,
  request: { request_id: id, trigger: 'inline_cta' },
});

const later = laterWithin(new AbortController().signal);

let outbox: Outbox;
let delivered: string[];
let answers: Record<string, () => Promise<void>>;

function open() {
  return createSender({
    outbox,
    later,
    onChange: () => undefined,
    exclusively: (_id, work) => work(),
    async deliver({ id }) {
      delivered.push(id);
      await answers[id]?.();
    },
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  outbox = openOutbox(openStorage('a', null));
  delivered = [];
  answers = {};
});

const settle = () => vi.advanceTimersByTimeAsync(0);
const fails = (code: string, status: number) => () => Promise.reject(new ApiError(code, status));

describe('the sender', () => {
  it('sends messages one after another, in order', async () => {
    let answer: () => void = () => undefined;
    answers['one'] = () => new Promise((resolve) => (answer = resolve));
    outbox.add(message('one', 1));
    outbox.add(message('two', 2));
    const sender = open();
    sender.flush();
    await settle();
    expect(delivered).toEqual(['one']);
    answer();
    await settle();
    expect(delivered).toEqual(['one', 'two']);
    expect(outbox.list()).toEqual([]);
  });

  it('keeps an entry until the server has confirmed it, and says that it waits', async () => {
    answers['tap'] = fails('OFFLN', 0);
    outbox.add(tap('tap'));
    const sender = open();
    sender.flush();
    await settle();
    expect(sender.progressOf('tap')).toMatchObject({ status: 'waiting', code: 'OFFLN' });
    expect(outbox.get('tap')).not.toBeNull();
    delete answers['tap'];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(delivered).toEqual(['tap', 'tap']);
    expect(outbox.get('tap')).toBeNull();
  });

  it('tries at once when the line is back', async () => {
    answers['tap'] = fails('OFFLN', 0);
    outbox.add(tap('tap'));
    const sender = open();
    sender.flush();
    await settle();
    delete answers['tap'];
    sender.retryAll();
    await settle();
    expect(outbox.get('tap')).toBeNull();
  });

  it('does not try again by itself what the server refused, and lets the next message pass', async () => {
    answers['long'] = fails('TXTLN', 422);
    outbox.add(message('long', 1));
    outbox.add(message('short', 2));
    const sender = open();
    sender.flush();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(delivered).toEqual(['long', 'short']);
    expect(sender.progressOf('long').status).toBe('refused');
  });

  it('lets a request for a person overtake an answer that does not come', async () => {
    answers['question'] = () => new Promise(() => undefined);
    outbox.add(message('question', 1));
    const sender = open();
    sender.flush();
    await settle();
    outbox.add(tap('tap', 2));
    sender.flush();
    await settle();
    // The team should see the question with the request, so it waits a moment, but no longer.
    expect(delivered).toEqual(['question']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(delivered).toEqual(['question', 'tap']);
  });

  it('sends the request as soon as the server has the question before it', async () => {
    answers['question'] = () => new Promise(() => undefined);
    outbox.add(message('question', 1));
    const sender = open();
    sender.flush();
    await settle();
    outbox.add(tap('tap', 2));
    sender.flush();
    await settle();
    sender.accepted('question');
    await settle();
    expect(delivered).toEqual(['question', 'tap']);
  });

  it('does nothing about an entry that another tab has sent meanwhile', async () => {
    outbox.add(tap('tap'));
    const sender = createSender({
      outbox,
      later,
      onChange: () => undefined,
      exclusively: (id, work) => (outbox.remove(id), work()),
      deliver: ({ id }) => Promise.resolve(void delivered.push(id)),
    });
    sender.flush();
    await settle();
    expect(delivered).toEqual([]);
  });
});
