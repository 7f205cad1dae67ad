import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linked, safeAddress } from './links.ts';
import { parseMarkdown } from './markdown.ts';
import type { Node } from './markdown-tree.ts';

/** The addresses that can be followed, in curly brackets, among the words around them. */
const shown = (nodes: Node[]): string =>
  nodes
    .map((node) =>
      typeof node === 'string' ? node : node.tag === 'a' ? `{${shown(node.children)}}` : shown(node.children),
    )
    .join('');

const hrefs = (nodes: Node[]): string[] =>
  nodes.flatMap((node) =>
    typeof node === 'string' ? [] : [...(node.href ? [node.href] : []), ...hrefs(node.children)],
  );

describe('an address that stands in a sentence', () => {
  it.each([
    // What ends a sentence, or brackets it, in whatever language.
    ['See https://shop.example/returns.', 'See {https://shop.example/returns}.'],
    ['See https://shop.example/returns, please', 'See {https://shop.example/returns}, please'],
    ['https://shop.example/returns?', '{https://shop.example/returns}?'],
    ['https://shop.example/returns!!', '{https://shop.example/returns}!!'],
    ['https://shop.example/returns...', '{https://shop.example/returns}...'],
    ['https://shop.example/returns; then', '{https://shop.example/returns}; then'],
    ['https://shop.example/returns。', '{https://shop.example/returns}。'],
    ['请看https://shop.example/returns。谢谢', '请看{https://shop.example/returns}。谢谢'],
    ['https://shop.example/returns，然后', '{https://shop.example/returns}，然后'],
    ['（https://shop.example/returns）', '（{https://shop.example/returns}）'],
    ['「https://shop.example/returns」', '「{https://shop.example/returns}」'],
    ['“https://shop.example/returns”的', '“{https://shop.example/returns}”的'],
    ['„https://shop.example/returns“', '„{https://shop.example/returns}“'],
    ['«https://shop.example/returns»', '«{https://shop.example/returns}»'],
    ['‹https://shop.example/returns›', '‹{https://shop.example/returns}›'],
    ['‘https://shop.example/returns’', '‘{https://shop.example/returns}’'],
    ['"https://shop.example/returns"', '"{https://shop.example/returns}"'],
    ["'https://shop.example/returns'", "'{https://shop.example/returns}'"],
    ['https://shop.example/returns؟', '{https://shop.example/returns}؟'],
    ['https://shop.example/returns، ثم', '{https://shop.example/returns}، ثم'],
    ['https://shop.example/returns।', '{https://shop.example/returns}।'],
    ['https://shop.example/returns…', '{https://shop.example/returns}…'],
    ['https://shop.example/returns——', '{https://shop.example/returns}——'],
    ['https://shop.example/returns！', '{https://shop.example/returns}！'],
    ['https://shop.example/returns\u200f', '{https://shop.example/returns}\u200f'],
    ['https://shop.example/returns\u00a0now', '{https://shop.example/returns}\u00a0now'],
    ['https://shop.example/returns👍', '{https://shop.example/returns}👍'],
    ['https://shop.example/returns→', '{https://shop.example/returns}→'],
    [
      '<https://shop.example/returns> now',
      '<{https://shop.example/returns}> now',
      'in Markdown',
      '{https://shop.example/returns} now',
    ],
    ['[https://shop.example/returns]', '[{https://shop.example/returns}]'],
    // Brackets of its own stay.
    ['(https://shop.example/returns)', '({https://shop.example/returns})'],
    ['(see https://shop.example/a_(b)).', '(see {https://shop.example/a_(b)}).'],
    ['https://en.wikipedia.org/wiki/Set_(mathematics)', '{https://en.wikipedia.org/wiki/Set_(mathematics)}'],
    ['https://shop.example/a(b)c.', '{https://shop.example/a(b)c}.'],
    // Marks of its own stay.
    ['https://shop.example/?a=1&b=%20#c-d', '{https://shop.example/?a=1&b=%20#c-d}'],
    ['https://shop.example/a_b_c/', '{https://shop.example/a_b_c/}'],
    ['https://shop.example/~kim/x.html.', '{https://shop.example/~kim/x.html}.'],
    ['https://shop.example:8443/x:y', '{https://shop.example:8443/x:y}'],
    [
      'https://de.wikipedia.org/wiki/Straße_–_Übersicht',
      '{https://de.wikipedia.org/wiki/Straße_–_Übersicht}',
    ],
    ['https://münchen.example/größe,', '{https://münchen.example/größe},'],
    ['https://ja.wikipedia.org/wiki/日本', '{https://ja.wikipedia.org/wiki/日本}'],
    ['HTTPS://SHOP.EXAMPLE/A', '{HTTPS://SHOP.EXAMPLE/A}'],
    ['http://localhost:5173/x', '{http://localhost:5173/x}'],
    ['www.shop.example/returns.', '{www.shop.example/returns}.'],
    // Mail.
    ['Write to help@shop.example.', 'Write to {help@shop.example}.'],
    ['first.last_name+x@mail.shop.example', '{first.last_name+x@mail.shop.example}'],
    ['(help@shop.example)', '({help@shop.example})'],
    ['请写信给help@shop.example。', '请写信给{help@shop.example}。'],
    // What is none.
    ['xhttps://shop.example', 'xhttps://shop.example'],
    ['https://', 'https://'],
    ['https://.', 'https://.'],
    ['http://%', 'http://%'],
    ['ftp://shop.example javascript:alert(1)', 'ftp://shop.example javascript:alert(1)'],
    ['a@b and @handle and 3@2.', 'a@b and @handle and 3@2.'],
    ['wwwhat www. x', 'wwwhat www. x'],
  ])('%s', (text, plain, _in?: string, markdown = plain) => {
    expect(shown(linked(text))).toBe(plain);
    expect(shown(parseMarkdown(text))).toBe(markdown);
  });

  it('leads where it says', () => {
    expect(hrefs(linked('https://shop.example/a, www.shop.example and help@shop.example.'))).toEqual([
      'https://shop.example/a',
      'http://www.shop.example/',
      'mailto:help@shop.example',
    ]);
  });
});

describe('plain text', () => {
  it.each([
    'It is 40*30*20 cm',
    '```SAVE20``` is your code',
    '2024. was cheaper',
    '+ 49 123 456',
    '# 1 in sales',
    '- a\n- b\n\n  c   d',
    '> said &amp; <b>done</b>',
    '[a](b) \\* ~~x~~ _y_',
  ])('%j stays as it was written', (text) => {
    expect(linked(text)).toEqual([text]);
  });

  it('neither loses nor adds a character', () => {
    const piece = fc.constantFrom(
      'https://',
      'www.',
      'a@',
      'x.example',
      '/',
      ')',
      '(',
      '.',
      '。',
      ' ',
      '\n',
      '👍',
      '\ud800',
      '_',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        expect(shown(linked(text)).replace(/[{}]/g, '')).toBe(text.replace(/[{}]/g, ''));
      }),
    );
  });
});

describe('where people may go', () => {
  it.each([
    ['https://example.com/a?b=c', 'https://example.com/a?b=c'],
    ['http://example.com', 'http://example.com/'],
    ['mailto:a@example.com', 'mailto:a@example.com'],
  ])('%s', (address, expected) => {
    expect(safeAddress(address)).toBe(expected);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'javascript&colon;alert(1)',
    '&#106;avascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//example.com',
    '/dashboard',
    'blob:https://example.com/x',
    '',
  ])('not to %j', (address) => {
    expect(safeAddress(address)).toBeNull();
  });
});
