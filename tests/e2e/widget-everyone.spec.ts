// Everyone can use it: by keyboard alone, with a screen reader, on a small screen, from right to left.
import { randomUUID } from 'node:crypto';
import { accessibilityFindings } from '../support/axe.ts';
import { asMember, escalations, expect, QUESTION, test, Widget } from './widget-stage.ts';

test('the whole way by keyboard alone, and the focus comes back', async ({ widget, page, shop, sql }) => {
  await widget.visit();
  await expect(widget.launcher).toBeVisible();
  await widget.launcher.focus();
  await page.keyboard.press('Enter');
  await expect(widget.input).toBeFocused();
  await page.keyboard.type('How do I return boots?');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('They are new.');
  await page.keyboard.press('Enter');
  await expect(widget.requestHelp).toBeVisible();
  await expect(widget.log.getByText('They are new.')).toBeVisible();
  await widget.heard();
  for (let stops = 0; stops < 12 && !(await isFocused(widget)); stops++)
    await page.keyboard.press('Shift+Tab');
  await expect(widget.requestHelp).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(widget.confirmation).toBeVisible();
  // The button that was pressed is gone; the focus is not.
  await expect(widget.input).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(widget.panel).toBeHidden();
  await expect(widget.launcher).toBeFocused();
  expect(await escalations(sql, shop)).toHaveLength(1);
});

const isFocused = (widget: Widget) =>
  widget.requestHelp.evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button);

test('Enter that ends a composition is not Enter that sends', async ({ widget, shop, sql }) => {
  await widget.visit();
  await widget.open();
  await widget.input.fill('こんにちは');
  await widget.input.evaluate((input) => {
    const options = { key: 'Enter', bubbles: true, composed: true, cancelable: true };
    input.dispatchEvent(new KeyboardEvent('keydown', { ...options, isComposing: true }));
    input.dispatchEvent(new KeyboardEvent('keydown', { ...options, keyCode: 229 }));
  });
  await expect(widget.input).toHaveValue('こんにちは');
  expect(await sql`select from public.messages where chatbot_id = ${shop.chatbotId}`).toHaveLength(0);
});

test('a text that is too long is counted and held back, not cut', async ({ widget }) => {
  await widget.visit();
  await widget.open();
  await widget.input.fill('x'.repeat(3_700));
  await expect(widget.panel.getByText('3,700 / 4,000')).toBeVisible();
  await widget.input.fill('x'.repeat(4_001));
  await expect(widget.panel.locator('.limit')).toHaveText(
    '4,001 of 4,000 characters. Please shorten your message.',
  );
  await widget.input.press('Enter');
  await expect(widget.input).toHaveValue('x'.repeat(4_001));
});

// What is left of 1280 × 800 at 200 % zoom is 640 × 400. Each language begins with the other light, so that every screen is seen in both.
const SCREENS = [
  { width: 320, height: 640 },
  { width: 375, height: 760 },
  { width: 640, height: 400 },
  { width: 1280, height: 800 },
];
const LIGHTS = ['light', 'dark'] as const;

