// Pages that want every key and the focus for themselves: a dialog with a focus trap, shortcuts that are heard first, a native dialog.
// What is typed in the open panel stays in it.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { escalations, expect, test, Widget } from './widget-stage.ts';

const read = (path: string) => readFileSync(new URL(`../../node_modules/${path}`, import.meta.url), 'utf8');
const TABBABLE = read('tabbable/dist/index.umd.min.js');
const FOCUS_TRAP = read('focus-trap/dist/focus-trap.umd.min.js');

/** Opens a dialog of the page that holds the focus as focus-trap does, and hides everything beside it from assistive technology. */
async function openTrappingDialog(page: Page): Promise<void> {
  await page.addScriptTag({ content: TABBABLE });
  await page.addScriptTag({ content: FOCUS_TRAP });
  await page.evaluate(() => {
    const dialog = document.createElement('div');
    dialog.setAttribute('role', 'dialog');
    dialog.setAttribute('aria-modal', 'true');
    dialog.innerHTML = '<h2>Newsletter</h2><input id="address"><button>Subscribe</button>';
    document.body.append(dialog);
    // As Radix, React Aria and others do to all that stands beside their dialog.
    const hide = () => {
      for (const element of [...document.body.children, ...document.documentElement.children]) {
        if (element.contains(dialog) || element === document.head) continue;
        element.setAttribute('aria-hidden', 'true');
        element.setAttribute('inert', '');
      }
    };
    hide();
    new MutationObserver(hide).observe(document.body, { childList: true });
    // As Bootstrap does: whatever takes the focus gives it back.
    document.addEventListener('focusin', ({ target }) => {
      if (!dialog.contains(target as Node)) dialog.querySelector('input')!.focus();
    });
    dialog.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget && !dialog.contains(relatedTarget as Node)) dialog.querySelector('input')!.focus();
    });
    const { focusTrap } = window as unknown as {
      focusTrap: { createFocusTrap(node: Node, options: object): { activate(): void } };
    };
    focusTrap.createFocusTrap(dialog, { initialFocus: '#address' }).activate();
  });
  await expect(page.locator('#address')).toBeFocused();
}

test('a dialog of the page that holds the focus leaves the chat what is typed, tapped and scrolled in it', async ({
  page,
  host,
  shop,
  sql,
}) => {
  const widget = new Widget(page, shop);
  await page.goto(await host());
  await widget.open();
  await openTrappingDialog(page);
  await widget.input.click();
  await page.keyboard.type('Where is order 1234?');
  await expect(widget.input).toHaveValue('Where is order 1234?');
  await expect(page.locator('#address')).toHaveValue('');
  await page.keyboard.press('Enter');
  await expect(widget.requestHelp).toHaveCount(1);
  await page.keyboard.type('And');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(widget.input).not.toBeFocused();
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe('handoff-widget');
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  expect(await escalations(sql, shop)).toHaveLength(1);
  // Assistive technology is not shut out either.
  await expect(page.locator('handoff-widget')).not.toHaveAttribute('inert');
  await expect(page.locator('handoff-widget')).not.toHaveAttribute('aria-hidden');
  // The dialog is as it was for whoever goes back to it.
  await page.locator('#address').click();
  await page.keyboard.type('me@shop.example');
  await expect(page.locator('#address')).toHaveValue('me@shop.example');
});

for (const target of ['document', 'window'] as const) {
  test(`shortcuts that the page hears first, at its ${target}, take no letter from the chat`, async ({
    page,
    host,
    shop,
  }) => {
    const widget = new Widget(page, shop);
    await page.goto(await host());
    await widget.open();
    // Installed after the chat; nothing can be done about what a page installed at its window before us.
    await page.evaluate((target) => {
      for (const type of ['keydown', 'keypress', 'beforeinput', 'paste']) {
        (target === 'window' ? window : document).addEventListener(
          type,
          (event) => {
            event.preventDefault();
            event.stopImmediatePropagation();
            document.title = `took ${type}`;
          },
          { capture: true },
        );
      }
    }, target);
    await widget.input.click();
    await page.keyboard.type('/jk gi? e');
    await expect(widget.input).toHaveValue('/jk gi? e');
    await page.keyboard.press('Enter');
    await expect(widget.log.getByText('/jk gi? e')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(widget.panel).toBeHidden();
    await expect(page).toHaveTitle('Host');
    // Outside of the chat the page has its keys.
    await page.locator('#own').focus();
    await page.keyboard.press('j');
    await expect(page).toHaveTitle(/^took/);
  });
}

test('a native modal dialog shuts the chat off until it closes, and nothing that was typed is lost', async ({
  page,
  host,
  shop,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const widget = new Widget(page, shop);
  await page.goto(await host());
  await widget.open();
  await widget.input.fill('Half a sent');
  await page.evaluate(() => {
    const dialog = document.createElement('dialog');
    dialog.innerHTML = '<form method="dialog"><button id="done">Done</button></form>';
    document.body.append(dialog);
    dialog.showModal();
  });
  // The browser itself makes everything else inert; no script may change that.
  await expect(page.locator('#done')).toBeFocused();
  await page.keyboard.type('ence');
  await page.locator('#done').click();
  await widget.input.click();
  await page.keyboard.press('End');
  await page.keyboard.type('ence');
  await expect(widget.input).toHaveValue('Half a sentence');
  await page.keyboard.press('Enter');
  await expect(widget.log.getByText('Half a sentence')).toBeVisible();
  expect(errors).toEqual([]);
});
