/**
 * Draws the tree of a text as elements. The server makes it, of Markdown or of plain text; whatever it may hold, nothing is drawn but
 * these elements, the words in them, and links to addresses that people may follow: no images, no HTML, no styles.
 */
import type { Node as Drawn } from '#shared/markdown-tree.ts';
import { h } from './element.ts';

const KNOWN = /^([bh]r|[ou]l|li|p|pre|blockquote|table|tbody|thead|t[rhd]|strong|em|del|code)$/;

/** What was sent with a text to be drawn, or else the text itself. */
export const treeOf = (content: string | undefined, text: string): Drawn[] =>
  content ? JSON.parse(content) : [text];

export function drawTree(nodes: Drawn[], newTab: string): (Node | string)[] {
  return nodes.map((node) => {
    if (typeof node === 'string') return node;
    const { tag, href, start } = node;
    const children = drawTree(node.children, newTab);
    if (href && /^(https?|mailto):/.test(href)) return drawLink(href, newTab, ...children);
    // The page has its own outline; headings inside a message start below the panel's.
    const level = /^h\d$/.test(tag) && Math.min(Number(tag[1]) + 2, 6);
    if (level) return h('p', { role: 'heading', 'aria-level': level, class: 'mh' }, ...children);
    if (tag === 'pre') return h(tag, { tabindex: 0 }, h('code', {}, ...children));
    const element = h(KNOWN.test(tag) ? tag : 'span', { start, scope: tag === 'th' && 'col' }, ...children);
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
