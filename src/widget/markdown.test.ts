import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInline, type Inline } from './markdown-inline.ts';
import { parseMarkdown, type Block } from './markdown.ts';

/** The tree as one line, so that a test shows what it expects. */
function inlineText(nodes: Inline[]): string {
  return nodes
    .map((node) => {
      if (node.type === 'text') return node.text;
      if (node.type === 'break') return '⏎';
      if (node.type === 'code') return `code(${node.text})`;
      if (node.type === 'link') return `link(${node.href} ${inlineText(node.children)})`;
      return `${node.type}(${inlineText(node.children)})`;
    })
    .join('');
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return inlineText(block.children);
    case 'heading':
      return `h${block.level}(${inlineText(block.children)})`;
    case 'code':
      return `pre(${block.text})`;
    case 'rule':
      return 'rule';
    case 'quote':
      return `quote(${blocks(block.children)})`;
    case 'list':
      return `${block.is_ordered ? `ol${block.start}` : 'ul'}(${block.items.map(blocks).join(' | ')})`;
    case 'table':
      return `table(${[block.head, ...block.rows].map((row) => row.map(inlineText).join(' | ')).join(' / ')})`;
  }
}
const blocks = (found: Block[]) => found.map(blockText).join(' ; ');
const md = (text: string) => blocks(parseMarkdown(text));
const inline = (text: string) => inlineText(parseInline(text));

it.each([
  ['bold and italic', '**a** and *b* and __c__ _d_', 'strong(a) and em(b) and strong(c) em(d)'],
  ['italic inside bold', '***a***', 'strong(em(a))'],
  ['struck text', '~~a~~', 'del(a)'],
  ['code, whose stars are stars', '`a **b**`', 'code(a **b**)'],
  ['code with backticks inside', '``a ` b``', 'code(a ` b)'],
  ['words with underscores', 'snake_case_name', 'snake_case_name'],
  ['a lonely star', '2 * 3 * 4', '2 * 3 * 4'],
  ['a mark that never closes', '**open *both', '**open *both'],
  ['an escaped mark', '\\*a\\*', '*a*'],
  ['a link', '[a *b*](https://x.example/y)', 'link(https://x.example/y a em(b))'],
  ['an address with brackets', '[a](https://x.example/y_(z))', 'link(https://x.example/y_(z) a)'],
  ['a mail address', '[a](mailto:a@x.example)', 'link(mailto:a@x.example a)'],
  [
    'a bare address at the end of a sentence',
    'see https://x.example/a_b.',
    'see link(https://x.example/a_b https://x.example/a_b).',
  ],
  ['a script address', '[a](javascript:alert(1))', '[a](javascript:alert(1))'],
  ['a disguised script address', '[a](JaVaScRiPt:alert(1))', '[a](JaVaScRiPt:alert(1))'],
  ['a data address', '[a](data:text/html,x)', '[a](data:text/html,x)'],
  ['an address of our own page', '[a](/login)', '[a](/login)'],
  ['HTML', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['an image', '![a](https://x.example/a.png)', '!link(https://x.example/a.png a)'],
  ['a line break', 'a\nb', 'a⏎b'],
])('reads %s', (_what, source, expected) => {
  expect(inline(source)).toBe(expected);
});

it.each([
  ['paragraphs', 'a\nb\n\nc', 'a⏎b ; c'],
  ['headings', '# a\n### b\n#c', 'h1(a) ; h3(b) ; #c'],
  ['a list', '- a\n- b', 'ul(a | b)'],
  ['a numbered list that starts later', '3. a\n4. b', 'ol3(a | b)'],
  ['a list under a list', '- a\n  - b\n  - c\n- d', 'ul(a ; ul(b | c) | d)'],
  ['a list after a sentence', 'a:\n- b', 'a: ; ul(b)'],
  ['code', '```js\nlet a = "**";\n```\nb', 'pre(let a = "**";) ; b'],
  ['code that never ends', '```\na', 'pre(a)'],
  ['a quote', '> a\n> - b', 'quote(a ; ul(b))'],
  ['a table', '| a | b |\n|---|:-:|\n| 1 | **2** |', 'table(a | b / 1 | strong(2))'],
  ['a rule', 'a\n\n---\n\nb', 'a ; rule ; b'],
  ['a sentence with a bar in it', 'a | b', 'a | b'],
])('reads %s', (_what, source, expected) => {
  expect(md(source)).toBe(expected);
});

describe('a hostile answer', () => {
  const MANY = 50_000;

  it.each([
    '*',
    '**',
    '_',
    '`',
    '[',
    '](',
    '[a](',
    '![',
    '>',
    '- ',
    '> - ',
    '|',
    '\n|-',
    '#',
    '~~',
    '\\',
    '*a **b ',
    'http://% ',
    'https://a](',
    '`` ` ',
  ])('of fifty thousand times %j is read in a moment', { timeout: 120_000 }, (piece) => {
    const round = () => {
      const began = performance.now();
      parseMarkdown(piece.repeat(MANY));
      return performance.now() - began;
    };
    // Quadratic reading of this takes minutes, every time; the figure leaves room for a busy machine, and so does a second try.
    let took = round();
    for (let left = 2; left > 0 && took >= 6_000; left -= 1) took = Math.min(took, round());
    expect(took).toBeLessThan(6_000);
  });

  it('never nests deeper than the page can bear', () => {
    const depth = (found: Block[]): number =>
      1 + Math.max(0, ...found.map((block) => (block.type === 'quote' ? depth(block.children) : 0)));
    expect(depth(parseMarkdown(`${'> '.repeat(500)}a`))).toBeLessThanOrEqual(6);
  });

  it('never throws, and never makes a link we do not allow', () => {
    const piece = fc.constantFrom(
      '*',
      '_',
      '**',
      '`',
      '[',
      ']',
      '(',
      ')',
      'javascript:',
      'https://',
      'a',
      ' ',
      '\n',
      '|',
      '-',
      '>',
      '#',
      '\\',
      '1. ',
    );
    const hrefs = (nodes: Inline[]): string[] =>
      nodes.flatMap((node) =>
        ('href' in node ? [node.href] : []).concat('children' in node ? hrefs(node.children) : []),
      );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const source = pieces.join('');
        parseMarkdown(source);
        for (const href of hrefs(parseInline(source))) expect(href).toMatch(/^(https?|mailto):/i);
      }),
      { numRuns: 5_000 },
    );
  });

  it('loses no word', () => {
    const words = fc.array(
      fc.constantFrom('lorem', '**ipsum**', '*dolor*', '- sit', '> amet', '\n', '\n\n', '# sed'),
    );
    fc.assert(
      fc.property(words, (given) => {
        const source = given.join(' ');
        const letters = (text: string) => (text.match(/lorem|ipsum|dolor|sit|amet|sed/g) ?? []).join();
        expect(letters(md(source))).toBe(letters(source));
      }),
    );
  });
});
