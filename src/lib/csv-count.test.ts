import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cell as cellOf } from './csv';
import { CsvCount } from './csv-count';

it('counts the rows that were written, however the file is cut into pieces', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', '\r\n', '\n', ',', 'é', '🧵') });
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 4 })),
      fc.integer({ min: 1, max: 9 }),
      (rows, size) => {
        const bytes = new TextEncoder().encode(
          `\uFEFF${[['header'], ...rows].map((cells) => `${cells.map(cellOf).join()}\r\n`).join('')}`,
        );
        const count = new CsvCount();
        for (let at = 0; at < bytes.length; at += size) count.take(bytes.subarray(at, at + size));
        expect(count.rows).toBe(rows.length);
      },
    ),
  );
});

it('counts no row before the header has passed', () => {
  expect(new CsvCount().rows).toBe(0);
});
