// Opens one export with the programs that are on this machine and says what each makes of it: every text must be the text that was
// written, in a CSV perhaps with the one apostrophe that guards it; every instant a date with its time; nothing a formula. Programs
// that are not here are named. What was seen stands in docs/exports.md afterwards.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FORMATS, TEXTS, timeOf, written, type Format } from './cases.ts';
import { PROGRAMS, type Cell, type Program, type Reading } from './programs.ts';

const PAGE = 'docs/exports.md';
const MARK = '<!-- What follows is written by npm run test:compat. -->';

/** As it stands in a workbook for readers that do not take its escapes back, which Excel does: ECMA-376, ST_Xstring. */
const escaped = (text: string) => text.replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_');

/** What is wrong with a row, in words; null when nothing is. */
function problemOf(row: Cell[] | undefined, index: number, format: Format): string | null {
  const [number, text, time] = row ?? [];
  const wanted = TEXTS[index]!;
  const accepted = format === 'csv' ? [wanted, `'${wanted}`] : [wanted, escaped(wanted)];
  if (number?.kind !== 'number' || Number(number.text) !== index)
    return `number ${index} is ${JSON.stringify(number)}`;
  if (text?.kind !== 'text' || !accepted.includes(text.text))
    return `${JSON.stringify(wanted)} is ${JSON.stringify(text)}`;
  if (time?.kind !== 'time' || time.text !== timeOf(index))
    return `the time ${timeOf(index)} is ${JSON.stringify(time)}`;
  return null;
}

function judge({ rows }: Reading, format: Format): { said: string; problems: string[] } {
  const problems = TEXTS.map((_, index) => problemOf(rows[index], index, format)).filter(
    (one) => one !== null,
  );
  if (problems.length > 0) return { said: `${problems.length} of ${TEXTS.length} rows differ`, problems };
  const count = (change: (text: string) => string) =>
    TEXTS.filter((text, index) => change(text) !== text && rows[index]![1]!.text === change(text)).length;
  const guarded = count((text) => `'${text}`);
  const raw = count(escaped);
  const except = [guarded && `${guarded} with their guard`, raw && `${raw} with its escape`].filter(Boolean);
  return { said: ['all times', 'all texts', ...except].join(', '), problems };
}

function reasonOf(thrown: unknown): string {
  const { code, message, stderr } = thrown as { code?: string; message: string; stderr?: string };
  if (code === 'ENOENT') return 'not installed';
  const said = (stderr?.trim() || message).split('\n').at(-1)!;
  return /No module named/.test(said) ? 'not installed' : said.slice(0, 160);
}

async function open(program: Program, folder: string, format: Format) {
  try {
    const reading = await program.read(join(folder, `export.${format}`));
    return { version: reading.version, ...judge(reading, format) };
  } catch (thrown) {
    return { version: '–', said: `not opened: ${reasonOf(thrown)}`, problems: [] };
  }
}

/** A table of Markdown in columns of one width. */
function drawn([head = [], ...rows]: string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'handoff-compat-'));
const table = [['program', 'version', 'file', 'what it read']];
let isFailed = false;
try {
  for (const format of FORMATS) writeFileSync(join(folder, `export.${format}`), await written(format));
  for (const program of PROGRAMS) {
    for (const format of program.formats) {
      const { version, said, problems } = await open(program, folder, format);
      const name = program.name + (program.how && format === 'csv' ? ` (${program.how})` : '');
      table.push([name, version, format, said]);
      console.info(`${name} ${version}, ${format}: ${said}`);
      for (const problem of problems) console.info(`  ${problem}`);
      isFailed ||= problems.length > 0;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const [above = ''] = readFileSync(PAGE, 'utf8').split(MARK);
const day = new Date().toISOString().slice(0, 10);
writeFileSync(PAGE, `${above}${MARK}\n\nLast run on ${day}, with ${TEXTS.length} rows.\n\n${drawn(table)}\n`);
if (isFailed) process.exit(1);
