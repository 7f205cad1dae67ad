// What a page does to the widget: takes its document away, tells it who it is in other ways, sends it off, prints.
import { expect, html, test } from './embed-stage.ts';
import { QUESTION, Widget } from './widget-stage.ts';

type Calls = Record<'open' | 'close' | 'reset' | 'destroy', () => void>;
const call = (page: Widget['page'], name: keyof Calls) =>
  page.evaluate((verb) => (window as unknown as { Handoff: Calls }).Handoff[verb](), name);

for (const [what, change] of Object.entries({
  'writes itself anew': () => {
    document.open();
    document.write('<!doctype html><title>New</title><h1>Another page</h1>');
    document.close();
  },
  'replaces its root': () => {
    const root = document.createElement('html');
    root.append(document.createElement('head'), document.createElement('body'));
    document.documentElement.replaceWith(root);
  },
  'replaces its body': () => {
    document.body.replaceWith(document.createElement('body'));
  },
}))
  test(`a page that ${what} keeps its chat, open as it was`, async ({ page, host, shop, asksOnce }) => {
    const widget = new Widget(page, shop);
    await page.goto(await host());
    await widget.open();
    await page.evaluate(change);
    await expect(widget.panel).toBeVisible();
    await widget.launcher.click();
    await expect(widget.panel).toBeHidden();
    await asksOnce();
  });

for (const [how, tagOf] of Object.entries({
  'in its address': (src: string, chatbot: string, api: string) =>
    `<script async src="${src}?chatbot=${chatbot}&api=${encodeURIComponent(api)}"></script>`,
  'in a global': (src: string, chatbot: string, api: string) =>
    `<script>window.HandoffSettings = ${JSON.stringify({ chatbot, api })}</script><script async src="${src}"></script>`,
  'with blanks and a slash around it': (src: string, chatbot: string, api: string) =>
    `<script async src="${src}" data-chatbot=" ${chatbot} " data-api=" ${api}// "></script>`,
}))
  test(`the tag says whose chat it is ${how}`, async ({ page, site, stack, shop, asksOnce, troubles }) => {
    const tag = tagOf(`${stack.app_url}/widget.js`, shop.chatbotId, stack.api_url);
    await page.goto(await site({ '/': html(tag) }));
    await asksOnce();
    expect(troubles).toEqual([]);
  });

for (const [what, data] of [
  ['nothing', ''],
  ['no chatbot that can be', 'data-chatbot="undefined" data-api="https://project.example"'],
  ['no address', 'data-chatbot="c0ffee00-0000-4000-8000-000000000001" data-api="project.example"'],
] as const)
  test(`a tag that tells ${what} is one error on the console, no button and no request`, async ({
    page,
    site,
    tag,
    troubles,
  }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(await site({ '/': html(tag('', data)) }));
    await expect.poll(() => troubles).toHaveLength(1);
    expect(troubles[0]).toMatch(/^Handoff: /);
    await expect(page.locator('handoff-widget')).toHaveCount(0);
    expect(asked.filter((path) => !['/', '/favicon.ico', '/widget.js'].includes(path))).toEqual([]);
  });

test('destroyed, it is gone with all that it put there and does not come back; a new tag brings it back', async ({
  page,
  host,
  shop,
  stack,
}) => {
  const widget = new Widget(page, shop);
  await page.goto(await host());
  await widget.open();
  await call(page, 'destroy');
  const isGone = async () => {
    await expect(page.locator('handoff-widget')).toHaveCount(0);
    expect(await page.evaluate("'Handoff' in window")).toBe(false);
    // One that was on its way is taken out when it arrives.
    await expect(page.locator('head script')).toHaveCount(0);
  };
  await isGone();
  await page.evaluate(() => document.body.replaceWith(document.createElement('body')));
  await isGone();
  await page.evaluate(
    ([src, chatbot, api]) => {
      const script = Object.assign(document.createElement('script'), { src });
      Object.assign(script.dataset, { chatbot, api });
      document.body.append(script);
    },
    [`${stack.app_url}/widget.js`, shop.chatbotId, stack.api_url],
  );
  await widget.open();
});

test('after a reset the next person at the device sees nothing of what was said, even when the page is left at once', async ({
  page,
  host,
  shop,
}) => {
  const widget = new Widget(page, shop);
  const address = await host();
  await page.goto(address);
  await widget.open();
  await widget.ask();
  await page.goto(address);
  await page.evaluate(() => {
    (window as unknown as { Handoff: Calls }).Handoff.reset();
    location.reload();
  });
  await expect(widget.launcher).toBeVisible();
  await widget.open();
  await expect(widget.log.getByText('Hello! How can I help?')).toBeVisible();
  await expect(widget.log.getByText(QUESTION)).toHaveCount(0);
});

test('a dialog of the page that was open first, takes every click and shuts off all around it does not take the first tap', async ({
  page,
  site,
  tag,
  asksOnce,
}) => {
  const jealous = `<div role="dialog" aria-modal="true"><button>Own</button></div><script>
    for (const type of ['pointerdown', 'mousedown', 'mouseup', 'touchstart', 'click', 'focusin'])
      document.addEventListener(type, (event) => {
        if (event.target.closest('[role=dialog]')) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        document.querySelector('[role=dialog] button').focus();
      }, true);
    new MutationObserver(() => document.querySelector('handoff-widget')?.setAttribute('inert', ''))
      .observe(document, { childList: true, subtree: true });
  </script>`;
  await page.goto(await site({ '/': html(jealous, tag()) }));
  await asksOnce();
});

test('the closed button is not printed', async ({ page, host, shop }) => {
  const widget = new Widget(page, shop);
  await page.goto(await host());
  await expect(widget.launcher).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(widget.launcher).toBeHidden();
});
