/**
 * Which names of properties the build makes short. Ours are written in several words (`canOpen`, `is_latest`); so are many of the
 * platform's and the server's, which stay: they are read from TypeScript's own libraries and from the contract.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LIBRARIES = new URL('../../node_modules/typescript/lib/', import.meta.url);
const CONTRACT = new URL('../../supabase/functions/_shared/contract.ts', import.meta.url);

const wordsIn = (file: URL) => readFileSync(file, 'utf8').match(/\w+/g)!;

export const IN_SEVERAL_WORDS = /[^_]_|[a-z][A-Z]/;

/** The names that are not ours to change. */
export function foreignNames(): string[] {
  const libraries = readdirSync(fileURLToPath(LIBRARIES)).filter((name) => /^lib\.(dom|es)/.test(name));
  const files = [CONTRACT, ...libraries.map((name) => new URL(name, LIBRARIES))];
  const words = new Set(files.flatMap(wordsIn).filter((word) => IN_SEVERAL_WORDS.test(word)));
  // What Supabase Realtime calls it.
  return [...words, 'postgres_changes'];
}
