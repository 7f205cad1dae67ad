/** Draws a text's tree as elements. What is not in the tree cannot be drawn: no images, no HTML, no styles. */
import { linked } from '#shared/links.ts';
import { parseMarkdown } from '#shared/markdown.ts';
import type { Node as Drawn } from '#shared/markdown-tree.ts';
import { h } from './element.ts';

export function drawMarkdown(text: string, newTab: string): Node[] {
  return drawAll(parseMarkdown(text), newTab);
}

/** What a person said: text as it was written, whose addresses can be followed. */
export function drawPlain(text: string, newTab: string): Node[] {
  return drawAll(linked(text), newTab);
}

function drawAll(nodes: Drawn[], newTab: string): Node[] {
  return nodes.map((node) => {
    if (typeof node === 'string') return document.createTextNode(node);
    const { tag, href, start } = node;
    const children = drawAll(node.children, newTab);
    if (href) return drawLink(href, newTab, ...children);
    // The page has its own outline; headings inside a message start below the panel's.
    const level = /^h\d/.test(tag) && Math.min(Number(tag[1]) + 2, 6);
    if (level) return h('p', { role: 'heading', 'aria-level': level, class: 'mh' }, ...children);
    if (tag === 'pre') return h(tag, { tabindex: 0 }, h('code', {}, ...children));
    const element = h(tag, { start, scope: tag === 'th' && 'col' }, ...children);
    return tag === 'table' ? h('div', { class: 'table', tabindex: 0, role: 'group' }, element) : element;
  });
}

/** A link that leaves the page alone; mail addresses open no tab. */
export function drawLink(href: string, newTab: string, ...children: (Node | string)[]): HTMLAnchorElement {
  const opensTab = !href.startsWith('mailto:');
  const link = h('a', { href, rel: 'noopener noreferrer', target: opensTab && '_blank' }, ...children);
  if (opensTab) link.append(h('span', { class: 'vh' }, ` (${newTab})`));
  return link;
}
