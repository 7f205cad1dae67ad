// What reading a file finds. Every line with anything in it belongs to an entry, is left out with a reason, or holds the others
// together, as the names of columns do.

/** Lines of the file, from 1. */
export interface Span {
  line: number;
  last_line: number;
}

export interface ImportedEntry extends Span {
  question: string;
  /** Markdown. */
  answer: string;
}

export interface LeftOut extends Span {
  /** What stands there. */
  text: string;
  reason: string;
}

export interface Found {
  entries: ImportedEntry[];
  left_out: LeftOut[];
  structure: Span[];
}
