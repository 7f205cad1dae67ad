// Reads the lines of a mail and finds those that a mail program wrote: the line that says who wrote when, the block of labels, the
// ruled "original message", our own line. By shape alone, in any language; whether anything may go is decided elsewhere.
import { FORWARDED, FIRST_LABELS, ORIGINAL_MESSAGE } from './reply-words.ts';

/** Stands in the line of ours above every mailed reply, in every language: `— Reply above this line — ##handoff##`. */
export const REPLY_LINE_CODE = '##handoff##';

/** One line: as it came, and as it is compared (without marks of direction, without quote marks). */
export interface Line {
  raw: string;
  text: string;
  depth: number;
  isBlank: boolean;
}

/** Lines that a mail program wrote, `from` … `to`. What they announce follows, or it is nothing. */
export interface Introduction {
  kind: 'attribution' | 'header' | 'separator' | 'marker';
  from: number;
  to: number;
}

/** Whose mail is answered: our addresses in lower case, the names that stand beside them, and the address that answers. */
export interface Known {
  ownAddresses: readonly string[];
  ownNames: readonly string[];
  theirAddress: string | null;
}

const UNSEEN = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const ODD_SPACES = /[\u00a0\u202f]/g;
const QUOTE_MARKS = /^(?: {0,3}>)+ ?/;
const LONGEST_LINE = 400;
/** Programs break lines that would be longer than about this. */
const BROKEN_FROM = 64;
const LABEL = /^\*?([\p{L}\p{M}][\p{L}\p{M} .'’/-]{0,24}?)\*? ?[:：]\*? ?/u;
const DIGITS = /\p{Nd}+/gu;
const TAG = /\+[a-z2-7]{26}(?=@)/g;

/** The lines of a text whose line ends are LF. */
export function linesOf(text: string): Line[] {
  return text.split('\n').map((raw) => {
    const seen = raw.replace(UNSEEN, '').replace(ODD_SPACES, ' ');
    const marks = QUOTE_MARKS.exec(seen)?.[0] ?? '';
    const words = seen.slice(marks.length).trim();
    return { raw, text: words, depth: marks.split('>').length - 1, isBlank: words === '' };
  });
}

/** A line as the lists of `reply-words.ts` are written: lower case, one space, without dashes, colons and stars around it. */
export function plainLine(text: string): string {
  return text
    .toLowerCase()
    .replace(/\u0307/g, '')
    .replace(/<?https?:\/\/\S+/g, '')
    .replace(/^[\s\-_–—*=>[\]]+|[\s\-_–—*=:：.。[\]]+$/g, '')
    .replace(/\s+/g, ' ');
}

/** Everything in these lines that a program wrote to introduce a quote, from the top. */
export function introductionsIn(lines: readonly Line[], known: Known): Introduction[] {
  const found: Introduction[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const introduction =
      markerAt(lines, at, known) ??
      headerAt(lines, at, known) ??
      separatorAt(lines, at) ??
      attributionEndingAt(lines, at, known);
    if (!introduction) continue;
    found.push(introduction);
    at = introduction.to;
  }
  return found;
}

/** Whether this line announces a mail that is passed on. */
export function isForward({ text }: Line): boolean {
  return text.length <= LONGEST_LINE && FORWARDED.has(plainLine(text));
}

function markerAt(lines: readonly Line[], at: number, known: Known): Introduction | null {
  if (!lines[at]?.text.includes(REPLY_LINE_CODE)) return null;
  const above = lines[at - 1]?.isBlank ? at - 2 : at - 1;
  return { kind: 'marker', from: isSenderAlone(lines[above], known) ? above : at, to: at };
}

/** `Name <address> wrote:` and no more, with our address: an attribution that does not say when. */
function isSenderAlone(line: Line | undefined, { ownAddresses, ownNames }: Known): boolean {
  if (!line || line.text.length > LONGEST_LINE) return false;
  const words = line.text.toLowerCase().replace(TAG, '');
  const address = ownAddresses.find((own) => words.includes(own));
  if (address === undefined) return false;
  const name = ownNames.find((own) => own.length > 2 && words.includes(own.toLowerCase())) ?? '';
  return /^[\s"<>]*\p{L}+ ?[:：]$/u.test(words.replace(address, '').replace(name.toLowerCase(), ''));
}

function separatorAt(lines: readonly Line[], at: number): Introduction | null {
  const text = lines[at]?.text ?? '';
  // Two looks instead of one: what stands between the dashes may be dashes, too, and one look would try every way to part them.
  const isRuled = /^[-_–—*=]{2}/u.test(text) && /[-_–—*=]{2}$/u.test(text);
  if (text.length > LONGEST_LINE || text.length < 4 || !isRuled) return null;
  return ORIGINAL_MESSAGE.has(plainLine(text)) ? { kind: 'separator', from: at, to: at } : null;
}

/** At least three adjoining lines "Label: value", one of them with our address or name. */
function headerAt(lines: readonly Line[], at: number, known: Known): Introduction | null {
  const first = lines[at];
  const label = first && labelOf(first);
  if (!label) return null;
  const stands = at === 0 || lines[at - 1]?.isBlank === true || isRule(lines[at - 1]);
  // Only a label that we know may follow upon a line of the person's own.
  if (!stands && !FIRST_LABELS.has(label)) return null;
  let to = at;
  let labels = 0;
  for (; to < lines.length && to < at + 12; to += 1) {
    const line = lines[to];
    if (!line || line.isBlank || line.depth !== first.depth) break;
    if (labelOf(line)) labels += 1;
    // A long list of addressees goes on in the next line.
    else if (!/[;,]$/.test(lines[to - 1]?.text ?? '')) break;
  }
  const block = lines.slice(at, to);
  if (labels < 3 || !namesUs(block.map(({ text }) => text).join(' '), known)) return null;
  // "Please: be quick" above the block is the person's.
  const sender = block.findIndex((line) => FIRST_LABELS.has(labelOf(line) ?? ''));
  return { kind: 'header', from: at + Math.max(sender, 0), to: to - 1 };
}

function labelOf({ text }: Line): string | null {
  if (text.length > 2000) return null;
  return LABEL.exec(text)?.[1]?.toLowerCase() ?? null;
}

/** One to four adjoining lines that end in a colon and say when, and who we are or that a quote follows. */
function attributionEndingAt(lines: readonly Line[], at: number, known: Known): Introduction | null {
  const last = lines[at];
  if (!last || !/[:：]$/.test(last.text) || last.text.length > LONGEST_LINE) return null;
  const isQuoteNext = nextDepth(lines, at) > last.depth;
  for (let from = at; from > at - 4; from -= 1) {
    const line = lines[from];
    if (!line || line.isBlank || line.depth !== last.depth || line.text.length > LONGEST_LINE) return null;
    const words = joined(lines, from, at);
    if (!saysWhen(words, 2) || !(namesUs(words, known) || isQuoteNext)) continue;
    return { kind: 'attribution', from: withItsBeginning(lines, from, at, known), to: at };
  }
  return null;
}

/** A line above belongs to it where it was broken for its length: at "<", before the clock time, after the name. */
function withItsBeginning(lines: readonly Line[], from: number, at: number, known: Known): number {
  const above = lines[from - 1];
  if (!above || above.isBlank || above.depth !== lines[at]?.depth || above.text.length > LONGEST_LINE)
    return from;
  if (/[<(]$/.test(above.text)) return from - 1;
  const words = joined(lines, from, at);
  const isFirst = lines[from - 2]?.isBlank !== false;
  const isBroken = above.text.length + (lines[from]?.text.length ?? 0) > BROKEN_FROM;
  const isDateAbove = !saysWhen(words, 3) && saysWhen(above.text, 2);
  const isNameAbove = !namesUs(words, known) && namesUs(above.text, known);
  return isFirst && isBroken && (isDateAbove || isNameAbove) ? from - 1 : from;
}

function joined(lines: readonly Line[], from: number, to: number): string {
  return lines
    .slice(from, to + 1)
    .map(({ text }) => text)
    .join(' ');
}

function nextDepth(lines: readonly Line[], at: number): number {
  return lines.slice(at + 1, at + 4).find(({ isBlank }) => !isBlank)?.depth ?? 0;
}

/** Digits in as many groups as a date or a time has, in any script. */
function saysWhen(words: string, groups: number): boolean {
  const rest = words.split(/[\s<>()[\]"',;]+/).filter((word) => !word.includes('@'));
  return (rest.join(' ').match(DIGITS)?.length ?? 0) >= groups;
}

function namesUs(words: string, { ownAddresses, ownNames, theirAddress }: Known): boolean {
  const lower = words.toLowerCase().replace(TAG, '');
  return (
    ownAddresses.some((address) => lower.includes(address)) ||
    ownNames.some((name) => name.length > 2 && lower.includes(name.toLowerCase())) ||
    (theirAddress !== null && lower.includes(theirAddress))
  );
}

/** A line that is drawn from one side to the other, as some programs do above the labels. */
export function isRule(line: Line | undefined): boolean {
  return line !== undefined && /^[_\-–—=]{5,}$/u.test(line.text);
}
