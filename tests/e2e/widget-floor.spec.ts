// The oldest browsers that the widget works in, Chrome 90, Firefox 100 and Safari 15.4, as far as they can be had by taking away:
// what any of them lacks is gone before the page begins.
import { randomUUID } from 'node:crypto';
import {
  asMember,
  escalations,
  expect,
  HOSTILE,
  QUESTION,
  test,
  Widget,
  type HostPage,
} from './widget-stage.ts';

/** What at least one of the three does not have, by what has it. */
const NEWER: Record<string, string[]> = {
  Array: ['fromAsync'],
  'Array.prototype': ['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced', 'with'],
  'Uint8Array.prototype': ['at', 'findLast', 'findLastIndex', 'toHex', 'toBase64'],
  'String.prototype': ['at', 'isWellFormed', 'toWellFormed'],
  'Set.prototype': ['union', 'difference', 'intersection', 'isSubsetOf'],
  Object: ['hasOwn', 'groupBy'],
  Map: ['groupBy'],
  Promise: ['withResolvers', 'try'],
  URL: ['canParse', 'parse'],
  AbortSignal: ['abort', 'any', 'timeout'],
  'AbortSignal.prototype': ['reason', 'throwIfAborted'],
  'Crypto.prototype': ['randomUUID'],
  'ReadableStream.prototype': ['values'],
  Intl: ['Segmenter', 'DurationFormat', 'supportedValuesOf'],
  'Element.prototype': [
    'ariaBusy',
    'ariaExpanded',
    'ariaHidden',
    'ariaLabel',
    'ariaLive',
    'checkVisibility',
    'computedStyleMap',
    'setHTMLUnsafe',
  ],
  'HTMLElement.prototype': ['hidePopover', 'inert', 'popover', 'showPopover', 'togglePopover'],
  'Document.prototype': ['adoptedStyleSheets', 'startViewTransition'],
  'ShadowRoot.prototype': ['adoptedStyleSheets', 'setHTMLUnsafe'],
  window: [
    'CSSStyleSheet',
    'CloseWatcher',
    'CompressionStream',
    'DecompressionStream',
    'Highlight',
    'Iterator',
    'TextDecoderStream',
    'cancelIdleCallback',
    'navigation',
    'requestIdleCallback',
    'scheduler',
    'structuredClone',
  ],
};

/** Runs in the page before anything of its own; throws what cannot be taken away. */
function takeAway(newer: typeof NEWER): void {
  for (const [place, names] of Object.entries(newer)) {
    let owner = window as unknown as Record<string, unknown>;
    if (place !== 'window') for (const part of place.split('.')) owner = owner[part] as typeof owner;
    for (const name of names) {
      for (let at: object | null = owner; at; at = Reflect.getPrototypeOf(at))
        Reflect.deleteProperty(at, name);
      if (name in owner) throw new Error(`${place}.${name} is still there`);
    }
  }
}

const HIDDEN_AT_FIRST = `<style id="wait">html { display: none }</style><script>
  addEventListener('load', () => setTimeout(() => document.getElementById('wait').remove(), 500));
</script>`;

const PAGES: [where: string, page: HostPage][] = [
  ['on a page that hides everything', { css: HOSTILE }],
  ['on a page that is hidden until it is ready', { head: HIDDEN_AT_FIRST }],
];

for (const [where, options] of PAGES) {
  test(`on the oldest browsers, ${where}: an answer, a person, a reply, and all of it again after a reload`, async ({
    page,
    host,
    shop,
    sql,
  }) => {
    const thrown: string[] = [];
    page.on('pageerror', ({ message }) => thrown.push(message));
    await page.addInitScript(takeAway, NEWER);
    const widget = new Widget(page, shop, await host(options));
    await widget.visit();
    await widget.open();
    await expect(widget.panel).toHaveCSS('position', 'fixed');
    await widget.ask();
    await expect(widget.log.locator('strong', { hasText: 'free' })).toBeVisible();
    await widget.requestHelp.click();
    await expect(widget.confirmation).toBeVisible();
    const [asked] = await escalations(sql, shop);
    expect(asked).toMatchObject({ trigger: 'inline_cta', question: QUESTION, status: 'open' });
    const conversation = asked!['conversation_id'] as string;
    const reply = (text: string) =>
      asMember(
        sql,
        shop.ownerId,
        (db) => db`select public.send_reply(${conversation}, ${randomUUID()}, ${text})`,
      );
    await reply('I am looking.');
    await expect(widget.log.getByText('I am looking.')).toBeVisible();
    await expect(widget.panel.getByText('Ana is answering')).toBeVisible();
    await widget.say('Thank you!');
    await widget.heard();
    await widget.input.press('Escape');
    await expect(widget.panel).toBeHidden();
    await reply('Found it.');
    await expect(widget.launcher).toHaveAccessibleName('Open chat, 1 unread message');

    await page.reload();
    await expect(widget.launcher).toHaveAccessibleName('Open chat, 1 unread message');
    await widget.open();
    for (const text of [QUESTION, 'I am looking.', 'Thank you!', 'Found it.'])
      await expect(widget.log.getByText(text)).toBeVisible();
    expect(await escalations(sql, shop)).toHaveLength(1);
    expect(thrown).toEqual([]);
  });
}
