// Empties the outbox. Rung by the database after each insert and by cron every few seconds; anybody who holds the key may call
// it at any time, any number of times at once. It answers when nothing is due any more or its time is up, with what it did.
// It never decides whether or when something is sent: it claims, sends, and reports.
import { AppError } from '../_shared/errors.ts';
import { json, refuse } from '../_shared/http.ts';
import { isSameSecret } from '../_shared/secrets.ts';
import type { MailSettings } from './mail.ts';
import { Sweep } from './sweep.ts';
import type { Clients } from './sweep.ts';

/** How many sweeps one process runs at once; a call beyond that is left to the next one. */
const SWEEPS_MAX = 4;

export interface DispatchOptions extends Clients {
  /** What callers must send as `x-dispatch-key`. */
  dispatchKey: string;
  /** Null when no sender address is set; mail then waits. */
  mail: MailSettings | null;
  /** Keeps the process alive after the caller has hung up. */
  keepAlive: (work: Promise<unknown>) => void;
}

/** Makes the handler. A call joins a running sweep that still takes work, or starts one. */
export function dispatchHandler(options: DispatchOptions): (request: Request) => Promise<Response> {
  const sweeps = new Set<Sweep>();

  function start(): Sweep {
    const sweep = new Sweep(options, options.mail);
    sweeps.add(sweep);
    const ended = sweep.report.catch(() => undefined).finally(() => sweeps.delete(sweep));
    options.keepAlive(ended);
    return sweep;
  }

  return async (request) => {
    try {
      if (request.method !== 'POST') throw new AppError('NOMTH', undefined, 'POST');
      const key = request.headers.get('x-dispatch-key');
      if (!(await isSameSecret(key, options.dispatchKey))) throw new AppError('KEYIV');
      const joined = [...sweeps].find((sweep) => sweep.takesMore);
      if (!joined && sweeps.size >= SWEEPS_MAX) return json(200, { claimed: 0, is_busy: true });
      joined?.join();
      const report = await (joined ?? start()).report;
      return json(200, { ...report, is_joined: joined !== undefined });
    } catch (error) {
      return refuse(error);
    }
  };
}
