import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Announcer } from './announcer.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const said = (announcer: Announcer) => {
  vi.runAllTimers();
  return announcer.text;
};

it('says the same sentence again so that it is heard again', () => {
  const announcer = new Announcer();
  announcer.say('Marked as resolved.');
  const first = said(announcer);
  announcer.say('Marked as resolved.');
  const second = said(announcer);
  expect(first).toBe('Marked as resolved.');
  expect(second).not.toBe(first);
  expect(second.trim()).toBe(first);
});

it('says together what comes at once, and of one subject only the latest', () => {
  const announcer = new Announcer();
  announcer.say('2 cases found.', 'search');
  announcer.say('1 selected.', 'selection');
  announcer.say('3 cases found.', 'search');
  expect(said(announcer)).toBe('1 selected. 3 cases found.');
});

it('says nothing of what was withdrawn', () => {
  const announcer = new Announcer();
  announcer.say('Wanda', 'case');
  announcer.withdraw('case');
  expect(said(announcer)).toBe('');
});
