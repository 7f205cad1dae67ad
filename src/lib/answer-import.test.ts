import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batches, parse } from './answer-import';

const pairs = (text: string, name?: string) =>
  parse(text, name).entries.map(({ question, answer }) => [question, answer]);
const reasons = (text: string, name?: string) =>
  parse(text, name).left_out.map(({ line, last_line, reason }) => [line, last_line, reason]);

/** The lines with anything in them that are in no entry, left out without a reason, or read twice. */
function unaccounted(text: string, name?: string): number[] {
  const { entries, left_out, structure } = parse(text, name);
  const spans = [...entries, ...left_out, ...structure];
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n/)
    .flatMap((line, index) => {
      const holders = spans.filter((span) => span.line <= index + 1 && index + 1 <= span.last_line);
      return line.trim() && holders.length !== 1 ? [index + 1] : [];
    });
}

describe('answers from Markdown', () => {
  it('takes each heading as a question and what follows as its answer', () => {
    const text = '# Shop\n\nWelcome.\n\n## Where is it?\n\nIn **Åre**.\n\n- by bus\n\n## When? ##\r\nMondays';
    expect(pairs(text)).toEqual([
      ['Where is it?', 'In **Åre**.\n\n- by bus'],
      ['When?', 'Mondays'],
    ]);
    expect(reasons(text)).toEqual([
      [1, 3, 'It is a heading of another kind than the questions, with what stands below it.'],
    ]);
  });

  it('leaves headings inside code and smaller headings in the answer', () => {
    const text = '## How?\n```sh\n## not a question\n```\n### Then\nDone.';
    expect(pairs(text)).toEqual([['How?', '```sh\n## not a question\n```\n### Then\nDone.']]);
  });

  it.each([
    ['of the third level', '# FAQ\n## Orders\n### Where?\nHere.\n### When?\nNow.', '### Where?'],
    ['underlined', 'Where?\n------\nHere.\n\nWhen?\n-----\nNow.', 'Where?'],
    ['underlined twice', 'Where?\n===\nHere.\n\nWhen?\n===\nNow.', 'Where?'],
    ['bold', '**Where?**\nHere.\n\n__When?__\n\nNow.', '**Where?**'],
    ['of the first level', '# Where?\nHere.\n# When?\nNow.', '# Where?'],
    ['bold inside of a heading', '## **Where?** {#where}\nHere.\n\n## When\\?\nNow.', 'Where'],
  ])('takes headings that are %s as questions', (_, text) => {
    expect(pairs(text)).toEqual([
      ['Where?', 'Here.'],
      ['When?', 'Now.'],
    ]);
    expect(unaccounted(text)).toEqual([]);
  });

  it('takes the kind of heading that the person says', () => {
    const text = '## Orders\nAll about them.\n### Where?\nHere.';
    expect(parse(text, '', { style: 'h2' }).entries).toMatchObject([
      { question: 'Orders', answer: 'All about them.\n### Where?\nHere.' },
    ]);
    expect(parse(text).markdown).toEqual({ style: 'h3', counts: { h2: 1, h3: 1 } });
  });

  it('names the line of a code block that is never closed, and reads on after it', () => {
    const text = '## A?\n```\ncode\n\n## B?\nYes.\n\n## C?\n```sh\nrun\n```';
    expect(reasons(text)).toEqual([[1, 3, 'The code block that opens in line 2 is never closed.']]);
    expect(pairs(text).map(([question]) => question)).toEqual(['B?', 'C?']);
  });

  it('keeps the hash that belongs to a name', () => {
    expect(pairs('## Do you teach C#?\nYes.\n## Learn C#\nHere.')).toEqual([
      ['Do you teach C#?', 'Yes.'],
      ['Learn C#', 'Here.'],
    ]);
  });

  it('says with its lines what it leaves out', () => {
    expect(
      reasons('Hello\n\n## Empty\n\n## A\nyes\n## ' + 'q'.repeat(501) + '\nx\n## B\nlost: \uFFFD'),
    ).toEqual([
      [1, 1, 'It’s above the first question.'],
      [3, 3, 'The answer is missing.'],
      [7, 8, 'The question is longer than 500 characters.'],
      [
        9,
        10,
        'It contains “\uFFFD” instead of a character that was lost, or that is read in another encoding than it was saved in.',
      ],
    ]);
  });
});

