// The states of the triage page, each as somebody gets there, for the pictures.
import type { Page } from '@playwright/test';

type Show = (page: Page, desk: string) => Promise<unknown>;

const cases = (page: Page) => page.getByRole('list', { name: 'Cases' }).getByRole('link');

async function openDesk(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await cases(page).first().waitFor();
  await page.waitForLoadState('networkidle');
}

async function openCase(page: Page, desk: string): Promise<void> {
  await openDesk(page, desk);
  await cases(page).nth(1).click();
  await page.getByRole('log').waitFor();
}

async function openDetails(page: Page, desk: string, tab: string): Promise<void> {
  await openCase(page, desk);
  await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  await page.getByRole('tab', { name: tab }).click();
}

export const STATES: Record<string, Show> = {
  empty: async (page, desk) => {
    await page.goto(`${desk}?filter=older&days=90`);
    await page.getByRole('heading', { level: 3 }).first().waitFor();
  },
  'nothing-found': async (page, desk) => {
    await page.goto(`${desk}?search=something+nobody+said`);
    await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
  },
  'list-failed': async (page, desk) => {
    await openDesk(page, desk);
    await page.route('**/overview**', (route) => route.abort());
    await page.locator('[data-pill="resolved"]').click();
    await page.getByText('There’s no connection right now.').waitFor();
  },
  'case-failed': async (page, desk) => {
    await openDesk(page, desk);
    await page.route('**/conversations/**', (route) => route.abort());
    await cases(page).first().click();
    await page.getByRole('heading', { name: 'This case couldn’t be opened' }).waitFor();
  },
  'case-missing': async (page, desk) => {
    await page.goto(`${desk}?conv=00000000-0000-4000-8000-000000000000`);
  },
  'not-live': async (page, desk) => {
    await openCase(page, desk);
    await page.context().setOffline(true);
    await page.getByText('Not live.').waitFor();
  },
  'reply-not-sent': async (page, desk) => {
    await openCase(page, desk);
    await page.route('**/reply', (route) => route.abort());
    await page.getByRole('textbox', { name: 'Reply' }).fill('It left our house this morning.');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Send again' }).waitFor();
  },
  selection: async (page, desk) => {
    await openDesk(page, desk);
    await page.getByRole('checkbox').nth(1).check({ force: true });
    await page.getByRole('checkbox').nth(2).check({ force: true });
    await page.getByText('2 selected').first().waitFor();
  },
  palette: async (page, desk) => {
    await openDesk(page, desk);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
  },
  keyboard: async (page, desk) => {
    await openDesk(page, desk);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
  },
  timeline: (page, desk) => openDetails(page, desk, 'Timeline'),
  receipts: (page, desk) => openDetails(page, desk, 'Receipts'),
  resolved: async (page, desk) => {
    await openDesk(page, `${desk}?filter=resolved`);
    await cases(page).first().click();
    await page.getByRole('log').waitFor();
  },
  insights: async (page, desk) => {
    await page.goto(`${desk}/insights`);
    await page.locator('canvas').first().waitFor();
  },
};
