import { expect, it } from 'vitest';
import { placeOn } from './viewport.ts';

const LAYOUT = 844;

it('has the whole screen where nothing covers it', () => {
  expect(placeOn({ height: LAYOUT, scale: 1, offsetTop: 0 }, LAYOUT)).toEqual({
    height: 844,
    top: 0,
    covered: 0,
  });
});

it('gives way to a keyboard, and follows a page that the keyboard has pushed up', () => {
  expect(placeOn({ height: 508, scale: 1, offsetTop: 0 }, LAYOUT)).toEqual({
    height: 508,
    top: 0,
    covered: 336,
  });
  expect(placeOn({ height: 508, scale: 1, offsetTop: 120 }, LAYOUT)).toEqual({
    height: 508,
    top: 120,
    covered: 216,
  });
});

it('stays as it is while the page is zoomed and moved about', () => {
  for (const scale of [1.3, 2, 5]) {
    for (const offsetTop of [0, 97.5, 422])
      expect(placeOn({ height: LAYOUT / scale, scale, offsetTop }, LAYOUT)).toEqual({ height: 844 });
  }
});

it('gives way to a keyboard on a zoomed page by the height alone', () => {
  expect(placeOn({ height: 254, scale: 2, offsetTop: 200 }, LAYOUT)).toEqual({ height: 508 });
});
