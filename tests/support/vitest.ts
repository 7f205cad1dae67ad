// npm run test:unit and test:integration: Vitest's project of that name, with any further arguments handed on. Where CI is set,
// files that did not pass are run once more from their beginning (for integration: on a new stack), and named; see DECISIONS.md.
// Where the run itself failed (its stack, or an error outside of any test), that is all of them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Outcome } from './vitest-outcome.ts';

/** More files than this do not fail by chance. */
const AT_MOST_FILES = 5;

const [project = '', ...rest] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'handoff-vitest-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const first = run(rest, 'first.json');
if (first.passed || !process.env['CI']) process.exit(first.passed ? 0 : 1);
if (first.unpassed.length > AT_MOST_FILES) process.exit(1);

const again = first.strayErrors > 0 || first.unpassed.length === 0 ? rest : first.unpassed;
const named = again.length > 0 ? again.join('\n  ') : `all of ${project}`;
console.error(`\nRun once more, from the beginning:\n  ${named}\n`);
const second = run(again, 'second.json');
if (second.passed) console.error(`\nFlaky, passed only at the second run:\n  ${named}\n`);
process.exit(second.passed ? 0 : 1);

function run(filters: string[], name: string): Outcome & { passed: boolean } {
  const file = join(folder, name);
  const { status } = spawnSync(
    process.execPath,
    [
      ...['node_modules/vitest/vitest.mjs', 'run', '--project', project],
      ...['--reporter=default', '--reporter=tests/support/vitest-outcome.ts', ...filters],
    ],
    { stdio: 'inherit', env: { ...process.env, HANDOFF_OUTCOME: file } },
  );
  // A run that ended before there was an outcome failed as a whole.
  const outcome: Outcome = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Outcome)
    : { unpassed: [], strayErrors: 1 };
  return {
    passed: status === 0,
    unpassed: outcome.unpassed.map((path) => relative(process.cwd(), path)),
    strayErrors: outcome.strayErrors,
  };
}