describe('answers from CSV', () => {
  it('finds the columns by their names, in any order and in many languages', () => {
    expect(pairs('id,Answer,Question\n1,Yes,"Really?"\n')).toEqual([['Really?', 'Yes']]);
    expect(pairs('Frage;Antwort\nWann?;Um 9\n')).toEqual([['Wann?', 'Um 9']]);
  });

  it('reads quotes, commas and line ends inside cells', () => {
    expect(pairs('"Say ""hi"", please","one\ntwo"\nQ,A', 'a.csv')).toEqual([
      ['Say "hi", please', 'one\ntwo'],
      ['Q', 'A'],
    ]);
  });

  it('understands what a German spreadsheet writes', () => {
    expect(pairs('\uFEFFquestion;answer\r\nWann?;Um 9, meistens\r\n')).toEqual([['Wann?', 'Um 9, meistens']]);
  });

  it('reads on when the line ends change', () => {
    expect(pairs('question,answer\r\nA?,1\r\nB?,2\nC?,3\rD?,"4\n4"\r\n', 'a.csv')).toEqual([
      ['A?', '1'],
      ['B?', '2'],
      ['C?', '3'],
      ['D?', '4\n4'],
    ]);
  });

  it('names the line of a quotation mark that is never closed, and reads on after it', () => {
    const text = 'question,answer\nA?,"one\nB?,two\nC?,three\n';
    expect(pairs(text, 'a.csv')).toEqual([
      ['B?', 'two'],
      ['C?', 'three'],
    ]);
    expect(reasons(text, 'a.csv')).toEqual([
      [2, 2, 'A quotation mark opens a cell here and is never closed.'],
    ]);
  });

  it('names the line of a stray quotation mark, and reads on after it', () => {
    const text = 'question,answer\n"A" or a?,one\nB?,"two\nC?,"three"\nD?,5" wide\n';
    expect(pairs(text, 'a.csv')).toEqual([
      ['C?', 'three'],
      ['D?', '5" wide'],
    ]);
    expect(reasons(text, 'a.csv').map(([line, last]) => [line, last])).toEqual([
      [2, 2],
      [3, 3],
    ]);
  });

  it('lists a row with more cells than columns instead of cutting its answer off', () => {
    const text = 'question,answer\nA?,Yes, of course\nB?,No,,\n';
    expect(pairs(text, 'a.csv')).toEqual([['B?', 'No']]);
    expect(reasons(text, 'a.csv')).toEqual([
      [
        2,
        2,
        'It has more cells than the first row: “of course”. Text with commas in it needs quotation marks around it.',
      ],
    ]);
  });

  it('asks for the columns where their names say nothing, and takes what the person says', () => {
    const text = 'Nr;Thema;Text\n1;Wann?;Um 9\n';
    const unknown = parse(text, 'a.csv');
    expect(unknown.csv).toMatchObject({
      is_named: false,
      names: ['Nr', 'Thema', 'Text'],
      columns: { has_header: true, question: null, answer: null },
    });
    expect(unknown.entries).toEqual([]);
    expect(unaccounted(text, 'a.csv')).toEqual([]);
    expect(parse(text, 'a.csv', { columns: { question: 1, answer: 2 } }).entries).toMatchObject([
      { question: 'Wann?', answer: 'Um 9', line: 2 },
    ]);
    expect(
      parse(text, 'a.csv', { columns: { question: 1, answer: 2, has_header: false } }).entries,
    ).toHaveLength(2);
  });

  it('counts lines as the file has them', () => {
    expect(parse('question,answer\n"a\nb",x\n\n,y\n', 'a.csv').left_out).toEqual([
      { line: 5, last_line: 5, text: 'y', reason: 'The question is missing.' },
    ]);
  });
});

it('every line is part of an entry or left out with its reason, whatever the file holds', () => {
  const piece = fc.constantFrom(
    ...[
      '"',
      '""',
      ',',
      ';',
      '\t',
      '\n',
      '\n\n',
      '\r\n',
      '\r',
      '```',
      '~~~',
      '```sh',
      '# ',
      '## ',
      '### ',
      '**A?**',
      '---',
      '===',
      'a',
      'b?',
      ' ',
      'question',
      'answer',
      'sep=;',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('a.csv', 'a.md', ''), (pieces, name) => {
      const text = pieces.join('');
      expect(unaccounted(text, name)).toEqual([]);
      for (const { reason } of parse(text, name).left_out) expect(reason).toMatch(/\.$/);
    }),
    { numRuns: 1000 },
  );
});

it('reads ten thousand rows of quotation marks that are never closed in no time', () => {
  const text = `question,answer\n${'"a,b\n'.repeat(10_001)}`;
  const start = performance.now();
  expect(unaccounted(text.slice(0, 400), 'a.csv')).toEqual([]);
  parse(text, 'a.csv');
  expect(performance.now() - start).toBeLessThan(2000);
});

it('reads a heading with a hundred thousand blanks in it in no time', () => {
  const start = performance.now();
  parse(`## a${' '.repeat(100_000)}b${' #'.repeat(50_000)}x\nYes.`, 'a.md');
  expect(performance.now() - start).toBeLessThan(2000);
});

describe('batches', () => {
  it('keep every entry, in order, within both limits', () => {
    const entries = Array.from({ length: 23 }, (_, n) => ({ question: `q${n}`, answer: 'x'.repeat(n * 10) }));
    const made = batches(entries, 5, 300);
    expect(made.flat()).toEqual(entries);
    expect(Math.max(...made.map((batch) => batch.length))).toBeLessThanOrEqual(5);
  });
});
