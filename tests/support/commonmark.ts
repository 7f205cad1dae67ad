// CommonMark's own examples with the words a reader of the reference sees, as one table for every side that draws Markdown.
import { tests } from 'commonmark-spec';

export interface Example {
  number: number;
  markdown: string;
  words: string;
}

function withWholeAddresses(text: string): string {
  return text
    .replaceAll('→', '\t')
    .replace(/(\]\(\s*(?:<|&lt;)?)(?![\s<>)]|&[lg]t;|https?:)\/?/g, '$1https://x.example/');
}

/** Letters and digits, without what stands between them: marks that are none stay, and that is no other word. */
export const wordsIn = (text: string): string => (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ');

const REFERENCES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** What stands on the page: blocks and lines apart, a picture by its words. */
function textOf(html: string): string {
  return html
    .replace(/<img [^>]*?alt="([^"]*)"[^>]*>/g, '$1')
    .replace(/<\/?(?:em|strong|code|a)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:lt|gt|quot|amp);/g, (reference) => REFERENCES[reference]!);
}

/** Whether all words stand in a longer text, in their order. */
export function isWithin(words: string, longer: string): boolean {
  const left = words.split(' ').filter(Boolean);
  for (const word of longer.split(' ')) if (word === left[0]) left.shift();
  return left.length === 0;
}

/** The examples, with the addresses of their links made whole: we make links of no others. */
export const EXAMPLES: Example[] = tests.map(({ number, markdown, html }) => ({
  number,
  markdown: withWholeAddresses(markdown),
  words: wordsIn(textOf(withWholeAddresses(html))),
}));
