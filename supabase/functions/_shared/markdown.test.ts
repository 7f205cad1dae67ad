import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../../tests/support/answers.ts';
import { EXAMPLES, isWithin, wordsIn } from '../../../tests/support/commonmark.ts';
import { withSteps } from '../../../tests/support/steps.ts';
import { parseMarkdown } from './markdown.ts';
import { wordsOf, type Element, type Node } from './markdown-tree.ts';

/** The tree as one line, so that a test shows what it expects. */
const shown = (nodes: Node[]): string => nodes.map(one).join('');

function one(node: Node): string {
  if (typeof node === 'string') return node;
  if (node.tag === 'br') return '⏎';
  const facts = [node.href, node.start].filter((fact) => fact !== undefined);
  return `<${[node.tag, ...facts].join(' ')}: ${shown(node.children)}>`;
}
const md = (text: string) => shown(parseMarkdown(text));
/** What stands in a text's only paragraph. */
const inline = (text: string) => /^<p: ([^]*)>$/.exec(md(text))?.[1];
/** As the reference has it, in whose HTML the numbers of a list are not written. */
const words = (text: string) => wordsIn(wordsOf(uncounted(parseMarkdown(text))));

function uncounted(nodes: Node[]): Node[] {
  return nodes.map((node) => {
    if (typeof node === 'string') return node;
    const copy = { ...node, children: uncounted(node.children) };
    delete copy.start;
    return copy;
  });
}

