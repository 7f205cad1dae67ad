import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pacePresence } from './presence-pace.ts';

/** Tells `what` at given times, and says what was sent when. */
function told(at: number[]): { at: number; value: number }[] {
  let now = 0;
  const timers: { at: number; run: () => void }[] = [];
  const sent: { at: number; value: number }[] = [];
  const pace = pacePresence<number>((value) => sent.push({ at: now, value }), {
    now: () => now,
    after: (milliseconds, run) => {
      const timer = { at: now + milliseconds, run };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  const runUntil = (end: number) => {
    for (;;) {
      const [next] = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      timers.splice(timers.indexOf(next), 1);
      now = next.at;
      next.run();
    }
    now = end;
  };
  at.forEach((time, value) => {
    runUntil(time);
    pace.tell(value);
  });
  runUntil(now + 60_000);
  return sent;
}

it('tells the first at once and, of thirty in six seconds, the last within a second', () => {
  const presses = Array.from({ length: 30 }, (_, index) => index * 200);
  const sent = told(presses);
  expect(sent[0]).toEqual({ at: 0, value: 0 });
  expect(sent.at(-1)!.value).toBe(29);
  expect(sent.at(-1)!.at - 5800).toBeLessThan(1000);
});

it('never tells more than four within thirty seconds, and the last one always', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20_000), { minLength: 1, maxLength: 60 }), (pauses) => {
      let time = 0;
      const sent = told(pauses.map((pause) => (time += pause)));
      for (const { at } of sent)
        expect(sent.filter((one) => one.at >= at && one.at < at + 30_000).length).toBeLessThanOrEqual(4);
      expect(sent.at(-1)!.value).toBe(pauses.length - 1);
    }),
  );
});
