/**
 * The Markdown assistants write, as a tree: paragraphs, headings, lists, quotes, code, simple tables. One pass over
 * lines and one over characters, no regular expression that can backtrack, nesting limited: a hostile answer
 * costs no more than its length.
 */
import { parseInline, type Inline } from './markdown-inline.ts';

export type Block =
  | { type: 'paragraph'; children: Inline[] }
  | { type: 'heading'; level: number; children: Inline[] }
  | { type: 'code'; text: string }
  | { type: 'list'; is_ordered: boolean; start: number; items: Block[][] }
  | { type: 'quote'; children: Block[] }
  | { type: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { type: 'rule' };

const DEEPEST = 4;

export function parseMarkdown(text: string): Block[] {
  return parseLines(text.replaceAll('\r\n', '\n').replaceAll('\t', '    ').split('\n'), 0);
}

function parseLines(lines: string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length) blocks.push({ type: 'paragraph', children: parseInline(paragraph.join('\n')) });
    paragraph = [];
  };
  const add = (block: Block) => {
    endParagraph();
    blocks.push(block);
  };

  for (let at = 0; at < lines.length;) {
    const line = lines[at]!;
    const bare = line.trim();
    const fence = bare.startsWith('```') ? '```' : bare.startsWith('~~~') ? '~~~' : null;
    const level = headingLevel(bare);
    if (!bare) {
      endParagraph();
      at++;
    } else if (fence) {
      const end = findLine(lines, at + 1, (other) => other.trim().startsWith(fence));
      add({ type: 'code', text: lines.slice(at + 1, end).join('\n') });
      at = end + 1;
    } else if (level) {
      add({ type: 'heading', level, children: parseInline(bare.slice(level).trim()) });
      at++;
    } else if (isRule(bare)) {
      add({ type: 'rule' });
      at++;
    } else if (depth < DEEPEST && bare.startsWith('>')) {
      const end = findLine(lines, at, (other) => !other.trim().startsWith('>'));
      const inside = lines.slice(at, end).map((other) => unquote(other.trim()));
      add({ type: 'quote', children: parseLines(inside, depth + 1) });
      at = end;
    } else if (depth < DEEPEST && markerOf(line)) {
      const list = parseList(lines, at, depth);
      add(list.block);
      at = list.end;
    } else if (bare.includes('|') && isDivider(lines[at + 1])) {
      const end = findLine(lines, at + 2, (other) => !other.includes('|'));
      const rows = lines.slice(at + 2, end).map(parseRow);
      add({ type: 'table', head: parseRow(bare), rows });
      at = end;
    } else {
      paragraph.push(bare);
      at++;
    }
  }
  endParagraph();
  return blocks;
}

/** Index of the first line from `start` that fits, else the end. */
function findLine(lines: string[], start: number, fits: (line: string) => boolean): number {
  let at = start;
  while (at < lines.length && !fits(lines[at]!)) at++;
  return at;
}

function headingLevel(bare: string): number {
  let level = 0;
  while (bare[level] === '#') level++;
  return level <= 6 && bare[level] === ' ' ? level : 0;
}

function isRule(bare: string): boolean {
  const mark = bare[0]!;
  return bare.length > 2 && '-*_'.includes(mark) && [...bare].every((char) => char === mark || char === ' ');
}

function unquote(bare: string): string {
  return bare[1] === ' ' ? bare.slice(2) : bare.slice(1);
}

/** Where a list item's text starts, and its number; null when the line is no list item. */
function markerOf(line: string): { indent: number; content: number; number: number | null } | null {
  const found = /^( *)(?:[-*+]|(\d{1,9})[.)])( {1,4}|$)/.exec(line);
  if (!found) return null;
  const number = found[2] === undefined ? null : Number(found[2]);
  return { indent: found[1]!.length, content: found[0].length, number };
}

/** Consecutive items of one kind; lines indented under an item are its own blocks. */
function parseList(lines: string[], start: number, depth: number): { block: Block; end: number } {
  const first = markerOf(lines[start]!)!;
  const items: string[][] = [];
  let content = first.content;
  let at = start;
  for (; at < lines.length; at++) {
    const line = lines[at]!;
    const marker = markerOf(line);
    const indent = line.length - line.trimStart().length;
    if (marker && marker.indent <= first.indent + 1) {
      if ((marker.number === null) !== (first.number === null)) break;
      content = marker.content;
      items.push([line.slice(content)]);
    } else if (!line.trim()) {
      const next = lines[at + 1];
      if (next === undefined || (!next.startsWith(' ') && !markerOf(next))) break;
      items.at(-1)!.push('');
    } else if (indent > first.indent || lines[at - 1]!.trim()) {
      items.at(-1)!.push(line.slice(Math.min(indent, content)));
    } else break;
  }
  const block: Block = {
    type: 'list',
    is_ordered: first.number !== null,
    start: first.number ?? 1,
    items: items.map((item) => parseLines(item, depth + 1)),
  };
  return { block, end: at };
}

function isDivider(line: string | undefined): boolean {
  const bare = line?.trim() ?? '';
  return bare.includes('-') && [...bare].every((char) => '-:| '.includes(char));
}

function parseRow(line: string): Inline[][] {
  let bare = line.trim();
  if (bare.startsWith('|')) bare = bare.slice(1);
  if (bare.endsWith('|')) bare = bare.slice(0, -1);
  return bare.split('|').map((cell) => parseInline(cell.trim()));
}
