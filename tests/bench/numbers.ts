// The arithmetic of measurements.
import type { Variant } from './harness.ts';

/** The middle value; of an even number of them the upper one. */
export function median(values: number[]): number {
  return quantile(values, 0.5);
}

/** The value that the given part of all does not exceed. */
export function quantile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}

/** How cost grows with size on a log-log scale: 0 is flat, 1 is in proportion. */
export function slope(points: { size: number; cost: number }[]): number {
  const logs = points.map(({ size, cost }) => [Math.log(size), Math.log(cost)] as const);
  const mean = (index: 0 | 1) => logs.reduce((sum, point) => sum + point[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const rise = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return rise / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

/** Milliseconds that something takes. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** A variant whose rate is how often a second the work gets done, over a few times in a row. */
export function timed(name: string, times: number, work: () => Promise<unknown>): Variant {
  return {
    name,
    async run() {
      const took = await milliseconds(async () => {
        for (let left = times; left > 0; left -= 1) await work();
      });
      return (1000 * times) / took;
    },
  };
}
