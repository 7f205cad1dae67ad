// Tells the others what this window looks at, never more often than Realtime allows: a channel on which somebody tells more than
// five times in thirty seconds is closed. What is shown for a moment is not told; where the person comes to rest is.
import { realClock, type Clock } from './coalesce';

/** One fewer than are allowed: joining again tells once more. */
const MOST = 4;
const WINDOW_MILLISECONDS = 30_000;
/** What does not stay for so long is passed by. */
const REST_MILLISECONDS = 700;
/** How long to wait at least after the last one, by how many were told within the window: who walks on is told of ever more seldom. */
const PAUSES_MILLISECONDS = [0, 0, 3000, 9000];

export interface Pace<Value> {
  /** Tells it as soon as may be, unless another one takes its place until then. */
  tell: (value: Value) => void;
  cancel: () => void;
}

/** Hands values to `send`, the latest always, others when there is time. */
export function pacePresence<Value>(send: (value: Value) => void, clock: Clock = realClock): Pace<Value> {
  let told: number[] = [];
  let wanted: { value: Value; at: number } | null = null;
  let stop: (() => void) | undefined;

  /** When what came at `at` may be told. */
  function dueOf(at: number): number {
    const [first] = told;
    const last = told.at(-1);
    if (first === undefined || last === undefined) return at;
    // Once all are spent, the next may go when the first of them is old enough.
    const free =
      told.length >= MOST ? first + WINDOW_MILLISECONDS : last + (PAUSES_MILLISECONDS[told.length] ?? 0);
    return Math.max(free, at + REST_MILLISECONDS);
  }

  function plan(): void {
    stop = undefined;
    const now = clock.now();
    told = told.filter((at) => now - at < WINDOW_MILLISECONDS);
    if (!wanted) return;
    const wait = dueOf(wanted.at) - now;
    if (wait > 0) {
      stop = clock.after(wait, plan);
      return;
    }
    const { value } = wanted;
    wanted = null;
    told.push(now);
    send(value);
  }

  return {
    tell(value) {
      wanted = { value, at: clock.now() };
      stop?.();
      plan();
    },
    cancel() {
      wanted = null;
      stop?.();
      stop = undefined;
    },
  };
}
