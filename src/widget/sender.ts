/**
 * Works the outbox off: each entry until the server has confirmed it, with growing pauses, at once when the line is
 * back. Messages go one after another because their order is the conversation; everything else goes its own
 * way, so that a slow or failing answer never holds up a request for a person.
 */
import { ApiError } from './api-error.ts';
import type { Later, Stop } from './later.ts';
import { retryDelay, type Entry, type Outbox } from './outbox.ts';

export type SendStatus = 'sending' | 'waiting' | 'refused';

export interface Progress {
  status: SendStatus;
  /** Why it is waiting or refused. */
  code: string | null;
}

export interface SenderParts {
  outbox: Outbox;
  later: Later;
  /** Sends one entry and applies the answer; throws `ApiError`. */
  deliver(entry: Entry): Promise<void>;
  onChange(): void;
  /** Runs the work when no other tab is at this entry; by then it may be done. */
  exclusively(id: string, work: () => Promise<void>): Promise<void>;
}

/** How long a request for a person waits for an older message, so that the team sees the question with it. */
const QUESTION_FIRST_MS = 2_000;

export function createSender({ outbox, later, deliver, onChange, exclusively }: SenderParts) {
  const progress = new Map<string, Progress & { attempts: number; stop?: Stop | undefined }>();
  const settled = new Map<string, () => void>();

  function flush(): void {
    const entries = outbox.list();
    for (const id of progress.keys()) {
      if (!entries.some((entry) => entry.id === id)) settle(id);
    }
    const messages = entries.filter(({ kind, left }) => kind === 'message' && left === undefined);
    const next = messages.find(({ id }) => progress.get(id)?.status !== 'refused');
    for (const entry of entries) {
      if (progress.has(entry.id)) continue;
      if (entry === next) void attempt(entry, []);
      else if (!messages.includes(entry)) void attempt(entry, messages);
    }
  }

  async function attempt(entry: Entry, messages: Entry[]): Promise<void> {
    const attempts = (progress.get(entry.id)?.attempts ?? 0) + 1;
    progress.set(entry.id, { status: 'sending', code: null, attempts });
    onChange();
    await questionFirst(messages.filter(({ at }) => at < entry.at));
    await exclusively(entry.id, async () => {
      // What the visitor has left behind meanwhile says so in storage.
      const kept = outbox.get(entry.id);
      if (!kept) return;
      await deliver(kept);
      outbox.remove(entry.id);
    }).then(
      () => settle(entry.id),
      (error) => fail(entry, attempts, error instanceof ApiError ? error : new ApiError('INTRN', 500)),
    );
    // A broken observer may stop this turn, never the entry: it stands in storage until it is confirmed.
    onChange();
    flush();
  }

  function fail(entry: Entry, attempts: number, error: ApiError): void {
    const status = error.isPassing ? 'waiting' : 'refused';
    const stop = error.isPassing
      ? later(() => retry(entry.id), retryDelay(attempts, error.retryAfterMs))
      : undefined;
    progress.set(entry.id, { status, code: error.code, attempts, stop });
    settled.get(entry.id)?.();
  }

  function settle(id: string): void {
    progress.get(id)?.stop?.();
    progress.delete(id);
    settled.get(id)?.();
    settled.delete(id);
  }

  /** Resolves when these messages have had their attempt, or when waiting longer would be worse. */
  function questionFirst(messages: Entry[]): Promise<unknown> {
    const open = messages.filter(({ id }) => progress.get(id)?.status === 'sending');
    const attempts = open.map(({ id }) => new Promise<void>((resolve) => settled.set(id, resolve)));
    if (!open.length) return Promise.resolve();
    let stop: Stop | undefined;
    const patience = new Promise<void>((resolve) => (stop = later(resolve, QUESTION_FIRST_MS)));
    return Promise.race([Promise.all(attempts), patience]).finally(stop);
  }

  /** Tries an entry that waits or was refused again, now. */
  function retry(id: string): void {
    const entry = outbox.list().find((kept) => kept.id === id);
    const known = progress.get(id);
    if (!entry || known?.status === 'sending') return;
    known?.stop?.();
    void attempt(entry, []);
  }

  return {
    flush,
    retry,
    /** The server has the message, though its answer may still be on the way. */
    accepted: (id: string) => settled.get(id)?.(),
    /** Everything that waits is tried now: the line is back. */
    retryAll() {
      for (const [id, { status }] of progress) if (status === 'waiting') retry(id);
      flush();
    },
    /** A message behind one that waits, waits as well. */
    progressOf(id: string): Progress {
      const waiting = [...progress.values()].find(({ status }) => status === 'waiting');
      return progress.get(id) ?? { status: waiting?.status ?? 'sending', code: waiting?.code ?? null };
    },
  };
}
