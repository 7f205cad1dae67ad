// Many hints, few questions: the first hint is acted on at once, later ones are answered together, at most once per interval and
// never two at a time.

export interface Coalescer {
  /** Asks for a run: now when the last one began long enough ago, otherwise as soon as the interval is over. */
  request: () => void;
  /** Forgets a run that has not begun. */
  cancel: () => void;
}

/** The time in milliseconds, and a way to wait. */
export interface Clock {
  now: () => number;
  after: (milliseconds: number, run: () => void) => () => void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Wraps `run` so that it begins at most once per `interval` milliseconds; a run that fails counts like one that does not. */
export function coalesce(run: () => Promise<unknown>, interval: number, clock: Clock = realClock): Coalescer {
  let isRunning = false;
  let isWanted = false;
  let lastBegin = -Infinity;
  let stop: (() => void) | undefined;

  function begin() {
    stop = undefined;
    isWanted = false;
    isRunning = true;
    lastBegin = clock.now();
    const end = () => {
      isRunning = false;
      if (isWanted) plan();
    };
    run().then(end, end);
  }

  function plan() {
    const wait = lastBegin + interval - clock.now();
    if (wait <= 0) begin();
    else stop ??= clock.after(wait, begin);
  }

  return {
    request() {
      isWanted = true;
      if (!isRunning) plan();
    },
    cancel() {
      isWanted = false;
      stop?.();
      stop = undefined;
    },
  };
}
