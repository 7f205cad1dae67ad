// Proves which lines of a mail are words that passed through us before. Both sides are reduced to their letters, digits and
// pictures, so that wrapping, quote marks and spacing make no difference, and compared by runs of twelve: a run that is broken by a
// single typed word leaves that word standing as somebody else's.

const RUN = 12;
/** A stretch this long is ours where nothing marks it as a quote; below ">" one run is enough. */
const LONG = 24;
/** Of what was said before, this much is compared, newest first, in UTF-16 code units. */
const SENT_MAX = 400_000;

const SILENT = /[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}]+/gu;
/** Scripts that say in one character what others say in two or three: each counts as two. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
/** A ruled line and the like: says nothing, whoever drew it. */
const RULED = /^[\s>|_=*~·•.\-–—]*$/u;

/** A line that is looked at: its words and how deep it is quoted. */
export interface Suspect {
  text: string;
  depth: number;
}

/** What a line is: ours throughout, somebody else's at least in part, or nothing that could be told apart. */
export type Origin = 'ours' | 'theirs' | 'nothing';

/** Says of each line whose words it holds, given all texts that we have sent or been sent, newest first. */
export function originsOf(lines: readonly Suspect[], sent: readonly string[]): Origin[] {
  const texts = newest(sent);
  const links = new Set(texts.flatMap((text) => text.match(/https?:\/\/[^\s<>]+/g) ?? []));
  const drawn = new Set(texts.flatMap((text) => text.split('\n').map(unspaced)));
  const letters = lines.map(({ text }) => lettersOf(withoutRepeatedLinks(text, links)));
  const reach = reachOf(letters.join(''), runsOf(texts));
  let from = 0;
  return lines.map(({ text, depth }, index) => {
    const to = from + (letters[index]?.length ?? 0);
    const least = depth > 0 ? RUN : LONG;
    const isOurs = reach.subarray(from, to).every((length) => length >= least);
    const isBare = from === to;
    from = to;
    if (!isBare) return isOurs ? 'ours' : 'theirs';
    // Marks alone may be an answer: "???".
    return RULED.test(text) || drawn.has(unspaced(text)) ? 'nothing' : 'theirs';
  });
}

function newest(sent: readonly string[]): string[] {
  const texts: string[] = [];
  let room = SENT_MAX;
  for (const text of sent) {
    if (room <= 0) break;
    texts.push(text.slice(0, room));
    room -= text.length;
  }
  return texts;
}

function runsOf(texts: readonly string[]): Set<string> {
  const known = new Set<string>();
  for (const text of texts) {
    const letters = lettersOf(text);
    for (let at = 0; at + RUN <= letters.length; at += 1) known.add(letters.slice(at, at + RUN));
  }
  return known;
}

/** For every letter, how long the longest stretch of known runs is that it lies in. */
function reachOf(letters: string, known: ReadonlySet<string>): Uint32Array {
  const reach = new Uint32Array(letters.length);
  let start = -1;
  for (let at = 0; at <= letters.length; at += 1) {
    const isKnown = at + RUN <= letters.length && known.has(letters.slice(at, at + RUN));
    if (isKnown && start < 0) start = at;
    if (isKnown || start < 0) continue;
    const end = at - 1 + RUN;
    for (let inside = start; inside < end; inside += 1)
      reach[inside] = Math.max(reach[inside] ?? 0, end - start);
    start = -1;
  }
  return reach;
}

function lettersOf(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(SILENT, '').replace(DENSE, '$&·');
}

/** Programs write a link's address once more, in angle brackets behind its words. */
function withoutRepeatedLinks(text: string, links: ReadonlySet<string>): string {
  return text.replace(/<(?:mailto:)?([^<>\s]{3,2000})>/gi, (written, address: string, at: number) =>
    links.has(address) ||
    text
      .slice(Math.max(0, at - 2100), at)
      .trimEnd()
      .endsWith(address)
      ? ' '
      : written,
  );
}

function unspaced(text: string): string {
  return text.replace(/[\s>]+/g, '');
}
