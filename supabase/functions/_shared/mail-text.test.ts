import { describe, expect, it } from 'vitest';
import {
  inBody,
  inHeader,
  mailAddress,
  namedAddress,
  quoted,
  shortened,
  utcTime,
  zoneTime,
} from './mail-text.ts';

describe('text in a header', () => {
  it('is one line without controls, whatever was typed', () => {
    const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code));
    const others = ['\u2028', '\u2029', '\ufeff', '\u200e', '\u200f', '\u061c', '\ud800', '\udfff'];
    const turning = [
      '\u202a',
      '\u202b',
      '\u202c',
      '\u202d',
      '\u202e',
      '\u2066',
      '\u2067',
      '\u2068',
      '\u2069',
    ];
    for (const character of [...controls, ...others, ...turning]) {
      const text = inHeader(`before${character}Bcc: x@y.org${character.repeat(3)}after`);
      expect(text).not.toMatch(
        /[\p{Cc}\p{Cs}\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u,
      );
      expect(text).toMatch(/^before.*Bcc: x@y\.org.*after$/);
    }
  });

  it('keeps what emoji and scripts need', () => {
    for (const text of ['👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'می‌خواهم', 'مرحبا', 'हिन्दी', 'naïve']) expect(inHeader(text)).toBe(text);
  });
});

describe('text in a body', () => {
  it('cannot be clicked', () => {
    expect(inBody('see https://evil.example/login?a=b and http://a.b.c.')).toBe(
      'see https[:]//evil[.]example/login?a=b and http[:]//a[.]b[.]c[.]',
    );
    expect(inBody('WWW.evil.example/x')).toBe('WWW[.]evil[.]example/x');
    expect(inBody('log in at evil.com/login, or (pay-pal.secure.example.co.uk).')).toBe(
      'log in at evil[.]com/login, or (pay-pal[.]secure[.]example[.]co[.]uk).',
    );
    expect(inBody('münchen.de?a=b')).toBe('münchen[.]de?a=b');
    expect(inBody('ftp://x.org custom-scheme://y.org')).not.toContain('://');
  });

  it('leaves ordinary sentences as they are', () => {
    const text = 'Why is 3.5 > 2? See point a.b: it says "no".\n\n  Thanks, Zoë & co. 👍';
    expect(inBody(text)).toBe(text);
    const typed = 'It is in order.pdf.Please write to ana@x.io.I.e. soon, since v1.10.2';
    expect(inBody(typed)).toBe(typed);
  });

  it('quotes every line, however lines are broken', () => {
    expect(quoted('a\r\nb\rc\u2028d\u0085e\n\nf')).toBe('> a\n> b\n> c\n> d\n> e\n>\n> f');
  });

  it('drops what turns the text around and keeps the marks of right-to-left scripts', () => {
    expect(inBody('\u202eabc\u2066\u200fשלום\u0000')).toBe('abc\u200fשלום');
  });
});

describe('shortening', () => {
  it('counts characters as a reader does and never cuts one', () => {
    const family = '👩‍👩‍👧‍👦';
    expect(shortened(family.repeat(10), 10)).toBe(family.repeat(10));
    expect(shortened(family.repeat(11), 10)).toBe(`${family.repeat(9)}…`);
    expect(shortened('🇩🇪'.repeat(30), 5)).toBe(`${'🇩🇪'.repeat(4)}…`);
    expect(shortened('e\u0301'.repeat(8), 4)).toBe(`${'e\u0301'.repeat(3)}…`);
  });

  it('leaves a text that fits, and ends a longer one with an ellipsis within the count', () => {
    expect(shortened('abcd', 4)).toBe('abcd');
    expect(shortened('abcde', 4)).toBe('abc…');
    expect(shortened('ab cdefg', 4)).toBe('ab…');
    expect(shortened('', 4)).toBe('');
  });

  it('is not fooled by one character with a thousand accents', () => {
    expect(shortened(`a${'\u0301'.repeat(5000)}b`, 80).length).toBeLessThan(1000);
  });
});

describe('times', () => {
  it('says the instant in UTC and in the zone of the reader', () => {
    const iso = '2026-04-19T10:23:45.678+00:00';
    expect(utcTime(iso)).toBe('2026-04-19 10:23:45 UTC');
    expect(zoneTime('2026-04-19T12:23:45', 'Europe/Berlin')).toMatch(
      /^Sunday,? 19 April 2026 at 12:23 \(Europe\/Berlin\)$/,
    );
    // The hour is the database's, also where this runtime knows another one, or no such zone.
    expect(zoneTime('2026-12-15T11:00:00', 'Mars/Olympus')).toContain('11:00 (Mars/Olympus)');
  });

  it('says no second time for UTC, or none', () => {
    for (const zone of ['UTC', 'Etc/UTC', '', null]) expect(zoneTime('2026-04-19T10:23:45', zone)).toBeNull();
    expect(zoneTime(null, 'Europe/Berlin')).toBeNull();
  });
});

describe('an address that a visitor typed', () => {
  it.each([
    ['ana@example.org', 'ana@example.org'],
    [' ana+tag@example.org ', 'ana+tag@example.org'],
    ["o'brien@example.co.uk", "o'brien@example.co.uk"],
    ['ana@bücher.example', 'ana@xn--bcher-kva.example'],
  ])('takes %j', (text, address) => {
    expect(mailAddress(text)).toBe(address);
  });

  it.each([
    '',
    'ana',
    '@example.org',
    'ana@',
    'ana@localhost',
    'ana@127.0.0.1:25',
    'ana@example.org:25',
    'ana@example.org/x',
    'ana@example.org, eve@example.org',
    'ana@example.org;eve@example.org',
    'ana@example.org\r\nBcc: eve@example.org',
    'ana@example.org\nBcc:eve@example.org',
    'ana@exam\tple.org',
    '"ana, eve"@example.org',
    'Ana <ana@example.org>',
    'ana@eve@example.org',
    'ana@example..org',
    'ana.@example.org',
    '.ana@example.org',
    'an\u202ea@example.org',
    'ána@example.org',
    `${'a'.repeat(250)}@example.org`,
  ])('refuses %j', (text) => {
    expect(mailAddress(text)).toBeNull();
  });

  it('is named without a way out of the quotes', () => {
    expect(namedAddress('Ana', 'a@b.org')).toBe('"Ana" <a@b.org>');
    expect(namedAddress('Ana" <eve@c.org>, "x', 'a@b.org')).toBe('"Ana eve@c.org, x" <a@b.org>');
    expect(namedAddress('\r\n\u202e', 'a@b.org')).toBe('a@b.org');
    expect(namedAddress(null, 'a@b.org')).toBe('a@b.org');
  });
});
