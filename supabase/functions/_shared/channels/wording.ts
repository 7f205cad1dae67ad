// The words that all channels share, and the ways to keep a stranger's words from being more than words.
import { inBody, inHeader, shortened, utcTime } from '../mail-text.ts';
import type { Notice } from './channel.ts';

const NAME_MAX = 60;
/** Shows nothing and breaks no line, but whoever looks for `@name` or `<!here>` no longer finds it. */
const WORD_JOINER = '\u2060';

/** The one sentence of a notice; the chatbot's name is its owner's, and is escaped like a visitor's words. */
export function headline({ kind, chatbot, count, waiting_minutes, by }: Notice): string {
  const name = shortened(inHeader(chatbot), NAME_MAX);
  const who = by === null ? 'Somebody' : shortened(inHeader(by), NAME_MAX);
  switch (kind) {
    case 'escalated':
      return `${name}: a visitor asked for a person`;
    case 'waiting':
      return `${name}: nobody has looked for ${duration(waiting_minutes)}`;
    case 'seen':
      return `${name}: ${who} has seen it`;
    case 'resolved':
      return `${name}: ${who} has resolved it`;
    case 'contact':
      return `${name}: ${count === 1 ? 'the visitor has' : `${count} visitors have`} left contact details`;
    case 'summary':
      return `${name}: ${count} more ${count === 1 ? 'visitor' : 'visitors'} asked for a person`;
    case 'test':
      return `${name}: this is a test, and it works`;
  }
}

function duration(minutes: number): string {
  if (minutes < 60 || minutes % 60 !== 0) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return minutes === 60 ? '1 hour' : `${minutes / 60} hours`;
}

/** What the visitor asked, with links that cannot be followed and without marks that turn the text around. */
export function questionOf({ question }: Notice, max: number): string {
  return shortened(inBody(question), max);
}

/** Which case it is and when it was asked; empty where there is no single one. */
export function detailsOf({ reference, escalated_at }: Notice): string {
  return [reference, escalated_at && `asked ${utcTime(escalated_at)}`].filter(Boolean).join(' · ');
}

export const OPEN = 'Open the conversation';
export const OPEN_LIST = 'Open the dashboard';

/** The words of the link. */
export function linkText({ reference }: Notice): string {
  return reference === null ? OPEN_LIST : OPEN;
}

/** Words in which nobody can be mentioned, whichever sign the service looks for. */
export function withoutMentions(text: string): string {
  return text.replace(/[@<~]|:(?=[\w+-]+:)/g, `$&${WORD_JOINER}`);
}

/** Words as Markdown shows them when it formats nothing. */
export function escapedMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|~>]/g, '\\$&');
}

/** Every line as a quote of Markdown. */
export function quoteLines(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

/** Words as HTML shows them when it formats nothing. */
export function escapedHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * The text with as much of the question as keeps it short enough: what escaping adds is known only afterwards. Looked for by halves
 * over the question's characters, which are told apart once.
 */
export function longestThatFits(
  { question }: Pick<Notice, 'question'>,
  write: (question: string) => string,
  isShort: (text: string) => boolean,
): string {
  const whole = inBody(question);
  let fitting = write(whole);
  if (isShort(fitting)) return fitting;
  fitting = write('');
  const characters = Array.from(graphemes.segment(whole), ({ segment }) => segment);
  let low = 1;
  let high = characters.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const text = write(`${characters.slice(0, middle).join('').trimEnd()}…`);
    if (isShort(text)) {
      fitting = text;
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return fitting;
}
