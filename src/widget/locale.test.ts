import { expect, it } from 'vitest';
import { isRightToLeft, pickLocale } from './locale.ts';

it.each([
  ['the script tag wins over page and browser', ['de', 'fr', 'es'], 'de'],
  ['a region is only a region', [undefined, 'pt-BR'], 'pt'],
  ['an underscore separates as well', ['zh_TW'], 'zh'],
  ['a language we do not speak is passed over', ['sv', '', 'nl-BE'], 'nl'],
  ['a longer code is not the shorter one', ['den', 'fr'], 'fr'],
  ['case does not matter', ['HE-il'], 'he'],
  ['the old code of Hebrew is Hebrew', ['iw'], 'he'],
  ['English is the last resort', ['sv', null], 'en'],
])('%s', (_sentence, wanted, expected) => {
  expect(pickLocale(wanted)).toBe(expected);
});

it('knows which languages run from right to left', () => {
  expect(['ar', 'he', 'en', 'hi'].map(isRightToLeft)).toEqual([true, true, false, false]);
});
