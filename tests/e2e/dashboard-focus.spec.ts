// For whoever has only a keyboard: the focus is never lost, whatever vanishes with what was pressed; and keys that put a word together
// belong to the input method.
import type { Page } from '@playwright/test';
import { atRest } from './at-rest.ts';
import {
  baseOf,
  converse,
  createTeam,
  expect,
  furnish,
  open,
  openDesk,
  row,
  test,
  toast,
} from './settings-stage.ts';

/** What has the focus: null for nothing. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    if (!activeElement || activeElement === document.body) return null;
    return (
      activeElement.getAttribute('aria-label') ??
      activeElement.textContent?.trim().slice(0, 40) ??
      activeElement.tagName
    );
  });

test('after Undo in a toast the focus is on the row that came back', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const ida = await converse(sql, team.chatbot_id, { name: 'Ida' });
  await converse(sql, team.chatbot_id, { name: 'Wanda' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await row(page, ida).click();
  await expect(page.getByRole('heading', { name: 'Ida' })).toBeVisible();
  await page.getByRole('button', { name: 'Mark resolved' }).focus();
  await page.keyboard.press('Enter');
  await expect(toast(page, 'Ida resolved.')).toBeVisible();
  await page.locator('.toaster').getByRole('button', { name: 'Undo' }).focus();
  await page.keyboard.press('Enter');
  await expect(row(page, ida)).toBeFocused();
});

test('an undo of the only case brings the focus to its row, though the list was empty', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ida = await converse(sql, team.chatbot_id, { name: 'Ida' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await row(page, ida).click();
  await page.getByRole('button', { name: 'Mark resolved' }).click();
  await expect(page.getByText('Nothing waiting')).toBeVisible();
  await page.locator('.toaster').getByRole('button', { name: 'Undo' }).focus();
  await page.keyboard.press('Enter');
  await expect(row(page, ida)).toBeFocused();
});

test('the focus stays on the page when what had it vanishes or rests', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  await furnish(team, 'https://hooks.example.com/handoff');
  const ida = await converse(sql, team.chatbot_id, { name: 'Ida' });
  await converse(sql, team.chatbot_id, { name: 'Wanda' });
  const page = await enter(team.owner);
  const press = async (name: string | RegExp, within = page.locator('body')) => {
    await within.getByRole('button', { name }).first().focus();
    await page.keyboard.press('Enter');
  };

  await openDesk(page, team.desk);
  await row(page, ida).click();
  await press('Claim');
  await expect(page.getByRole('button', { name: 'Claim' })).toHaveCount(0);
  expect(await focused(page), 'after a claim').not.toBeNull();
  await press('Details, timeline and receipts');
  await press('Close details');
  await expect(page.getByRole('button', { name: 'Close details' })).toHaveCount(0);
  expect(await focused(page), 'after the details').not.toBeNull();
  await press('Mark resolved');
  await expect(page.getByRole('heading', { name: 'Wanda' })).toBeVisible();
  expect(await focused(page), 'after a resolve').not.toBeNull();
  await press('Dismiss', page.locator('.toaster'));
  await expect(page.locator('.toaster button')).toHaveCount(0);
  expect(await focused(page), 'after a toast').not.toBeNull();
  await press('Canned replies');
  await press('New reply');
  await press('Cancel');
  expect(await focused(page), 'within a dialog').not.toBeNull();
  await press('Close');
  await expect(page.locator('dialog')).toHaveCount(0);
  expect(await focused(page), 'after a dialog').not.toBeNull();

  for (const [path, button] of [
    ['embed/follow-up-buttons', /^Remove/],
    ['embed/lead-form', /^Remove/],
    ['embed/office-hours', /^Remove/],
    ['embed/appearance', /^Save/],
    ['answers', /^Delete/],
  ] as const) {
    await open(page, `${baseOf(team)}/${path}`);
    await press(button, page.locator('main'));
    await atRest(page);
    await expect.poll(() => focused(page), `${path} ${button}`).not.toBeNull();
  }
});

test('keys of an input method run nothing: palette, search, recipients, shortcuts', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await converse(sql, team.chatbot_id, { name: 'Ida' });
  const page = await enter(team.owner);
  await openDesk(page, team.desk);
  /** Enter or Escape while a word is put together, as Chromium and as Safari tell it. */
  const compose = async (key: string) => {
    await page.evaluate((key) => {
      const on = document.activeElement ?? document.body;
      for (const sign of [{ isComposing: true }, { keyCode: 229 }])
        on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...sign }));
    }, key);
  };
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a case' }).fill('キー');
  await compose('Enter');
  await expect(page.getByRole('combobox', { name: 'Find a case' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByLabel('Search transcripts').fill('かな');
  await compose('Escape');
  await expect(page.getByLabel('Search transcripts')).toHaveValue('かな');
  await expect(page.getByLabel('Search transcripts')).toBeFocused();
  await page.getByLabel('Search transcripts').fill('');
  await page.getByLabel('Search transcripts').blur();
  await compose('j');
  expect(new URL(page.url()).searchParams.get('conv')).toBeNull();
  await open(page, `${baseOf(team)}/embed/human-support`);
  const field = page.getByLabel(/Add .*address|Recipients|E-mail/i).first();
  await field.fill('noor@example.test');
  await compose('Enter');
  await expect(field).toHaveValue('noor@example.test');
});
