// Files of answers, byte for byte as programs save them: each is read in the right encoding, and every line of it is part of an answer
// or is left out with its reason.
import { describe, expect, it } from 'vitest';
import { parse, type Choices } from './answer-import';
import { decode, findEncoding, type Encoding } from './answer-import-encoding';

/** One byte for each character. What Windows-1252 has where Latin-1 has controls is left to the story in a browser: Node 20 mixes them up. */
const latin = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);
const little = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
const big = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le').swap16());

interface File {
  by: string;
  name: string;
  bytes: Uint8Array;
  encoding: Encoding;
  /** What the person says where the file does not. */
  says?: Choices & { encoding?: Encoding };
  pairs: [question: string, answer: string][];
  /** Line and reason of what is left out. */
  left?: [line: number, reason: RegExp][];
}

const ORDER: [string, string] = ['Where is my order?', 'Open "Orders", please.'];
const MALMO: [string, string] = ['Do you ship to Malmö?', 'Yes, for 5 €.\nWithin a week.'];

const FILES: File[] = [
  {
    by: 'Excel on German Windows, CSV',
    name: 'Fragen.csv',
    bytes: latin(
      'Frage;Antwort\r\nWo ist mein Päckchen?;"Unter ""Bestellungen"", ohne Gebühr."\r\nWann schließt ihr?;Um 18 Uhr\r\n;;\r\n',
    ),
    encoding: 'windows-1252',
    pairs: [
      ['Wo ist mein Päckchen?', 'Unter "Bestellungen", ohne Gebühr.'],
      ['Wann schließt ihr?', 'Um 18 Uhr'],
    ],
  },
  {
    by: 'Excel, CSV UTF-8',
    name: 'answers.csv',
    bytes: utf8(
      '\uFEFFQuestion,Answer\r\nWhere is my order?,"Open ""Orders"", please."\r\nDo you ship to Malmö?,"Yes, for 5 €.\nWithin a week."\r\n',
    ),
    encoding: 'utf-8',
    pairs: [ORDER, MALMO],
  },
  {
    by: 'Excel, Unicode text',
    name: 'answers.txt',
    bytes: little(
      '\uFEFFQuestion\tAnswer\r\nWhere is my order?\t"Open ""Orders"", please."\r\nDo you ship to Malmö?\t"Yes, for 5 €.\nWithin a week."\r\n',
    ),
    encoding: 'utf-16le',
    pairs: [ORDER, MALMO],
  },
  {
    by: 'Excel on a Mac, CSV (Macintosh)',
    name: 'answers.csv',
    // ö is 9A in Mac Roman.
    bytes: latin('Question,Answer\rShip to Malm\x9a?,Yes\rShip to Oslo?,No\r'),
    encoding: 'windows-1252',
    says: { encoding: 'macintosh' },
    pairs: [
      ['Ship to Malmö?', 'Yes'],
      ['Ship to Oslo?', 'No'],
    ],
  },
  {
    by: 'Excel on Russian Windows, CSV',
    name: 'вопросы.csv',
    bytes: latin('\xc2\xee\xef\xf0\xee\xf1;\xce\xf2\xe2\xe5\xf2\r\n\xc3\xe4\xe5?;\xd2\xf3\xf2\r\n'),
    encoding: 'windows-1252',
    says: { encoding: 'windows-1251' },
    pairs: [['Где?', 'Тут']],
  },
  {
    by: 'Excel with its separator told',
    name: 'answers.csv',
    bytes: utf8('sep=;\r\nQuestion;Answer\r\nWhere, when?;Here, now\r\n'),
    encoding: 'utf-8',
    pairs: [['Where, when?', 'Here, now']],
  },
  {
    by: 'LibreOffice Calc',
    name: 'answers.csv',
    bytes: utf8(
      'question,answer\nWhere is my order?,"Open ""Orders"", please."\nDo you ship to Malmö?,"Yes, for 5 €.\nWithin a week."\n',
    ),
    encoding: 'utf-8',
    pairs: [ORDER, MALMO],
  },
  {
    by: 'LibreOffice Calc, all texts quoted, in UTF-16',
    name: 'answers.csv',
    bytes: little('\uFEFF"question";"answer"\n"Where is my order?";"Open ""Orders"", please."\n'),
    encoding: 'utf-16le',
    pairs: [ORDER],
  },
  {
    by: 'Google Sheets',
    name: 'FAQ - Sheet1.csv',
    bytes: utf8('Question,Answer,Owner\r\nWhere is my order?,"Open ""Orders"", please.",Kim\r\nTBD,,'),
    encoding: 'utf-8',
    pairs: [ORDER],
    left: [[3, /answer is missing/]],
  },
  {
    by: 'Gnumeric, with bars',
    name: 'answers.txt',
    bytes: utf8('question|answer\n"Where is my order?"|"Open ""Orders"", please."\n'),
    encoding: 'utf-8',
    pairs: [ORDER],
  },
  {
    by: 'pandas, with its index',
    name: 'out.csv',
    bytes: utf8(',question,answer\n0,Where is my order?,"Open ""Orders"", please."\n1,Nothing?,\n'),
    encoding: 'utf-8',
    pairs: [ORDER],
    left: [[3, /answer is missing/]],
  },
  {
    by: 'R, with row names',
    name: 'out.csv',
    bytes: utf8('"","question","answer"\n"1","Where is my order?","Open ""Orders"", please."\n'),
    encoding: 'utf-8',
    pairs: [ORDER],
  },
  {
    by: 'PowerShell',
    name: 'out.csv',
    bytes: utf8(
      '#TYPE System.Management.Automation.PSCustomObject\r\n"Question","Answer"\r\n"Where is my order?","Open ""Orders"", please."\r\n',
    ),
    encoding: 'utf-8',
    pairs: [ORDER],
  },
  {
    by: 'a help desk, with columns of its own',
    name: 'articles.csv',
    bytes: utf8(
      'id,title,body,votes\n7,Where is my order?,"Open ""Orders"", please.",3\n8,Ship,Yes, we do,1\n',
    ),
    encoding: 'utf-8',
    says: { columns: { question: 1, answer: 2 } },
    pairs: [ORDER],
    left: [[3, /more cells than the first row: “1”/]],
  },
  {
    by: 'a program that writes UTF-16 without a mark',
    name: 'answers.csv',
    bytes: big('question,answer\r\nDo you ship to Malmö?,"Yes, for 5 €.\nWithin a week."\r\n'),
    encoding: 'utf-16be',
    pairs: [MALMO],
  },
  {
    by: 'two programs one after the other',
    name: 'answers.csv',
    bytes: utf8('question,answer\r\nA?,1\r\nB?,2\nC?,3\n'),
    encoding: 'utf-8',
    pairs: [
      ['A?', '1'],
      ['B?', '2'],
      ['C?', '3'],
    ],
  },
  {
    by: 'a person, by hand',
    name: 'answers.csv',
    bytes: utf8('question,answer\n"The "blue" one?,Yes\nHow wide?,5" at most\nWhy?,"Because\nOf it?,No\n'),
    encoding: 'utf-8',
    pairs: [
      ['How wide?', '5" at most'],
      ['Of it?', 'No'],
    ],
    left: [
      [2, /more text follows/],
      [4, /never closed/],
    ],
  },
  {
    by: 'a README on GitHub',
    name: 'FAQ.md',
    bytes: utf8(
      '# FAQ\n\nAsk away.\n\n## Where is my order?\n\nOpen "Orders", please.\n\n## License\n\nMIT\n',
    ),
    encoding: 'utf-8',
    pairs: [ORDER, ['License', 'MIT']],
    left: [[1, /another kind/]],
  },
  {
    by: 'Google Docs, as Markdown',
    name: 'FAQ.md',
    bytes: utf8(
      '# **FAQ** {#faq}\n\n## **Where is my order?** {#where-is-my-order}\n\nOpen "Orders", please.\n\n## **How much is 1\\. class\\?**\n\nA lot\\!\n',
    ),
    encoding: 'utf-8',
    pairs: [ORDER, ['How much is 1. class?', 'A lot\\!']],
    left: [[1, /another kind/]],
  },
  {
    by: 'Notion',
    name: 'FAQ 1f2e.md',
    bytes: utf8(
      '# FAQ\n\n## Orders\n\n### Where is my order?\n\nOpen "Orders", please.\n\n### Can I return it?\n\nYes.\n',
    ),
    encoding: 'utf-8',
    pairs: [ORDER, ['Can I return it?', 'Yes.']],
    left: [
      [1, /another kind/],
      [3, /another kind/],
    ],
  },
  {
    by: 'Pandoc, with underlined headings',
    name: 'faq.markdown',
    bytes: utf8(
      'FAQ\n===\n\nWhere is my order?\n------------------\n\nOpen "Orders", please.\n\nOne\ntwo\n---\n',
    ),
    encoding: 'utf-8',
    pairs: [['Where is my order?', 'Open "Orders", please.\n\nOne\ntwo\n---']],
    left: [[1, /another kind/]],
  },
  {
    by: 'a document with bold questions, from Windows Notepad in UTF-16',
    name: 'faq.txt',
    bytes: big(
      '\uFEFFOur FAQ\r\n\r\n**Where is my order?**\r\nOpen "Orders", please.\r\n\r\n**Ship to Malmö?**\r\nYes, **always**.\r\n',
    ),
    encoding: 'utf-16be',
    pairs: [ORDER, ['Ship to Malmö?', 'Yes, **always**.']],
    left: [[1, /above the first question/]],
  },
  {
    by: 'Obsidian, with settings on top',
    name: 'faq.md',
    bytes: utf8('---\ntags: faq\n---\n## Where is my order?\nOpen "Orders", please.\n## Then?\n```\ncode\n'),
    encoding: 'utf-8',
    pairs: [ORDER],
    left: [[6, /code block that opens in line 7/]],
  },
  {
    by: 'an old editor on Western Windows',
    name: 'faq.md',
    bytes: latin('## Do you ship to Malm\xf6?\r\nYes, for \xa35.\r\nWithin a week.\r\n'),
    encoding: 'windows-1252',
    pairs: [['Do you ship to Malmö?', 'Yes, for £5.\nWithin a week.']],
  },
];

describe.each(FILES)('a file from $by', ({ name, bytes, encoding, says, pairs, left = [] }) => {
  const found = findEncoding(bytes);
  const text = decode(bytes, says?.encoding ?? found.encoding);
  const { entries, left_out, structure } = parse(text, name, says);

  it('is read in its encoding, which is a guess only where the bytes tell none', () => {
    expect(found).toMatchObject({ encoding, is_guess: encoding === 'windows-1252' });
  });

  it('gives its answers', () => {
    expect(entries.map(({ question, answer }) => [question, answer])).toEqual(pairs);
  });

  it('has no line that is neither in an answer nor left out with its reason', () => {
    expect(left_out.map(({ line }) => line)).toEqual(left.map(([line]) => line));
    for (const [index, [, reason]] of left.entries()) expect(left_out[index]!.reason).toMatch(reason);
    const spans = [...entries, ...left_out, ...structure];
    const lines = text.split(/\r\n?|\n/);
    const lost = lines.filter(
      (line, index) =>
        line.trim() && spans.filter((one) => one.line <= index + 1 && index < one.last_line).length !== 1,
    );
    expect(lost).toEqual([]);
  });
});
