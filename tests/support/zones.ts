// In which zones the programs that the product is made of do not agree with Postgres about the hour, and from when on. Each is
// asked by itself: Postgres over SQL, Node in this process, Deno as the functions run it, Chromium in a page.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'esbuild';
import type { Sql } from 'postgres';
import { clockChanges, firstDifference, type ClockChanges } from '#shared/clocks.ts';

const CLOCKS = fileURLToPath(new URL('../../supabase/functions/_shared/clocks.ts', import.meta.url));
const DENO = fileURLToPath(new URL('../../node_modules/.bin/deno', import.meta.url));

export interface Disagreement {
  zone: string;
  /** The first instant at which one of them shows another hour than Postgres, in seconds since 1970. */
  at: number;
  /** Who does, at some time. */
  programs: string[];
}

type Told = Record<string, ClockChanges | null>;

/** The zones that Postgres and a browser both know and about which somebody disagrees, between two whole minutes. */
export async function disagreements(
  sql: Sql,
  page: Page,
  since: number,
  until: number,
): Promise<Disagreement[]> {
  const zones = await page.evaluate(() => Intl.supportedValuesOf('timeZone'));
  const rows = await sql<{ zone: string; changes: ClockChanges }[]>`
    select zone, private.clock_changes(zone, to_timestamp(${since}), to_timestamp(${until})) as changes
    from unnest(${zones}::text[]) zone where private.is_time_zone(zone)`;
  const names = rows.map(({ zone }) => zone);
  const told: Record<string, Told> = {
    Node: Object.fromEntries(names.map((zone) => [zone, clockChanges(zone, since, until)])),
    Deno: askDeno(names, since, until),
    Chromium: await askPage(page, names, since, until),
  };
  return rows.flatMap(({ zone, changes }) => {
    const found = Object.entries(told).flatMap(([program, all]) => {
      const difference = firstDifference(changes, all[zone] ?? []);
      return difference ? [{ program, at: difference.at }] : [];
    });
    if (found.length === 0) return [];
    return [
      { zone, at: Math.min(...found.map(({ at }) => at)), programs: found.map(({ program }) => program) },
    ];
  });
}

function askDeno(zones: string[], since: number, until: number): Told {
  const program = `import { clockChanges } from ${JSON.stringify(`file://${CLOCKS}`)};
    const told = ${JSON.stringify(zones)}.map((zone) => [zone, clockChanges(zone, ${since}, ${until})]);
    console.log(JSON.stringify(Object.fromEntries(told)));`;
  return JSON.parse(execFileSync(DENO, ['eval', program], { encoding: 'utf8', maxBuffer: 1 << 26 })) as Told;
}

async function askPage(page: Page, zones: string[], since: number, until: number): Promise<Told> {
  const { outputFiles } = await build({
    entryPoints: [CLOCKS],
    bundle: true,
    format: 'iife',
    globalName: 'clocks',
    write: false,
  });
  await page.addScriptTag({ content: outputFiles[0]!.text });
  return page.evaluate(
    ([names, from, to]) => {
      const { clocks } = window as unknown as { clocks: { clockChanges: typeof clockChanges } };
      return Object.fromEntries(names.map((zone) => [zone, clocks.clockChanges(zone, from, to)]));
    },
    [zones, since, until] as const,
  );
}
