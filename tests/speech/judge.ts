// Whether what was spoken is what should have been.

const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Times differ from run to run. */
const timeless = (text: string) => tidy(text).replace(/\b\d{1,2}:\d{2}( ?[AP]M)?/g, '…');

/**
 * Each sentence is spoken once, whole, as one piece, and they come in order; what else a screen reader says meanwhile, such as what
 * has the focus, is its own affair. Gives what is wrong, or nothing.
 */
export function judge(expected: string[], spoken: string[]): string | undefined {
  const lines = spoken.map(timeless);
  let last = -1;
  for (const sentence of expected.map(timeless)) {
    const times = lines.filter((line) => line === sentence).length;
    if (times === 0) {
      const within = lines.find(
        (line) => line.includes(sentence) || (line.length > 8 && sentence.includes(line)),
      );
      return `“${sentence}” was not spoken${within ? ` as one whole sentence: “${within}”` : ''}`;
    }
    if (times > 1) return `“${sentence}” was spoken ${times} times`;
    const at = lines.indexOf(sentence);
    if (at < last) return `“${sentence}” was spoken too early`;
    last = at;
  }
  return undefined;
}
