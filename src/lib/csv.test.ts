import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cell, line, neutralise, recover } from './csv.ts';

const PREFIXES = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];
const HIDDEN = [
  ...PREFIXES.map((prefix) => ` ${prefix}`),
  '\uFEFF=',
  '\u00a0=',
  '\u200b+',
  "'=",
  "''@",
  '\u0001=',
];

/** A reader of RFC 4180, written apart from the writer. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let value = '';
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        if (text[at] === '"' && text[at + 1] === '"') {
          value += '"';
          at += 2;
        } else if (text[at] === '"') break;
        else value += text[at++];
      }
      at += 1;
    } else {
      while (at < text.length && text[at] !== ',' && text[at] !== '\r') value += text[at++];
    }
    row.push(value);
    if (text[at] === ',') {
      at += 1;
      if (at === text.length) row.push('');
    } else {
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe('csv', () => {
  it.each([...PREFIXES, ...HIDDEN])('leaves no live cell that begins with %j', (prefix) => {
    for (const rest of ['1+1', 'cmd|"/c calc"!A0', 'a,"b"\r\nc', '']) {
      const [[written] = []] = parse(line([prefix + rest]));
      expect(written).toMatch(/^'/);
      expect(recover(written ?? '')).toBe(prefix + rest);
    }
  });

  it('leaves ordinary text alone', () => {
    for (const text of ['Hello', "it's", "'quoted'", '1 - 2', 'a=b', '', '👍', 'مرحبا']) {
      expect(neutralise(text)).toBe(text);
    }
  });

  it('gives back every text exactly, whatever it holds', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...PREFIXES, "'", '"', ',', ' ', 'a', '\uFEFF') }),
    );
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 2, maxLength: 5 }), (texts) => {
        const [row] = parse(line(texts));
        expect(row?.map(recover)).toEqual(texts);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps numbers as numbers, also negative ones', () => {
    expect(line([-1, 2.5, true, null, undefined])).toBe('-1,2.5,true,,\r\n');
    expect(cell('-1')).toBe('"\'-1"');
  });
});
