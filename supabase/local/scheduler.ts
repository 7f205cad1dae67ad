// What the background workers of pg_cron and pg_net do on hosted Postgres: run the jobs in cron.job when they are due, and send
// the requests in pg_net's queue once their transaction has committed. Both are read from the tables, so nothing is announced
// inside the product's own transactions.
import { Cron } from 'croner';
import postgres, { type Sql } from 'postgres';

const QUEUE_POLL_MS = 40;
const JOBS_POLL_MS = 1000;
const BATCH = 200;
const RESPONSES_KEPT = '6 hours';
const MAX_JOBS_AT_ONCE = 8;

interface Job {
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
}

interface QueuedRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: Buffer | null;
  timeout_milliseconds: number;
}

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

class CronWorker {
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

class NetWorker {
  #sql: Sql;
  #prunedAt = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async poll(): Promise<void> {
    const requests = await this.#take();
    for (const request of requests) void this.#send(request).catch(() => undefined);
  }

  async #take(): Promise<QueuedRequest[]> {
    try {
      if (Date.now() - this.#prunedAt > 60_000) {
        await this.#sql`delete from net._http_response where created < now() - ${RESPONSES_KEPT}::interval`;
        this.#prunedAt = Date.now();
      }
      return await this.#sql<QueuedRequest[]>`
        delete from net.http_request_queue where id in (
          select id from net.http_request_queue order by id limit ${BATCH} for update skip locked
        ) returning id, method, url, headers, body, timeout_milliseconds`;
    } catch (error) {
      // 42P01, 3F000: no migration has created the extension yet.
      if (['42P01', '3F000'].includes((error as { code?: string }).code ?? '')) return [];
      throw error;
    }
  }

  async #send(request: QueuedRequest): Promise<void> {
    const answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers ?? {},
      body: request.body ? new Uint8Array(request.body) : undefined,
      signal: AbortSignal.timeout(request.timeout_milliseconds),
    })
      .then(async (response) => ({
        status_code: response.status,
        content_type: response.headers.get('content-type'),
        headers: Object.fromEntries(response.headers) as postgres.JSONValue,
        content: await response.text(),
        timed_out: false,
        error_msg: null,
      }))
      .catch((error: Error) => ({
        status_code: null,
        content_type: null,
        headers: null,
        content: null,
        timed_out: error.name === 'TimeoutError',
        error_msg:
          error.name === 'TimeoutError'
            ? `Timeout of ${request.timeout_milliseconds} ms reached`
            : reason(error),
      }));
    await this.#sql`
      insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
      values (${request.id}, ${answer.status_code}, ${answer.content_type},
        ${answer.headers === null ? null : this.#sql.json(answer.headers)}, ${answer.content}, ${answer.timed_out},
        ${answer.error_msg})`;
  }
}

function reason(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
