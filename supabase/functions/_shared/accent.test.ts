import fc from 'fast-check';
import { expect, it } from 'vitest';
import { colorsOf, contrast, parseColor } from './accent.ts';

const anyColor = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);
const fromRgb = (css: string) => css.match(/\d+/g)!.map(Number) as [number, number, number];

it('writes on any accent colour so that it can be read', () => {
  fc.assert(
    fc.property(anyColor, (color) => {
      const ink = colorsOf(color).on_accent === '#000' ? '#000000' : '#ffffff';
      expect(contrast(parseColor(color), parseColor(ink))).toBeGreaterThanOrEqual(4.5);
    }),
    { numRuns: 2_000 },
  );
});

it('moves any accent colour until it reads on light and on dark ground', () => {
  fc.assert(
    fc.property(anyColor, (color) => {
      const { accent_light, accent_dark } = colorsOf(color);
      expect(contrast(fromRgb(accent_light), parseColor('#ffffff'))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(fromRgb(accent_dark), parseColor('#17181c'))).toBeGreaterThanOrEqual(4.5);
    }),
    { numRuns: 2_000 },
  );
});

it('leaves a colour alone that reads already', () => {
  expect(colorsOf('#1f6f54').accent_light).toBe('rgb(31 111 84)');
});
