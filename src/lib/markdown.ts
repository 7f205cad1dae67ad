// Markdown of the assistant's replies, as tokens that a component renders. No HTML is ever made: what marked calls HTML is shown
// as the text it is. The parser can be stalled or made to overflow by a few hostile kilobytes, so such a text stays plain.
import { lexer, type Token } from 'marked';

export type { Token };

const LENGTH_LIMIT = 20_000;
/** Emphasis marks are what makes the parser's time grow with the square of the length. */
const MARKS_LIMIT = 1_500;
const DEPTH_LIMIT = 16;
/** How long a text may take, twice in a row; then it is remembered as plain. */
const MILLISECONDS_LIMIT = 50;
const KEPT = 500;

const parsed = new Map<string, Token[] | null>();

/** The tokens of a text, or null when it must be shown as plain text. Asking again costs nothing. */
export function parse(text: string, now: () => number = () => performance.now()): Token[] | null {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const tokens = parseOnce(text, now);
  if (parsed.size >= KEPT) parsed.delete(parsed.keys().next().value ?? '');
  parsed.set(text, tokens);
  return tokens;
}

function parseOnce(text: string, now: () => number): Token[] | null {
  if (text.length > LENGTH_LIMIT || hasTooManyMarks(text) || /^(?:[ \t]*>){9}/m.test(text)) return null;
  try {
    const tokens = inTime(text, now) ?? inTime(text, now);
    return tokens && !isDeeperThan(tokens, DEPTH_LIMIT) ? tokens : null;
  } catch {
    return null;
  }
}

/** The tokens unless they took too long. The first try may be slow because the machine is busy or the parser still cold. */
function inTime(text: string, now: () => number): Token[] | null {
  const started = now();
  const tokens = lexer(text, { gfm: true, breaks: true });
  return now() - started > MILLISECONDS_LIMIT ? null : tokens;
}

function hasTooManyMarks(text: string): boolean {
  let marks = 0;
  for (const character of text) {
    if ('*_~[]<>!`'.includes(character) && ++marks > MARKS_LIMIT) return true;
  }
  return false;
}

function isDeeperThan(tokens: Token[], depth: number): boolean {
  if (depth === 0) return true;
  return tokens.some((token) => childrenOf(token).some((children) => isDeeperThan(children, depth - 1)));
}

function childrenOf(token: Token): Token[][] {
  if (token.type === 'list') return [token['items'] as Token[]];
  return 'tokens' in token && token.tokens ? [token.tokens] : [];
}

/** The address of a link if it is one we let people follow; null for every other protocol and for relative ones. */
export function safeHref(href: string): string | null {
  try {
    const url = new URL(decodeEntities(href));
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A line of Markdown as bare words, for a preview; what is no mark stays as it is. */
export function plain(text: string): string {
  return text
    .replace(/!?\[([^\][]*)\]\([^()\s]*\)/g, '$1')
    .replace(/(\*\*|__|~~|`+)(?=\S)(.{1,200}?)(?<=\S)\1/g, '$2')
    .replace(/^(?:#{1,6}|>|[-*+]|\d{1,3}\.)\s+/, '');
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** Character references as the characters they stand for; unknown ones stay as they were written. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/gi, (all, decimal, hex, name) => {
    if (name) return NAMED[String(name).toLowerCase()] ?? all;
    const point = decimal ? Number(decimal) : parseInt(String(hex), 16);
    return point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
      ? String.fromCodePoint(point)
      : all;
  });
}
