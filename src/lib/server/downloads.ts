// Tables that leave as files, made while they are sent: as CSV for programs and as a workbook for people.
import * as csv from '$lib/csv';
import type { Column, Row } from '$lib/csv';
import * as xlsx from './xlsx';

export type Format = 'csv' | 'xlsx';

export interface Table {
  columns: Column[];
  /** Reads the rows page by page, and stops reading when `stopped` is aborted. */
  pages: (stopped: AbortSignal) => AsyncIterable<Row[]>;
  /** The same rows as lines of a CSV, but for their guards, where they are to be had so. */
  lines?: (stopped: AbortSignal) => AsyncIterable<string>;
}

const FORMATS = {
  csv: {
    type: 'text/csv; charset=utf-8',
    file: ({ columns, pages, lines }: Table, stopped: AbortSignal) =>
      lines ? csv.fileOfLines(columns, lines(stopped)) : csv.file(columns, pages(stopped)),
  },
  xlsx: {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    file: ({ columns, pages }: Table, stopped: AbortSignal) => xlsx.file(columns, pages(stopped)),
  },
};

/** The answer to HEAD where GET is a download. */
export function head(format: Format): Response {
  return new Response(null, {
    headers: { 'content-type': FORMATS[format].type, 'cache-control': 'private, no-store' },
  });
}

/**
 * The table as a file of that name, whose ending is added. A page that fails cuts the download off, which the browser reports; a
 * browser that is gone ends the reading.
 */
export function download(table: Table, format: Format, name: string): Response {
  const { type, file } = FORMATS[format];
  return stream((stopped) => file(table, stopped), type, `${name}.${format}`);
}

/** A file that is made while it is sent. Of its name letters, digits, dots, dashes and underscores are kept. */
export function stream(
  make: (stopped: AbortSignal) => AsyncIterator<Uint8Array>,
  type: string,
  name: string,
): Response {
  const stopping = new AbortController();
  const chunks = make(stopping.signal);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (thrown) {
        if (stopping.signal.aborted) return;
        console.error('export', thrown);
        controller.error(thrown);
      }
    },
    async cancel() {
      stopping.abort();
      await chunks.return?.(undefined).catch(() => undefined);
    },
  });
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name.replace(/[^A-Za-z0-9._-]+/g, '-')}"`,
      'cache-control': 'private, no-store',
    },
  });
}
