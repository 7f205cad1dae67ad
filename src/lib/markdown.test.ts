import { describe, expect, it } from 'vitest';
import { decodeEntities, parse, plain, safeHref, type Token } from './markdown.ts';

function types(tokens: Token[] | null): string[] {
  return (tokens ?? []).map((token) => token.type);
}

describe('markdown', () => {
  it('reads what assistants write: paragraphs, lists, code, tables', () => {
    expect(types(parse('Hello\n\n- a\n- b\n\n```\nx\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |'))).toEqual(
      expect.arrayContaining(['paragraph', 'list', 'code', 'table']),
    );
  });

  it.each([
    ['https://example.com/a?b=c', 'https://example.com/a?b=c'],
    ['http://example.com', 'http://example.com/'],
    ['mailto:a@example.com', 'mailto:a@example.com'],
  ])('lets people follow %s', (href, expected) => {
    expect(safeHref(href)).toBe(expected);
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
  ])('lets nobody follow %j', (href) => {
    expect(safeHref(href)).toBeNull();
  });

  it.each([
    ['emphasis around emphasis', '*'.repeat(4000) + 'a' + '*'.repeat(4000)],
    ['alternating emphasis', '**_'.repeat(3000)],
    ['open brackets', '['.repeat(20_000)],
    ['quotes inside quotes', '>'.repeat(3000) + ' a'],
    ['quotes with spaces', '> '.repeat(3000) + 'a'],
    [
      'lists inside lists',
      Array.from({ length: 80 }, (_, depth) => ' '.repeat(depth * 2) + '- a').join('\n'),
    ],
    ['a very long text', 'a '.repeat(20_000)],
  ])('keeps %s plain, at once', (_name, text) => {
    // What was plain once is not read again; another text of the same kind is.
    const round = (again: number) => {
      const started = performance.now();
      expect(parse(text + ' '.repeat(again))).toBeNull();
      return performance.now() - started;
    };
    // The best of some: a busy machine delays a few, what is slow is slow every time.
    let took = Infinity;
    for (let again = 0; again < 5 && took >= 1000; again += 1) took = Math.min(took, round(again));
    expect(took).toBeLessThan(1000);
  });

  it('does not mistake a busy moment for a hostile text', () => {
    const times = [0, 80, 80, 81];
    expect(parse('A reply in a busy moment', () => times.shift() ?? 0)).not.toBeNull();
  });

  it('keeps a text plain that took too long twice, and does not try it again', () => {
    let clock = 0;
    const slow = () => (clock += 60);
    expect(parse('A reply that is slow today', slow)).toBeNull();
    expect(parse('A reply that is slow today', () => 0)).toBeNull();
  });

  it('decodes character references without inventing any', () => {
    expect(decodeEntities('Fish &amp; chips &lt;b&gt; &#39;x&#x27; &copy2; &#0; &bogus;')).toBe(
      "Fish & chips <b> 'x' &copy2; &#0; &bogus;",
    );
  });

  it('takes the marks out of a preview and nothing else', () => {
    expect(plain('It is **on** its [way](https://x.example), see `A1`')).toBe('It is on its way, see A1');
    expect(plain('- one * two ** three')).toBe('one * two ** three');
    expect(plain('snake_case and 2 * 3 * 4')).toBe('snake_case and 2 * 3 * 4');
  });
});
