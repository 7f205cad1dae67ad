// What text becomes before it is drawn: words, and elements that hold words. The widget, the dashboard and the print page draw the
// same tree, so all three say the same. No other element can be drawn, and none has an attribute of the text's choosing.

export type Tag =
  | 'p'
  | 'h1'
  | 'h2'
  | 'h3'
  | 'h4'
  | 'h5'
  | 'h6'
  | 'blockquote'
  | 'ul'
  | 'ol'
  | 'li'
  | 'pre'
  | 'hr'
  | 'table'
  | 'thead'
  | 'tbody'
  | 'tr'
  | 'th'
  | 'td'
  | 'strong'
  | 'em'
  | 'del'
  | 'code'
  | 'a'
  | 'br';

export interface Element {
  tag: Tag;
  children: Node[];
  /** Of a link: an address one may follow. */
  href?: string;
  /** Of a numbered list: its first number. */
  start?: number;
}

export type Node = string | Element;

const WITHIN_WORDS = /^(strong|em|del|code|a)$/;

/** The tree as one line of words, for previews and for the ear: blocks and lines apart by a space, no marks but a list's numbers. */
export function wordsOf(nodes: Node[], number = NaN): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      const { tag, children, start } = node;
      const words = wordsOf(children, start);
      if (WITHIN_WORDS.test(tag)) return words;
      return tag === 'li' && number >= 0 ? ` ${number++}. ${words} ` : ` ${words} `;
    })
    .join('')
    .replace(/\s+/g, ' ');
}
