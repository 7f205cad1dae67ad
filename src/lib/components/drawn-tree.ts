import type { Node as Drawn } from '#shared/markdown-tree.ts';

/**
 * A text's tree as elements: what Tree.svelte writes on the server, element by element. A long answer has many hundred of them, and
 * making them one by one takes a fraction of what a component would that can change each.
 */
export function drawnTree(nodes: Drawn[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const node of nodes) fragment.append(typeof node === 'string' ? node : drawn(node));
  return fragment;
}

function drawn({ tag, href, start, children }: Exclude<Drawn, string>): HTMLElement {
  if (tag === 'a') {
    return made('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, drawnTree(children));
  }
  if (tag === 'pre') return made('pre', { tabindex: 0 }, made('code', {}, drawnTree(children)));
  if (tag === 'table') {
    const wide = { class: 'wide', tabindex: 0, role: 'group', 'aria-label': 'Table' };
    return made('div', wide, made('table', {}, drawnTree(children)));
  }
  return made(tagOf(tag), { start, scope: tag === 'th' ? 'col' : undefined }, drawnTree(children));
}

function made(
  tag: string,
  attributes: Record<string, string | number | undefined>,
  content: Node,
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(content);
  return element;
}

/** The page has its own outline; headings inside a message start below it. */
export const tagOf = (tag: string): string =>
  /^h\d/.test(tag) ? `h${Math.min(Number(tag[1]) + 2, 6)}` : tag;
