import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AfterPaint } from './after-paint';

describe('work put off until after the paint', () => {
  let frames = new Map<number, () => unknown>();
  let drawn = 0;
  const done: string[] = [];
  const work = (name: string) => () => void done.push(name);

  /** Paints, and lets the tasks after it run. */
  function paint(milliseconds = 0) {
    for (const frame of frames.values()) frame();
    frames.clear();
    vi.advanceTimersByTime(milliseconds);
  }

  beforeEach(() => {
    frames = new Map();
    done.length = 0;
    vi.useFakeTimers();
    vi.stubGlobal('requestAnimationFrame', (frame: () => unknown) => {
      frames.set(++drawn, frame);
      return drawn;
    });
    vi.stubGlobal('cancelAnimationFrame', (frame: number) => frames.delete(frame));
    vi.stubGlobal('document', { hidden: false });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is done once, after the frame and not in it', () => {
    const waiting = new AfterPaint();
    waiting.request(work('open'));
    vi.advanceTimersByTime(1000);
    expect(done).toEqual([]);
    paint();
    expect(done).toEqual(['open']);
    paint(1000);
    expect(done).toEqual(['open']);
  });

  it('is replaced by what is asked for next', () => {
    const waiting = new AfterPaint();
    waiting.request(work('first'));
    waiting.request(work('second'));
    paint();
    expect(done).toEqual(['second']);
  });

  it('is done at once for whoever cannot wait, and then not again', () => {
    const waiting = new AfterPaint();
    waiting.request(work('open'));
    waiting.flush();
    expect(done).toEqual(['open']);
    paint(1000);
    expect(done).toEqual(['open']);
  });

  it('waits for the end of a key that is held', () => {
    const waiting = new AfterPaint();
    waiting.request(work('the first press'));
    for (const name of ['one', 'two', 'three']) {
      waiting.requestQuiet(work(name), 150);
      paint(30);
    }
    expect(done).toEqual([]);
    paint(150);
    expect(done).toEqual(['three']);
  });

  it('is not done once it is called off, and does not wait for frames that never come', () => {
    const waiting = new AfterPaint();
    waiting.request(work('open'));
    waiting.cancel();
    paint(1000);
    vi.stubGlobal('document', { hidden: true });
    waiting.request(work('hidden'));
    vi.advanceTimersByTime(0);
    expect(done).toEqual(['hidden']);
  });
});
