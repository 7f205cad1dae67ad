/**
 * Text that anybody may have written, as Postgres can keep it: at most `max` characters (code points, as SQL counts them), never
 * half of one, without NUL and without halves that stood alone from the beginning.
 */
export function cut(text: string, max: number): string {
  const clean = text.replace(/\0|\p{Surrogate}/gu, '');
  if (clean.length <= max) return clean;
  // Twice as many code units hold them all; a half at the end of those is one character too many.
  return Array.from(clean.slice(0, max * 2))
    .slice(0, max)
    .join('');
}
