// Turns a mail that is nothing but HTML into text. A quote becomes lines behind ">", so that what holds for plain mail holds for it.
import { convert } from 'html-to-text';

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

/** The parser's time grows with the square of how many elements stand open, and what is only quoted is at the end. */
const TAGS_MAX = 20_000;

/** The words of an HTML mail, of one with more than 20,000 tags the beginning; empty when they cannot be read. Never throws. */
export function textOfHtml(html: string): string {
  try {
    return convert(beginningOf(html), {
      // Broken lines would split the line that says who wrote when.
      wordwrap: false,
      selectors: [
        { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
        { selector: 'img', format: 'skip' },
        // In capitals "Straße" would be "STRASSE".
        ...HEADINGS.map((selector) => ({ selector, options: { uppercase: false } })),
      ],
      limits: { maxInputLength: 1_000_000, maxDepth: 200, ellipsis: ' … ' },
    });
  } catch {
    return '';
  }
}

function beginningOf(html: string): string {
  const opening = /<[a-z]/gi;
  for (let left = TAGS_MAX; opening.test(html); left -= 1) {
    if (left === 0) return html.slice(0, opening.lastIndex - 2);
  }
  return html;
}
