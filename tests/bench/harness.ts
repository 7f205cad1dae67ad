// How everything here is measured. A shared machine may do the same thing eight times slower a minute later, so no time is a
// claim: only the ratio of two variants that ran side by side is. Every repetition runs every variant once, in rotated order;
// the baseline runs twice, and when it disagrees with itself the whole run is void.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const RESULTS = fileURLToPath(new URL('./results/', import.meta.url));
const REPETITIONS = 21;
const VOID_BELOW = 0.9;
const VOID_ABOVE = 1.11;

/** One way to do the work. `run` does it once, untimed preparation included, and gives its rate in things per second. */
export interface Variant {
  name: string;
  run: () => Promise<number>;
}

/** Median, smallest and largest of one ratio over the repetitions. */
export interface Ratio {
  median: number;
  min: number;
  max: number;
}

/** Something that must also be true, or the speed is worth nothing. */
export interface Check {
  name: string;
  isTrue: boolean;
}

/** A row of the result: what was compared, and what is reached at which level; `isCost` when less is better. */
export interface Claim {
  name: string;
  ratio: Ratio;
  reach?: number;
  worldClass?: number;
  isCost?: boolean;
}

/** Something with a unit that a person would notice: only as good as the machine was idle. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  atMost?: number;
  atLeast?: number;
}

/** What is kept of a run. */
export interface Result {
  metric: string;
  title: string;
  how: string;
  claims: Claim[];
  checks: Check[];
  figures?: Figure[];
  /** Left out where nothing is compared: figures alone. */
  sameAgainstSame?: Ratio;
  isVoid: boolean;
  rates: Record<string, number[]>;
  conditions: ReturnType<typeof conditions>;
}

/** Runs the variants side by side; the first is the baseline and runs twice in every repetition. */
export async function sideBySide(variants: [Variant, ...Variant[]], repetitions = REPETITIONS) {
  const [baseline] = variants;
  const again: Variant = { ...baseline, name: `${baseline.name} (again)` };
  const all = [...variants, again];
  const rates: Record<string, number[]> = Object.fromEntries(all.map(({ name }) => [name, []]));
  for (const { run } of all) await run();
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (let place = 0; place < all.length; place++) {
      const variant = all[(place + repetition) % all.length]!;
      rates[variant.name]!.push(await variant.run());
    }
  }
  const ratio = (of: string, to: string): Ratio => {
    const values = rates[of]!.map((rate, index) => rate / rates[to]![index]!).sort((a, b) => a - b);
    return { median: values[values.length >> 1]!, min: values[0]!, max: values.at(-1)! };
  };
  return { rates, ratio, sameAgainstSame: ratio(again.name, baseline.name) };
}

/** Stores a result, and writes RESULTS.md anew from all that are stored. */
export async function report(result: Omit<Result, 'isVoid' | 'conditions'>): Promise<Result> {
  const { median } = result.sameAgainstSame ?? { median: 1 };
  const isVoid = median < VOID_BELOW || median > VOID_ABOVE || result.checks.some(({ isTrue }) => !isTrue);
  const full: Result = { ...result, isVoid, conditions: conditions() };
  mkdirSync(RESULTS, { recursive: true });
  await write(`${RESULTS}${result.metric}.json`, JSON.stringify(full));
  const stored = readdirSync(RESULTS).filter((name) => name.endsWith('.json'));
  const all = stored.sort().map((name) => JSON.parse(readFileSync(RESULTS + name, 'utf8')) as Result);
  const summary = fileURLToPath(new URL('./RESULTS.md', import.meta.url));
  await write(summary, [INTRODUCTION, ...all.map(section)].join('\n\n'));
  console.info(section(full));
  return full;
}

async function write(filepath: string, text: string): Promise<void> {
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

function conditions() {
  const git = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const [model] = cpus();
  return {
    at: new Date().toISOString(),
    commit: git,
    node: process.version,
    cores: cpus().length,
    cpu: model?.model ?? 'unknown',
    load: loadavg().map((value) => Math.round(value * 10) / 10),
  };
}

const INTRODUCTION = `# Measurements

Written by \`npm run bench\` (escalating and answering) and \`npm run bench:load\` (everything that needs a million conversations; after
\`npm run build\`). Ratios of variants that ran side by side in one run, median and (min–max) of the repetitions; rates are
only there to be compared within their table. A run is void when the baseline against itself is outside 0.9–1.11 or a check
fails. A figure with a unit is only as good as the machine was idle: read it beside the load (one, five and fifteen minutes).`;

const two = (value: number) => value.toFixed(2);
const range = ({ median, min, max }: Ratio) => `**${two(median)}** (${two(min)}–${two(max)})`;

function figureTable(figures: Figure[]): string {
  const rows = figures.map(({ name, value, unit, atMost, atLeast }) => {
    const goal = atMost !== undefined ? `≤ ${atMost}` : atLeast !== undefined ? `≥ ${atLeast}` : '';
    const digits = Math.abs(value) < 20 ? two(value) : String(Math.round(value));
    return `| ${name} | **${digits}** ${unit} | ${goal} |`;
  });
  return ['| figure | measured | goal |', '|---|---|---|', ...rows].join('\n');
}

function section({ metric, title, how, isVoid, ...result }: Result): string {
  const { at, commit, cores, cpu, load, node } = result.conditions;
  const claims = result.claims.map(({ name, ratio, reach, worldClass, isCost }) => {
    const goal = (value?: number) => (value ? `${isCost ? '≤' : '≥'} ${two(value)}` : '');
    return `| ${name} | ${range(ratio)} | ${goal(reach)} | ${goal(worldClass)} |`;
  });
  const highest = Math.max(...Object.values(result.rates).flat());
  const rates = Object.entries(result.rates).map(([name, values]) => {
    const median = [...values].sort((a, b) => a - b)[values.length >> 1]!;
    const bar = '█'.repeat(Math.max(1, Math.round((30 * median) / highest)));
    return `${name.padEnd(44)} ${bar} ${median < 20 ? two(median) : Math.round(median)}/s`;
  });
  return [
    `## ${metric}: ${title}${isVoid ? ' (void)' : ''}`,
    how,
    ...(claims.length > 0
      ? [['| ratio | measured | reach | world class |', '|---|---|---|---|', ...claims].join('\n')]
      : []),
    ...(result.figures?.length ? [figureTable(result.figures)] : []),
    ...(rates.length > 0 ? [['```', ...rates, '```'].join('\n')] : []),
    result.checks
      .map(({ name, isTrue }) => `- ${isTrue ? 'holds' : '**DOES NOT HOLD**'}: ${name}`)
      .join('\n'),
    `${result.sameAgainstSame ? `Baseline against itself: ${range(result.sameAgainstSame)}. ` : ''}${at}, ${commit}, Node ${node}, ${cores} × ${cpu}, load ${load.join(' ')}.`,
  ].join('\n\n');
}
