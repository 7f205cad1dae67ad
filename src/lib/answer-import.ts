// Answers out of a file: Markdown, where each heading is a question and what follows it the answer, or CSV with a column for
// each. Whatever cannot be read is reported with its line, so that nothing is left out in silence.

export interface ImportedEntry {
  question: string;
  answer: string;
  /** Where it begins in the file, from 1. */
  line: number;
}

export interface SkippedEntry {
  line: number;
  question: string;
  reason: string;
}

export interface Parsed {
  format: 'markdown' | 'csv';
  entries: ImportedEntry[];
  skipped: SkippedEntry[];
}

/** Reads either format; a file without a level-two heading is CSV. */
export function parse(text: string, fileName = ''): Parsed {
  const content = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const isCsv = /\.csv$/i.test(fileName) || (!/\.(md|markdown)$/i.test(fileName) && !/^## /m.test(content));
  const found = isCsv ? parseCsv(content) : parseMarkdown(content);
  return { format: isCsv ? 'csv' : 'markdown', ...withoutUnusable(found) };
}

function withoutUnusable(found: ImportedEntry[]): Omit<Parsed, 'format'> {
  const entries: ImportedEntry[] = [];
  const skipped: SkippedEntry[] = [];
  const known = new Map<string, number>();
  for (const entry of found) {
    const reason = problemOf(entry, known);
    if (reason) skipped.push({ line: entry.line, question: entry.question, reason });
    else {
      known.set(entry.question.toLowerCase(), entry.line);
      entries.push(entry);
    }
  }
  return { entries, skipped };
}

function problemOf({ question, answer }: ImportedEntry, known: Map<string, number>): string | null {
  if (!question) return 'The question is missing.';
  if (!answer) return 'The answer is missing.';
  if (question.length > 500) return 'The question is longer than 500 characters.';
  if (answer.length > 20_000) return 'The answer is longer than 20,000 characters.';
  const before = known.get(question.toLowerCase());
  return before === undefined ? null : `The same question is in line ${before}; that one is taken.`;
}

function parseMarkdown(text: string): ImportedEntry[] {
  const entries: ImportedEntry[] = [];
  let current: { question: string; line: number; body: string[] } | null = null;
  let fence: string | null = null;
  const finish = () => {
    if (current) {
      const { question, line, body } = current;
      entries.push({ question, line, answer: body.join('\n').trim() });
    }
  };
  text.split('\n').forEach((raw, index) => {
    // A heading inside a code block is code.
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(raw)?.[1];
    if (mark && fence === null) fence = mark;
    else if (mark && fence !== null && mark.startsWith(fence)) fence = null;
    const heading = fence === null ? /^##\s+(.*?)\s*#*\s*$/.exec(raw) : null;
    if (heading) {
      finish();
      current = { question: heading[1] ?? '', line: index + 1, body: [] };
    } else if (fence === null && /^#\s/.test(raw)) {
      // The title of the document, or of a part of it, belongs to no answer.
      finish();
      current = null;
    } else current?.body.push(raw);
  });
  finish();
  return entries;
}

function parseCsv(text: string): ImportedEntry[] {
  const rows = readRows(text);
  const header = rows[0]?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const hasHeader = header.includes('question') && header.includes('answer');
  const [question, answer] = hasHeader ? [header.indexOf('question'), header.indexOf('answer')] : [0, 1];
  return rows.slice(hasHeader ? 1 : 0).map(({ cells, line }) => ({
    question: (cells[question] ?? '').trim(),
    answer: (cells[answer] ?? '').trim(),
    line,
  }));
}

/** The rows of RFC 4180, without empty lines; semicolons and tabs are understood where the first line has more of them. */
function readRows(text: string): { cells: string[]; line: number }[] {
  const first = text.slice(0, (text + '\n').indexOf('\n'));
  const count = (mark: string) => first.split(mark).length;
  const comma = [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
  const rows: { cells: string[]; line: number }[] = [];
  let [cells, cell, isQuoted, line, began]: [string[], string, boolean, number, number] = [
    [],
    '',
    false,
    1,
    1,
  ];
  const endRow = () => {
    cells.push(cell);
    if (cells.some((one) => one.trim() !== '')) rows.push({ cells, line: began });
    [cells, cell] = [[], ''];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\n') line++;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[++at];
      else isQuoted = false;
    } else if (character === '"' && cell.trim() === '') [isQuoted, cell] = [true, ''];
    else if (character === comma) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') {
      endRow();
      began = line;
    } else cell += character;
  }
  endRow();
  return rows;
}

/** Batches that fit into one request, so that progress can be shown and an import can be cancelled between two. */
export function batches<Entry extends { question: string; answer: string }>(
  entries: Entry[],
  max_count = 100,
  max_characters = 100_000,
): Entry[][] {
  const result: Entry[][] = [];
  let size = 0;
  for (const entry of entries) {
    const length = entry.question.length + entry.answer.length;
    const last = result.at(-1);
    if (last && last.length < max_count && size + length <= max_characters) {
      last.push(entry);
      size += length;
    } else {
      result.push([entry]);
      size = length;
    }
  }
  return result;
}
