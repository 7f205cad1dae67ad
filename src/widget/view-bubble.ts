/** What one side says, with what belongs below it. */
import { h } from './element.ts';

export function bubble(
  role: string,
  content: (Node | string)[],
  ...meta: (Node | string | null)[]
): HTMLElement {
  const below = meta.length > 0 && h('p', { class: 'meta' }, ...meta);
  return h('div', { class: `turn ${role}` }, h('div', { class: 'bubble', dir: 'auto' }, ...content), below);
}
