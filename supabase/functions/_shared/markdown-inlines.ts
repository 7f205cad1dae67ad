// What stands inside a paragraph: emphasis, code, links, line breaks. The text is cut into tokens once, from left to right; what is a
// mark is decided by CommonMark's rules, but marks beside Chinese, Japanese and Korean count as they would beside a space, because
// those languages have none, and two tildes strike through. What waits to be closed is bounded, so that a text costs no
// more than its length.
import { ADDRESS_OR_WORD, bareLink, safeAddress } from './links.ts';
import type { Element, Node } from './markdown-tree.ts';

/** A run of marks that may turn out to be text. */
interface Run {
  mark: string;
  length: number;
  /** How many of them are still text. */
  left: number;
  canOpen: boolean;
  canClose: boolean;
}

type Item = Node | Run;

const OPENED_MAX = 12;

const ESCAPED = '\\\\([!-/:-@[-`{-~])';
const ENTITY = '&(#\\d{1,7}|#x[\\da-f]{1,6}|[a-z]{2,6});';
const TOKEN = new RegExp(
  [
    ADDRESS_OR_WORD,
    ESCAPED,
    ENTITY,
    '<([a-z][a-z\\d+.-]+:[^\\s<>]*|[^\\s<>@\\\\]+@[^\\s<>@\\\\]+)>',
    '`+|\\*+|_+|~+|!?\\[|\\\\?\\n',
    '[^!-~\\n]+',
    '[^]',
  ].join('|'),
  'iuy',
);
const REFERENCES = new RegExp(`${ESCAPED}|${ENTITY}`, 'gi');

/** What follows a link's words: an address, with up to two pairs of brackets inside it, and perhaps a title. */
const address = (inner = '') => `(?:\\\\\\S|[^\\s()\\\\]${inner})*`;
const title = (open: string, close = open) => `${open}(?:\\\\[^]|[^\\\\${open}${close}])*${close}`;
const TARGET = new RegExp(
  `\\(\\s*(?:<((?:\\\\\\S|[^<>\\\\\\n])*)>|(?!<)(${address(`|\\(${address(`|\\(${address()}\\)`)}\\)`)}))` +
    `(?:\\s+(?:${title('"')}|${title("'")}|${title('\\(', '\\)')}))?\\s*\\)`,
  'y',
);

const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '\u00a9',
  euro: '\u20ac',
  ndash: '\u2013',
  mdash: '\u2014',
  hellip: '\u2026',
};

