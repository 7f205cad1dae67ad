import { describe, expect, it } from 'vitest';
import { ANSWERS } from '../../../tests/support/answers.ts';
import { contentOf } from './content.ts';
import { parseMarkdown } from './markdown.ts';

describe('what is drawn of a message', () => {
  it.each(ANSWERS)('of an assistant is the tree of its Markdown: $name', ({ markdown }) => {
    expect(JSON.parse(contentOf('assistant', markdown)!)).toEqual(parseMarkdown(markdown));
  });

  it('of a visitor or an agent are its words, whose addresses can be followed', () => {
    const href = 'https://shop.example/cart';
    for (const role of ['visitor', 'agent'] as const)
      expect(JSON.parse(contentOf(role, `**See** ${href}, please`)!)).toEqual([
        '**See** ',
        { tag: 'a', href, children: [href] },
        ', please',
      ]);
  });

  it('is not said where it is the text itself, or nothing', () => {
    expect(contentOf('visitor', 'Where are **my** boots?\nBest, Vera')).toBeUndefined();
    expect(contentOf('agent', 'On their way.')).toBeUndefined();
    for (const role of ['visitor', 'agent', 'assistant', 'system'] as const)
      expect(contentOf(role, '')).toBeUndefined();
  });
});
