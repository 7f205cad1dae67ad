import { afterEach, expect, it, vi } from 'vitest';
import { oneTabAtATime } from './session.ts';

afterEach(() => vi.unstubAllGlobals());

it('does its work once where the browser refuses locks, as in a sandboxed frame', async () => {
  const request = () => Promise.reject(new DOMException('opaque origin', 'SecurityError'));
  vi.stubGlobal('navigator', { locks: { request } });
  const work = vi.fn(() => Promise.resolve('done'));
  await expect(oneTabAtATime('handoff', work)).resolves.toBe('done');
  expect(work).toHaveBeenCalledOnce();
});

it('passes on what the work says, and does it once', async () => {
  const request = (_: string, work: () => Promise<unknown>) => work();
  vi.stubGlobal('navigator', { locks: { request } });
  const work = vi.fn(() => Promise.reject(new Error('refused')));
  await expect(oneTabAtATime('handoff', work)).rejects.toThrow('refused');
  expect(work).toHaveBeenCalledOnce();
});
