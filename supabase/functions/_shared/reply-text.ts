// Takes the quoted history out of a mailed answer. Mail programs quote in many shapes and no library tells them apart without
// losing words, so two things must come together before a line goes: the shape of a quote, and proof that its words passed through
// us before. Whatever somebody may have typed stays, in doubt the whole mail. Linear in the length of what it is given.
import { originsOf } from './reply-evidence.ts';
import {
  introductionsIn,
  isForward,
  isRule,
  linesOf,
  plainLine,
  type Introduction,
  type Known,
  type Line,
} from './reply-lines.ts';
import { DEVICE_LINES } from './reply-words.ts';

/** A mail as it came, and what is needed to know our own words again. */
export interface MailedAnswer extends Known {
  text: string;
  /** What may be quoted: texts of the conversation, and of mails that were sent and received, newest first. */
  sent: readonly string[];
  /** Whether the lines below "-- " go: of people whose name stands beside what they write anyway. */
  isSignatureCut?: boolean;
}

/** What the person wrote; `rest` says whether a quote has been left out. */
export interface Reply {
  text: string;
  rest: 'quote' | 'none';
}

/** Longer mails are kept whole, in UTF-16 code units. */
export const CUT_MAX = 200_000;
const SIGNATURE_LINES_MAX = 8;

/** The words of a mailed answer without the history below, above or around it. Never throws, and never returns nothing. */
export function replyText(mail: MailedAnswer): Reply {
  const whole = mail.text.replace(/\r\n?/g, '\n');
  try {
    if (whole.length > CUT_MAX || mail.sent.length === 0) return { text: whole.trim(), rest: 'none' };
    const { kept, isCut } = withoutQuote(linesOf(whole), mail);
    const text = withoutSignature(kept, mail.isSignatureCut === true);
    if (text === '') return { text: whole.trim(), rest: 'none' };
    return { text, rest: isCut ? 'quote' : 'none' };
  } catch {
    return { text: whole.trim(), rest: 'none' };
  }
}

function withoutQuote(lines: Line[], mail: MailedAnswer): { kept: Line[]; isCut: boolean } {
  const introductions = introductionsIn(lines, mail);
  // What is passed on was meant to be read.
  const forward = lines.findIndex((line) => line.depth === 0 && isForward(line));
  const candidates = forward < 0 ? introductions : introductions.filter(({ from }) => from < forward);
  if (candidates.length === 0) return { kept: lines, isCut: false };

  const quotes = quotesIn(lines, introductions, mail.sent);
  const cut = candidates.find(({ to }) => quotes.endBelow(to) !== null);
  const end = cut ? quotes.endBelow(cut.to) : null;
  const above = cut ? lines.slice(0, beginningOf(cut, lines)) : lines;
  const below = end === null ? [] : lines.slice(end);
  // Answers between the lines stay beside what they answer; who wrote when is all that goes.
  const answered = candidates.find(
    ({ kind, from, to }) =>
      kind === 'attribution' && to < above.length && lines[from]?.depth === 0 && quotes.isQuotedNext(to),
  );
  const kept = answered ? [...above.slice(0, answered.from), ...above.slice(answered.to + 1)] : above;
  return {
    kept: below.some(({ isBlank }) => !isBlank) ? [...kept, BLANK, ...below] : kept,
    isCut: cut !== undefined || answered !== undefined,
  };
}

const BLANK: Line = { raw: '', text: '', depth: 0, isBlank: true };

interface Quotes {
  /** Where the quote ends that begins below line `at` (the line after it), or null when it is none or holds more than our words. */
  endBelow: (at: number) => number | null;
  /** Whether the next words below line `at` are ours, behind quote marks. */
  isQuotedNext: (at: number) => boolean;
}

