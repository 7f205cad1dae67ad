/** Draws the Markdown tree as elements. What is not in the tree cannot be drawn: no images, no HTML, no styles. */
import { h } from './element.ts';
import type { Block } from './markdown.ts';
import { parseMarkdown } from './markdown.ts';
import type { Inline } from './markdown-inline.ts';

export function drawMarkdown(text: string, newTab: string): Node[] {
  return parseMarkdown(text).map((block) => drawBlock(block, newTab));
}

function drawBlock(block: Block, newTab: string): Node {
  const inline = (children: Inline[]) => children.map((child) => drawInline(child, newTab));
  const blocks = (children: Block[]) => children.map((child) => drawBlock(child, newTab));
  switch (block.type) {
    case 'paragraph':
      return h('p', {}, ...inline(block.children));
    case 'heading':
      // The page has its own outline; headings inside a message start below the panel's.
      return h(
        'p',
        { role: 'heading', 'aria-level': Math.min(block.level + 2, 6), class: 'mh' },
        ...inline(block.children),
      );
    case 'code':
      return h('pre', { tabindex: 0 }, h('code', {}, block.text));
    case 'quote':
      return h('blockquote', {}, ...blocks(block.children));
    case 'rule':
      return h('hr');
    case 'list':
      return h(
        block.is_ordered ? 'ol' : 'ul',
        { start: block.is_ordered && block.start !== 1 && block.start },
        ...block.items.map((item) =>
          h('li', {}, ...(isOneLine(item) ? inline(item[0].children) : blocks(item))),
        ),
      );
    case 'table':
      return h(
        'div',
        { class: 'table', tabindex: 0, role: 'group' },
        h(
          'table',
          {},
          h(
            'thead',
            {},
            h('tr', {}, ...block.head.map((cell) => h('th', { scope: 'col' }, ...inline(cell)))),
          ),
          h(
            'tbody',
            {},
            ...block.rows.map((row) => h('tr', {}, ...row.map((cell) => h('td', {}, ...inline(cell))))),
          ),
        ),
      );
  }
}

function isOneLine(item: Block[]): item is [Block & { type: 'paragraph' }] {
  return item.length === 1 && item[0]!.type === 'paragraph';
}

function drawInline(node: Inline, newTab: string): Node {
  switch (node.type) {
    case 'text':
      return document.createTextNode(node.text);
    case 'break':
      return h('br');
    case 'code':
      return h('code', {}, node.text);
    case 'link':
      return drawLink(node.href, newTab, ...node.children.map((child) => drawInline(child, newTab)));
    default:
      return h(node.type, {}, ...node.children.map((child) => drawInline(child, newTab)));
  }
}

/** A link that leaves the page alone; mail addresses open no tab. */
export function drawLink(href: string, newTab: string, ...children: (Node | string)[]): HTMLAnchorElement {
  const opensTab = !href.startsWith('mailto:');
  const link = h('a', { href, rel: 'noopener noreferrer', target: opensTab && '_blank' }, ...children);
  if (opensTab) link.append(h('span', { class: 'vh' }, ` (${newTab})`));
  return link;
}

/** Whether what stands after an element belongs to the same word. */
const INLINE = /^(A|CODE|DEL|EM|STRONG|SPAN)$/;

/** What has been drawn as words for the ear: blocks apart, without what only explains a link. */
export function wordsOf(nodes: Iterable<Node>): string {
  let text = '';
  for (const node of nodes) {
    if (!(node instanceof Element)) text += node.textContent;
    else if (!node.classList.contains('vh'))
      text += wordsOf(node.childNodes) + (INLINE.test(node.tagName) ? '' : ' ');
  }
  return text.replace(/\s+/g, ' ');
}
