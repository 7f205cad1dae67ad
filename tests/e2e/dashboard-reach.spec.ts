// The desk at 400 % zoom; every page at that size: every-page.spec.ts.
import type { Page } from '@playwright/test';
import { converse, createTeam, expect, openDesk, row, test } from './dashboard-stage.ts';

test('at 400 % zoom a case is found, read, answered and resolved', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Wanda' });
  const page = await enter(team.agent, { viewport: { width: 320, height: 256 } });
  await openDesk(page, team.desk);
  const seen = async (what: ReturnType<Page['locator']>) => {
    await what.scrollIntoViewIfNeeded();
    const box = await what.boundingBox();
    expect(box!.height).toBeGreaterThan(120);
  };
  await seen(page.getByRole('list', { name: 'Cases' }));
  await row(page, id).click();
  await expect(page.getByRole('heading', { name: 'Wanda' })).toBeVisible();
  await seen(page.getByRole('log'));
  await page.getByLabel('Reply to Wanda').fill('It is on its way.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('log').getByText('It is on its way.')).toBeVisible();
  await page.getByRole('button', { name: 'Mark resolved' }).click();
  await expect(page.locator('.toaster').getByText('Wanda resolved.')).toBeVisible();
});
