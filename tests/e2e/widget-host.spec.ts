// Other people's pages: strict policies, hostile styles, odd scripts. The widget works there and leaves no trace of trouble.
import { escalations, expect, HOSTILE, strictPolicy, test, Widget } from './widget-stage.ts';

test('works under a strict policy and a rule that hides everything, on another origin, without a word in the console', async ({
  page,
  host,
  shop,
  sql,
  stack,
}) => {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text());
  });
  const widget = new Widget(page, shop);
  await page.goto(await host({ policy: strictPolicy(stack), css: HOSTILE }));
  await expect(page.locator('#own')).toBeHidden();
  await widget.open();
  await expect(widget.panel).toBeInViewport({ ratio: 1 });
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await expect(page.locator('#own')).toBeHidden();
  expect(await escalations(sql, shop)).toHaveLength(1);
  expect(troubles).toEqual([]);
});

test('is seen although what is around it is moved, faded, shrunk and out of reach', async ({
  page,
  host,
  shop,
}) => {
  const css = `html, body, body *, handoff-widget { visibility: hidden !important; opacity: 0 !important; z-index: -1 !important;
    transform: scale(0) translateX(300px) !important; pointer-events: none !important; position: static !important; }
    body { filter: blur(2px); overflow: hidden; display: none }`;
  const widget = new Widget(page, shop);
  await page.goto(await host({ css }));
  await widget.open();
  await expect(widget.panel).toBeInViewport({ ratio: 1 });
  await widget.ask();
});

test('gives the root back as it was when the page shows itself', async ({ page, host, shop }) => {
  const widget = new Widget(page, shop);
  await page.goto(await host({ css: HOSTILE }));
  await expect(widget.launcher).toBeVisible();
  const root = page.locator('html');
  await expect(root).toHaveAttribute('style', /display: block !important/);
  await page.evaluate(() => document.querySelector('link')!.remove());
  await expect(page.locator('#own')).toBeVisible();
  await expect(root).not.toHaveAttribute('style', /display/);
  await widget.open();
});

test('does not show what a page hides on purpose', async ({ page, host, shop }) => {
  // As pages do that must not be framed: the root alone is hidden until a script has had a look around.
  const head = `<style id="veil">html { display: none !important }</style><script>
    document.addEventListener('load', ({ target }) => {
      if (/\\/widget\\/reveal-/.test(target.src)) document.title = 'Looked at';
    }, true);
  </script>`;
  const widget = new Widget(page, shop);
  await page.goto(await host({ head }));
  // The part that could show it has run.
  await expect(page).toHaveTitle('Looked at');
  await expect(page.locator('html')).toHaveCSS('display', 'none');
  await expect(widget.launcher).toBeHidden();
  await page.evaluate(() => document.querySelector('#veil')!.remove());
  await expect(page.locator('#own')).toBeVisible();
  await widget.open();
});

test('makes do with Trusted Types, whoever has named the policies', async ({ page, host, shop }) => {
  const widget = new Widget(page, shop);
  await page.goto(await host({ policy: "require-trusted-types-for 'script'" }));
  await widget.open();
  await widget.ask();
  const blocked: string[] = [];
  page.on('pageerror', (error) => blocked.push(error.message));
  await page.goto(await host({ policy: "require-trusted-types-for 'script'; trusted-types none-of-ours" }));
  const warned = page.waitForEvent('console', (message) => message.text().startsWith('Handoff'));
  await widget.launcher.click();
  await warned;
  await expect(widget.launcher).toBeVisible();
  expect(blocked).toEqual([]);
});

test('passes a nonce on, and works where only nonces count', async ({ page, host, shop, stack }) => {
  const widget = new Widget(page, shop);
  const policy = `script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'; base-uri 'none'`;
  const head = `<script nonce="abc">addEventListener('DOMContentLoaded', () => {
    const s = document.createElement('script');
    s.src = '${stack.app_url}/widget.js'; s.nonce = 'abc';
    s.dataset.chatbot = '${shop.chatbotId}'; s.dataset.api = '${stack.api_url}';
    document.body.append(s);
  })</script>`;
  await page.goto(await host({ policy, head }));
  await widget.open();
  await expect(widget.log.getByText('Hello! How can I help?')).toBeVisible();
});

test('keeps to one global, queues calls, and survives listeners that throw', async ({ page, host, shop }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const head = `<script>
    window.before = new Set(Object.keys(window).concat('before', 'seen', 'Handoff'));
    window.seen = [];
    window.Handoff = [['on', 'open', () => { throw new Error('mine'); }], ['on', 'open', () => seen.push('open')],
      ['on', 'escalated', (detail) => seen.push(detail.reference)], ['escalate']];
  </script>`;
  const widget = new Widget(page, shop);
  await page.goto(await host({ head }));
  await expect(widget.confirmation).toBeVisible();
  const seen = () => page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  // The confirmation may be read with the conversation before the request itself is answered.
  await expect.poll(seen).toHaveLength(2);
  const [opened, reference] = await seen();
  expect(opened).toBe('open');
  await expect(widget.log.getByText(`Reference ${reference}`)).toBeVisible();
  const added = await page.evaluate(() => {
    const { before } = window as unknown as { before: Set<string> };
    return Object.keys(window).filter((name) => !before.has(name));
  });
  expect(added).toEqual([]);
  expect(errors).toEqual([]);
  await page.evaluate(() => (window as unknown as { Handoff: { close(): void } }).Handoff.close());
  await expect(widget.panel).toBeHidden();
});

test('letters typed in the chat are not taken by the shortcuts of the page', async ({ page, host, shop }) => {
  const head = `<script>document.addEventListener('keydown', (event) => {
    if (event.target.tagName !== 'TEXTAREA') { event.preventDefault(); document.title = 'taken'; } })</script>`;
  const widget = new Widget(page, shop);
  await page.goto(await host({ head }));
  await widget.open();
  await widget.input.pressSequentially('slash / and s');
  await expect(widget.input).toHaveValue('slash / and s');
  await expect(page).toHaveTitle('Host');
});

test('outlives a page that swaps its body', async ({ page, host, shop }) => {
  const widget = new Widget(page, shop);
  await page.goto(await host());
  await expect(widget.launcher).toBeVisible();
  await page.evaluate(() => {
    document.body = document.createElement('body');
  });
  await widget.open();
});

test('stays away from a site that may not use the chatbot', async ({ page, host, shop, sql }) => {
  await sql`update public.chatbots set allowed_origins = '{https://shop.example}' where id = ${shop.chatbotId}`;
  const refused = page.waitForResponse((response) => response.url().includes('/widget/config'));
  const warned = page.waitForEvent('console', (message) => message.text().startsWith('Handoff'));
  await page.goto(await host());
  expect((await refused).status()).toBe(403);
  // The script has read the refusal.
  await warned;
  await expect(new Widget(page, shop).launcher).toHaveCount(0);
});

test('draws an answer as text and elements, never as HTML, and visitors as text alone', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  const answer =
    'Look: <img src=x onerror="window.hurt=1"> [here](javascript:window.hurt=1) **bold** [there](https://x.example)';
  await sql`update public.answers set answer = ${answer} where chatbot_id = ${shop.chatbotId}`;
  await widget.visit();
  await widget.open();
  await widget.ask();
  await expect(widget.log.locator('img')).toHaveCount(0);
  const link = widget.log.getByRole('link');
  await expect(link).toHaveCount(1);
  await expect(link).toHaveAttribute('rel', /noopener/);
  await widget.say('**not bold** <b>nor this</b>');
  await expect(widget.log.getByText('**not bold** <b>nor this</b>')).toBeVisible();
  expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
});
