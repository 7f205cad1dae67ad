// Pages that a framework makes or moves: the chat neither disturbs their hydration nor goes with what they take away.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { bundle, expect, html, test, widgetIn } from './embed-stage.ts';

const installed = createRequire(import.meta.url);
const fileOf = (name: string) => readFileSync(installed.resolve(name), 'utf8');

const REACT: [version: number, alias: Record<string, string>][] = [
  [18, { react: 'react-18', 'react-dom': 'react-dom-18' }],
  [19, {}],
];

/** A React app that is the whole document, as frameworks on React make it; its button shows that hydration was complete. */
const app = (src: string, chatbot: string, api: string, place: 'head' | 'body') => `
  import { useState } from 'react';
  const tag = <script async src="${src}" data-chatbot="${chatbot}" data-api="${api}" />;
  export function App() {
    const [presses, setPresses] = useState(0);
    return <html lang="en">
      <head><meta charSet="utf-8" /><title>React</title>{${place === 'head'} && tag}</head>
      <body><button onClick={() => setPresses(presses + 1)}>Pressed {presses}</button>{${place === 'body'} && tag}
        <script async type="module" src="/app.js" /></body>
    </html>;
  }`;

type Calls = Record<'close', () => void>;
const close = (page: Page) => page.evaluate(() => (window as unknown as { Handoff: Calls }).Handoff.close());

/** The page as the server sends it, and the script that takes it over. */
async function reactApp(alias: Record<string, string>, ...settings: Parameters<typeof app>) {
  const source = `import React from 'react';${app(...settings)}`;
  const [server, client] = await Promise.all([
    bundle(
      `import { renderToString } from 'react-dom/server.browser';${source}
       export const page = renderToString(<App />);`,
      alias,
    ),
    bundle(`import { hydrateRoot } from 'react-dom/client';${source} hydrateRoot(document, <App />);`, alias),
  ]);
  const url = `data:text/javascript;base64,${btoa(unescape(encodeURIComponent(server)))}`;
  const rendered = (await import(url)) as { page: string };
  return { page: `<!doctype html>${rendered.page}`, client };
}

for (const [version, alias] of REACT) {
  for (const place of ['head', 'body'] as const) {
    test(`React ${version} hydrates the whole document around the tag in the ${place}`, async ({
      page,
      site,
      stack,
      shop,
      asksOnce,
      troubles,
    }) => {
      const react = await reactApp(alias, `${stack.app_url}/widget.js`, shop.chatbotId, stack.api_url, place);
      // The widget has the owner's settings before React begins.
      const after = page.waitForResponse((response) => response.url().includes('/widget/config'));
      await page.goto(await site({ '/': react.page, '/app.js': { body: react.client, after } }));
      const own = page.getByRole('button', { name: /^Pressed/ });
      await own.click();
      await expect(own).toHaveText('Pressed 1');
      await asksOnce();
      await close(page);
      await own.click();
      await expect(own).toHaveText('Pressed 2');
      await expect(widgetIn(page, shop).launcher).toBeVisible();
      expect(troubles).toEqual([]);
    });
  }

  test(`React ${version} hydrates the whole document long after it has loaded, and the chat is still there`, async ({
    page,
    site,
    stack,
    shop,
    asksOnce,
  }) => {
    const react = await reactApp(alias, `${stack.app_url}/widget.js`, shop.chatbotId, stack.api_url, 'head');
    const widget = widgetIn(page, shop);
    await page.goto(await site({ '/': react.page, '/app.js': '', '/late.js': react.client }));
    await widget.open();
    await page.evaluate(() => import(/* @vite-ignore */ new URL('/late.js', location.href).href));
    const own = page.getByRole('button', { name: /^Pressed/ });
    await own.click();
    await expect(own).toHaveText('Pressed 1');
    // Whatever React has made of the root, the chat is open as it was.
    await expect(widget.panel).toBeVisible();
    await close(page);
    await asksOnce();
  });
}

for (const place of ['head', 'body'] as const) {
  test(`Turbo swaps the body and brings it back, with the tag in the ${place}`, async ({
    page,
    site,
    tag,
    shop,
    asksOnce,
    troubles,
  }) => {
    const turbo = '<script src="/turbo.js"></script>';
    const around = (body: string) =>
      place === 'head' ? html(body, turbo + tag()) : html(body + tag(), turbo);
    await page.goto(
      await site({
        '/': around('<h1>First</h1><a href="/second">Second</a>'),
        '/second': around('<h1>Second</h1><a href="/">First</a>'),
        '/turbo.js': fileOf('@hotwired/turbo/dist/turbo.es2017-umd.js'),
      }),
    );
    await page.evaluate(() => Object.assign(window, { isSame: true }));
    const widget = widgetIn(page, shop);
    await asksOnce();
    await close(page);
    await page.getByRole('link', { name: 'Second' }).click();
    await expect(page.locator('h1')).toHaveText('Second');
    await widget.open();
    await expect(widget.confirmation).toBeVisible();
    await page.goBack();
    await expect(page.locator('h1')).toHaveText('First');
    await expect(widget.panel).toBeVisible();
    await expect(page.locator('handoff-widget')).toHaveCount(1);
    expect(await page.evaluate(() => 'isSame' in window)).toBe(true);
    expect(troubles).toEqual([]);
  });
}

test('htmx swaps the body of a boosted page', async ({ page, site, tag, shop, asksOnce, troubles }) => {
  const around = (body: string) =>
    html(`<div hx-boost="true">${body}</div>${tag()}`, '<script src="/htmx.js"></script>');
  await page.goto(
    await site({
      '/': around('<h1>First</h1><a href="/second">Second</a>'),
      '/second': around('<h1>Second</h1><a href="/">First</a>'),
      '/htmx.js': fileOf('htmx.org/dist/htmx.js'),
    }),
  );
  await page.evaluate(() => Object.assign(window, { isSame: true }));
  const widget = widgetIn(page, shop);
  await expect(widget.launcher).toBeVisible();
  await page.getByRole('link', { name: 'Second' }).click();
  await expect(page.locator('h1')).toHaveText('Second');
  await asksOnce();
  await page.goBack();
  await expect(page.locator('h1')).toHaveText('First');
  await expect(widget.panel).toBeVisible();
  await expect(page.locator('handoff-widget')).toHaveCount(1);
  expect(await page.evaluate(() => 'isSame' in window)).toBe(true);
  expect(troubles).toEqual([]);
});
