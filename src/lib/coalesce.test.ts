import { describe, expect, it } from 'vitest';
import { coalesce } from './coalesce.ts';

/** A clock that is moved by hand. */
function handClock() {
  let time = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => time,
    after(milliseconds: number, run: () => void) {
      const timer = { at: time + milliseconds, run };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
    async advance(milliseconds: number) {
      const end = time + milliseconds;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        time = next.at;
        timers = timers.filter((other) => other !== next);
        next.run();
        await Promise.resolve();
        await Promise.resolve();
      }
      time = end;
    },
  };
}

describe('coalesce', () => {
  it('acts on the first hint at once', () => {
    let runs = 0;
    coalesce(async () => void runs++, 1000, handClock()).request();
    expect(runs).toBe(1);
  });

  it('answers a storm of hints with one run a second, and the last hint is never lost', async () => {
    const clock = handClock();
    const begins: number[] = [];
    const coalescer = coalesce(async () => void begins.push(clock.now()), 1000, clock);
    for (let hint = 0; hint < 1000; hint++) {
      coalescer.request();
      await clock.advance(10);
    }
    await clock.advance(2000);
    expect(begins.length).toBeLessThanOrEqual(11);
    expect(begins.at(-1)).toBeGreaterThanOrEqual(9990);
    begins.slice(1).forEach((at, index) => expect(at - (begins[index] ?? 0)).toBeGreaterThanOrEqual(1000));
  });

  it('never runs twice at a time, and runs again for a hint that came meanwhile', async () => {
    const clock = handClock();
    const finish: (() => void)[] = [];
    let runs = 0;
    const coalescer = coalesce(
      () => new Promise<void>((resolve) => (runs++, finish.push(resolve))),
      1000,
      clock,
    );
    coalescer.request();
    await clock.advance(5000);
    coalescer.request();
    expect(runs).toBe(1);
    finish[0]?.();
    await clock.advance(0);
    expect(runs).toBe(2);
  });

  it('goes on after a run that failed', async () => {
    const clock = handClock();
    let runs = 0;
    const coalescer = coalesce(() => (runs++, Promise.reject(new Error('offline'))), 1000, clock);
    coalescer.request();
    await clock.advance(1000);
    coalescer.request();
    expect(runs).toBe(2);
  });

  it('forgets a planned run when cancelled', async () => {
    const clock = handClock();
    let runs = 0;
    const coalescer = coalesce(async () => void runs++, 1000, clock);
    coalescer.request();
    await clock.advance(1);
    coalescer.request();
    coalescer.cancel();
    await clock.advance(5000);
    expect(runs).toBe(1);
  });
});
