/** What stands inside a line: bold, italic, struck, code, links. Characters are read once, left to right. */

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'break' }
  | { type: 'code'; text: string }
  | { type: 'strong' | 'em' | 'del'; children: Inline[] }
  | { type: 'link'; href: string; children: Inline[] };

/** An opened mark that may turn out to be plain text. */
interface Frame {
  mark: string;
  children: Inline[];
}

const DEEPEST = 6;
const STYLES: Record<string, 'strong' | 'em' | 'del'> = {
  '**': 'strong',
  __: 'strong',
  '*': 'em',
  _: 'em',
  '~~': 'del',
};

export function parseInline(source: string): Inline[] {
  const frames: Frame[] = [{ mark: '', children: [] }];
  const top = () => frames.at(-1)!.children;
  const text = (words: string) => {
    const last = top().at(-1);
    if (last?.type === 'text') last.text += words;
    else if (words) top().push({ type: 'text', text: words });
  };
  /** Closes frames down to the given one; marks left open in between were only text. */
  const unwind = (to: number) => {
    while (frames.length > to) {
      const { mark, children } = frames.pop()!;
      text(mark);
      for (const child of children)
        if (child.type === 'text') text(child.text);
        else top().push(child);
    }
  };
  const opened = (mark: string) => frames.findLastIndex((frame) => frame.mark === mark);
  /** For each length of backticks, a place after which no such run closes: never searched twice. */
  const noCloserFrom = new Map<number, number>();

  for (let at = 0; at < source.length;) {
    const char = source[at]!;
    const style = styleAt(source, at, frames.at(-1)!.mark);
    if (char === '\\' && isPunctuation(source[at + 1])) {
      text(source[at + 1]!);
      at += 2;
    } else if (char === '\n') {
      top().push({ type: 'break' });
      at++;
    } else if (char === '`') {
      const length = runLength(source, at);
      const end = findRun(source, at + length, length, noCloserFrom);
      if (end < 0) text(source.slice(at, at + length));
      else top().push({ type: 'code', text: source.slice(at + length, end).trim() });
      at = end < 0 ? at + length : end + length;
    } else if (char === '[' && frames.length < DEEPEST) {
      frames.push({ mark: '[', children: [] });
      at++;
    } else if (char === ']' && source[at + 1] === '(' && opened('[') > 0) {
      const end = addressEnd(source, at + 2);
      const href = source[end] === ')' ? safeAddress(source.slice(at + 2, end)) : null;
      const from = opened('[');
      unwind(from + 1);
      const { children } = frames.pop()!;
      if (href === null)
        for (const child of [{ type: 'text', text: '[' } as const, ...children]) top().push(child);
      else top().push({ type: 'link', href, children });
      if (href === null) text(']');
      at = href === null ? at + 1 : end + 1;
    } else if (style) {
      const from = opened(style);
      const before = source[at - 1] ?? ' ';
      const after = source[at + style.length] ?? ' ';
      if (from > 0 && !isSpace(before) && !(style.startsWith('_') && isWord(after))) {
        unwind(from + 1);
        const { children } = frames.pop()!;
        top().push({ type: STYLES[style]!, children });
      } else if (frames.length < DEEPEST && !isSpace(after) && !(style.startsWith('_') && isWord(before))) {
        frames.push({ mark: style, children: [] });
      } else text(style);
      at += style.length;
    } else if (source.startsWith('http', at) && !isWord(source[at - 1] ?? ' ') && opened('[') < 0) {
      const end = bareAddressEnd(source, at);
      const words = source.slice(at, end);
      const href = safeAddress(words);
      if (href) top().push({ type: 'link', href, children: [{ type: 'text', text: words }] });
      else text(words);
      at = end;
    } else {
      text(char);
      at++;
    }
  }
  unwind(1);
  return frames[0]!.children;
}

/** The mark at this place; of three in a row the innermost opened one closes first. */
function styleAt(source: string, at: number, innermost: string): string | null {
  const one = source[at]!;
  const two = source.slice(at, at + 2);
  if (innermost === one && source.startsWith(one.repeat(3), at)) return one;
  return two in STYLES ? two : one in STYLES ? one : null;
}

const isSpace = (char: string) => char.trim() === '';
const isWord = (char: string) => /[\p{L}\p{N}]/u.test(char);
const isPunctuation = (char = '') => /[!-/:-@[-`{-~]/.test(char);

function runLength(source: string, at: number): number {
  let length = 1;
  while (source[at + length] === '`') length++;
  return length;
}

function findRun(source: string, start: number, length: number, noCloserFrom: Map<number, number>): number {
  if (start >= (noCloserFrom.get(length) ?? Infinity)) return -1;
  for (let at = source.indexOf('`', start); at >= 0;) {
    const found = runLength(source, at);
    if (found === length) return at;
    at = source.indexOf('`', at + found);
  }
  noCloserFrom.set(length, start);
  return -1;
}

/** An address ends before a bracket that is not its own. `]` ends it too, so no stretch is read by two links. */
function addressEnd(source: string, start: number): number {
  let open = 0;
  let at = start;
  for (; at < source.length && !'[]<>\n '.includes(source[at]!); at++) {
    if (source[at] === '(') open++;
    else if (source[at] === ')' && open-- === 0) break;
  }
  return at;
}

/** The end of an address written as it is, without the punctuation of its sentence; one character when there is none. */
function bareAddressEnd(source: string, start: number): number {
  if (!source.startsWith('http://', start) && !source.startsWith('https://', start)) return start + 1;
  let end = addressEnd(source, start);
  while ('.,;:!?*_\'"'.includes(source[end - 1]!)) end--;
  return end;
}

/** The address when its protocol is one a visitor may safely follow, else null. */
export function safeAddress(address: string): string | null {
  try {
    return ['http:', 'https:', 'mailto:'].includes(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
}
