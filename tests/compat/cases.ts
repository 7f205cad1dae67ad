// One export with what gets lost on the way into other programs, as a CSV and as a workbook, made by the product's own writers.
import { file as csv, type Column, type Row } from '../../src/lib/csv.ts';
import { file as xlsx } from '../../src/lib/server/xlsx.ts';

/** The first is plain: Gnumeric refuses a CSV with an invisible character in its first 512 bytes. */
export const TEXTS = [
  'Where is my order? It should have been here on Monday, and nobody answers the telephone.',
  'The second line is only here so that the joiners below stand beyond the first 512 bytes of the file, as they do in any real one.',
  'Gnumeric looks at no more than those to find out which encoding a file is in, and takes a file with such a character in them for none.',
  'So these sentences are a little longer than they need to be, and say nothing of interest to anybody who came here for another reason.',
  '0049301234567',
  '007',
  '12345678901234567890',
  '1.10',
  '12E34',
  '1/2',
  '2026-01-02',
  '10:30',
  '$5',
  '=1+1',
  '+49 30 1234567',
  '@SUM(A1)',
  "'quoted'",
  '0049 30 1234567',
  'two\nlines, "quoted"; and more',
  'مرحبا، كيف الحال؟',
  'שלום',
  '👩‍👩‍👧 😀',
  '_x0041_ & <b>',
  ' spaces around ',
];

const COLUMNS: Column[] = [
  { name: 'number', kind: 'number' },
  { name: 'text', kind: 'text' },
  { name: 'sent_at_utc', kind: 'time' },
];

/** The instant in the row of that number, as the database writes it. */
export const timeOf = (index: number) => `2026-11-22T13:05:${String(index).padStart(2, '0')}`;

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of chunks) pieces.push(bytes);
  return Buffer.concat(pieces);
}

async function* pages(): AsyncGenerator<Row[]> {
  yield TEXTS.map((text, index) => [index, text, `${timeOf(index)}.5`]);
}

export const FORMATS = ['csv', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];

export function written(format: Format): Promise<Buffer> {
  return whole((format === 'csv' ? csv : xlsx)(COLUMNS, pages()));
}
