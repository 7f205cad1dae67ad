import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOf, unzip } from '../../../tests/support/xlsx.ts';
import type { Column, Row } from '$lib/csv';
import { cellText, file } from './xlsx';

const COLUMNS: Column[] = [
  { name: 'at', kind: 'time' },
  { name: 'n', kind: 'number' },
  { name: 'text', kind: 'text' },
];

async function written(columns: Column[], pages: Row[][], sheet_rows_max?: number) {
  const from = async function* () {
    yield* pages;
  };
  const pieces: Uint8Array[] = [];
  for await (const bytes of file(columns, from(), sheet_rows_max)) pieces.push(bytes);
  return unzip(Buffer.concat(pieces));
}

describe('a workbook', () => {
  it('has a header and the rows of all pages; instants are serial days, what is missing is no cell', async () => {
    const parts = await written(COLUMNS, [
      [['2026-11-22T12:00:00.9', 3, '007']],
      [],
      [[null, null, '=1+1']],
      [['1970-01-01T00:00:00', -1.5, null]],
    ]);
    expect(rowsOf(parts)).toEqual([
      ['at', 'n', 'text'],
      [46348.5, 3, '007'],
      [null, null, '=1+1'],
      [25569, -1.5, null],
    ]);
    expect(parts.get('xl/worksheets/sheet1.xml')!.toString()).not.toContain('<f');
  });

  it('gives back every text that a cell can hold exactly, in whatever pages it comes', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom('<', '&', '>', '"', "'", '=', '_x0041_', '_x', ' ', '\n', '\t', '🧵', ']]>'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(text, { maxLength: 3 })), async (pages) => {
        const parts = await written(
          [{ name: 'text', kind: 'text' }],
          pages.map((page) => page.map((one) => [one])),
        );
        expect(rowsOf(parts).slice(1)).toEqual(pages.flat().map((one) => [cellText(one)]));
      }),
      { numRuns: 100 },
    );
  });

  it('goes on in a further sheet with a header of its own where one is full', async () => {
    const rows = Array.from({ length: 5 }, (_, n): Row => [n]);
    const parts = await written([{ name: 'n', kind: 'number' }], [rows.slice(0, 3), rows.slice(3)], 3);
    expect([1, 2, 3].map((sheet) => rowsOf(parts, sheet))).toEqual([
      [['n'], [0], [1]],
      [['n'], [2], [3]],
      [['n'], [4]],
    ]);
    expect(
      parts
        .get('xl/workbook.xml')!
        .toString()
        .match(/<sheet /g),
    ).toHaveLength(3);
  });

  it('stops its source when nobody takes any more', async () => {
    let is_closed = false;
    const endless = async function* (): AsyncGenerator<Row[]> {
      try {
        for (;;) yield [[1]];
      } finally {
        is_closed = true;
      }
    };
    const chunks = file([{ name: 'n', kind: 'number' }], endless());
    for (let n = 0; n < 5; n++) await chunks.next();
    await chunks.return(undefined);
    expect(is_closed).toBe(true);
  });
});

describe('a text for a cell', () => {
  it.each([
    ['a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['a\0b\u0007c\u001fd\ufffee\uffff', 'abcde'],
    ['\ud800a\udc00', '\ufffda\ufffd'],
    [' \ttwo ', ' \ttwo '],
    ['x'.repeat(32_768), 'x'.repeat(32_767)],
    ['x'.repeat(32_766) + '🧵', 'x'.repeat(32_766)],
  ])('%j', (text, kept) => {
    expect(cellText(text)).toBe(kept);
  });
});