/** The nodes of a paragraph's text. No word is lost: what is no mark, and a link that nobody may follow, stays as written. */
export function parseInlines(source: string): Node[] {
  const items: Item[] = [];
  const brackets: { index: number; isImage: boolean }[] = [];
  /** Brackets below this height stand around a link, and links do not nest. */
  let aroundLink = 0;
  /** Where runs of so many backticks begin, the next one last. */
  const ticks: Record<number, number[]> = {};
  for (const { 0: run, index } of [...source.matchAll(/`+/g)].reverse())
    (ticks[run.length] ??= []).push(index);

  for (let at = 0; at < source.length;) {
    TOKEN.lastIndex = at;
    const [found, web, mail, escaped, entity, autolink] = TOKEN.exec(source)!;
    let item: Item = found;
    let end = at + found.length;
    const bare = bareLink(found, web, mail);
    const href = autolink && safeAddress((autolink.includes(':') ? '' : 'mailto:') + autolink);
    if (bare) {
      item = bare;
      end = at + (bare.children[0] as string).length;
    } else if (href) item = { tag: 'a', href, children: [autolink] };
    else if (escaped || entity) item = unescape(found);
    else if (found.endsWith('\n')) item = { tag: 'br', children: [] };
    else if (found[0] === '`') {
      const closers = ticks[found.length] ?? [];
      while (closers.length && closers[closers.length - 1]! <= at) closers.pop();
      const closer = closers.pop();
      if (closer) {
        const code = source.slice(end, closer).replaceAll('\n', ' ');
        item = { tag: 'code', children: [/^ .*[^ ].* $/.test(code) ? code.slice(1, -1) : code] };
        end = closer + found.length;
      }
    } else if (/^([*_]{1,9}|~~)$/.test(found)) {
      // A star between digits multiplies them.
      if (!/^\d\*\d/.test(source.slice(at - 1, at + 2))) item = runOf(found, source[at - 1], source[end]);
    } else if (found.endsWith('[')) brackets.push({ index: items.length, isImage: found !== '[' });
    else if (found === ']') {
      const bracket = brackets.pop();
      const isFree = bracket && (bracket.isImage || brackets.length >= aroundLink);
      aroundLink = Math.min(aroundLink, brackets.length);
      TARGET.lastIndex = end;
      const target = isFree && TARGET.exec(source);
      const href = target && safeAddress(unescape(target[1] ?? target[2]!));
      if (href) {
        // A picture becomes a link to it, and gives way to a link around it.
        const inside = items.splice(bracket.index).slice(1);
        const children = emphasized(
          inside.flatMap<Item>((inner) => (isLink(inner) ? inner.children : inner)),
        );
        item = { tag: 'a', href, children: children.length ? children : [href] };
        if (!bracket.isImage) aroundLink = brackets.length;
        end += target[0].length;
      }
    }
    items.push(item);
    at = end;
  }
  return emphasized(items);
}

const isRun = (item: Item): item is Run => typeof item === 'object' && 'mark' in item;
const isLink = (item: Item): item is Element => typeof item === 'object' && 'href' in item;

/** Escaped characters and character references as what they stand for; what is neither stays as it was written. */
function unescape(text: string): string {
  return text.replace(REFERENCES, (all: string, escaped: string | undefined, entity: string) => {
    if (escaped) return escaped;
    if (entity[0] !== '#') return NAMED[entity.toLowerCase()] ?? all;
    const point = Number(`0${entity.slice(1)}`);
    return point > 0 && point < 0x110000 ? String.fromCodePoint(point) : '\ufffd';
  });
}

/** What kind of neighbour a character is to a mark: space, punctuation, of a language without spaces, or of a word. */
function kindOf(neighbour = ' '): number {
  if (/\s/.test(neighbour)) return 0;
  if (neighbour > '\u2e7f') return 2;
  return /[\p{P}\p{S}]/u.test(neighbour) ? 1 : 3;
}

/** A run of marks between two characters: whether it can open and close emphasis (CommonMark 0.31.2, section 6.2). */
function runOf(run: string, previous?: string, next?: string): Run {
  const [before, after] = [kindOf(previous), kindOf(next)];
  const isLeft = after > 1 || (after === 1 && before < 3);
  const isRight = before > 1 || (before === 1 && after < 3);
  const isInWord = run[0] === '_' && isLeft && isRight;
  return {
    mark: run[0]!,
    length: run.length,
    left: run.length,
    canOpen: isLeft && (!isInWord || before === 1),
    canClose: isRight && (!isInWord || after === 1),
  };
}

/** Items with their runs paired into emphasis; the runs that find no partner are text. */
function emphasized(items: Item[]): Node[] {
  const done: Item[] = [];
  const opened: { index: number; run: Run }[] = [];
  for (const item of items) {
    done.push(item);
    if (!isRun(item)) continue;
    done.pop();
    for (let height = opened.length; item.canClose && item.left && height--;) {
      const { index, run } = opened[height]!;
      if (!canPair(run, item)) continue;
      const marks = run.left > 1 && item.left > 1 ? 2 : 1;
      const tag = item.mark === '~' ? 'del' : marks > 1 ? 'strong' : 'em';
      const children = asText(done.splice(index + 1));
      run.left -= marks;
      item.left -= marks;
      opened.length = height;
      if (run.left) opened.push({ index, run });
      else done.pop();
      done.push({ tag, children });
      height = opened.length;
    }
    if (!item.left) continue;
    if (item.canOpen) opened.push({ index: done.length, run: item });
    if (opened.length > OPENED_MAX) opened.shift();
    done.push(item);
  }
  return asText(done);
}

function canPair(opener: Run, closer: Run): boolean {
  const isAmbiguous = (opener.canClose || closer.canOpen) && closer.length % 3 > 0;
  return opener.mark === closer.mark && !(isAmbiguous && (opener.length + closer.length) % 3 === 0);
}

/** Runs without a partner as the text they are, joined to the text around them. */
function asText(items: Item[]): Node[] {
  const nodes: Node[] = [];
  for (const item of items) {
    const node = isRun(item) ? item.mark.repeat(item.left) : item;
    const last = nodes.length - 1;
    if (typeof node === 'string' && typeof nodes[last] === 'string') nodes[last] += node;
    else nodes.push(node);
  }
  return nodes;
}
