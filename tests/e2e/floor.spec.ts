// The files as they are built run on the oldest browsers that we name. Each newer name is either asked for first or can be missed
// without harm, and is told here with the reason; whatever else is newer fails.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newerInScript, newerInStyles, stylesIn, type Floor } from '../support/floor.ts';
import { expect, test } from './story.ts';

const DASHBOARD: Floor = { chrome: '111', firefox: '115', safari: '16.4' };
const WIDGET: Floor = { chrome: '90', firefox: '100', safari: '15.4' };

const KNOWN_IN_WIDGET: Record<string, string> = {
  '@media (forced-colors)': 'Safari has no forced colours',
  adoptedStyleSheets: 'within try, with a style element in its place',
  at: 'when something was said, a name of our own',
  createPolicy: 'behind window.trustedTypes',
  createScriptURL: 'behind window.trustedTypes',
  error: 'console.error',
  'overscroll-behavior': 'the page scrolls on where the log ends',
  'overscroll-behavior: contain': 'the page scrolls on where the log ends',
  replaceSync: 'within try, with a style element in its place',
  requestIdleCallback: 'or setTimeout',
  showPopover: 'asked for first; the highest z-index serves without it',
  trustedTypes: 'where there is none, an address is plain text',
};

const HARMLESS: Record<string, string> = {
  ':-moz-progress-bar': 'each engine has its own name for the bar, in a rule of its own',
  ':-webkit-progress-bar': 'each engine has its own name for the bar, in a rule of its own',
  ':-webkit-progress-value': 'each engine has its own name for the bar, in a rule of its own',
  ':has': 'a phone shows the headers above an open case as well',
  '-webkit-touch-callout': 'a long press is answered by ourselves as well',
  'break-after: avoid': 'a name may end a printed page',
  'field-sizing': 'the composer measures itself where it is missing',
  'field-sizing: content': 'the composer measures itself where it is missing',
  'forced-color-adjust': 'Safari has no forced colours',
  'forced-color-adjust: none': 'Safari has no forced colours',
  'overflow-anchor': 'what has none moves nothing by itself',
  'overflow-anchor: none': 'what has none moves nothing by itself',
  'scrollbar-color': 'bars in the engine’s own colours',
  'scrollbar-width': 'a bar is seen',
  'scrollbar-width: none': 'a bar is seen',
  'text-wrap': 'a heading breaks as it comes',
  'text-wrap: balance': 'a heading breaks as it comes',
  'user-select': 'stands beside -webkit-user-select',
};

const ASKED_FIRST: Record<string, string> = {
  Segmenter: 'an initial is found without it where it is missing',
  Temporal: 'SvelteKit revives only what a server has made of it',
  createHTML: 'Svelte uses trusted types where they are',
  createPolicy: 'Svelte uses trusted types where they are',
  fromBase64: 'SvelteKit asks for it and has its own',
  hasBeenActive: 'behind userActivation?.',
  saveData: 'behind connection?.',
  trustedTypes: 'Svelte asks for them',
  userActivation: 'behind ?.',
};

const OF_OUR_OWN = [
  'aspectRatio',
  'drop',
  'error',
  'isActive',
  'isValid',
  'maxHeight',
  'maxWidth',
  'move',
  'resize',
  'suppressed',
  'take',
];

/** Every newer name in the files below a folder, with one file that has it. */
function newerBelow(folder: string, floor: Floor): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const read = { js: newerInScript, css: newerInStyles }[/\.(js|css)$/.exec(file)?.[1] ?? ''];
    for (const name of read?.(readFileSync(file, 'utf8'), floor) ?? []) found.set(name, file);
  }
  return found;
}

test('the dashboard uses nothing that Chrome 111, Firefox 115 or Safari 16.4 lacks, unless it asks first', () => {
  const newer = newerBelow('build/client/_app', DASHBOARD);
  const known = [...Object.keys(HARMLESS), ...Object.keys(ASKED_FIRST), ...OF_OUR_OWN];
  expect([...newer].filter(([name]) => !known.includes(name))).toEqual([]);
  // What is gone is not told any more.
  expect(known.filter((name) => !newer.has(name))).toEqual([]);
});

