import { describe, expect, it } from 'vitest';
import { batches, parse } from './answer-import';

const pairs = (text: string, name?: string) =>
  parse(text, name).entries.map(({ question, answer }) => [question, answer]);

describe('answers from Markdown', () => {
  it('takes each heading as a question and what follows as its answer', () => {
    const text = '# Shop\n\nWelcome.\n\n## Where is it?\n\nIn **Åre**.\n\n- by bus\n\n## When? ##\r\nMondays';
    expect(pairs(text)).toEqual([
      ['Where is it?', 'In **Åre**.\n\n- by bus'],
      ['When?', 'Mondays'],
    ]);
  });

  it('leaves headings inside code and smaller headings in the answer', () => {
    const text = '## How?\n```sh\n## not a question\n```\n### Then\nDone.';
    expect(pairs(text)).toEqual([['How?', '```sh\n## not a question\n```\n### Then\nDone.']]);
  });

  it('says with its line what it leaves out', () => {
    const { skipped } = parse('## Empty\n\n## A\nyes\n## a\nno\n## ' + 'q'.repeat(501) + '\nx');
    expect(skipped.map(({ line, reason }) => [line, reason])).toEqual([
      [1, 'The answer is missing.'],
      [5, 'The same question is in line 3; that one is taken.'],
      [7, 'The question is longer than 500 characters.'],
    ]);
  });
});

describe('answers from CSV', () => {
  it('finds the columns by their names, in any order', () => {
    expect(pairs('id,Answer,Question\n1,Yes,"Really?"\n')).toEqual([['Really?', 'Yes']]);
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

  it('counts lines as the file has them', () => {
    const { skipped } = parse('question,answer\n"a\nb",x\n\n,y\n', 'a.csv');
    expect(skipped).toEqual([{ line: 5, question: '', reason: 'The question is missing.' }]);
  });
});

describe('batches', () => {
  it('keep every entry, in order, within both limits', () => {
    const entries = Array.from({ length: 23 }, (_, n) => ({ question: `q${n}`, answer: 'x'.repeat(n * 10) }));
    const made = batches(entries, 5, 300);
    expect(made.flat()).toEqual(entries);
    expect(Math.max(...made.map((batch) => batch.length))).toBeLessThanOrEqual(5);
  });
});