for (const [locale, first] of [
  ['en', 0],
  ['he', 1],
] as const) {
  test(`no barrier in any state, on any screen, in ${locale}`, async ({
    page,
    context,
    widget,
    shop,
    sql,
    stack,
  }) => {
    test.setTimeout(400_000);
    const findings: string[] = [];
    const look = async (state: string) => {
      for (const [index, screen] of SCREENS.entries()) {
        const colorScheme = LIGHTS[(index + first) % 2]!;
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(screen);
        for (const found of await accessibilityFindings(page, {
          within: 'handoff-widget',
          tags: ['best-practice'],
        }))
          findings.push(`${state}, ${screen.width} px, ${colorScheme}: ${found}`);
        expect(await widget.log.evaluateAll(([log]) => (log ? log.scrollWidth - log.clientWidth : 0))).toBe(
          0,
        );
      }
    };
    const fields = [{ key: 'email', label: null, is_required: true }];
    await sql`update public.lead_forms set timing = 'after_escalation', fields = ${sql.json(fields)} where chatbot_id = ${shop.chatbotId}`;
    // Pale enough to be unreadable with white text on it.
    await sql`update public.chatbots set accent_color = '#ffd54a' where id = ${shop.chatbotId}`;
    const table =
      '# Sizes\n\n| S | M |\n|---|---|\n| 1 | 2 |\n\n`code` [link](https://x.example)\n\n> quote\n\n```\nblock\n```';
    await sql`update public.answers set answer = ${table} where chatbot_id = ${shop.chatbotId}`;
    await widget.visit(`&locale=${locale}`);
    await expect(widget.launcher).toBeVisible();
    await look('closed');
    await widget.open();
    await widget.say(QUESTION);
    await expect(widget.log.locator('.cta button')).toHaveCount(2);
    await look('the assistant answers');

    await widget.log.locator('.cta button').last().click();
    const form = widget.log.getByRole('form');
    await form.locator('[type=submit]').click();
    await expect(form.locator('.fault').first()).not.toBeEmpty();
    await look('waiting, with a form that lacks something');

    const [row] = await escalations(sql, shop);
    const conversationId = String(row!['conversation_id']);
    await asMember(
      sql,
      shop.ownerId,
      (db) => db`select public.send_reply(${conversationId}, ${randomUUID()}, 'I am here now.')`,
    );
    await expect(widget.log.getByText('I am here now.')).toBeVisible();
    await look('a person is here');

    await context.setOffline(true);
    await expect(widget.panel.locator('.offline')).not.toBeEmpty();
    await widget.say('Are you there?');
    await expect(widget.log.locator('.unsent button')).toHaveCount(1);
    await look('without a line');
    await context.route(`${stack.api_url}/functions/v1/widget/messages`, (route) =>
      route.fulfill({ status: 500, headers: { 'access-control-allow-origin': '*' }, json: {} }),
    );
    await context.setOffline(false);
    await expect(widget.panel.locator('.offline')).toBeEmpty();
    // Where the line is up, a person is offered besides another try.
    await expect(widget.log.locator('.unsent button')).toHaveCount(2);
    await look('a failing server');
    expect(findings).toEqual([]);
  });
}

test('every target is 44 pixels or more', async ({ widget }) => {
  await widget.visit();
  await widget.open();
  await widget.ask();
  await widget.heard();
  for (const target of await widget.panel.getByRole('button').all()) {
    const box = (await target.boundingBox())!;
    expect(Math.min(box.width, box.height), await target.innerText()).toBeGreaterThanOrEqual(44);
  }
});

test('fills a screen of 320 pixels without scrolling sideways, and keeps the focus inside', async ({
  widget,
  page,
}) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await widget.visit();
  await widget.open();
  await widget.ask();
  await expect.poll(() => widget.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 320, height: 568 });
  await expect(widget.panel).toHaveAttribute('aria-modal', 'true');
  expect(await widget.log.evaluate((log) => log.scrollWidth - log.clientWidth)).toBe(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  for (let stops = 0; stops < 12; stops++) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('HANDOFF-WIDGET');
  }
});

test('everything can be reached at 200 % zoom of a small laptop', async ({ widget, page }) => {
  await page.setViewportSize({ width: 640, height: 360 });
  await widget.visit();
  await widget.open();
  await widget.ask();
  await expect(widget.panel).toBeInViewport({ ratio: 1 });
  await expect(widget.input).toBeInViewport({ ratio: 1 });
  expect((await widget.log.boundingBox())!.height).toBeGreaterThan(80);
});

test('runs from right to left in Hebrew and Arabic, with the owner’s side kept', async ({
  widget,
  page,
  shop,
  sql,
}) => {
  await sql`update public.chatbots set position = 'left' where id = ${shop.chatbotId}`;
  for (const [locale, label, talk] of [
    ['he', 'כתיבת הודעה', 'לדבר עם נציג אנושי'],
    ['ar', 'اكتب رسالة', 'التحدث إلى شخص'],
  ] as const) {
    await page.evaluate(() => localStorage.clear()).catch(() => undefined);
    await widget.visit(`&locale=${locale}`);
    await widget.open();
    const input = widget.panel.getByLabel(label);
    await expect(input).toHaveCSS('direction', 'rtl');
    const [field, send] = [await input.boundingBox(), await widget.panel.locator('.send').boundingBox()];
    expect(send!.x).toBeLessThan(field!.x);
    expect((await widget.panel.boundingBox())!.x).toBeLessThan(100);
    await input.fill('boots');
    await input.press('Enter');
    await expect(widget.log.getByRole('button', { name: talk })).toBeVisible();
  }
});

test('speaks the language of the page when the script tag says none', async ({ page, host, shop }) => {
  const widget = new Widget(page, shop);
  await page.goto(await host({ lang: 'de-AT' }));
  await widget.open();
  await expect(widget.panel.getByText('KI-Assistent')).toBeVisible();
});
