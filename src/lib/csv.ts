// Comma-separated values by RFC 4180, safe to open in a spreadsheet: a text that a spreadsheet would run as a formula, or read as a
// number or a date that shows other characters, gets an apostrophe in front. So does a text that begins with one; hence whoever
// takes one apostrophe off the beginning of each text has what was written.

/** A column of an exported table. Times are instants by some clock: `2026-11-22T13:05:09`, with or without a fraction. */
export interface Column {
  name: string;
  kind: 'text' | 'number' | 'time';
}

/** One value for each column. */
export type Row = (string | number | null)[];

/** Tells Excel that the file is UTF-8. */
const BOM = '\uFEFF';

/** The line end that RFC 4180 asks for. */
const LINE_END = '\r\n';

/** Characters that start a formula or, like TAB and CR, make the next one start a cell; the wide ones are folded by Excel. */
const TRIGGERS = '=+\\-@\\t\\r\\n\\0\\uFF1D\\uFF0B\\uFF0D\\uFF20\\u2212\\uFE62\\uFE63\\uFE66\\uFE6B';
/** What importers skip before they look at the first character. */
const SKIPPED = '\\s\\u200B-\\u200F\\u2060\\uFEFF\\u0001-\\u001F\\u007F';
const GUARDED = new RegExp(`^'|^[${SKIPPED}]*[${TRIGGERS}]`);

/** What some program takes for a number, a date or a time: digits of any script with nothing but the marks that those have. */
const MARKS = '\\p{Nd}\\p{Sc}.,:/()%e\\-';
const NUMERIC = new RegExp(`^[${SKIPPED}]*[(\\p{Sc}]*[.\\p{Nd}][${MARKS}]*[${SKIPPED}]*$`, 'iu');
/** So many digits every spreadsheet keeps. */
const DIGITS_MAX = 15;

/** Whether a program that reads this as a number or a date shows other characters than were written. */
function losesAsNumber(text: string): boolean {
  if (!NUMERIC.test(text) || !/\p{Nd}/u.test(text)) return false;
  return String(Number(text)) !== text || text.replace('.', '').length > DIGITS_MAX;
}

/** The text that a spreadsheet shows as it is instead of running or reckoning it. */
export function neutralise(text: string): string {
  return GUARDED.test(text) || losesAsNumber(text) ? `'${text}` : text;
}

/** The original of a neutralised text. */
export function recover(cell: string): string {
  return cell.replace(/^'/, '');
}

/** A text as it stands in a line, quoted; null is empty. */
export function cell(text: string | null): string {
  return text === null ? '' : `"${neutralise(text).replaceAll('"', '""')}"`;
}

const DATE_LENGTH = 'YYYY-MM-DD'.length;
const TIME_LENGTH = 'HH:MM:SS'.length;

/** In the form that Calc, Gnumeric, Excel, pandas, R and DuckDB read as a date with its time. */
function time(at: string): string {
  return `${at.slice(0, DATE_LENGTH)} ${at.slice(DATE_LENGTH + 1, DATE_LENGTH + 1 + TIME_LENGTH)}`;
}

const QUOTE = 34;
const UPPER_A = 65;
const LOWER_Z = 122;

function line(columns: readonly Column[], row: Row): string {
  const cells = columns.map(({ kind }, index) => {
    const value = row[index] ?? null;
    if (kind === 'text' || value === null) return cell(value === null ? null : String(value));
    return kind === 'time' ? time(String(value)) : String(value);
  });
  return cells.join(',') + LINE_END;
}

/** The same lines, every text in them neutralised: an apostrophe after its opening quote is all that takes. */
export function guarded(lines: string): string {
  let made = '';
  let from = 0;
  let start = lines.indexOf('"');
  while (start !== -1) {
    let end = lines.indexOf('"', start + 1);
    while (lines.charCodeAt(end + 1) === QUOTE) end = lines.indexOf('"', end + 2);
    const first = lines.charCodeAt(start + 1);
    // What begins with a letter, as most do, is neither a formula nor a number.
    const isPlain = first >= UPPER_A && first <= LOWER_Z;
    const text = isPlain ? '' : lines.slice(start + 1, end).replaceAll('""', '"');
    if (neutralise(text) !== text) {
      made += `${lines.slice(from, start + 1)}'`;
      from = start + 1;
    }
    start = lines.indexOf('"', end + 1);
  }
  return made + lines.slice(from);
}

function* head(columns: readonly Column[], encoder: TextEncoder): Generator<Uint8Array> {
  yield encoder.encode(BOM + columns.map(({ name }) => name).join(',') + LINE_END);
}

/** The whole file in UTF-8, page by page, of lines that are written already but for their guards. */
export async function* fileOfLines(
  columns: readonly Column[],
  pages: AsyncIterable<string>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield* head(columns, encoder);
  for await (const lines of pages) yield encoder.encode(guarded(lines));
}

/** The whole file in UTF-8, page by page, as its rows arrive. */
export async function* file(
  columns: readonly Column[],
  pages: AsyncIterable<Row[]>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield* head(columns, encoder);
  for await (const rows of pages) yield encoder.encode(rows.map((row) => line(columns, row)).join(''));
}
