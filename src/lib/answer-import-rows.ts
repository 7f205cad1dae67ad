// The rows of a CSV file as programs save them (RFC 4180, with any line end and one of four separators). A quotation mark that is
// never closed, or that closes in the middle of a cell, spoils the line that it stands in and none after it.

export interface FileRow {
  cells: string[];
  /** The lines it spans in the file, from 1. */
  line: number;
  last_line: number;
  /** Why its cells could not be told apart; then there are none, and `text` is the line. */
  problem: string | null;
  text: string;
}

export const SEPARATORS = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' } as const;
export type Separator = keyof typeof SEPARATORS;

const SAMPLE_ROWS = 50;

interface Reading {
  cells: string[];
  end: number;
  problem: string | null;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function lineOf(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** The quoted cell whose text begins at `from`: its value and where the text after its closing mark begins; null without one. */
function readQuoted(text: string, from: number): { value: string; end: number } | null {
  let value = '';
  for (let at = from; ;) {
    const mark = text.indexOf('"', at);
    if (mark < 0) return null;
    value += text.slice(at, mark);
    if (text[mark + 1] !== '"') return { value, end: mark + 1 };
    value += '"';
    at = mark + 2;
  }
}

function readRow(text: string, start: number, line: number, separator: Separator): Reading {
  const cells: string[] = [];
  const refused = (problem: string) => ({ cells: [], end: endOfLine(text, start), problem });
  for (let at = start; ;) {
    let opening = at;
    while (text[opening] === ' ') opening += 1;
    if (text[opening] === '"') {
      const quoted = readQuoted(text, opening + 1);
      if (!quoted) return refused('A quotation mark opens a cell here and is never closed.');
      at = quoted.end;
      while (text[at] === ' ') at += 1;
      if (at < text.length && text[at] !== separator && text[at] !== '\n') {
        const closing = line + lineOf(text, start, quoted.end);
        return refused(
          `The cell that begins with a quotation mark ends at the one in line ${closing}, but more text follows. Inside of a cell, quotation marks are written twice.`,
        );
      }
      cells.push(quoted.value);
    } else {
      const end = endOfLine(text, at);
      const next = text.indexOf(separator, at);
      const to = next >= 0 && next < end ? next : end;
      cells.push(text.slice(at, to));
      at = to;
    }
    if (text[at] !== separator) return { cells, end: at, problem: null };
    at += 1;
  }
}

/** All rows that are not blank, also those that hold nothing but separators; `text` has LF for line ends. */
export function readRows(text: string, separator: Separator, first_line = 1): FileRow[] {
  const rows: FileRow[] = [];
  let line = first_line;
  for (let at = 0; at < text.length;) {
    const { cells, end, problem } = readRow(text, at, line, separator);
    const last_line = line + lineOf(text, at, end);
    const whole = text.slice(at, end);
    if (whole.trim()) rows.push({ cells, line, last_line, problem, text: whole });
    line = last_line + 1;
    at = end + 1;
  }
  return rows;
}

/** Whether there is anything in any cell. */
export function isFilled({ cells }: FileRow): boolean {
  return cells.some((cell) => cell.trim());
}

/** The separator by which most of the first rows have as many cells as the first one, and more than one. */
export function findSeparator(text: string): Separator {
  // As many lines as the sample may need; what is cut off at its end spoils one row of it.
  const sample = text.split('\n', SAMPLE_ROWS * 4).join('\n');
  let best: Separator = ',';
  let most = 0;
  for (const separator of Object.keys(SEPARATORS) as Separator[]) {
    const widths = readRows(sample, separator)
      .filter((row) => row.problem || isFilled(row))
      .slice(0, SAMPLE_ROWS)
      .map(({ cells }) => cells.length);
    const width = widths.find((n) => n > 0) ?? 0;
    const agreeing = width > 1 ? widths.filter((n) => n === width).length : 0;
    if (agreeing > most) [best, most] = [separator, agreeing];
  }
  return best;
}
