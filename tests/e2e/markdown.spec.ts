// One parser, two sides that draw: what a visitor reads in the widget and what the team reads on the dashboard are the same words.
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Rollup } from 'vite';
import { ANSWERS } from '../support/answers.ts';
import { EXAMPLES } from '../support/commonmark.ts';
import { expect, test } from './story.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test('the widget and the dashboard show the same words of every CommonMark example and of every answer', async ({
  page,
}) => {
  const [output] = (await build({
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    plugins: [svelte({ configFile: false })],
    build: { write: false, lib: { entry: here('markdown-sides.ts'), formats: ['iife'], name: 'sides' } },
  })) as Rollup.RollupOutput[];
  await page.setContent('<!doctype html><body></body>');
  await page.addScriptTag({ content: output!.output[0].code });
  const texts = [...EXAMPLES, ...ANSWERS].map(({ markdown }) => markdown);
  const shownBy = (side: string) =>
    page.evaluate(
      ([side, texts]) =>
        (globalThis as unknown as Record<string, (texts: string[]) => string[]>)[side]!(texts),
      [side, texts] as const,
    );
  const words = (shown: string[]) => shown.map((text) => text.replace(/\s+/g, ' ').trim());
  expect(words(await shownBy('dashboardShows'))).toEqual(words(await shownBy('widgetShows')));
  // They did draw: all but what is only white space.
  expect((await shownBy('widgetShows')).filter((text) => text.trim()).length).toBeGreaterThan(
    texts.length - 30,
  );
});
