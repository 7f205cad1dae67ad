import { expect, it } from 'vitest';
import { texts } from './locales/all.ts';
import { openWords, put } from './words.ts';

const at = (iso: string) => () => new Date(iso);
const english = openWords(texts.en, 'en', at('2026-04-19T12:00:00'));

it('puts values where the sentence has them', () => {
  expect(put(english.texts.joined, { name: 'Ana' })).toBe('Ana has joined');
});

it('counts in the plural of the language', () => {
  expect(english.unread(1)).toBe('1 unread message');
  expect(english.unread(3)).toBe('3 unread messages');
  const polish = openWords(texts.pl, 'pl');
  expect([1, 3, 5].map(polish.unread)).toEqual([
    '1 nieprzeczytana wiadomość',
    '3 nieprzeczytane wiadomości',
    '5 nieprzeczytanych wiadomości',
  ]);
  expect(openWords(texts.ar, 'ar').unread(2)).toBe('رسالتان غير مقروءتين');
});

it('says the clock time today, and the day as well on another day', () => {
  expect(english.time('2026-04-19T10:42:00')).toMatch(/^10:42\sAM$/);
  expect(english.time('2026-04-17T10:42:00')).toContain('Apr 17');
});

it.each(Object.keys(texts))('writes every hour and month in %s as that language does', (locale) => {
  const today = new Date('2026-04-19T12:00:00');
  const words = openWords(texts[locale as 'en'], locale, () => today);
  const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  for (let hour = 0; hour < 24; hour++) {
    const at = new Date(2026, 3, 19, hour, 5);
    expect(words.time(at.toISOString())).toBe(new Intl.DateTimeFormat(locale, clock).format(at));
  }
  const date = new Intl.DateTimeFormat(locale, { ...clock, day: 'numeric', month: 'short' });
  for (let month = 0; month < 12; month++) {
    const at = new Date(2026, month, month + 3, 2 * month, 30);
    expect(words.time(at.toISOString())).toBe(date.format(at));
  }
});
