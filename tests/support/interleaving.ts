// How a test puts two transactions into an order of its choice without sleeping: one is held open until the database itself
// says that somebody waits for it.
import type { Sql, TransactionSql } from 'postgres';
import { waitFor } from './clients.ts';

/** The server process of a transaction, by which others can be seen waiting for it. */
export async function pidOf(transaction: TransactionSql): Promise<number> {
  const [row] = await transaction<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row!.pid;
}

/** Resolves when some connection waits for a lock that `pid` holds. */
export async function somebodyWaitsFor(sql: Sql, pid: number): Promise<void> {
  await waitFor(`somebody to wait for ${pid}`, () => isWaitedFor(sql, pid));
}

/** Resolves when `other` has ended, well or badly, or some connection waits for a lock that `pid` holds. */
export async function endsOrWaitsFor(sql: Sql, pid: number, other: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  other.then(end, end);
  await waitFor(`somebody to wait for ${pid}`, async () => isOver || (await isWaitedFor(sql, pid)));
}

async function isWaitedFor(sql: Sql, pid: number): Promise<boolean> {
  const waiting = await sql`select from pg_stat_activity where ${pid} = any (pg_blocking_pids(pid))`;
  return waiting.length > 0;
}