describe('a paragraph', () => {
  it.each([
    ['bold and italic', '**a** and *b* and __c__ _d_', '<strong: a> and <em: b> and <strong: c> <em: d>'],
    ['italic inside bold', '***a***', '<em: <strong: a>>'],
    ['struck text', '~~a~~', '<del: a>'],
    ['from tildes that mean about', '10~20 km and 30~40 km', '10~20 km and 30~40 km'],
    ['bold that ends with punctuation, in Chinese', '**价格：**100元', '<strong: 价格：>100元'],
    ['bold in quotes, in Chinese', '请点**“设置”**按钮', '请点<strong: “设置”>按钮'],
    ['bold before a bracket, in Japanese', '**注意（重要）**です', '<strong: 注意（重要）>です'],
    ['bold with a particle behind it, in Korean', '**"설정"**을 누르세요', '<strong: "설정">을 누르세요'],
    ['code, whose stars are stars', '`a **b**`', '<code: a **b**>'],
    ['code with backticks inside', '``a ` b``', '<code: a ` b>'],
    [
      'code at a line’s start, with words after it',
      '```SAVE20``` is your code\nnext',
      '<code: SAVE20> is your code⏎next',
    ],
    ['words with underscores', 'snake_case_name', 'snake_case_name'],
    ['sizes', 'It is 40*30*20 cm', 'It is 40*30*20 cm'],
    ['a lonely star', '2 * 3 * 4', '2 * 3 * 4'],
    ['a mark that never closes', '**open *both', '**open *both'],
    ['an escaped mark', '\\*a\\*', '*a*'],
    [
      'character references',
      'Fish &amp; chips &lt;b&gt; &#39;x&#x27; &bogus; &copy2;',
      "Fish & chips <b> 'x' &bogus; &copy2;",
    ],
    ['a link', '[a *b*](https://x.example/y)', '<a https://x.example/y: a <em: b>>'],
    ['a link with a title', '[a](https://x.example/y "The title")', '<a https://x.example/y: a>'],
    [
      'a link around its own address',
      '[https://x.example](https://x.example)',
      '<a https://x.example/: https://x.example>',
    ],
    ['a link without words', '[](https://x.example/y)', '<a https://x.example/y: https://x.example/y>'],
    ['an address with brackets', '[a](https://x.example/y_(z))', '<a https://x.example/y_(z): a>'],
    [
      'an address in angle brackets',
      'See <https://x.example/y>',
      'See <a https://x.example/y: https://x.example/y>',
    ],
    [
      'a mail address',
      '[a](mailto:a@x.example) <b@x.example>',
      '<a mailto:a@x.example: a> <a mailto:b@x.example: b@x.example>',
    ],
    [
      'a bare address in bold',
      '**https://x.example/a_b**',
      '<strong: <a https://x.example/a_b: https://x.example/a_b>>',
    ],
    ['a script address', '[a](javascript:alert(1))', '[a](javascript:alert(1))'],
    ['a disguised script address', '[a](JaVa&#115;cRiPt:alert(1))', '[a](JaVascRiPt:alert(1))'],
    ['a script in angle brackets', '<javascript:alert(1)>', '<javascript:alert(1)>'],
    ['a data address', '[a](data:text/html,x)', '[a](data:text/html,x)'],
    ['an address of our own page', '[a](/login)', '[a](/login)'],
    ['HTML', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['an image', '![a](https://x.example/a.png)', '<a https://x.example/a.png: a>'],
    [
      'an image that is a link',
      '[![a](https://x.example/a.png)](https://x.example/b)',
      '<a https://x.example/b: a>',
    ],
    ['a line break', 'a\nb  \nc\\\nd', 'a⏎b⏎c⏎d'],
  ])('has %s', (_what, source, expected) => {
    expect(inline(source)).toBe(expected);
  });
});

describe('a text', () => {
  it.each([
    ['paragraphs', 'a\nb\n\nc', '<p: a⏎b><p: c>'],
    ['paragraphs, with a carriage return', 'a\r\nb\r\n\r\nc', '<p: a⏎b><p: c>'],
    ['headings', '# a\n### b ###\n#c', '<h1: a><h3: b><p: #c>'],
    ['underlined headings', 'a\n===\nb\n---', '<h1: a><h2: b>'],
    ['a list', '- a\n- b', '<ul: <li: a><li: b>>'],
    ['a list with room', '- a\n\n- b', '<ul: <li: <p: a>><li: <p: b>>>'],
    ['a numbered list that starts later', '3. a\n4. b', '<ol 3: <li: a><li: b>>'],
    ['a list under a list', '- a\n  - b\n  - c\n- d', '<ul: <li: a<ul: <li: b><li: c>>><li: d>>'],
    ['a list after a sentence', 'a:\n- b', '<p: a:><ul: <li: b>>'],
    ['no list in a sentence that goes on', 'a\n2024. b', '<p: a⏎2024. b>'],
    ['code', '```js\nlet a = "**";\n\tb\n```\nc', '<pre: let a = "**";\n\tb><p: c>'],
    ['code that never ends', '```\na', '<pre: a>'],
    ['words behind a fence', '``` here you are\na\n```', '<pre: here you are\na>'],
    ['a quote', '> a\n> - b', '<blockquote: <p: a><ul: <li: b>>>'],
    ['a quote that goes on without its mark', '> a\nb', '<blockquote: <p: a⏎b>>'],
    [
      'a table',
      '| a | b |\n|---|:-:|\n| 1 | **2** |',
      '<table: <thead: <tr: <th: a><th: b>>><tbody: <tr: <td: 1><td: <strong: 2>>>>>',
    ],
    [
      'a table right after a sentence, with a bar in a cell, too many cells, and a sentence after it',
      'x:\na | b\n--|--\n1 \\| 2 | `c \\| d` | 3\ny',
      '<p: x:><table: <thead: <tr: <th: a><th: b>>><tbody: <tr: <td: 1 | 2><td: <code: c | d>><td: 3>>>><p: y>',
    ],
    ['a rule', 'a\n\n---\n\nb', '<p: a><hr: ><p: b>'],
    ['a sentence with a bar in it', 'a | b', '<p: a | b>'],
    ['nothing', ' \n\t\n', ''],
  ])('has %s', (_what, source, expected) => {
    expect(md(source)).toBe(expected);
  });

  it('is one line of words for a preview and for the ear', () => {
    const answer =
      '# Hi\nIt is **on** its [way](https://x.example), see `A1`:\n\n- a\n  - b\n\n| c | d |\n|---|---|\n| e | f |';
    expect(wordsOf(parseMarkdown(answer)).trim()).toBe('Hi It is on its way, see A1: a b c d e f');
  });
});

/** The examples of CommonMark that show other words here, and why. */
const DIFFERENT: [reason: string, ...numbers: number[]][] = [
  [
    'HTML is the text it was written as',
    ...[
      21, 31, 344, 475, 476, 477, 524, 642, 643, 613, 614, 615, 616, 617, 623, 625, 627, 628, 629, 630, 631,
    ],
    ...[148, 149, 150, 151, 152, 153, 154, 155, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170],
    ...[
      171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191,
    ],
  ],
  [
    'definitions of links stay where they stand, so that their addresses can be read, and what refers to them stays as written',
    ...[
      23, 33, 192, 193, 194, 195, 196, 198, 200, 201, 202, 203, 204, 205, 206, 207, 208, 210, 214, 215, 216,
      217, 218,
    ],
    ...[
      317, 527, 528, 529, 530, 531, 532, 533, 534, 535, 536, 537, 538, 539, 540, 541, 542, 543, 544, 545, 549,
    ],
    ...[
      550, 553, 554, 555, 556, 557, 558, 559, 560, 561, 562, 563, 564, 565, 566, 567, 568, 569, 570, 571, 573,
    ],
    ...[576, 577, 582, 583, 584, 585, 586, 587, 588, 589, 591, 592, 593],
  ],
  ['few characters are known by name; the other names stay as written', 25],
  ['a star between digits multiplies them', 356],
  ['a link without words shows its address', 484, 581],
  ['what more than a language stands behind a fence is shown', 143, 146],
  ['an address in angle brackets that spans lines, or ends early, is linked as far as it goes', 491, 494],
];

describe('CommonMark', () => {
  const different = new Set(DIFFERENT.flatMap(([, ...numbers]) => numbers));

  it('has its 652 examples', () => expect(EXAMPLES).toHaveLength(652));

  it.each(EXAMPLES)(
    'example $number shows the same words, or differs for a reason',
    ({ number, markdown, words: expected }) => {
      if (different.has(number)) expect(words(markdown)).not.toBe(expected);
      else expect(words(markdown)).toBe(expected);
    },
  );

  it('loses no word of any example, but for characters by name and the language of code, or where marks had joined two', () => {
    const lost = EXAMPLES.filter(({ markdown, words: expected }) => !isWithin(expected, words(markdown)));
    expect(lost.map(({ number }) => number)).toEqual([25, 161, 356, 494, 570]);
  });
});

describe('an answer in the style of a language model', () => {
  it.each(ANSWERS)('$name', ({ markdown, tree }) => {
    expect(md(markdown)).toBe(tree);
  });
});

const PIECES = [
  '*',
  '_',
  '**',
  '~~',
  '`',
  '```',
  '[',
  ']',
  '(',
  ')',
  '![',
  '<',
  '>',
  '|',
  '|-|-|',
  '-',
  '#',
  '\\',
  '1. ',
  '\n',
  '\n\n',
  '    ',
  '\t',
  ' ',
];

describe('a hostile answer', () => {
  const N = 1_000;
  let steps: (text: string) => number;

  beforeAll(async () => {
    const entry = fileURLToPath(new URL('markdown.ts', import.meta.url));
    const { module, stepsOf } = await withSteps<{ parseMarkdown: typeof parseMarkdown }>(entry);
    steps = (text) => stepsOf(() => module.parseMarkdown(text));
  });

  it.each([
    ...[
      '*',
      '**',
      '_',
      '`',
      '[',
      ']',
      '](',
      '[a](',
      '![',
      '![a](',
      '>',
      '> ',
      '- ',
      '> - ',
      '|',
      '#',
      '~~',
      '\\',
      '<',
      '&',
      '(',
    ],
    ...[
      '*a **b ',
      '*a_ ',
      '**_',
      '***a** b*',
      '[a](https://x.example)',
      '[a](b "',
      "[a](b '",
      '[a](b (',
      '[a](<b',
      '[a]((',
      '[[a](b)',
    ],
    ...[
      'http://% ',
      'https://a](',
      'https://a(',
      'a.',
      'a_',
      'a@',
      'a@a.',
      'www.',
      '`` ` ',
      '\\`',
      '<a:',
      '<a@',
      '&#1',
      '~',
    ],
    ...[
      '\n|-',
      'a|b\n-|-\n',
      'a\n-|-\n',
      '\n- ',
      '\n> ',
      '\n   > a\n',
      '\n1. a',
      '\n```',
      '\n    a',
      '\n\t',
      '\r',
      ' ',
      '# #',
    ],
  ])('of thousands of times %j takes work in proportion to its length', (piece) => {
    expect(steps(piece.repeat(2 * N)) / steps(piece.repeat(N))).toBeLessThan(2.05);
  });

  it('takes no more work the deeper its lists are', () => {
    const nested = (times: number) =>
      Array.from({ length: times }, (_, depth) => `${'  '.repeat(Math.min(depth, 40))}- a`).join('\n');
    expect(steps(nested(2 * N)) / steps(nested(N))).toBeLessThan(2.05);
  });

  it('never nests deeper than a page can bear', () => {
    const depth = (nodes: Node[]): number =>
      Math.max(0, ...nodes.map((node) => (typeof node === 'string' ? 0 : 1 + depth(node.children))));
    for (const text of [
      '> '.repeat(500) + 'a',
      '- '.repeat(500) + 'a',
      '*'.repeat(4_000) + 'a' + '*'.repeat(4_000),
      '*a **b '.repeat(1_000) + '** *'.repeat(1_000),
      '*a '.repeat(1_000) + 'a*'.repeat(1_000),
      '![a'.repeat(1_000) + '](https://x.example)'.repeat(1_000),
    ])
      expect(depth(parseMarkdown(text))).toBeLessThan(100);
  });

  it('makes no link that people may not follow, and no link within a link', () => {
    const piece = fc.constantFrom(
      ...PIECES,
      'javascript:',
      'https://',
      'a',
      'a@b.example',
      '](https://x.example)',
      '](javascript:a)',
    );
    const links = (nodes: Node[]): Element[] =>
      nodes.flatMap((node) =>
        typeof node === 'string' ? [] : node.tag === 'a' ? [node] : links(node.children),
      );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const { href, children } of links(parseMarkdown(pieces.join('')))) {
          expect(href).toMatch(/^(https?|mailto):/);
          expect(links(children)).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('loses no word and makes none up, however words and marks are mixed', () => {
    // A word alone behind a fence is a language, and digits before a stop are a list's number.
    const word = fc.constantFrom('lorem ipsum', 'dolor', 'sit amet', 'größe', '价格', 'слово');
    const text = fc.array(
      fc.oneof(word, fc.constantFrom(...PIECES.filter((piece) => !/[`\d]/.test(piece)), '`')),
      { maxLength: 50 },
    );
    const letters = (of: string) => (of.match(/\p{L}/gu) ?? []).join('');
    fc.assert(
      fc.property(text, (pieces) => {
        const source = pieces.join('');
        fc.pre(!/`{3}|~{3}/.test(source));
        expect(letters(wordsOf(parseMarkdown(source)))).toBe(letters(source));
      }),
      { numRuns: 2_000 },
    );
  });
});
