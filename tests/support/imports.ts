// What the source imports, by reading its import lines, for the tests of the architecture.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface Import {
  file: string;
  line: number;
  /** The specifier, with relative and `$lib` paths resolved to a path from the root. */
  target: string;
  isTypeOnly: boolean;
}

/** The source files below a folder, as paths from the root. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte|mjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules') && !file.includes('.temp'));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return join(dirname(file), specifier);
  if (specifier.startsWith('$lib')) return specifier.replace('$lib', 'src/lib');
  if (specifier.startsWith('#shared')) return specifier.replace('#shared', 'supabase/functions/_shared');
  return specifier;
}

export function importsOf(file: string, source = readFileSync(join(ROOT, file), 'utf8')): Import[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)['"]([^'"]+)['"]/;
  let statementStart = '';
  return source.split('\n').flatMap((text, index) => {
    if (/^\s*(import|export)\b/.test(text)) statementStart = text;
    const specifier = pattern.exec(text)?.[1];
    if (!specifier) return [];
    return {
      file,
      line: index + 1,
      target: resolve(file, specifier),
      isTypeOnly: /^\s*(import|export)\s+type\b/.test(statementStart),
    };
  });
}

/** The files that reach themselves by what they import, those of one circle together. */
export function circlesOf(found: Import[]): string[][] {
  const next = new Map<string, string[]>(found.map(({ file }) => [file, []]));
  for (const { file, target } of found) {
    const imported = [target, `${target}.ts`].find((candidate) => next.has(candidate));
    if (imported !== undefined) next.get(file)?.push(imported);
  }
  const reached = new Map([...next.keys()].map((file) => [file, reachedFrom(file, next)]));
  const reaches = (from: string, to: string) => reached.get(from)?.has(to) ?? false;
  const circles: string[][] = [];
  for (const file of [...next.keys()].filter((one) => reaches(one, one)).sort()) {
    const circle = circles.find(([first = '']) => reaches(file, first) && reaches(first, file));
    if (circle) circle.push(file);
    else circles.push([file]);
  }
  return circles;
}

function reachedFrom(start: string, next: Map<string, string[]>): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop())
    for (const imported of next.get(file) ?? [])
      if (!seen.has(imported)) {
        seen.add(imported);
        open.push(imported);
      }
  return seen;
}
