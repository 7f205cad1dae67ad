// What is done when the database cannot be reached for a moment: the same call again, with growing pauses. Only for calls that may
// be made twice, because one whose answer was lost may have been carried out.
import { AppError } from '../_shared/errors.ts';

const PAUSE_FIRST_MS = 200;
const PAUSE_MAX_MS = 4_000;

/** Whether a call failed for a reason of the moment. */
export function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'UNAVL';
}

/** Makes a call until it is answered, the answer is a refusal, or the next try would come after `until`. Throws the last error. */
export async function patiently<T>(call: () => Promise<T>, until: number, now: () => number): Promise<T> {
  for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!isAway(error) || now() + pauseMs > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