test('the widget uses nothing that Chrome 90, Firefox 100 or Safari 15.4 lacks, unless it asks first', () => {
  const [release] = JSON.parse(readFileSync('dist/widget/releases.json', 'utf8')) as [string];
  const parts = readdirSync('dist/widget').filter((name) => name.endsWith(`-${release}.js`));
  expect(parts.length).toBeGreaterThan(15);
  const newer = new Map<string, string>();
  for (const name of ['widget.js', 'widget/control.js', ...parts.map((part) => `widget/${part}`)]) {
    const source = readFileSync(join('dist', name), 'utf8');
    for (const one of newerInScript(source, WIDGET)) newer.set(one, name);
    for (const sheet of stylesIn(source))
      for (const one of newerInStyles(sheet, WIDGET)) newer.set(one, name);
  }
  const known = Object.keys(KNOWN_IN_WIDGET);
  expect([...newer].filter(([name]) => !known.includes(name))).toEqual([]);
  // What is gone is not told any more.
  expect(known.filter((name) => !newer.has(name))).toEqual([]);
});

test('a newer method, global, syntax, selector, function, unit, property or rule would be noticed', () => {
  const scripts: [source: string, names: string[]][] = [
    ['Promise.withResolvers()', ['withResolvers']],
    ['const { groupBy } = Object; groupBy([], String)', ['groupBy']],
    ['URL.canParse("x")', ['canParse']],
    ['URL.canParse?.("x")', []],
    ['new Map().set("canParse", 1)', []],
    ['const d = new CloseWatcher()', ['CloseWatcher']],
    ['function CloseWatcher() {} CloseWatcher()', []],
    ['document.querySelector("p:has(> b)")', [':has']],
    ['const r = /\\p{L}/v', ['/…/v']],
    ['[3, 1].toSorted(); structuredClone(1); [1].at(-1)', []],
  ];
  for (const [source, names] of scripts) expect(newerInScript(source, DASHBOARD), source).toEqual(names);
  const styles: [source: string, names: string[]][] = [
    ['p { color: light-dark(red, blue) }', ['light-dark()']],
    ['p { --x: light-dark(red, blue) }', ['light-dark()']],
    ['p { & b { color: red } }', ['nesting']],
    ['p:has(b) { color: red }', [':has']],
    ['@starting-style { p { opacity: 0 } }', ['@starting-style']],
    ['@supports (color: light-dark(red, blue)) { p { color: light-dark(red, blue) } }', []],
    ['p { width: 10dvh; color: color-mix(in srgb, red, blue); inset: 0 }', []],
  ];
  for (const [source, names] of styles) expect(newerInStyles(source, DASHBOARD), source).toEqual(names);
  expect(newerInStyles('p { height: 1dvh }', WIDGET)).toEqual(['dvh']);
  expect(newerInScript('class A { static { A.a = /(?<=a)b/ } }', WIDGET)).toEqual(['(?<=…)', 'static {}']);
  expect(stylesIn("add('p{width:1px}', `b{width:1px}`, 'Reference {reference}')")).toEqual([
    'p{width:1px}',
    'b{width:1px}',
  ]);
});

test('a browser that is too old is told which ones work, any other reads nothing of it', async ({
  page,
  browser,
  stack,
}) => {
  const sentence = 'It works in Chrome and Edge from version 111, Firefox from 115 and Safari from 16.4.';
  await page.goto('/login');
  await expect(page.getByText(sentence)).toBeHidden();
  for (const takeAway of [
    () => Reflect.deleteProperty(Array.prototype, 'toSorted'),
    () => Object.assign(CSS, { supports: () => false }),
    () => Reflect.deleteProperty(HTMLScriptElement, 'supports'),
  ]) {
    const context = await browser.newContext({ baseURL: stack.app_url });
    const old = await context.newPage();
    await old.addInitScript(takeAway);
    // Nothing of the page's own runs there.
    await old.route('**/_app/**/*.js', (route) => route.abort());
    await old.goto('/login');
    await expect(old.getByText(sentence)).toBeVisible();
    await context.close();
  }
});
