// Answers out of a CSV file: one row each, from the two columns that its header, or the person, says.
import {
  findSeparator,
  isFilled,
  readRows,
  SEPARATORS,
  type FileRow,
  type Separator,
} from './answer-import-rows';
import type { Found, Span } from './answer-import-found';

export interface Columns {
  has_header: boolean;
  /** Positions from 0; null until somebody has said which. */
  question: number | null;
  answer: number | null;
}

export interface CsvReading {
  separator: Separator;
  columns: Columns;
  /** Whether the header says which column is which. */
  is_named: boolean;
  /** The cells of the first row, or numbers where they are none. */
  names: string[];
  /** The first rows that can be read, for the person to look at. */
  sample: string[][];
}

const QUESTION_NAMES = new Set(
  'question questions q frage fragen pregunta pregunta/s pergunta domanda vraag pytanie soru вопрос питання 質問 问题 問題 질문 प्रश्न سؤال السؤال שאלה'.split(
    ' ',
  ),
);
const ANSWER_NAMES = new Set(
  'answer answers a antwort antworten réponse reponse respuesta resposta risposta antwoord odpowiedź odpowiedz cevap yanıt ответ відповідь 回答 答え 答案 답변 उत्तर जवाब إجابة الإجابة جواب תשובה'.split(
    ' ',
  ),
);
const SAMPLE_ROWS = 5;
/** What Excel writes above the rows to tell the separator, and PowerShell to tell what its rows were. */
const SEPARATOR_LINE = /^sep=([,;\t|])[ \t]*$/i;
const TYPE_LINE = /^#TYPE /;

function guess(first: string[], rest: FileRow[]): { columns: Columns; is_named: boolean } {
  const names = first.map((cell) => cell.trim().toLowerCase());
  const [question, answer] = [QUESTION_NAMES, ANSWER_NAMES].map((known) =>
    names.findIndex((name) => known.has(name)),
  );
  if (question! >= 0 && answer! >= 0) {
    return { columns: { has_header: true, question: question!, answer: answer! }, is_named: true };
  }
  const asks = (cells: string[]) => cells.some((cell) => /[?？؟;]\s*$/.test(cell));
  const has_header = !asks(first) && rest.some(({ cells }) => asks(cells));
  const isPair = first.length === 2;
  return { columns: { has_header, question: isPair ? 0 : null, answer: isPair ? 1 : null }, is_named: false };
}

/** Reads the rows; `chosen` is what the person has said about the columns. */
export function readCsv(text: string, chosen: Partial<Columns> = {}): { found: Found; csv: CsvReading } {
  const structure: Span[] = [];
  const [first_line = '', ...others] = text.split('\n');
  const named = SEPARATOR_LINE.exec(first_line)?.[1] as Separator | undefined;
  const isTold = named !== undefined || TYPE_LINE.test(first_line);
  if (isTold) structure.push({ line: 1, last_line: 1 });
  const body = isTold ? others.join('\n') : text;
  const separator = named ?? findSeparator(body);
  const rows = readRows(body, separator, isTold ? 2 : 1);
  const readable = rows.filter(isFilled);
  const first = readable[0]?.cells ?? [];
  const guessed = guess(first, readable.slice(1));
  const columns = { ...guessed.columns, ...chosen };
  const header = columns.has_header ? readable[0] : undefined;
  if (header) structure.push(header);
  const names = Array.from(
    { length: Math.max(first.length, 1) },
    (_, n) => (header ? first[n]?.trim() : '') || `Column ${n + 1}`,
  );
  const found: Found = { entries: [], left_out: [], structure };
  for (const row of rows) {
    if (row === header) continue;
    const span = { line: row.line, last_line: row.last_line };
    const beyond = row.cells
      .slice(first.length)
      .map((cell) => cell.trim())
      .filter(Boolean);
    if (!row.problem && !isFilled(row)) found.structure.push(span);
    else if (row.problem) found.left_out.push({ ...span, text: row.text, reason: row.problem });
    else if (beyond.length > 0) {
      const reason = `It has more cells than the first row: “${beyond.join('”, “')}”. Text with ${SEPARATORS[separator]} in it needs quotation marks around it.`;
      found.left_out.push({ ...span, text: row.text, reason });
    } else if (columns.question === null || columns.answer === null) {
      found.left_out.push({
        ...span,
        text: row.text,
        reason: 'The question and answer columns haven’t been chosen yet.',
      });
    } else {
      const cell = (at: number) => (row.cells[at] ?? '').trim();
      found.entries.push({ ...span, question: cell(columns.question), answer: cell(columns.answer) });
    }
  }
  const sample = readable.slice(header ? 1 : 0, SAMPLE_ROWS + (header ? 1 : 0)).map(({ cells }) => cells);
  return { found, csv: { separator, columns, is_named: guessed.is_named, names, sample } };
}