function quotesIn(lines: Line[], introductions: Introduction[], sent: readonly string[]): Quotes {
  const introduced = new Set<number>();
  for (const { from, to } of introductions) for (let at = from; at <= to; at += 1) introduced.add(at);
  const isSaid = lines.map((line, at) => !line.isBlank && !introduced.has(at) && !isRule(line));
  const origins = originsOf(
    lines.map((line, at) => (isSaid[at] ? line : BLANK)),
    sent,
  );
  const isQuoted = lines.map(({ depth, isBlank }) => depth > 0 && !isBlank);
  // A line that lost its quote mark when it was broken goes on directly below a quoted one.
  const isLoose: boolean[] = [];
  for (const at of lines.keys()) {
    const goesOn = origins[at] === 'ours' && at > 0 && !lines[at - 1]?.isBlank && !isLoose[at - 1];
    isLoose.push(isSaid[at] === true && !isQuoted[at] && !(goesOn && !introduced.has(at - 1)));
  }
  const nextOf = (is: (at: number) => boolean) => nextAt(lines.length, is);
  const nextSaid = nextOf((at) => isSaid[at] === true);
  const nextLoose = nextOf((at) => isLoose[at] === true);
  const nextTheirs = nextOf((at) => origins[at] === 'theirs');
  const nextOurs = nextOf((at) => origins[at] === 'ours');
  const nextShown = nextOf((at) => isSaid[at] === true || isQuoted[at] === true);
  const lastQuoted = isQuoted.lastIndexOf(true);
  const lastOurs = origins.lastIndexOf('ours');

  const endBelow = (at: number) => {
    const below = at + 1;
    if (nextOurs(below) > nextTheirs(below)) return null;
    // Behind marks it ends where the next line without one begins; answers between two quotes leave it standing.
    const isMarked = isQuoted[nextShown(below)] === true;
    const end = isMarked ? nextLoose(below) : lastOurs + 1;
    if (nextOurs(below) >= end || nextTheirs(below) < end || (isMarked && lastQuoted >= end)) return null;
    // An introduction to nothing, at the very end, is of the program as well.
    return nextSaid(end) === lines.length ? lines.length : end;
  };
  const isQuotedNext = (at: number) => {
    const next = nextSaid(at + 1);
    return origins[next] === 'ours' && isQuoted[next] === true;
  };
  return { endBelow, isQuotedNext };
}

/** For every place the next one at or below it that `is` holds for, else `length`. */
function nextAt(length: number, is: (at: number) => boolean): (at: number) => number {
  const next = new Uint32Array(length + 1).fill(length);
  for (let at = length - 1; at >= 0; at -= 1) next[at] = is(at) ? at : (next[at + 1] ?? length);
  return (at) => next[at] ?? length;
}

/** A quote begins with the ruled line above its labels, and with quoted blank lines. */
function beginningOf({ kind, from }: Introduction, lines: Line[]): number {
  let begin = from;
  while (lines[begin - 1]?.isBlank && (lines[begin - 1]?.depth ?? 0) > 0) begin -= 1;
  if (kind === 'attribution') return begin;
  const above = lines[begin - 1]?.isBlank ? begin - 2 : begin - 1;
  return isRule(lines[above]) ? above : begin;
}

function withoutSignature(lines: Line[], isSignatureCut: boolean): string {
  const text = trimmed(isSignatureCut ? withoutSignedLines(lines) : lines);
  const end = text.lastIndexOf('\n');
  const last = linesOf(text.slice(end + 1))[0]?.text ?? '';
  const isDevice = end >= 0 && last.length <= 120 && DEVICE_LINES.some((line) => line.test(plainLine(last)));
  return isDevice ? text.slice(0, end).trimEnd() : text;
}

/** From "-- " on, where what follows is as short as a signature and ends the mail. */
function withoutSignedLines(lines: Line[]): Line[] {
  const mark = lines.findLastIndex(({ raw }) => raw === '-- ');
  if (mark < 0) return lines;
  const signed = trimmed(lines.slice(mark + 1)).split('\n');
  return signed.length <= SIGNATURE_LINES_MAX && signed.every((line) => line.trim() !== '')
    ? lines.slice(0, mark)
    : lines;
}

function trimmed(lines: Line[]): string {
  return lines
    .map(({ raw }) => raw)
    .join('\n')
    .trim();
}
