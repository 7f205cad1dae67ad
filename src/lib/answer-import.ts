// Answers out of a file: Markdown, where each heading of one kind is a question and what follows it the answer, or CSV with a column
// for each. Every line is part of an entry or is left out with its reason, so that nothing is lost in silence.
import { readCsv, type Columns, type CsvReading } from './answer-import-csv';
import type { Found, ImportedEntry, LeftOut } from './answer-import-found';
import { readMarkdown, type MarkdownReading, type Style } from './answer-import-markdown';

export interface Parsed extends Found {
  format: 'markdown' | 'csv';
  /** How the file was read, where it is CSV. */
  csv: CsvReading | null;
  /** How the file was read, where it is Markdown. */
  markdown: MarkdownReading | null;
}

/** What the person has said about the file, where it does not say it itself. */
export interface Choices {
  columns?: Partial<Columns>;
  style?: Style;
}

const QUESTION_MAX = 500;
const ANSWER_MAX = 20_000;

/** Reads either format. What the file's name does not tell, a heading or the lack of one does. */
export function parse(text: string, file_name = '', { columns, style }: Choices = {}): Parsed {
  const content = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const isCsv = /\.(csv|tsv|tab)$/i.test(file_name);
  const isMarkdown = /\.(md|markdown|mdown)$/i.test(file_name);
  const markdown = isCsv ? null : readMarkdown(content, style);
  if (markdown && (isMarkdown || markdown.markdown.style !== null)) {
    return { format: 'markdown', ...checked(markdown.found), markdown: markdown.markdown, csv: null };
  }
  const { found, csv } = readCsv(content, columns);
  return { format: 'csv', ...checked(found), csv, markdown: null };
}

/** As many characters as the database counts. */
function isLonger(text: string, max: number): boolean {
  return text.length > max && Array.from(text).length > max;
}

function problemOf({ question, answer }: ImportedEntry): string | null {
  if (!question) return 'The question is missing.';
  if (!answer) return 'The answer is missing.';
  if (isLonger(question, QUESTION_MAX)) return 'The question is longer than 500 characters.';
  if (isLonger(answer, ANSWER_MAX)) return 'The answer is longer than 20,000 characters.';
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]|\p{Surrogate}/u.test(question + answer)) {
    return 'It contains control characters.';
  }
  if (/\uFFFD/.test(question + answer)) {
    return 'It contains “\uFFFD” instead of a character that was lost, or that is read in another encoding than it was saved in.';
  }
  return null;
}

function checked({ entries, left_out, structure }: Found): Found {
  const refused: LeftOut[] = [];
  const usable = entries.filter((entry) => {
    const reason = problemOf(entry);
    const { line, last_line, question, answer } = entry;
    if (reason) refused.push({ line, last_line, text: question || answer, reason });
    return !reason;
  });
  return {
    entries: usable,
    left_out: [...left_out, ...refused].sort((a, b) => a.line - b.line),
    structure,
  };
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
