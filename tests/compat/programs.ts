// The programs that people open exports with. Each says whether it is here, and reads a file into cells: what kind each cell is to
// the program, and what it says. A program is asked for what it makes of the cells, never for what it shows of them.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Format } from './cases.ts';

export interface Cell {
  kind: 'text' | 'number' | 'time' | 'formula' | 'empty' | 'other';
  text: string;
}

export interface Reading {
  version: string;
  /** Rows below the header. */
  rows: Cell[][];
}

export interface Program {
  name: string;
  formats: Format[];
  /** How the file was opened, where that is a choice. */
  how?: string;
  /** Throws when the program is not here. */
  read: (file: string) => Promise<Reading>;
}

const HERE = dirname(fileURLToPath(import.meta.url));
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const DUCKDB = '@duckdb/node-api@1.5.6-r.1';

function run(program: string, ...parameters: string[]): string {
  return execFileSync(program, parameters, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    maxBuffer: 100_000_000,
  });
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plain(xml: string): string {
  return xml
    .replace(/<text:s(?: text:c="(\d+)")?\/>/g, (_, n?: string) => ' '.repeat(Number(n ?? 1)))
    .replace(/<[^>]+>/g, '')
    .replace(/&(?:(\w+)|#(\d+)|#x([0-9a-f]+));/gi, (_, name?: string, code?: string, hex?: string) =>
      name ? (ENTITIES[name] ?? '') : String.fromCodePoint(code ? Number(code) : parseInt(hex!, 16)),
    );
}

/** A file of Calc as flat XML, in which every cell says its kind. */
function calc(file: string, filter: string[]): Reading {
  const folder = join(dirname(file), 'calc');
  mkdirSync(folder, { recursive: true });
  run(
    'soffice',
    `-env:UserInstallation=file://${folder}/profile`,
    '--headless',
    ...filter,
    ...['--convert-to', 'fods', '--outdir', folder, file],
  );
  const xml = readFileSync(join(folder, basename(file).replace(/\.\w+$/, '.fods')), 'utf8');
  const rows = [...xml.matchAll(/<table:table-row[^>]*>(.*?)<\/table:table-row>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<table:table-cell([^>]*?)(?:\/>|>(.*?)<\/table:table-cell>)/gs)].flatMap(
      ([, attributes = '', content = '']): Cell[] => {
        const text = [...content.matchAll(/<text:p[^>]*>(.*?)<\/text:p>/gs)]
          .map(([, one = '']) => plain(one))
          .join('\n');
        const kind = /office:value-type="(\w+)"/.exec(attributes)?.[1];
        const date = /office:date-value="([^"]+)"/.exec(attributes)?.[1];
        if (attributes.includes('table:formula')) return [{ kind: 'formula', text }];
        if (date) return [{ kind: 'time', text: date.slice(0, 19) }];
        if (kind === undefined) return [];
        return [{ kind: kind === 'string' ? 'text' : kind === 'float' ? 'number' : 'other', text }];
      },
    ),
  );
  const version = run('soffice', '--version').split(' ')[1]!;
  return { version, rows: rows.filter((row) => row.length > 0).slice(1) };
}

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1899, 11, 30);

/** A file of Gnumeric as XML. */
function gnumeric(file: string): Reading {
  const xml = run('ssconvert', '--export-type=Gnumeric_XmlIO:sax:0', file, 'fd://1');
  const rows: Cell[][] = [];
  const cells = xml.matchAll(
    /<gnm:Cell Row="(\d+)" Col="(\d+)"(?: ValueType="(\d+)")?(?: ValueFormat="([^"]*)")?[^>]*>(.*?)<\/gnm:Cell>/gs,
  );
  for (const [, row, column, type, format, content = ''] of cells) {
    const text = plain(content);
    const isDate = type === '40' && Number(text) > 40_000;
    const time = isDate
      ? new Date(FIRST_DAY + Math.round(Number(text) * DAY_MS)).toISOString().slice(0, 19)
      : '';
    const kinds: Record<string, Cell['kind']> = { 40: format ? 'other' : 'number', 60: 'text' };
    (rows[Number(row)] ??= [])[Number(column)] = isDate
      ? { kind: 'time', text: time }
      : { kind: type ? (kinds[type] ?? 'other') : 'formula', text };
  }
  const version = /ssconvert version '([\d.]+)/.exec(run('ssconvert', '--version'))?.[1] ?? 'unknown';
  return { version, rows: rows.slice(1) };
}

