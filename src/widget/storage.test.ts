import { expect, it } from 'vitest';
import { openStorage, type Area } from './storage.ts';

/** A browser's storage area, with a switch for one that is full or forbidden. */
function fakeArea(): Area & { isBroken: boolean } {
  const kept = new Map<string, string>();
  const area = {
    isBroken: false,
    get length() {
      return kept.size;
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    getItem: (key: string) => (area.fail(), kept.get(key) ?? null),
    setItem: (key: string, value: string) => (area.fail(), void kept.set(key, value)),
    removeItem: (key: string) => (area.fail(), void kept.delete(key)),
    fail() {
      if (area.isBroken) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    },
  };
  return area;
}

it('keeps chatbots apart', () => {
  const area = fakeArea();
  openStorage('a', area).set('session', '1');
  expect(openStorage('b', area).get('session')).toBeNull();
  expect(openStorage('a', area).get('session')).toBe('1');
});

it('lists only its own keys, without the prefix', () => {
  const area = fakeArea();
  area.setItem('cart', '3 items');
  const storage = openStorage('a', area);
  storage.set('out:1', 'x');
  expect(storage.keys()).toEqual(['out:1']);
});

it('works from memory where storage is blocked', () => {
  const storage = openStorage('a', null);
  storage.set('session', '1');
  expect(storage.get('session')).toBe('1');
  expect(storage.keys()).toEqual(['session']);
  storage.remove('session');
  expect(storage.get('session')).toBeNull();
});

it('keeps in memory what no longer fits, and lets go of it when it fits again', () => {
  const area = fakeArea();
  const storage = openStorage('a', area);
  area.isBroken = true;
  storage.set('out:1', 'x');
  expect(storage.get('out:1')).toBe('x');
  area.isBroken = false;
  storage.set('out:1', 'y');
  // Another tab removes it: memory must not bring it back.
  area.removeItem('handoff:a:out:1');
  expect(storage.get('out:1')).toBeNull();
});
