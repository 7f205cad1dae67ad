import { describe, expect, it } from 'vitest';
import { textOfHtml } from './html.ts';

describe('the words of an HTML mail', () => {
  it('are those that its reader sees, with quotes behind marks', () => {
    expect(textOfHtml('<p>It <b>works</b>.</p><blockquote>Does it?</blockquote>')).toBe(
      'It works.\n\n> Does it?',
    );
  });

  it('are read in about the time of an ordinary mail, whatever somebody nests to stall it', () => {
    const long = (part: string) => part.repeat(Math.ceil(1_000_000 / part.length)).slice(0, 1_000_000);
    const cost = (html: string) => {
      const start = performance.now();
      expect(textOfHtml(`<p>Answer</p>${html}`)).toMatch(/^Answer/);
      return performance.now() - start;
    };
    const ordinary = Math.min(cost(long('<p>It works.</p>\n')), cost(long('<p>It works.</p>\n')));
    const nested = [
      '<div>',
      '<ul><li>x',
      '<pre>x',
      '<table><tr><td>',
      '<blockquote>',
      '<a href="http://x">',
      '<b>',
    ];
    const slowest = Math.max(...nested.map((part) => cost(long(part))));
    console.info(`ordinary ${ordinary.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms`);
    expect(slowest / ordinary).toBeLessThan(20);
  });
});
