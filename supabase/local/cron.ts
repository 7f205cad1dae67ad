// pg_cron's background worker: reads cron.job, runs what is due as the role that scheduled it, and keeps a record of each run.
import { Cron } from 'croner';
import type { Sql } from 'postgres';

/** As on hosted Supabase, which advises no more. */
export const MAX_JOBS_AT_ONCE = 8;

interface Job {
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
}

/** Runs the jobs. `poll` takes up what has changed in cron.job. */
export class CronWorker {
  #jobs = new Map<string, { key: string; stop(): void }>();
  #running = new Set<string>();
  #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async poll(): Promise<void> {
    const [there] = await this.#sql`select to_regclass('cron.job') is not null as is_there`;
    const jobs = there?.is_there
      ? await this.#sql<Job[]>`select jobid, schedule, command, database, username from cron.job where active`
      : [];
    const wanted = new Map(jobs.map((job) => [job.jobid, job]));
    for (const [id, entry] of this.#jobs) {
      if (JSON.stringify(wanted.get(id)) === entry.key) wanted.delete(id);
      else {
        entry.stop();
        this.#jobs.delete(id);
      }
    }
    for (const job of wanted.values()) this.#jobs.set(job.jobid, this.#schedule(job));
  }

  stop(): void {
    for (const entry of this.#jobs.values()) entry.stop();
    this.#jobs.clear();
  }

  #schedule(job: Job): { key: string; stop(): void } {
    const key = JSON.stringify(job);
    const seconds = /^\s*(\d+) seconds?\s*$/.exec(job.schedule)?.[1];
    if (seconds) {
      const timer = setInterval(() => void this.#run(job), Number(seconds) * 1000);
      return { key, stop: () => clearInterval(timer) };
    }
    // pg_cron writes "$" for the last day of the month; croner writes "L".
    const task = new Cron(job.schedule.replace('$', 'L'), { timezone: 'UTC' }, () => void this.#run(job));
    return { key, stop: () => task.stop() };
  }

  async #run(job: Job): Promise<void> {
    if (this.#running.has(job.jobid) || this.#running.size >= MAX_JOBS_AT_ONCE) return;
    this.#running.add(job.jobid);
    try {
      const connection = await this.#sql.reserve();
      try {
        await this.#runOn(connection, job);
      } finally {
        await connection
          .unsafe('reset session authorization; discard all')
          .simple()
          .catch(() => undefined);
        connection.release();
      }
    } catch {
      // The database is away; the next tick tries again, as pg_cron does after a restart.
    } finally {
      this.#running.delete(job.jobid);
    }
  }

  async #runOn(connection: Sql, job: Job): Promise<void> {
    const [run] = await connection<{ runid: string }[]>`
      insert into cron.job_run_details (jobid, job_pid, database, username, command, status, start_time)
      values (${job.jobid}, pg_backend_pid(), ${job.database}, ${job.username}, ${job.command}, 'running', now())
      returning runid`;
    let status: string;
    let message: string;
    try {
      await connection.unsafe(`set session authorization ${quote(job.username)}`);
      const result = await connection.unsafe(job.command).simple();
      status = 'succeeded';
      message = `${result.count ?? 0} row${result.count === 1 ? '' : 's'}`;
    } catch (error) {
      status = 'failed';
      message = (error as Error).message;
    }
    await connection.unsafe('reset session authorization');
    await connection`
      update cron.job_run_details set status = ${status}, return_message = ${message}, end_time = now()
      where runid = ${run!.runid}`;
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
