// The Markdown that assistants write, as a tree (`markdown-tree.ts`): CommonMark 0.31.2's paragraphs, headings, lists, quotes, code and
// rules, and GitHub's tables and struck text. HTML is the text it was written as. Every line is read once, and how deep
// blocks may stand inside each other is bounded, so a text costs no more than its length, whoever wrote it.
import { parseInlines } from './markdown-inlines.ts';
import type { Element, Node, Tag } from './markdown-tree.ts';

interface List {
  node: Element;
  marker: string;
  /** Whether the line before was blank. */
  isBlank: boolean;
  /** Whether a blank line stands between its items or inside one; then their paragraphs stand apart. */
  isLoose: boolean;
}

/** A quote, or a list's item, that lines may go on. */
interface Container {
  node: Element;
  /** How far the lines of an item are indented. */
  width: number;
  /** The list of an item. */
  list?: List;
  /** The list that began in here last. */
  inner?: List;
}

const DEEPEST = 10;

/** The tree of a text. A newline within a paragraph is a line break. */
export function parseMarkdown(text: string): Node[] {
  const root: Node[] = [];
  const open: Container[] = [{ node: { tag: 'blockquote', children: root }, width: 0 }];
  const lists: List[] = [];
  /** The paragraph, code or table's body that lines may go on, and its lines so far. */
  let leaf = null as Element | null;
  let lines: string[] = [];
  let fence = '';
  let fenceIndent = 0;

  let line = '';
  let at = 0;
  let indent = 0;
  /** How many of the open containers the line is in. */
  let depth = 1;
  let wasBlank = false;

  for (const written of text.split(/\r\n?|\n/)) {
    // Tabs inside code stay.
    line = fence && open.length === 1 ? written : written.replace(/^[ \t>*+\-#\d.)]*\t/, withoutTabs);
    at = 0;
    wasBlank = false;
    let isBlank = isRestBlank();
    for (depth = 1; depth < open.length; depth++) {
      const { list, width, node } = open[depth]!;
      if (!list) {
        if (!skipQuoteMark()) break;
        wasBlank = false;
      } else {
        if (isBlank ? !node.children.length : indent < width) {
          list.isBlank ||= isBlank;
          break;
        }
        wasBlank = list.isBlank;
        list.isBlank = isBlank;
        at += Math.min(indent, width);
      }
      isBlank = isRestBlank();
    }
    const isCode = leaf?.tag === 'pre' && depth === open.length;
    if (isCode && fence) {
      const rest = line.slice(at).trim();
      if (indent < 4 && rest.startsWith(fence) && !rest.replaceAll(fence[0]!, '')) close();
      else lines.push(line.slice(at + Math.min(indent, fenceIndent)));
    } else if (isCode && (isBlank || indent > 3)) lines.push(line.slice(at + 4));
    else if (isBlank) closeTo(depth);
    else while (readBlock());
  }
  close();
  for (const { node, isLoose } of lists) if (!isLoose) tighten(node);
  return root;

  /** Counts the spaces here; true when nothing follows them. */
  function isRestBlank(): boolean {
    indent = 0;
    while (line[at + indent] === ' ') indent++;
    return !line.slice(at).trim();
  }

  function skipQuoteMark(): boolean {
    if (indent > 3 || line[at + indent] !== '>') return false;
    at += indent + (line[at + indent + 1] === ' ' ? 2 : 1);
    return true;
  }

  function close(): void {
    const written = lines.join('\n');
    if (leaf?.tag === 'pre') leaf.children = [written.trimEnd()];
    else if (leaf && written) leaf.children = parseInlines(written);
    leaf = null;
    lines = [];
    fence = '';
  }

  function closeTo(depth: number): void {
    open.length = depth;
    close();
  }

  /** Begins a block in the innermost container of the line. */
  function begin(tag: Tag, children: Node[] = []): Element {
    closeTo(depth);
    const { node, list } = open[depth - 1]!;
    if (list && wasBlank) list.isLoose = true;
    wasBlank = false;
    const block = { tag, children };
    node.children.push(block);
    return block;
  }

  /** Reads the beginning of a block, or what a paragraph goes on with; true when the line holds more after it. */
  function readBlock(): boolean {
    const rest = line.slice(at + indent).trimEnd();
    const bare = rest.replaceAll(' ', '');
    const paragraph = leaf?.tag === 'p' ? leaf : null;
    const isInside = depth === open.length;
    let found: RegExpExecArray | null;
    if (indent > 3) {
      if (paragraph) lines.push(rest);
      else {
        leaf = begin('pre');
        lines.push(line.slice(at + 4));
      }
    } else if (depth < DEEPEST && skipQuoteMark()) {
      open.push({ node: begin('blockquote'), width: 0 });
      depth++;
      return !isRestBlank();
    } else if ((found = /^(#{1,6})( [^]*)?$/.exec(rest))) {
      begin(`h${found[1]!.length}` as Tag, parseInlines((found[2] ?? '').trim().replace(/(^| +)#+$/, '')));
    } else if ((found = /^(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(rest))) {
      leaf = begin('pre');
      fence = found[1]!;
      fenceIndent = indent;
      // One word is the code's language; more are meant to be read.
      if (found[2]!.trim().includes(' ')) lines.push(found[2]!.trim());
    } else if (paragraph && isInside && /^(=+|-+)$/.test(rest)) {
      paragraph.tag = rest[0] === '=' ? 'h1' : 'h2';
      close();
    } else if (/^(\*{3,}|-{3,}|_{3,})$/.test(bare)) begin('hr');
    else if (
      depth < DEEPEST &&
      (found = /^(?:[-+*]|(\d{1,9})[.)])(?=( )|$)/.exec(rest)) &&
      // Only an item with words, of a list that begins at one, ends a paragraph.
      !(paragraph && isInside && !(found[2] && Number(found[1] ?? 1) === 1))
    ) {
      beginItem(found[0], found[1]);
      return !isRestBlank();
    } else if (leaf?.tag === 'tbody' && isInside && rest.includes('|')) leaf.children.push(row('td', rest));
    else if (paragraph && isInside && isDivider(bare, lines[lines.length - 1]!)) beginTable(paragraph);
    else {
      if (!paragraph) leaf = begin('p');
      lines.push(rest);
    }
    return false;
  }

  function beginItem(mark: string, number: string | undefined): void {
    const parent = open[depth - 1]!;
    const siblings = parent.node.children;
    const marker = mark.slice(-1);
    let list = parent.inner;
    if (list?.marker === marker && siblings[siblings.length - 1] === list.node) {
      closeTo(depth);
      if (list.isBlank) list.isLoose = true;
    } else {
      list = { node: begin(number ? 'ol' : 'ul'), marker, isBlank: false, isLoose: false };
      if (number) list.node.start = Number(number);
      lists.push((parent.inner = list));
    }
    list.isBlank = wasBlank = false;
    const node: Element = { tag: 'li', children: [] };
    list.node.children.push(node);
    let width = indent + mark.length;
    at += width;
    const spaces = isRestBlank() || indent > 4 ? 1 : indent;
    at += spaces;
    width += spaces;
    open.push({ node, width, list });
    depth++;
  }

  /** The paragraph's last line is the table's head. */
  function beginTable(paragraph: Element): void {
    const head = row('th', lines.pop()!);
    const table = lines.length ? begin('table') : paragraph;
    table.tag = 'table';
    lines = [];
    leaf = { tag: 'tbody', children: [] };
    table.children = [{ tag: 'thead', children: [head] }, leaf];
  }
}

/** The white space at a line's beginning with spaces for tabs, which stop at every fourth column. */
function withoutTabs(lead: string): string {
  let spaced = '';
  for (const character of lead) spaced += character === '\t' ? '    '.slice(spaced.length % 4) : character;
  return spaced;
}

function tighten({ children }: Element): void {
  for (const item of children as Element[])
    item.children = item.children.flatMap((node) =>
      (node as Element).tag === 'p' ? (node as Element).children : [node],
    );
}

/** The texts of a table's row. A bar behind a backslash belongs to its cell. */
function cells(line: string): string[] {
  const found = `${line.replace(/^\|/, '')} |`.match(/(?:\\[^]|[^|\\])*\|/g)!;
  const texts = found.map((cell) => cell.slice(0, -1).trim().replaceAll('\\|', '|'));
  if (texts.length > 1 && !texts[texts.length - 1]) texts.pop();
  return texts;
}

function isDivider(bare: string, head: string): boolean {
  const columns = cells(bare);
  return (
    bare.includes('|') &&
    columns.every((cell) => /^:?-+:?$/.test(cell)) &&
    cells(head).length === columns.length
  );
}

function row(tag: 'th' | 'td', line: string): Element {
  return { tag: 'tr', children: cells(line).map((cell) => ({ tag, children: parseInlines(cell) })) };
}
