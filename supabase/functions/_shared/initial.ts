/** One character as people see it, where the browser cannot find that out itself (Firefox below 125): flags, joined emoji, marks. */
const CHARACTER = /^(?:\p{RI}{2}|.[\p{M}\p{EMod}\u{E0020}-\u{E007F}]*(?:\u200D.[\p{M}\p{EMod}]*)*)/su;

/** What stands for a name in a small round picture: its first character, never a part of one; empty for an empty name. */
export function initialOf(name: string): string {
  const text = name.trim();
  const { Segmenter } = Intl as { Segmenter?: typeof Intl.Segmenter };
  if (!Segmenter) return CHARACTER.exec(text)?.[0] ?? '';
  for (const { segment } of new Segmenter().segment(text)) return segment;
  return '';
}
