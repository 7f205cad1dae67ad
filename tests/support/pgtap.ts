/** Runs pgTAP files against a stack's database, as `supabase test db` does where there is Docker. */
import { readFile } from 'node:fs/promises';
import postgres from 'postgres';

/** One line of a file's TAP output. */
export interface Assertion {
  isOk: boolean;
  description: string;
  /** What pgTAP says about a failure: have and want. */
  diagnostics: string;
}

/** What a file reported; `error` is what stopped it before its end. */
export interface TapReport {
  planned: number | null;
  assertions: Assertion[];
  error: string | null;
}

/**
 * Runs one file on a connection of its own. The file begins and rolls back its own transaction; should it break off, ending
 * the connection rolls back too.
 */
export async function runPgtap(url: string, file: string): Promise<TapReport> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  const report: TapReport = { planned: null, assertions: [], error: null };
  try {
    const results = await sql.unsafe(await readFile(file, 'utf8')).simple();
    for (const line of linesOf(results as unknown)) read(line, report);
  } catch (error) {
    report.error = describe(error);
  } finally {
    await sql.end();
  }
  return report;
}

// Every statement answers a set of rows; TAP is what single text columns say.
function linesOf(results: unknown): string[] {
  if (!Array.isArray(results)) return [];
  return results.flatMap((entry: unknown) => {
    if (Array.isArray(entry)) return linesOf(entry);
    const values = Object.values((entry ?? {}) as Record<string, unknown>);
    return values.length === 1 && typeof values[0] === 'string' ? values[0].split('\n') : [];
  });
}

function read(line: string, report: TapReport): void {
  const plan = /^1\.\.(\d+)$/.exec(line);
  if (plan) report.planned = Number(plan[1]);
  const assertion = /^(not )?ok \d+(?: - (.*))?$/.exec(line);
  if (assertion) {
    report.assertions.push({ isOk: !assertion[1], description: assertion[2] ?? '', diagnostics: '' });
  }
  const last = report.assertions.at(-1);
  if (line.startsWith('#') && last && !last.isOk) last.diagnostics += `${line}\n`;
}

function describe(error: unknown): string {
  const { message, code, where, query, position } = error as Record<string, string | undefined>;
  const line = query && position ? query.slice(0, Number(position)).split('\n').length : null;
  return [`${code ?? ''} ${message ?? ''}`.trim(), line && `at line ${line}`, where]
    .filter(Boolean)
    .join('\n');
}
