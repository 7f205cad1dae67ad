// `npm run doctor`: says line by line whether an installation works, and what mends it where it does not. For the stack that runs here
// or, by URL and secret key, for any Supabase project. It only reads, unless --send-test is said.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { judgeAll, type HealthLine } from '../functions/_shared/health.ts';
import { gatherFacts } from '../functions/_shared/health-probes.ts';
import { readOptions, type Options } from './options.ts';
import { roundTrip } from './realtime.ts';
import { sendTest } from './send-test.ts';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));
const MARKS = { ok: ['✓', 32], broken: ['✗', 31], unknown: ['?', 33] } as const;

/** Prints the lines and answers the exit code: 1 when one is broken. Throws a sentence when there is nothing to look at. */
export async function examine(args: string[]): Promise<number> {
  const options = readOptions(args);
  const isTested = options.send_test ? await sendTest(options, print) : true;
  const lines = await look(options);
  if (options.json) print(JSON.stringify(lines, null, 2));
  else print(describe(options, lines));
  return isTested && lines.every(({ status }) => status !== 'broken') ? 0 : 1;
}

async function look({ url, key, app_url }: Options): Promise<HealthLine[]> {
  const expected_migrations = readdirSync(MIGRATIONS)
    .flatMap((file) => /^(\d+)_.*\.sql$/.exec(file)?.[1] ?? [])
    .sort();
  const [facts, realtime] = await Promise.all([
    gatherFacts({ url, apikey: key, expected_migrations, app_url }),
    roundTrip(url, key),
  ]);
  // Without the function in the database there is nothing to hear.
  return judgeAll('found' in facts.database ? { ...facts, realtime } : facts);
}

function describe({ url }: Options, lines: HealthLine[]): string {
  const width = Math.max(...lines.map(({ name }) => name.length));
  const broken = lines.filter(({ status }) => status === 'broken').length;
  const unknown = lines.filter(({ status }) => status === 'unknown').length;
  const verdict =
    broken > 0
      ? `${broken} of ${lines.length} ${broken === 1 ? 'needs mending.' : 'need mending. Mend the first one first.'}`
      : unknown > 0
        ? `Nothing is broken; ${unknown} of ${lines.length} can't be told yet.`
        : `All ${lines.length} are fine.`;
  return [
    '',
    `  ${url}`,
    '',
    ...lines.flatMap(({ status, name, says, cure }) => [
      `  ${mark(status)} ${name.padEnd(width)}  ${says}`,
      ...(cure ? [`    ${' '.repeat(width)}  → ${cure}`] : []),
    ]),
    '',
    `  ${verdict}`,
    '',
  ].join('\n');
}

function mark(status: HealthLine['status']): string {
  const [sign, colour] = MARKS[status];
  return process.stdout.isTTY && !process.env['NO_COLOR'] ? `\u001b[${colour}m${sign}\u001b[0m` : sign;
}

function print(text: string): void {
  console.info(text);
}
