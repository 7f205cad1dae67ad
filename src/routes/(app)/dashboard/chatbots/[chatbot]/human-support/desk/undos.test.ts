import { expect, it } from 'vitest';
import { Toasts } from '$lib/state/toasts.svelte';
import { Undos } from './undos';

function setUp() {
  const toasts = new Toasts();
  const undos = new Undos(toasts);
  const taken: string[] = [];
  const resolve = (...names: string[]) =>
    undos.offer({ names, takeBack: () => taken.push(names.join(' and ')) });
  const said = () => toasts.list.map(({ text }) => text);
  return { toasts, undos, taken, resolve, said };
}

it('says in one message how many can be taken back, and names the only one', () => {
  const { resolve, said } = setUp();
  resolve('Ana');
  expect(said()).toEqual(['Ana resolved.']);
  resolve('Ben');
  resolve('Cleo', 'Dan');
  expect(said()).toEqual(['4 cases resolved.']);
});

it('takes back the latest first, then the one before it, and then nothing', () => {
  const { undos, taken, resolve, said } = setUp();
  resolve('Ana');
  resolve('Ben', 'Cleo');
  undos.undo();
  expect(said()).toEqual(['Ana resolved.']);
  undos.undo();
  undos.undo();
  expect(taken).toEqual(['Ben and Cleo', 'Ana']);
  expect(said()).toEqual([]);
});

it('takes back with the button whatever the message counts', () => {
  const { toasts, taken, resolve } = setUp();
  resolve('Ana');
  resolve('Ben');
  expect(toasts.list[0]?.action?.label).toBe('Undo all');
  toasts.list[0]?.action?.run();
  expect(taken).toEqual(['Ben', 'Ana']);
});

it('offers nothing any more once the message is gone, or what was refused', () => {
  const { toasts, undos, taken, resolve, said } = setUp();
  const refused = resolve('Ana');
  resolve('Ben');
  expect(refused.withdraw()).toBe(true);
  expect(said()).toEqual(['Ben resolved.']);
  toasts.dismiss(toasts.list[0]!.id);
  undos.undo();
  expect(taken).toEqual([]);
  resolve('Cleo');
  expect(said()).toEqual(['Cleo resolved.']);
});
