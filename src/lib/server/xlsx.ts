// An Excel workbook (ECMA-376) that is made while it is sent: one page of rows is held at a time, compressed on its own outside of
// the event loop, and joined to those before it. Texts are texts, never formulas; instants are dates.
import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import type { Column, Row } from '../csv';
import * as frame from './xlsx-frame';
import { ZipWriter } from './zip';

/** What a sheet can hold, its header included. */
const SHEET_ROWS_MAX = 1_048_576;
/** A part of a plain ZIP file is smaller than 4 GiB; with room for one more page. */
const SHEET_BYTES_MAX = 3_500_000_000;
/** UTF-16 units that a cell can hold. */
const CELL_UNITS_MAX = 32_767;
const DAY_MS = 86_400_000;
/** The serial number of 1970-01-01 in the calendar that begins with 1900. */
const EPOCH_DAY = 25_569;

const compress = promisify(deflateRaw);
/** Ends a sequence of compressed pieces: a last block with nothing in it. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

/** What XML 1.0 cannot hold; one of them would end the sheet for some programs. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** The text as a cell can hold it: line ends are LF, halves of characters U+FFFD, and what is too long is cut between characters. */
export function cellText(text: string): string {
  const clean = text
    .replace(/\r\n?/g, '\n')
    .replace(FORBIDDEN, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD');
  return clean.slice(0, CELL_UNITS_MAX).replace(/[\uD800-\uDBFF]$/, '');
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Also keeps `_x0041_` what it is: readers would take it for the character of that number. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!).replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_');
}

/** A, B, … Z, AA, … from 0. */
function letters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}

function textCell(place: string, text: string, style: number): string {
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(cellText(text))}</t></is></c>`;
}

function cell(place: string, kind: Column['kind'], value: string | number | null): string {
  if (value === null) return '';
  if (kind === 'number') return `<c r="${place}"><v>${Number(value)}</v></c>`;
  if (kind === 'text') return textCell(place, String(value), frame.STYLE.plain);
  const seconds = Math.floor(Date.parse(`${String(value).slice(0, 19)}Z`) / 1000);
  return `<c r="${place}" s="${frame.STYLE.time}"><v>${(seconds * 1000) / DAY_MS + EPOCH_DAY}</v></c>`;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const CLOSING = '</sheetData></worksheet>';
const WIDTHS: Record<Column['kind'], number> = { text: 24, number: 12, time: 19 };

function opening(columns: readonly Column[], places: string[]): string {
  const widths = columns.map(
    ({ kind }, n) => `<col min="${n + 1}" max="${n + 1}" width="${WIDTHS[kind]}" customWidth="1"/>`,
  );
  const names = columns.map(({ name }, n) => textCell(`${places[n]}1`, name, frame.STYLE.header));
  return (
    `<worksheet xmlns="${frame.MAIN}">` +
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
    `</sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData><row r="1">${names.join('')}</row>`
  );
}

/** The whole workbook, page by page, as its rows arrive; a further sheet begins where one is full. */
export async function* file(
  columns: readonly Column[],
  pages: AsyncIterable<Row[]>,
  sheet_rows_max = SHEET_ROWS_MAX,
): AsyncGenerator<Uint8Array> {
  const zip = new ZipWriter();
  const places = columns.map((_, n) => letters(n));
  const piece = async (text: string) => {
    const raw = Buffer.from(text);
    return zip.add(raw, await compress(raw, { level: 1, finishFlush: constants.Z_SYNC_FLUSH }));
  };
  const open = async (name: string, text: string) => [zip.begin(name), await piece(DECLARATION + text)];
  const close = async (text = '') => [await piece(text), zip.add(Buffer.alloc(0), LAST_BLOCK), zip.end()];
  const parts = async (all: Record<string, string>) => {
    const bytes: Buffer[] = [];
    for (const [name, text] of Object.entries(all))
      bytes.push(...(await open(name, text)), ...(await close()));
    return Buffer.concat(bytes);
  };
  let sheets = 0;
  let row = 0;
  const begin = () => {
    [sheets, row] = [sheets + 1, 1];
    return open(`xl/worksheets/sheet${sheets}.xml`, opening(columns, places));
  };

  yield await parts(frame.before);
  yield Buffer.concat(await begin());
  for await (const rows of pages) {
    for (let at = 0; at < rows.length;) {
      if (row >= sheet_rows_max || zip.part_bytes > SHEET_BYTES_MAX) {
        yield Buffer.concat([...(await close(CLOSING)), ...(await begin())]);
      }
      const fitting = rows.slice(at, at + sheet_rows_max - row);
      const lines = fitting.map((values) => {
        row += 1;
        const cells = columns.map(({ kind }, n) => cell(`${places[n]}${row}`, kind, values[n] ?? null));
        return `<row r="${row}">${cells.join('')}</row>`;
      });
      yield await piece(lines.join(''));
      at += fitting.length;
    }
  }
  yield Buffer.concat(await close(CLOSING));
  yield await parts(frame.after(sheets));
  yield zip.finish();
}
