import { afterEach, describe, expect, it, vi } from 'vitest';
import { initialOf } from './initial.ts';

const NAMES = [
  ['Maren', 'M'],
  ['  Émile', 'É'],
  ['E\u0301mile', 'E\u0301'],
  ['🇫🇮 Suomi', '🇫🇮'],
  ['👩🏽‍🚀 Space', '👩🏽‍🚀'],
  ['🏴󠁧󠁢󠁥󠁮󠁧󠁿 England', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ['❤️ Love', '❤️'],
  ['1️⃣ First', '1️⃣'],
  ['𠮷野', '𠮷'],
  ['', ''],
  ['   ', ''],
];

afterEach(() => vi.unstubAllGlobals());

describe.each(['a browser that knows characters', 'one that does not'])('an initial in %s', (browser) => {
  it.each(NAMES)('of %j is %j', (name, initial) => {
    if (browser === 'one that does not') vi.stubGlobal('Intl', { ...Intl, Segmenter: undefined });
    expect(initialOf(name!)).toBe(initial);
  });
});
