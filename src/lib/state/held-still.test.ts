import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeldStill } from './held-still.svelte';

describe('what holds still while it is pressed', () => {
  let rows = ['a', 'b'];
  const held = new HeldStill(() => rows);

  beforeEach(() => {
    vi.useFakeTimers();
    rows = ['a', 'b'];
  });

  afterEach(() => {
    held.cancel();
    vi.useRealTimers();
  });

  it('shows the present while nothing is pressed', () => {
    rows = ['new', 'a', 'b'];
    expect(held.value).toEqual(['new', 'a', 'b']);
  });

  it('shows what was pressed until the click of a mouse is over', () => {
    held.press();
    rows = ['new', 'a', 'b'];
    expect(held.value).toEqual(['a', 'b']);
    held.release('mouse');
    expect(held.value).toEqual(['a', 'b']);
    vi.advanceTimersByTime(1);
    expect(held.value).toEqual(['new', 'a', 'b']);
  });

  it('waits a little longer for the click of a finger', () => {
    held.press();
    rows = ['new'];
    held.release('touch');
    vi.advanceTimersByTime(50);
    expect(held.value).toEqual(['a', 'b']);
    vi.advanceTimersByTime(50);
    expect(held.value).toEqual(['new']);
  });

  it('lets go at once when there will be no click, and of a pointer that is lost', () => {
    held.press();
    rows = ['new'];
    held.cancel();
    expect(held.value).toEqual(['new']);
    held.press();
    rows = ['newer'];
    vi.advanceTimersByTime(9999);
    expect(held.value).toEqual(['new']);
    vi.advanceTimersByTime(1);
    expect(held.value).toEqual(['newer']);
  });

  it('is not held by a pointer that went up elsewhere', () => {
    held.release('mouse');
    held.press();
    vi.advanceTimersByTime(1);
    rows = ['new'];
    expect(held.value).toEqual(['a', 'b']);
  });
});
