/** Input that has broken other systems, for property-based tests; written down here, grouped by whom it troubles. */
import fc from 'fast-check';

const NAUGHTY_STRINGS = [
  // absence, and what looks like a value of another type
  '',
  ' ',
  '\t\r\n',
  'undefined',
  'null',
  'NULL',
  'nil',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1e309',
  'NaN',
  'Infinity',
  '0x7f',
  '1.7976931348623157e308',
  '9007199254740993',
  '999999999999999999999999',
  '1,000',
  '[]',
  '{}',
  '[object Object]',
  // names every object has
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  // SQL, shells, templates, format strings
  "'",
  "' or 1=1 --",
  "'; drop table messages; --",
  '$1',
  '$$',
  '%s%n%x',
  '%',
  '_',
  '\\',
  '\\x00',
  '\\u0000',
  '`id`',
  '$(id)',
  '${7*7}',
  '{{7*7}}',
  '<%= 7 %>',
  '../../../etc/passwd',
  'file:///etc/passwd',
  '|',
  ';',
  '&&',
  // markup and scripts
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '<!--',
  ']]>',
  '&lt;',
  '&#0;',
  // characters Postgres cannot store, or that JSON allows and text does not
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff',
  '\ud83d',
  'x\ud800y',
  '\uffff',
  '\ufffe',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u007f',
  '\u001b[2J',
  // writing systems, direction, combination
  'Ω≈ç√∫˜µ≤≥÷',
  'ÅÍÎÏ˝ÓÔ',
  '田中さんにあげて下さい',
  'הָיְתָה',
  'مرحبا',
  '\u202eabc',
  '\u200b',
  '\ufeff',
  'Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯',
  'ﷺ',
  'İı',
  'ß',
  '👩‍👩‍👧‍👦',
  '🏳️‍🌈',
  '🇩🇪',
  '1️⃣',
  '\u{10ffff}',
  '𠜎𠜱𠝹',
  // headers and lines
  'a\r\nSet-Cookie: b=c',
  'a\nb',
  'a\rb',
  // UUIDs that are almost ones
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '{00000000-0000-0000-0000-000000000000}',
  '00000000000000000000000000000000',
  '00000000-0000-0000-0000-00000000000g',
  ' 00000000-0000-0000-0000-000000000000',
  // length
  'x'.repeat(4000),
  'x'.repeat(4001),
  '👍'.repeat(2000),
  '*'.repeat(3999),
  '<'.repeat(5000),
  'é'.repeat(20_000),
];

export const naughty = fc.constantFrom(...NAUGHTY_STRINGS);

/** Any text: naughty, arbitrary code units with lone surrogates, or readable. */
export const anyText = fc.oneof(
  { weight: 3, arbitrary: naughty },
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
);

/** Any JSON value. */
export const anyValue = fc.oneof(
  { weight: 4, arbitrary: anyText },
  fc.uuid(),
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, false, [], {}, 1e308, -1, 2 ** 53),
  fc.jsonValue({ maxDepth: 3, noUnicodeString: false } as fc.JsonSharedConstraints),
);

/** A body with some of its fields replaced, left out, or added. */
export function mutated(body: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const names = Object.keys(body);
  return fc
    .record({
      changed: fc.array(fc.tuple(fc.constantFrom(...names), anyValue), { minLength: 1, maxLength: 3 }),
      removed: fc.subarray(names, { maxLength: 1 }),
      added: fc.dictionary(anyText, anyValue, { maxKeys: 2 }),
    })
    .map(({ changed, removed, added }) => {
      const kept = Object.entries({ ...body, ...Object.fromEntries(changed) }).filter(
        ([name]) => !removed.includes(name),
      );
      return { ...added, ...Object.fromEntries(kept) };
    });
}

/** A body as bytes that need not be JSON at all. */
export function anyBytes(body: Record<string, unknown>): fc.Arbitrary<string | Uint8Array> {
  const text = JSON.stringify(body);
  return fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    anyText,
    fc.nat(text.length).map((end) => text.slice(0, end)),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.tuple(fc.nat(text.length), naughty).map(([at, one]) => text.slice(0, at) + one + text.slice(at)),
    fc.constant(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  );
}

/** What may stand in a header: HTTP takes Latin-1 without control characters. */
export const anyHeader = anyText.map((text) =>
  text
    .replace(/[^\x20-\x7e\xa0-\xff]/g, '')
    .trim()
    .slice(0, 2000),
);

/** Percent-encoded, with lone surrogates replaced, because a URL cannot hold them. */
export function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .slice(0, 3000)
    .replace(/%.?$/, '');
}
