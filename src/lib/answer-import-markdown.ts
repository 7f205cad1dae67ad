// Answers out of Markdown: each heading of one kind is a question, and what follows it the answer. Which kind that is differs from
// program to program, so the kind with the most question marks is taken unless the person says another.
import type { Found } from './answer-import-found';

/** The kinds of headings: levels one to six, and lines that are bold as a whole. */
export const STYLES = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'bold'] as const;
export type Style = (typeof STYLES)[number];

export interface MarkdownReading {
  /** The kind whose headings are the questions; null where there is none at all. */
  style: Style | null;
  /** How many there are of each kind. */
  counts: Partial<Record<Style, number>>;
}

interface Heading {
  style: Style;
  text: string;
  /** Index of its first line, from 0, and how many lines it takes. */
  at: number;
  lines: number;
}

const HASHES = /^ {0,3}(#{1,6})(?=[ \t]|$)(.*)$/;
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const BOLD = /^ {0,3}(\*\*|__)(?=\S)(.+?)(?<=\S)\1:?[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
/** A line that a line of hyphens below cannot make a heading: blank, or of a list, a quotation, a table, a fence or a heading itself. */
const NO_PARAGRAPH = /^(?:\s*$| {4}|\t| {0,3}(?:[>|#]|[-+*][ \t]|\d+[.)][ \t]|`{3}|~{3}))/;

const isQuestion = (text: string) => /[?？؟;]$/.test(text.trim());

/** Which lines are code, and the lines in which a block opens that is never closed. Such a block is no code: the headings in it count. */
function readFences(lines: string[]): { isCode: boolean[]; unclosed: number[] } {
  const isCode = lines.map(() => false);
  const unclosed: number[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, mark = '', info = ''] = FENCE.exec(lines[at]!) ?? [];
    if (!mark || (mark.startsWith('`') && info.includes('`'))) continue;
    let end = at + 1;
    let isOpenedAgain = false;
    for (; end < lines.length; end++) {
      const [, other = '', rest = ''] = FENCE.exec(lines[end]!) ?? [];
      if (!other.startsWith(mark)) continue;
      if (!rest.trim()) break;
      // A block with a language in a block without an end: the first one was forgotten.
      isOpenedAgain = true;
      break;
    }
    if (end === lines.length || isOpenedAgain) unclosed.push(at);
    else {
      isCode.fill(true, at, end + 1);
      at = end;
    }
  }
  return { isCode, unclosed };
}

/** A heading as plain words: without the marks of bold text and code, anchors and backslashes that programs write into it. */
function plain(text: string): string {
  const bare = text
    .trim()
    .replace(/\{#[^}\s]*\}$/, '')
    .trim();
  const inner = /^(\*\*|__|\*|_|`)(.+)\1$/.exec(bare)?.[2] ?? bare;
  return inner.replace(/\\([!-/:-@[-`{-~])/g, '$1').trim();
}

function readHeadings(lines: string[], isCode: boolean[]): Heading[] {
  const headings: Heading[] = [];
  lines.forEach((line, at) => {
    if (isCode[at]) return;
    const hashes = HASHES.exec(line);
    const bold = BOLD.exec(line);
    const below = isCode[at + 1] ? null : UNDERLINE.exec(lines[at + 1] ?? '');
    const isAlone = at === 0 || !lines[at - 1]!.trim() || isCode[at - 1] || headings.at(-1)?.at === at - 1;
    if (hashes) {
      const style = STYLES[hashes[1]!.length - 1]!;
      headings.push({ style, text: plain(hashes[2]!.trim().replace(/(?:^|[ \t])#+$/, '')), at, lines: 1 });
    } else if (below && isAlone && !NO_PARAGRAPH.test(line)) {
      const style = below[1]!.startsWith('=') ? 'h1' : 'h2';
      headings.push({ style, text: plain(line), at, lines: 2 });
    } else if (bold && !bold[2]!.includes(bold[1]!)) {
      headings.push({ style: 'bold', text: plain(bold[2]!), at, lines: 1 });
    }
  });
  return headings;
}

function styleOf(headings: Heading[]): Style | null {
  const count = (style: Style, test: (text: string) => boolean) =>
    headings.filter((one) => one.style === style && test(one.text)).length;
  const most = (test: (text: string) => boolean, styles: readonly Style[]) =>
    styles.reduce<Style | null>((best, style) => {
      const n = count(style, test);
      return n > (best ? count(best, test) : 0) ? style : best;
    }, null);
  const all = () => true;
  if (most(isQuestion, STYLES)) return most(isQuestion, STYLES);
  if (count('h2', all) > 0) return 'h2';
  // One heading of the first level is the title of the document.
  return most(all, STYLES.slice(2)) ?? most(all, ['h1']);
}

/** The lines of the settings that some programs keep at the beginning of a file. */
function frontMatterOf(lines: string[]): number {
  if (lines[0]?.trimEnd() !== '---') return 0;
  const end = lines.findIndex((line, at) => at > 0 && /^(?:---|\.\.\.)\s*$/.test(line));
  return end > 0 && /^[\w-]+:/.test(lines[1]!) ? end + 1 : 0;
}

/** Reads the text, whose line ends are LF; `chosen` is the kind of heading that the person takes for the questions. */
export function readMarkdown(
  text: string,
  chosen: Style | null = null,
): { found: Found; markdown: MarkdownReading } {
  const lines = text.split('\n');
  const found: Found = { entries: [], left_out: [], structure: [] };
  const start = frontMatterOf(lines);
  if (start > 0) found.structure.push({ line: 1, last_line: start });
  const body = lines.map((line, at) => (at < start ? '' : line));
  const { isCode, unclosed } = readFences(body);
  const headings = readHeadings(body, isCode);
  const counts: Partial<Record<Style, number>> = {};
  for (const { style } of headings) counts[style] = (counts[style] ?? 0) + 1;
  const style = chosen && counts[chosen] ? chosen : styleOf(headings);
  const rank = (one: Style) => STYLES.indexOf(one);
  // A heading above the questions' kind ends an answer; one below belongs to it.
  const ends = headings.filter((one) => style === null || rank(one.style) <= rank(style));
  const parts = [{ style: null, text: '', at: start, lines: 0 }, ...ends];
  parts.forEach((part, index) => {
    const to = parts[index + 1]?.at ?? body.length;
    const rest = body.slice(part.at + part.lines, to);
    const filled = rest.findLastIndex((line) => line.trim());
    const last_line = filled < 0 ? part.at + part.lines : part.at + part.lines + filled + 1;
    const open = unclosed.find((at) => at >= part.at && at < to);
    const whole = body.slice(part.at, last_line).join('\n').trim();
    const span = { line: part.at + 1, last_line };
    if (part.style === null || part.style !== style) {
      if (whole) found.left_out.push({ ...span, text: whole, reason: reasonOf(part.style, style) });
    } else if (open !== undefined) {
      found.left_out.push({
        ...span,
        text: part.text,
        reason: `The code block that opens in line ${open + 1} is never closed.`,
      });
    } else found.entries.push({ ...span, question: part.text, answer: rest.join('\n').trim() });
  });
  return { found, markdown: { style, counts } };
}

function reasonOf(heading: Style | null, style: Style | null): string {
  if (style === null) return 'This text has no heading that could be a question.';
  return heading === null
    ? 'It’s above the first question.'
    : 'It is a heading of another kind than the questions, with what stands below it.';
}
