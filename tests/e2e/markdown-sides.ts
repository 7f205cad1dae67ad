// Both sides that draw Markdown in a browser, as functions on the page: the widget's elements and the dashboard's component.
import { flushSync, mount, unmount } from 'svelte';
import Markdown from '../../src/lib/components/Markdown.svelte';
import { contentOf } from '../../supabase/functions/_shared/content.ts';
import type { Node as Drawn } from '../../supabase/functions/_shared/markdown-tree.ts';
import { drawTree, treeOf } from '../../src/widget/view-markdown.ts';

/** What a reader sees of each text. */
function seen(texts: string[], draw: (text: string, place: HTMLElement) => () => void): string[] {
  return texts.map((text) => {
    const place = document.body.appendChild(document.createElement('div'));
    const remove = draw(text, place);
    const words = place.innerText;
    remove();
    place.remove();
    return words;
  });
}

Object.assign(globalThis, {
  widgetShows: (texts: string[]) =>
    seen(texts, (text, place) => {
      place.append(...drawTree(treeOf(contentOf('assistant', text), text), ''));
      // For the ear alone.
      place.querySelectorAll('.vh').forEach((note) => note.remove());
      return () => undefined;
    }),
  /** A tree that no parser of ours makes, as the widget draws it. */
  widgetDraws: (tree: Drawn[]) => {
    const place = document.createElement('div');
    place.append(...drawTree(tree, 'opens a new tab'));
    return place.innerHTML;
  },
  dashboardShows: (texts: string[]) =>
    seen(texts, (text, target) => {
      const component = mount(Markdown, { target, props: { text } });
      flushSync();
      return () => void unmount(component);
    }),
});
