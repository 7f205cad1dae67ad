import { describe, expect, it } from 'vitest';
import { legibility, ratio } from './contrast';

describe('the widget’s colour', () => {
  it('spans 1 to 21', () => {
    expect(ratio('#000000', '#ffffff')).toBeCloseTo(21);
    expect(ratio('#777777', '#777777')).toBe(1);
  });

  it('always carries legible text', () => {
    for (const color of ['#ff0000', '#00ff00', '#0000ff', '#757575', '#767676', '#7f7f7f'])
      expect(legibility(color).text_ratio).toBeGreaterThanOrEqual(4.5);
  });

  it('says on which pages the button is hard to see', () => {
    expect(legibility('#ffff00').faint_on).toBe('light');
    expect(legibility('#101840').faint_on).toBe('dark');
    expect(legibility('#1f6f54').faint_on).toBeNull();
  });
});
