// Finds installed packages by their folder, because the binaries and archives inside them are not among their exports.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectDir } from './config.ts';

/** The folder of the package `name`, looked up from the project or from `inside` another package; undefined when absent. */
export function findPackage(name: string, inside = projectDir): string | undefined {
  const paths = createRequire(join(inside, 'package.json')).resolve.paths(name) ?? [];
  return paths.map((dir) => join(dir, name)).find((dir) => existsSync(dir));
}
