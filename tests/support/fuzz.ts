/**
 * How property-based tests of a whole service run: many inputs, several at a time, each answered promptly. A sequential run of
 * 20,000 requests would measure the patience of whoever started it, so the inputs are shared out to lanes.
 */
import fc from 'fast-check';

/** How many requests each property tries; FUZZ_RUNS=20000 is the long run. */
export const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

/** How many requests are under way at once. */
export const LANES = 8;

/** How long one property may take altogether. */
export const PROPERTY_MAX_MS = 60_000 + FUZZ_RUNS * 50;

const SLOWEST_MS = 2_000;
const HANGS_MS = 30_000;

/** What a file has asked and how it was answered. */
export const tally = { requests: 0, statuses: new Map<number, number>(), slow: 0, slowest: 0 };

/**
 * Tries FUZZ_RUNS inputs. The arbitrary is made anew for each, because ids in it must be; it and the check are told their
 * lane, for what two requests at once must not share.
 */
export async function holds<T>(
  arbitrary: (lane: number) => fc.Arbitrary<T>,
  check: (input: T, lane: number) => Promise<unknown>,
): Promise<void> {
  const inLane = (_: unknown, lane: number) =>
    fc.assert(
      fc.asyncProperty(fc.constant(lane).chain(arbitrary), async (input) => void (await check(input, lane))),
      { numRuns: Math.ceil(FUZZ_RUNS / LANES) },
    );
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, inLane));
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
}

/** Makes a call that may not take two seconds. A slow answer is asked for again: a hang repeats, a busy machine does not. */
export async function promptly<T extends { status: number }>(makeCall: () => Promise<T>): Promise<T> {
  for (let left = 5; ; left--) {
    const start = performance.now();
    const answer = await orHang(makeCall());
    const took = performance.now() - start;
    tally.requests++;
    tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1);
    tally.slowest = Math.max(tally.slowest, took);
    if (took < SLOWEST_MS) return answer;
    tally.slow++;
    if (left === 1) throw new Error(`It took ${Math.round(took)} ms, for the fifth time.`);
  }
}

function orHang<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There was no answer in ${HANGS_MS} ms.`)), HANGS_MS);
  });
  return Promise.race([work, hang]).finally(() => clearTimeout(timer));
}

/** The figures in one line, such as `2,400 requests: 1,200 × 200, 1,200 × 422; 0 slower than 2 s, slowest 91 ms`. */
export function figures(): string {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const statuses = [...tally.statuses].sort(([a], [b]) => a - b);
  const answers = statuses.map(([status, count]) => `${number(count)} × ${status}`).join(', ');
  const slow = `${number(tally.slow)} slower than 2 s, slowest ${number(tally.slowest)} ms`;
  return `${number(tally.requests)} requests: ${answers}; ${slow}`;
}
