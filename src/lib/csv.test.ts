import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cell, file, guarded, neutralise, recover, type Column } from './csv.ts';

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

/** One line of texts as it stands in a file. */
const line = (texts: (string | null)[]) => `${texts.map(cell).join(',')}\r\n`;

async function written(columns: Column[], ...pages: (string | number | null)[][][]): Promise<string> {
  const from = async function* () {
    yield* pages;
  };
  let text = '';
  for await (const bytes of file(columns, from())) text += Buffer.from(bytes).toString();
  return text;
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
    for (const text of [
      'Hello',
      "it's",
      '1 - 2',
      'a=b',
      '',
      '👍',
      'مرحبا',
      'v1.10',
      '0049 30 1234567',
      '...',
      'e-5',
      '4f-12',
    ]) {
      expect(neutralise(text)).toBe(text);
    }
  });

  it.each([
    '0049301234567',
    '007',
    ' 007 ',
    '00.5',
    '12345678901234567890',
    '1234567890123456',
    '1.10',
    '12E34',
    '1e5',
    '1,234',
    '٠١٢٣',
    '1/2',
    '3-4',
    '2026-01-02',
    '10:30',
    '(5)',
    '$5',
    '50%',
  ])('keeps %j a text, which read as a number or a date would show other characters', (text) => {
    expect(neutralise(text)).toBe(`'${text}`);
    expect(recover(neutralise(text))).toBe(text);
  });

  it.each(['0', '42', '4711', '123456789012345', '0.5', '19.99'])(
    'leaves %j, which stays as it is as a number',
    (text) => {
      expect(neutralise(text)).toBe(text);
    },
  );

  it('needs no more than the first apostrophe taken away to be read back', () => {
    for (const text of ["'quoted'", "'", "''", "'007", '=1', 'plain']) {
      expect(neutralise(text).replace(/^'/, '')).toBe(text);
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

  it('guards lines that were written elsewhere as it would have written them', () => {
    const raw = (text: string | null) => (text === null ? '' : `"${text.replaceAll('"', '""')}"`);
    const nasty = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...PREFIXES, "'", '"', ',', ' ', 'a', 'Z', '1', '.', '\uFEFF') }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(nasty, { minLength: 2, maxLength: 5 }), { maxLength: 4 }), (rows) => {
        const written = rows.map((texts) => `${texts.map(raw).join(',')}\r\n`).join('');
        expect(guarded(written)).toBe(rows.map(line).join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('begins with the names of its columns; numbers are never guarded, instants are dates and times', async () => {
    const columns: Column[] = [
      { name: 'sent_at_utc', kind: 'time' },
      { name: 'number', kind: 'number' },
      { name: 'text', kind: 'text' },
    ];
    const text = await written(columns, [['2026-11-22T13:05:09.123456', -1, '-1']], [[null, 2.5, null]]);
    expect(text).toBe('\uFEFFsent_at_utc,number,text\r\n2026-11-22 13:05:09,-1,"\'-1"\r\n,2.5,\r\n');
  });
});
