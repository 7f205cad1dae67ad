// Comma-separated values by RFC 4180, safe to open in a spreadsheet: a cell that a spreadsheet would run as a formula gets an
// apostrophe in front. Which cells got one can be told from the result alone, so every text can be read back exactly.

/** Tells Excel that the file is UTF-8. */
export const BOM = '\uFEFF';

/** The line end that RFC 4180 asks for. */
const LINE_END = '\r\n';

/** Characters that start a formula or, like TAB and CR, make the next one start a cell; the wide ones are folded by Excel. */
const TRIGGERS = '=+\\-@\\t\\r\\n\\0\\uFF1D\\uFF0B\\uFF0D\\uFF20\\u2212\\uFE62\\uFE63\\uFE66\\uFE6B';
/** What importers skip before they look at the first character. */
const SKIPPED = '\\s\\u200B-\\u200F\\u2060\\uFEFF\\u0001-\\u001F\\u007F';
const LIVE = new RegExp(`^['${SKIPPED}]*[${TRIGGERS}]`);

/** The text that a spreadsheet shows as it is instead of running it. */
export function neutralise(text: string): string {
  return LIVE.test(text) ? `'${text}` : text;
}

/** The original of a neutralised text. */
export function recover(cell: string): string {
  return cell.startsWith("'") && LIVE.test(cell.slice(1)) ? cell.slice(1) : cell;
}

/** One cell, always quoted; null and undefined are empty, and numbers are never neutralised. */
export function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  return `"${neutralise(value).replaceAll('"', '""')}"`;
}

/** One line with its line end. */
export function line(values: readonly (string | number | boolean | null | undefined)[]): string {
  return values.map(cell).join(',') + LINE_END;
}
