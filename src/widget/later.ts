/** Timers that end with the widget: when the page takes it away, nothing is left ticking. */
export type Later = (work: () => void, ms: number) => Stop;
export type Stop = () => void;

/** Like `setTimeout`, but answers with what stops it; once the signal is aborted nothing runs any more. */
export function laterWithin(signal: AbortSignal): Later {
  return (work, ms) => {
    const timer = setTimeout(() => (stop(), work()), ms);
    const stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    return stop;
  };
}
