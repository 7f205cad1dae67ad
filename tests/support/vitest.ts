// npm run test:unit and test:integration: Vitest's project of that name, with any further arguments handed on. Where CI is set,
// files with a failed test are run once more from their beginning (for integration: on a new stack), and named; see DECISIONS.md.
// Where no file failed but the run did (its stack, or an error outside of any test), that is all of them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** More failed files than this are no chance. */
const AT_MOST_FILES = 5;

const [project = '', ...rest] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'handoff-vitest-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const first = run(rest, 'first.json');
if (first.passed || !process.env['CI']) process.exit(first.passed ? 0 : 1);
if (first.failedFiles.length > AT_MOST_FILES) process.exit(1);

const again = first.failedFiles.length > 0 ? first.failedFiles : rest;
const named = again.length > 0 ? again.join('\n  ') : `all of ${project}`;
console.error(`\nRun once more, from the beginning:\n  ${named}\n`);
const second = run(again, 'second.json');
if (second.passed) console.error(`\nFlaky, passed only at the second run:\n  ${named}\n`);
process.exit(second.passed ? 0 : 1);

function run(filters: string[], name: string): { passed: boolean; failedFiles: string[] } {
  const report = join(folder, name);
  const { status } = spawnSync(
    process.execPath,
    [
      ...['node_modules/vitest/vitest.mjs', 'run', '--project', project],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ...filters,
    ],
    { stdio: 'inherit' },
  );
  return { passed: status === 0, failedFiles: existsSync(report) ? failedFilesOf(report) : [] };
}

function failedFilesOf(report: string): string[] {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { name: string; status: string }[];
  };
  return testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => relative(process.cwd(), name));
}
