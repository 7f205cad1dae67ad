// Both sides that draw Markdown in a browser, as functions on the page: the widget's elements and the dashboard's component.
import { mount, unmount } from 'svelte';
import Markdown from '../../src/lib/components/Markdown.svelte';
import { drawMarkdown } from '../../src/widget/view-markdown.ts';

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
      place.append(...drawMarkdown(text, ''));
      // For the ear alone.
      place.querySelectorAll('.vh').forEach((note) => note.remove());
      return () => undefined;
    }),
  dashboardShows: (texts: string[]) =>
    seen(texts, (text, target) => {
      const component = mount(Markdown, { target, props: { text } });
      return () => void unmount(component);
    }),
});
