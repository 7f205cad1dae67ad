import { describe, expect, it } from 'vitest';
import { cut } from './clean.ts';

describe('a text that is cut', () => {
  it.each([
    ['shorter than allowed', 'abc', 5, 'abc'],
    ['plain', 'abcdef', 3, 'abc'],
    ['made of emoji', '😀😀😀', 2, '😀😀'],
    ['with an emoji across the cut', 'a😀b', 2, 'a😀'],
    ['with an emoji behind the cut', 'ab😀', 2, 'ab'],
    ['with NUL', 'a\0b\0', 5, 'ab'],
    ['with halves of characters', '\ud83da\udc00b', 5, 'ab'],
    ['empty', '', 5, ''],
  ])('%s keeps whole characters', (_what, text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  it('is well formed wherever the cut goes', () => {
    const text = 'x😀é漢\ud800👩‍👩‍👧\0'.repeat(20);
    for (let max = 0; max < 130; max += 1) {
      const kept = cut(text, max);
      expect(Array.from(kept).length).toBeLessThanOrEqual(max);
      expect(kept).not.toMatch(/\0|\p{Surrogate}/u);
    }
  });
});
