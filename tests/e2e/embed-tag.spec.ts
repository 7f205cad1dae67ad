// Every way to put the tag on a page, and pages that do not make it easy: the chat opens, and one request for a person is one.
import { expect, html, test, widgetIn, type Site } from './embed-stage.ts';

test.describe('the tag', () => {
  test('works in the head, where there is no body yet', async ({ page, site, tag, asksOnce, troubles }) => {
    await page.goto(await site({ '/': html('<h1>Shop</h1>', tag('')) }));
    await asksOnce();
    expect(troubles).toEqual([]);
  });

  for (const words of ['', 'async', 'defer', 'type="module"']) {
    test(`works at the end of the body, ${words || 'plain'}`, async ({ page, site, tag, shop, troubles }) => {
      await page.goto(await site({ '/': html(`<h1>Shop</h1>${tag(words)}`) }));
      await widgetIn(page, shop).open();
      expect(troubles).toEqual([]);
    });
  }

  test('works when a script adds it long after the page has loaded', async ({
    page,
    site,
    stack,
    shop,
    asksOnce,
  }) => {
    await page.goto(await site({ '/': html('<h1>Shop</h1>') }));
    await page.evaluate(
      ([src, chatbot, api]) => {
        const script = document.createElement('script');
        script.src = src!;
        Object.assign(script.dataset, { chatbot, api });
        document.body.append(script);
      },
      [`${stack.app_url}/widget.js`, shop.chatbotId, stack.api_url],
    );
    await asksOnce();
  });

  test('stands twice on a page, and there is one chat', async ({ page, site, tag, asksOnce, troubles }) => {
    await page.goto(await site({ '/': html(tag(), tag('defer')) }));
    await asksOnce();
    expect(troubles).toEqual([]);
  });

  test('is written by document.write while the page is read', async ({ page, site, tag, asksOnce }) => {
    const written = JSON.stringify(tag('')).replaceAll('</', '<\\/');
    await page.goto(await site({ '/': html(`<h1>Shop</h1><script>document.write(${written})</script>`) }));
    await asksOnce();
  });
});

test.describe('a page', () => {
  test('that admits scripts by nonce and demands Trusted Types shows the chat', async ({
    page,
    site,
    tag,
    stack,
    asksOnce,
    troubles,
  }) => {
    const policy = [
      "default-src 'none'",
      "img-src 'self'",
      "script-src 'nonce-abc' 'strict-dynamic'",
      `connect-src ${stack.api_url} ${stack.api_url.replace(/^http/, 'ws')}`,
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types handoff',
    ].join('; ');
    const headers = { 'content-security-policy': policy };
    await page.goto(await site({ '/': { body: html(tag('async nonce="abc"')), headers } }));
    await asksOnce();
    expect(troubles).toEqual([]);
  });

  for (const sandbox of ['allow-scripts', 'allow-scripts allow-same-origin']) {
    test(`in a frame with sandbox="${sandbox}" shows the chat`, async ({ page, site, tag, asksOnce }) => {
      const files: Site = {
        '/': html(`<iframe sandbox="${sandbox}" src="/inner" width="600" height="700"></iframe>`),
        '/inner': html(`<h1>Inner</h1>${tag()}`),
      };
      await page.goto(await site(files));
      await asksOnce(page.frames()[1]);
    });
  }

  test('that is changed under a view transition keeps the chat', async ({
    page,
    site,
    tag,
    shop,
    asksOnce,
  }) => {
    await page.goto(await site({ '/': html(`<h1>Before</h1>${tag()}`) }));
    await expect(widgetIn(page, shop).launcher).toBeVisible();
    await page.evaluate(async () => {
      const anew = document.createElement('body');
      anew.innerHTML = '<h1>After</h1>';
      await document.startViewTransition(() => document.body.replaceWith(anew)).finished;
    });
    await expect(page.locator('h1')).toHaveText('After');
    await asksOnce();
  });

  test('that follows another one under a view transition shows the chat', async ({
    page,
    site,
    tag,
    shop,
    asksOnce,
  }) => {
    const head = `<style>@view-transition { navigation: auto }</style>${tag()}
      <script>addEventListener('pagereveal', ({ viewTransition }) => (window.isMoved = !!viewTransition))</script>`;
    await page.goto(
      await site({ '/': html('<a href="/next">Next</a>', head), '/next': html('<h1>Next</h1>', head) }),
    );
    await expect(widgetIn(page, shop).launcher).toBeVisible();
    await page.getByRole('link').click();
    await expect(page.locator('h1')).toHaveText('Next');
    // The event comes with the first frame, which the heading may be ahead of.
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { isMoved?: boolean }).isMoved))
      .toBe(true);
    await asksOnce();
  });
});