function python(program: string, file: string): Reading {
  return JSON.parse(run(PYTHON, join(HERE, 'read.py'), program, file)) as Reading;
}

function r(file: string): Reading {
  const [version = '', ...lines] = run('Rscript', join(HERE, 'read.R'), file).trimEnd().split('\n');
  const cells = lines.map((line): Cell => {
    const [kind = '', text = ''] = line.split('\t');
    const unescaped = text.replace(/\\(n|\\)/g, (_, sign: string) => (sign === 'n' ? '\n' : '\\'));
    return { kind: kind as Cell['kind'], text: unescaped };
  });
  return { version, rows: Array.from({ length: cells.length / 3 }, (_, n) => cells.slice(n * 3, n * 3 + 3)) };
}

interface DuckDb {
  version: () => string;
  DuckDBInstance: {
    create: () => Promise<{
      connect: () => Promise<{
        runAndReadAll: (
          sql: string,
        ) => Promise<{ getRowsJson: () => unknown[][]; columnTypes: () => unknown[] }>;
      }>;
    }>;
  };
}

async function duckdb(file: string): Promise<Reading> {
  const folder = join(dirname(file), 'duckdb');
  if (!existsSync(folder)) run('npm', 'install', '--no-save', '--silent', '--prefix', folder, DUCKDB);
  const { version, DuckDBInstance } = createRequire(join(folder, 'x.js'))('@duckdb/node-api') as DuckDb;
  const connection = await (await DuckDBInstance.create()).connect();
  const source = file.endsWith('.csv') ? 'read_csv' : 'read_xlsx';
  if (source === 'read_xlsx') {
    await connection.runAndReadAll('install excel; load excel').catch(() => {
      throw new Error('its extension for Excel cannot be downloaded from here');
    });
  }
  const answer = await connection.runAndReadAll(`select * from ${source}('${file}')`);
  const kinds = answer.columnTypes().map((type): Cell['kind'] => {
    const name = String(type);
    return name.startsWith('TIMESTAMP') ? 'time' : name === 'VARCHAR' ? 'text' : 'number';
  });
  const rows = answer.getRowsJson().map((row) =>
    row.map((value, index): Cell => {
      const text = String(value);
      return {
        kind: kinds[index]!,
        text: kinds[index] === 'time' ? text.replace(' ', 'T').slice(0, 19) : text,
      };
    }),
  );
  return { version: version(), rows };
}

export const PROGRAMS: Program[] = [
  { name: 'LibreOffice Calc', formats: ['xlsx'], read: (file) => Promise.resolve(calc(file, [])) },
  {
    name: 'LibreOffice Calc',
    formats: ['csv'],
    how: 'with “Detect special numbers”',
    read: (file) => Promise.resolve(calc(file, ['--infilter=CSV:44,34,76,1,,1033,false,true'])),
  },
  { name: 'Gnumeric', formats: ['csv', 'xlsx'], read: (file) => Promise.resolve(gnumeric(file)) },
  { name: 'openpyxl', formats: ['xlsx'], read: (file) => Promise.resolve(python('openpyxl', file)) },
  {
    name: 'pandas',
    formats: ['csv', 'xlsx'],
    how: 'times parsed',
    read: (file) => Promise.resolve(python('pandas', file)),
  },
  { name: 'R', formats: ['csv'], how: 'read.csv, times parsed', read: (file) => Promise.resolve(r(file)) },
  { name: 'DuckDB', formats: ['csv', 'xlsx'], read: duckdb },
];
