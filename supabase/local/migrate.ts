// Applies supabase/migrations as `supabase db push` does: each file as `postgres`, in one transaction that begins with RESET
// ALL and ends by recording the file in supabase_migrations.schema_migrations, so that the CLI and this stack always agree on
// what has been applied. The seed runs once, after the first migrations.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { projectDir } from './config.ts';
import { splitStatements } from './statements.ts';

const NAME = /^(\d+)_(.*)\.sql$/;
const NEEDS_NO_TRANSACTION = /^\s*(create|drop)\s+(unique\s+)?index\s+concurrently|^\s*(reindex|vacuum)\b/i;

/** What was done, and which files no longer read as they did when they were applied. */
export interface Migrated {
  applied: string[];
  changed: string[];
}

/** Brings the database up to the files. Throws the failing file's name with Postgres' message and line. */
export async function migrate(url: string, seedPaths: string[]): Promise<Migrated> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(`
      create schema if not exists supabase_migrations;
      create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
      alter table supabase_migrations.schema_migrations add column if not exists statements text[];
      alter table supabase_migrations.schema_migrations add column if not exists name text;
      create table if not exists supabase_migrations.seed_files (path text not null primary key, hash text not null);
    `);
    const migrated = await applyMigrations(sql);
    for (const path of seedPaths) await seed(sql, path);
    return migrated;
  } finally {
    await sql.end();
  }
}

async function applyMigrations(sql: Sql): Promise<Migrated> {
  const recorded = await sql<{ version: string; statements: string[] | null }[]>`
    select version, statements from supabase_migrations.schema_migrations`;
  const known = new Map(recorded.map((row) => [row.version, row.statements]));
  const result: Migrated = { applied: [], changed: [] };
  const dir = join(projectDir, 'supabase/migrations');
  for (const file of fs.existsSync(dir) ? fs.readdirSync(dir).sort() : []) {
    const [, version, name] = NAME.exec(file) ?? [];
    if (!version || name === undefined) continue;
    const text = fs.readFileSync(join(dir, file), 'utf8');
    const statements = splitStatements(text);
    const before = known.get(version);
    if (before === undefined) {
      await apply(sql, file, text, { version, name, statements }).catch((failure: Error) => {
        if (result.changed.length > 0) failure.message += `\n${tooOld(result.changed)}`;
        throw failure;
      });
      result.applied.push(file);
    } else if (before && before.join('\n') !== statements.join('\n')) {
      result.changed.push(file);
    }
  }
  return result;
}

async function apply(
  sql: Sql,
  file: string,
  text: string,
  row: { version: string; name: string; statements: string[] },
): Promise<void> {
  const isAlone = row.statements.some((statement) => NEEDS_NO_TRANSACTION.test(withoutComments(statement)));
  try {
    await sql.unsafe('reset all');
    if (isAlone) {
      for (const statement of row.statements) await sql.unsafe(statement);
      await record(sql, row);
    } else {
      await sql.begin(async (transaction) => {
        await transaction.unsafe(text).simple();
        await record(transaction, row);
      });
    }
  } catch (error) {
    throw failureOf(file, text, error);
  }
}

async function record(
  sql: postgres.ISql,
  row: { version: string; name: string; statements: string[] },
): Promise<void> {
  await sql`insert into supabase_migrations.schema_migrations ${sql(row)}`;
}

async function seed(sql: Sql, path: string): Promise<void> {
  const file = join(projectDir, 'supabase', path);
  if (!fs.existsSync(file)) return;
  const text = fs.readFileSync(file, 'utf8');
  const recordedPath = join('supabase', path);
  const [done] = await sql`select from supabase_migrations.seed_files where path = ${recordedPath}`;
  if (done) return;
  const hash = createHash('sha256').update(text).digest('hex');
  try {
    await sql.unsafe('reset all');
    await sql.begin(async (transaction) => {
      await transaction.unsafe(text).simple();
      await transaction`insert into supabase_migrations.seed_files (path, hash) values (${recordedPath}, ${hash})`;
    });
  } catch (error) {
    throw failureOf(path, text, error);
  }
}

function withoutComments(statement: string): string {
  return statement.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '');
}

function tooOld(changed: string[]): string {
  return `This database was made before ${changed.length} of the earlier migrations changed, ${changed[0]} first.
\`npm run stack:reset\` makes it anew; what is in it is lost.`;
}

/** What went wrong where. Postgres' own error is left behind: whoever prints it would print the whole file with it. */
function failureOf(file: string, text: string, error: unknown): Error {
  const { message, code, position, detail, where } = error as Record<string, string | undefined>;
  const line = position ? text.slice(0, Number(position)).split('\n').length : undefined;
  const place = `${file}${line ? `:${line}` : ''}`;
  return new Error(
    [`${place}: ${message}${code ? ` (${code})` : ''}`, detail, where].filter(Boolean).join('\n'),
  );
}
