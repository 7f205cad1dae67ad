// One parser, two sides that draw: what a visitor reads in the widget and what the team reads on the dashboard are the same words.
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Rollup } from 'vite';
import { ANSWERS } from '../support/answers.ts';
import { EXAMPLES } from '../support/commonmark.ts';
import { expect, test } from './story.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Sides {
  widgetDraws(tree: object[]): string;
}

async function openSides(page: Page): Promise<void> {
  const [output] = (await build({
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    plugins: [svelte({ configFile: false })],
    build: { write: false, lib: { entry: here('markdown-sides.ts'), formats: ['iife'], name: 'sides' } },
  })) as Rollup.RollupOutput[];
  await page.setContent('<!doctype html><body></body>');
  await page.addScriptTag({ content: output!.output[0].code });
}

test('the widget and the dashboard show the same words of every CommonMark example and of every answer', async ({
  page,
}) => {
  await openSides(page);
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

test('whatever a tree may hold, the widget draws words, its own elements and addresses that people may follow', async ({
  page,
}) => {
  await openSides(page);
  const draw = (tree: object[]) =>
    page.evaluate((tree) => (globalThis as unknown as Sides).widgetDraws(tree), tree);
  const drawn = (node: object) => draw([{ children: ['words'], ...node }]);
  const strangers =
    'script style iframe img svg object embed form input base link meta div template x-y P A SCRIPT h10 hr1 constructor';
  for (const tag of strangers.split(' ')) expect(await drawn({ tag }), tag).toBe('<span>words</span>');
  for (const href of [
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://shop.example/x',
    'file:///etc/passwd',
    '//shop.example',
    '/cart',
    'httpsx:',
  ])
    for (const tag of ['a', 'p', 'area'])
      expect(await drawn({ tag, href }), href).toMatch(/^<(span|p)>words<\/\1>$/);
  expect(await drawn({ tag: 'p', onclick: 'alert(1)', style: 'color:red', class: 'panel', src: 'x' })).toBe(
    '<p>words</p>',
  );
  expect(await draw(['<img src=x onerror=alert(1)>'] as never)).toBe('&lt;img src=x onerror=alert(1)&gt;');
  expect(await drawn({ tag: 'a', href: 'https://shop.example/' })).toBe(
    '<a href="https://shop.example/" rel="noopener noreferrer" target="_blank">words<span class="vh"> (opens a new tab)</span></a>',
  );
  expect(await drawn({ tag: 'a', href: 'mailto:ana@shop.example' })).toBe(
    '<a href="mailto:ana@shop.example" rel="noopener noreferrer">words</a>',
  );
});
