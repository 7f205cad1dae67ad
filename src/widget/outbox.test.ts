import { describe, expect, it } from 'vitest';
import { openOutbox, retryDelay, type Entry } from './outbox.ts';
import { openStorage } from './storage.ts';

const said = (id: string, at: string): Entry => ({ kind: 'message', id, at, text: id });

describe('the outbox', () => {
  it('gives back what was put in, oldest first', () => {
    const outbox = openOutbox(openStorage('a', null));
    outbox.add(said('second', '2026-04-19T10:00:02Z'));
    outbox.add(said('first', '2026-04-19T10:00:01Z'));
    expect(outbox.list().map(({ id }) => id)).toEqual(['first', 'second']);
    outbox.remove('first');
    expect(outbox.get('first')).toBeNull();
    expect(outbox.get('second')).not.toBeNull();
  });

  it('throws away what is no entry, and keeps the rest', () => {
    const storage = openStorage('a', null);
    const outbox = openOutbox(storage);
    storage.set('out:1', '{"kind":"message","id":"1"');
    storage.set('out:2', 'null');
    storage.set('out:3', '{"kind":"escalation","id":"3","at":"","request":{}}');
    outbox.add(said('4', ''));
    expect(outbox.list().map(({ id }) => id)).toEqual(['4']);
    expect(storage.keys()).toEqual(['out:4']);
  });
});

describe('the pause before the next attempt', () => {
  it('doubles up to half a minute', () => {
    expect([1, 2, 3, 6, 20].map((attempts) => retryDelay(attempts, 0, 1))).toEqual([
      1_000, 2_000, 4_000, 30_000, 30_000,
    ]);
  });

  it('is spread, so that a thousand widgets do not come back in the same moment', () => {
    expect(retryDelay(3, 0, 0)).toBe(2_000);
  });

  it('is never shorter than the server asked for', () => {
    expect(retryDelay(1, 60_000, 1)).toBe(60_000);
  });
});
