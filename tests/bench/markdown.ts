// M1: what it costs to read an answer that is nothing but marks, against an answer of plain prose of the same length. In time on the
// processor, so that what else the machine does meanwhile is not counted.
import { parseMarkdown } from '../../supabase/functions/_shared/markdown.ts';
import { report, sideBySide, type Variant } from './harness.ts';

const LENGTH = 4_000;
const TIMES = 50;
const MARKS = '*_~[(>\\`|';
const WORST = 5;

const SENTENCE =
  'The parcel leaves our warehouse within two days; it reaches you by Friday, or you write to us. ';
const PROSE = 'plain prose';

export async function m1(): Promise<void> {
  const texts: Record<string, string> = {
    [PROSE]: SENTENCE.repeat(LENGTH),
    'a mix of all marks': mixOf(MARKS),
    'all marks and words': mixOf(`${MARKS}ab `),
    'stars and underscores': mixOf('*_'),
    'stars that open': '*a '.repeat(LENGTH),
    'stars that open and close': '*a* '.repeat(LENGTH),
    'brackets that open': '['.repeat(LENGTH),
    'beginnings of links': '[a]('.repeat(LENGTH),
    'backticks and spaces': '` '.repeat(LENGTH),
    'tildes and letters': mixOf('~a'),
    'quotes in quotes': '>'.repeat(LENGTH),
    backslashes: '\\'.repeat(LENGTH),
    bars: '|'.repeat(LENGTH),
  };
  const variants = Object.entries(texts).map(([name, text]) => reading(name, text.slice(0, LENGTH)));
  const { rates, ratio, sameAgainstSame } = await sideBySide(variants as [Variant, ...Variant[]]);
  const claims = Object.keys(texts)
    .slice(1)
    .map((name) => ({ name: `prose ÷ ${name}`, ratio: ratio(PROSE, name), reach: WORST, isCost: true }));
  await report({
    metric: 'M1',
    title: 'answers that are nothing but marks',
    how: `${LENGTH} characters of each, read as Markdown ${TIMES} times in a row; how many are read in a second on the processor.`,
    claims,
    checks: claims.map(({ name, ratio }) => ({
      name: `${name} is at most ${WORST}`,
      isTrue: ratio.median <= WORST,
    })),
    sameAgainstSame,
    rates,
  });
}

function reading(name: string, text: string): Variant {
  return {
    name,
    run() {
      const before = process.cpuUsage();
      for (let left = TIMES; left > 0; left -= 1) parseMarkdown(text);
      const { user, system } = process.cpuUsage(before);
      return Promise.resolve((1_000_000 * TIMES) / (user + system));
    },
  };
}

/** The characters in no order, the same on every run. */
function mixOf(characters: string): string {
  let state = 7;
  return Array.from({ length: LENGTH }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return characters[Math.floor((state / 2 ** 32) * characters.length)];
  }).join('');
}
