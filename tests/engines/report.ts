// The last run of each engine, kept beside this file, and docs/engines.md, which is written from all that is kept.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  outcomes: (Outcome & { at: string; commit: string })[];
}

/** What came of one moment: the sentences it should bring, and what was spoken. */
export interface Heard {
  name: string;
  expected: string[];
  result: 'spoken' | 'failed';
  why?: string;
  lines: string[];
}

interface Speech {
  versions: string;
  at: string;
  commit: string;
  heard: Heard[];
}

/** What came of an app of another framework, such as `Next 16.4.6`. */
export interface AppOutcome {
  name: string;
  result: 'finished' | 'failed';
  why?: string;
}

const RESULTS = fileURLToPath(new URL('./results/', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/engines.md', import.meta.url));

/** The last commit that changed what is built and run. */
const commit = () =>
  execFileSync('git', ['log', '-1', '--format=%h', '--', 'src', 'static', 'supabase'], {
    encoding: 'utf8',
  }).trim();
const at = () => new Date().toISOString();

async function keep(name: string, run: object): Promise<void> {
  mkdirSync(RESULTS, { recursive: true });
  await write(`${RESULTS}${name}.json`, JSON.stringify(run));
}

function kept<T>(name: string): T | undefined {
  const file = `${RESULTS}${name}.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/** Keeps what came of a run; of a run of some stories only those are replaced. */
export async function saveEngine({ id }: Engine, version: string, outcomes: Outcome[]): Promise<void> {
  const run = { at: at(), commit: commit() };
  const before = kept<Run>(id)?.outcomes ?? [];
  const others = before.filter((one) => !outcomes.some((other) => toldOf(other) === toldOf(one)));
  await keep(id, { version, outcomes: [...others, ...outcomes.map((one) => ({ ...one, ...run }))] });
}

export const saveSpeech = ({ id }: Engine, versions: string, heard: Heard[]) =>
  keep(`speech-${id}`, { versions, at: at(), commit: commit(), heard });

/** Keeps what came of the apps that were tried, and what is kept of the others. */
export async function saveApps(outcomes: AppOutcome[]): Promise<void> {
  const others = kept<KeptApp[]>('apps')?.filter(({ name }) => !outcomes.some((one) => one.name === name));
  const run = { at: at(), commit: commit() };
  await keep('apps', [...(others ?? []), ...outcomes.map((one) => ({ ...one, ...run }))]);
}

type KeptApp = AppOutcome & { at: string; commit: string };

function appsSection(): string {
  const apps = (kept<KeptApp[]>('apps') ?? []).sort((a, b) => a.name.localeCompare(b.name));
  const rows = apps.map(
    ({ name, result, why = '', at, commit }) =>
      `| ${name} | ${result} | ${minute(at)} | ${commit} | ${why} |`,
  );
  return [APPS, '', '| app | result | last run | product of | why |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

const APPS = `## Apps of other frameworks

Written by \`npm run test:hosts\`. Each app is made from the registry's packages, built for production, and opened in Chromium, once
with the npm package and once with the script tag. “Finished” means that a visitor asks and talks to a human, goes to another page of
the app and back, and the chat is still open there; nothing disturbs hydration, and the console has no error.`;

/** What Orca said at each moment. */
function spoken(speeches: { engine: Engine; speech: Speech }[]): string {
  const names = [...new Set(speeches.flatMap(({ speech }) => speech.heard.map(({ name }) => name)))];
  const sentences = (name: string) => {
    const all = speeches.flatMap(({ speech }) => speech.heard.filter((one) => one.name === name));
    return (all.find(({ expected }) => expected.length > 0)?.expected ?? [])
      .map((one) => `“${one}”`)
      .join(', ');
  };
  const cell = ({ heard }: Speech, name: string) =>
    heard.find((one) => one.name === name)?.result ?? 'not heard yet';
  const rows = names.map(
    (name) =>
      `| ${name} | ${sentences(name)} | ${speeches.map(({ speech }) => cell(speech, name)).join(' | ')} |`,
  );
  const failed = speeches.flatMap(({ engine, speech }) =>
    speech.heard.filter(({ why }) => why).map(({ name, why }) => `- ${engine.name}, ${name}: ${why}`),
  );
  return [
    SPEECH,
    '',
    ...speeches.map(({ speech }) => `- ${speech.versions}: ${minute(speech.at)}, ${speech.commit}`),
    '',
    `| moment | what has to be spoken | ${speeches.map(({ engine }) => engine.name).join(' | ')} |`,
    `|---|---|${'---|'.repeat(speeches.length)}`,
    ...rows,
    '',
    ...failed,
  ].join('\n');
}

const SPEECH = `## What a screen reader says

Written by \`npm run test:speech\`: a real Orca with a voice that writes instead of speaking, in a session of its own. “Spoken” means once,
in this order, each sentence as one whole piece.`;

/** Writes docs/engines.md anew. */
export async function writePage(engines: Engine[]): Promise<void> {
  const runs = engines.flatMap((engine) => {
    const run = kept<Run>(engine.id);
    return run ? [{ engine, run }] : [];
  });
  const speeches = engines.flatMap((engine) => {
    const speech = kept<Speech>(`speech-${engine.id}`);
    return speech ? [{ engine, speech }] : [];
  });
  const parts = [
    INTRODUCTION,
    versions(runs),
    table(runs),
    reasons(runs),
    limits(engines),
    spoken(speeches),
    appsSection(),
  ];
  await write(PAGE, parts.join('\n\n'));
}

type Kept = { engine: Engine; run: Run }[];

const INTRODUCTION = `# Engines

Written by \`npm run test:engines\`, which starts the built product and tells the same stories in each engine with real clicks and keys.
Chromium of today is the measure; the others have to finish what it finishes. \`npm run test:engines firefox\` runs one engine and
leaves what the page says of the others as it is. It needs root on Debian 12 the first time, to install the engines.`;

function versions(runs: Kept): string {
  const rows = runs.map(({ engine, run }) => {
    // What was told longest ago.
    const [{ at, commit } = { at: '', commit: '' }] = [...run.outcomes].sort((a, b) =>
      a.at.localeCompare(b.at),
    );
    return `| ${engine.name} | ${run.version} | ${engine.driver} | ${minute(at)} | ${commit} |`;
  });
  const head = '| engine | version | driven by | last run | product of |';
  return [head, '|---|---|---|---|---|', ...rows].join('\n');
}

const minute = (at: string) => `${at.slice(0, 16).replace('T', ' ')} UTC`;

const toldOf = ({ of, name }: Pick<Outcome, 'of' | 'name'>) =>
  `${of === 'visitor' ? 'A visitor' : 'An agent'} ${name}`;

function table(runs: Kept): string {
  const stories = runs.flatMap(({ run }) => run.outcomes.map(({ of, name }) => ({ of, name })));
  const each = [...new Map(stories.map((story) => [toldOf(story), story])).values()];
  const cell = (run: Run, story: Pick<Outcome, 'of' | 'name'>) =>
    run.outcomes.find((one) => toldOf(one) === toldOf(story))?.result ?? 'not told yet';
  const rows = each.map(
    (story) => `| ${toldOf(story)} | ${runs.map(({ run }) => cell(run, story)).join(' | ')} |`,
  );
  const head = `| story | ${runs.map(({ engine }) => engine.name).join(' | ')} |`;
  return ['## Stories', '', head, `|---|${'---|'.repeat(runs.length)}`, ...rows].join('\n');
}

/** One line for each story that was not finished. */
function reasons(runs: Kept): string {
  const lines = runs.flatMap(({ engine, run }) =>
    run.outcomes
      .filter(({ result }) => result !== 'finished')
      .map((one) => `- ${engine.name}, ${one.result}: ${toldOf(one)}. Why: ${one.why}`),
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
