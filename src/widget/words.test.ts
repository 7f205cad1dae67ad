import { afterEach, describe, expect, it } from 'vitest';
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

describe.each(Object.entries(texts))('when somebody is back, in %s', (locale, language) => {
  const now = new Date('2026-12-19T12:00:00');
  const words = openWords(language, locale, () => now);
  const written = (at: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(at);

  it('is a weekday while that can be no other', () => {
    for (const day of [19, 20, 21, 22, 23, 24, 25]) {
      const at = new Date(2026, 11, day, 11, 59);
      expect(words.day(at.toISOString(), null)).toContain(written(at, { weekday: 'long' }));
    }
  });

  it('is a date from the sixth day on, also in the next year', () => {
    for (const at of [new Date(2026, 11, 25, 12), new Date(2026, 11, 28, 9), new Date(2027, 1, 17, 9)]) {
      expect(words.day(at.toISOString(), null)).toContain(written(at, { day: 'numeric', month: 'long' }));
    }
  });
});

describe('somebody back at nine in Berlin', () => {
  const here = process.env['TZ'];
  const german = openWords(texts.de, 'de', at('2026-11-20T12:00:00Z'));
  const monday = '2026-11-23T08:00:00Z';
  afterEach(() => {
    if (here === undefined) delete process.env['TZ'];
    else process.env['TZ'] = here;
  });

  it.each([
    ['Europe/Paris', 'Montag, 09:00'],
    ['Asia/Tokyo', 'Montag, 09:00, bei Ihnen 17:00'],
    ['Pacific/Auckland', 'Montag, 09:00, bei Ihnen 21:00'],
    ['Pacific/Honolulu', 'Montag, 09:00, bei Ihnen Sonntag, 22:00'],
  ])('is told to a visitor in %s as %s', (zone, told) => {
    process.env['TZ'] = zone;
    expect(german.day(monday, 'Europe/Berlin').replaceAll(' um', ',')).toBe(told);
  });

  it('is told by the visitor’s clock alone when the browser does not know the zone', () => {
    process.env['TZ'] = 'Asia/Tokyo';
    expect(german.day(monday, 'Moon/Tycho').replaceAll(' um', ',')).toBe('Montag, 17:00');
    // By the team's clock as the server has read it, whatever this browser knows of the zone.
    const told = german.day(monday, 'Moon/Tycho', '2026-11-23T09:00:00').replaceAll(' um', ',');
    expect(told).toBe('Montag, 09:00, bei Ihnen 17:00');
  });
});

it('rounds an expected wait up, never down', () => {
  expect(english.duration(0.02)).toBe('5 minutes');
  expect(english.duration(0.55)).toBe('35 minutes');
  expect(english.duration(1.2)).toBe('2 hours');
  expect(english.duration(40)).toBe('2 days');
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
