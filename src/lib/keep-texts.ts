// Lets a page be translated by the browser while it goes on changing. A translator puts an element of its own, <font>, in the place of
// each text; what then changes is the text that nobody sees any more, and what is taken away leaves the translation behind. So a text
// that was replaced is put back in front of its translation, empty: when it says something again the translation goes, and is made anew,
// and when it goes the translation goes with it.

const isTranslation = (node: Node) => node.nodeName === 'FONT';

/** Begins to keep the texts of the page; returns how to stop. */
export function keepTexts(): () => void {
  const translations = new WeakMap<Node, ChildNode>();

  function drop(text: Node) {
    translations.get(text)?.remove();
    translations.delete(text);
  }

  function putBack(text: Text, translation: ChildNode) {
    text.data = '';
    translation.before(text);
    translations.set(text, translation);
  }

  const changes = new MutationObserver((records) => {
    const unclaimed = new Set(
      records.flatMap(({ addedNodes }) =>
        [...addedNodes].filter((node) => isTranslation(node) && node.isConnected),
      ),
    );
    for (const { type, target, addedNodes, removedNodes, previousSibling, nextSibling } of records) {
      if (type === 'characterData') {
        if (target.nodeValue !== '') drop(target);
        continue;
      }
      for (const node of removedNodes) {
        if (!(node instanceof Text)) continue;
        const known = translations.get(node);
        if (known && node.isConnected) node.after(known);
        else if (known) drop(node);
        if (node.isConnected) continue;
        const translation = [...addedNodes, previousSibling, nextSibling].find(
          (one) => one && unclaimed.delete(one),
        );
        if (translation) putBack(node, translation as ChildNode);
      }
    }
  });
  changes.observe(document.body, { childList: true, characterData: true, subtree: true });
  return () => changes.disconnect();
}
