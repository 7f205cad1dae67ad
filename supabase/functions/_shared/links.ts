// Which addresses people may follow, and where an address that stands in a text begins and ends. One rule for what assistants,
// agents and visitors write, on every surface.
import type { Element, Node } from './markdown-tree.ts';

/**
 * A web address or a word, as the source of a sticky expression with the flags `iu` and two groups: what begins like a web address,
 * and what makes a word a mail address. Words are read whole, so that nothing is read twice.
 */
export const ADDRESS_OR_WORD =
  '((?:https?://|www\\.)[!#-;=?-Z_a-z~\u2013\u2019\u00b7\\p{L}\\p{M}\\p{N}]+)|' +
  '[a-z\\d]+(?:(?:[.+-]|_+)[a-z\\d]+)*(@[a-z\\d-]+(?:\\.[a-z\\d-]+)+)?';

/** What may stand inside an address, but at its end belongs to the sentence around it. */
const OF_THE_SENTENCE = /[!'(*,.:;?_~\u2013\u2019\u00b7]/;

/** The address as a browser will follow it when its protocol is one that people may, else null. */
export function safeAddress(address: string): string | null {
  try {
    const { protocol, href } = new URL(address);
    return /^(https?|mailto):$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
}

/** The link that `ADDRESS_OR_WORD` has found, without what belongs to the sentence around it; null when it is only a word. */
export function bareLink(found: string, web?: string, mail?: string): Element | null {
  if (!web && !mail) return null;
  let end = 0;
  // A bracket that closes more than was opened belongs to the sentence too.
  for (let open = 0; end < found.length; end++) {
    if (found[end] === '(') open++;
    if (found[end] === ')' && !open--) break;
  }
  while (OF_THE_SENTENCE.test(found[end - 1] ?? '')) end--;
  const words = found.slice(0, end);
  const href = safeAddress((mail ? 'mailto:' : /^w/i.test(words) ? 'http://' : '') + words);
  return href ? { tag: 'a', href, children: [words] } : null;
}

/** Plain text whose addresses can be followed; not a character is lost or added. */
export function linked(text: string): Node[] {
  const nodes: Node[] = [];
  const part = new RegExp(`${ADDRESS_OR_WORD}|[^]`, 'iuy');
  let from = 0;
  for (let found; (found = part.exec(text));) {
    const link = bareLink(...(found as unknown as [string]));
    if (!link) continue;
    nodes.push(text.slice(from, found.index), link);
    part.lastIndex = from = found.index + (link.children[0] as string).length;
  }
  return [...nodes, text.slice(from)].filter(Boolean);
}
