/**
 * The one voice of the widget: a hidden line that screen readers speak whenever its text changes. They tell two texts apart only
 * when they differ, and hand them on about ten times in a second: so a blank that alternates, and one text after another.
 */
import { h } from './element.ts';
import type { Later } from './later.ts';

const GAP_MS = 400;

export function createAnnouncer(later: Later) {
  const element = h('p', { class: 'vh voice', role: 'status' });
  const queue: string[] = [];
  let isSpeaking = false;
  let isOdd = false;

  function speak(): void {
    const text = queue.shift();
    isSpeaking = text !== undefined;
    if (!isSpeaking) return;
    isOdd = !isOdd;
    element.textContent = text + (isOdd ? '\u00a0' : '');
    later(speak, GAP_MS);
  }

  return {
    element,
    announce(text: string): void {
      queue.push(text);
      if (!isSpeaking) speak();
    },
    /** Nothing of what was said stays for the next visitor. */
    clear(): void {
      queue.length = 0;
      element.textContent = '';
    },
  };
}
