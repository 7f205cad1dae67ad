// What the background workers of pg_cron and pg_net do on hosted Postgres: run the jobs in cron.job when they are due, and send
// the requests in pg_net's queue once their transaction has committed. Both are read from the tables, so nothing is announced
// inside the product's own transactions.
import postgres from 'postgres';
import { CronWorker, MAX_JOBS_AT_ONCE } from './cron.ts';
import { NetWorker } from './net.ts';

const QUEUE_POLL_MS = 40;
const JOBS_POLL_MS = 1000;

/** Serves both until `stop`. `databaseUrl` is a superuser's. */
export async function startScheduler(databaseUrl: string): Promise<{ stop(): Promise<void> }> {
  const sql = postgres(databaseUrl, {
    max: MAX_JOBS_AT_ONCE + 3,
    onnotice: () => undefined,
    idle_timeout: 60,
  });
  const cron = new CronWorker(sql);
  const net = new NetWorker(sql);
  const timers = [every(JOBS_POLL_MS, () => cron.poll()), every(QUEUE_POLL_MS, () => net.poll())];
  return {
    stop: async () => {
      for (const timer of timers) timer.stop();
      cron.stop();
      await Promise.allSettled(timers.map((timer) => timer.idle()));
      await sql.end({ timeout: 1 });
    },
  };
}

// Runs `work` again and again with a pause between, never twice at once; a database that is away is tried again.
function every(pauseMs: number, work: () => Promise<void>): { stop(): void; idle(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout;
  let current = Promise.resolve();
  const turn = () => {
    current = work()
      .catch(() => new Promise<void>((resolve) => setTimeout(resolve, 200)))
      .then(() => {
        if (!isStopped) timer = setTimeout(turn, pauseMs);
      });
  };
  turn();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
    idle: () => current,
  };
}
