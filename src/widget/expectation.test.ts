import { afterEach, describe, expect, it } from 'vitest';
import { dayOf, durationOf } from './expectation.ts';
import { texts } from './locales/all.ts';
import { openWords } from './words.ts';

const english = openWords(texts.en, 'en');

describe.each(Object.entries(texts))('when somebody is back, in %s', (locale, language) => {
  const now = new Date('2026-12-19T12:00:00');
  const words = openWords(language, locale);
  const day = (at: Date) => dayOf(words, at.toISOString(), null, null, now);
  const written = (at: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(at);

  it('is a weekday while that can be no other', () => {
    for (const date of [19, 20, 21, 22, 23, 24, 25]) {
      const at = new Date(2026, 11, date, 11, 59);
      expect(day(at)).toContain(written(at, { weekday: 'long' }));
    }
  });

  it('is a date from the sixth day on, also in the next year', () => {
    for (const at of [new Date(2026, 11, 25, 12), new Date(2026, 11, 28, 9), new Date(2027, 1, 17, 9)]) {
      expect(day(at)).toContain(written(at, { day: 'numeric', month: 'long' }));
    }
  });
});

describe('somebody back at nine in Berlin', () => {
  const here = process.env['TZ'];
  const german = openWords(texts.de, 'de');
  const now = new Date('2026-11-20T12:00:00Z');
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
    expect(dayOf(german, monday, 'Europe/Berlin', null, now).replaceAll(' um', ',')).toBe(told);
  });

  it('is told by the visitor’s clock alone when the browser does not know the zone', () => {
    process.env['TZ'] = 'Asia/Tokyo';
    expect(dayOf(german, monday, 'Moon/Tycho', null, now).replaceAll(' um', ',')).toBe('Montag, 17:00');
    // By the team's clock as the server has read it, whatever this browser knows of the zone.
    const told = dayOf(german, monday, 'Moon/Tycho', '2026-11-23T09:00:00', now).replaceAll(' um', ',');
    expect(told).toBe('Montag, 09:00, bei Ihnen 17:00');
  });
});

it('rounds an expected wait up, never down', () => {
  expect(durationOf(english, 0.02)).toBe('5 minutes');
  expect(durationOf(english, 0.55)).toBe('35 minutes');
  expect(durationOf(english, 1.2)).toBe('2 hours');
  expect(durationOf(english, 40)).toBe('2 days');
});
