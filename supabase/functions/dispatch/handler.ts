// Empties the outbox. Rung by the database after each insert and by cron every few seconds; anybody who holds the key may call
// it at any time, any number of times at once. It answers when nothing is due any more or its time is up, with what it did, and
// stays awake for what is due before cron comes round again, to have a call of its own come for that: platforms grant each call so much
// of the processor, and waiting costs none. It never decides whether or when something is sent: it claims, sends, and reports.
import { AppError } from '../_shared/errors.ts';
import { json, refuse } from '../_shared/http.ts';
import { isSameSecret } from '../_shared/secrets.ts';
import { Alarm } from './alarm.ts';
import type { MailSettings } from './letter.ts';
import { Pace } from './pace.ts';
import { createSealer } from './sealing.ts';
import { Sweep } from './sweep.ts';
import type { Clients } from './sweep.ts';
import { newPushKeys } from './web-push.ts';

/** How many sweeps one process runs at once; a call beyond that is left to the next one. */
const SWEEPS_MAX = 8;

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
  const alarm = new Alarm(options.now, callAgain, options.keepAlive);
  const shared = { pace: new Pace(), callIn: (ms: number) => alarm.set(ms), callAgain };

  /** By the bell that an insert rings. Should that fail, the clock comes round in ten seconds. */
  async function callAgain(): Promise<void> {
    try {
      await options.rpc('hand_over_sweep', {});
    } catch (error) {
      console.error('asking for another call failed:', String(error));
    }
  }

  const signSeals = createSealer(options.rpc, options.now);
  let offering: Promise<void> | undefined;
  /** Has a pair of keys kept for notifications, once in each process; the database takes none where there is one. */
  async function offerKeys(): Promise<void> {
    try {
      await options.rpc('keep_push_keys', { p_keys: await newPushKeys() });
    } catch (error) {
      offering = undefined;
      console.error('no push keys could be kept:', String(error));
    }
  }

  function start(): Sweep {
    options.keepAlive((offering ??= offerKeys()));
    options.keepAlive(signSeals());
    const sweep = new Sweep(options, options.mail, shared);
    sweeps.add(sweep);
    const ended = sweep.report.catch(() => undefined).finally(() => sweeps.delete(sweep));
    options.keepAlive(ended);
    return sweep;
  }

  /** The sweep that looks at what is due now; null when there are enough of them. */
  function sweep(): { sweep: Sweep; isJoined: boolean } | null {
    const joined = [...sweeps].find(({ takesMore }) => takesMore);
    joined?.join();
    if (joined) return { sweep: joined, isJoined: true };
    return sweeps.size < SWEEPS_MAX ? { sweep: start(), isJoined: false } : null;
  }

  return async (request) => {
    try {
      if (request.method !== 'POST') throw new AppError('NOMTH', undefined, 'POST');
      const key = request.headers.get('x-dispatch-key');
      if (!(await isSameSecret(key, options.dispatchKey))) throw new AppError('KEYIV');
      const found = sweep();
      if (!found) return json(200, { claimed: 0, is_busy: true });
      return json(200, { ...(await found.sweep.report), is_joined: found.isJoined });
    } catch (error) {
      return refuse(error);
    }
  };
}
