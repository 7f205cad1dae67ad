// The last run of each engine, kept beside this file, and docs/engines.md, which is written from all that is kept.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { Engine } from './driver.ts';

export interface Outcome {
  name: string;
  of: 'visitor' | 'desk';
  result: 'finished' | 'failed' | 'not told';
  why?: string;
}

interface Run {
  version: string;
  at: string;
  commit: string;
  load: number;
  outcomes: Outcome[];
}

const RESULTS = fileURLToPath(new URL('./results/', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/engines.md', import.meta.url));

export async function saveEngine({ id }: Engine, version: string, outcomes: Outcome[]): Promise<void> {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const run: Run = { version, at: new Date().toISOString(), commit, load: loadavg()[0]!, outcomes };
  mkdirSync(RESULTS, { recursive: true });
  await write(`${RESULTS}${id}.json`, JSON.stringify(run));
}

/** Writes docs/engines.md anew. */
export async function writePage(engines: Engine[]): Promise<void> {
  const kept = engines.flatMap((engine) => {
    const file = `${RESULTS}${engine.id}.json`;
    return existsSync(file) ? [{ engine, run: JSON.parse(readFileSync(file, 'utf8')) as Run }] : [];
  });
  await write(PAGE, [INTRODUCTION, versions(kept), table(kept), reasons(kept), limits(engines)].join('\n\n'));
}

type Kept = { engine: Engine; run: Run }[];

const INTRODUCTION = `# Engines

Written by \`npm run test:engines\`, which starts the built product and tells the same stories in each engine with real clicks and keys.
Chromium of today is the measure; the others have to finish what it finishes. \`npm run test:engines firefox\` runs one engine and
leaves what the page says of the others as it is. It needs root on Debian 12 the first time, to install the engines.`;

function versions(kept: Kept): string {
  const rows = kept.map(
    ({ engine, run }) =>
      `| ${engine.name} | ${run.version} | ${engine.driver} | ${run.at.slice(0, 16).replace('T', ' ')} UTC | ${run.commit} |`,
  );
  return ['| engine | version | driven by | last run | on commit |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function table(kept: Kept): string {
  const names = [...new Map(kept.flatMap(({ run }) => run.outcomes).map(({ name, of }) => [name, of]))];
  const cell = (run: Run, name: string) =>
    run.outcomes.find((one) => one.name === name)?.result ?? 'not told yet';
  const rows = names.map(
    ([name, of]) =>
      `| ${of === 'visitor' ? 'A visitor' : 'An agent'} ${name} | ${kept.map(({ run }) => cell(run, name)).join(' | ')} |`,
  );
  const head = `| story | ${kept.map(({ engine }) => engine.name).join(' | ')} |`;
  return ['## Stories', '', head, `|---|${'---|'.repeat(kept.length)}`, ...rows].join('\n');
}

/** One line for each story that was not finished. */
function reasons(kept: Kept): string {
  const lines = kept.flatMap(({ engine, run }) =>
    run.outcomes
      .filter(({ result }) => result !== 'finished')
      .map(({ name, result, why }) => `- ${engine.name}, ${result}: “${name}”: ${why}`),
  );
  return ['## What was not finished, and why', '', ...(lines.length > 0 ? lines : ['Nothing.'])].join('\n');
}

function limits(engines: Engine[]): string {
  const lines = engines.flatMap(({ name, cannot }) =>
    Object.entries(cannot).map(([what, why]) => `- ${name}, ${what}: ${why}`),
  );
  return ['## What these drivers cannot do', '', ...lines].join('\n');
}

async function write(filepath: string, text: string): Promise<void> {
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}
