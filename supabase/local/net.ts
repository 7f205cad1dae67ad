// pg_net's background worker: takes requests from the queue once their transaction has committed, sends each once, and keeps the
// answer for six hours.
import type { JSONValue, Sql } from 'postgres';

const BATCH = 200;
const RESPONSES_KEPT = '6 hours';
const PRUNE_EVERY_MS = 60_000;

interface QueuedRequest {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: Buffer | null;
  timeout_milliseconds: number;
}

/** Sends what is queued at each `poll`. */
export class NetWorker {
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
      if (Date.now() - this.#prunedAt > PRUNE_EVERY_MS) {
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
        headers: Object.fromEntries(response.headers) as JSONValue,
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
