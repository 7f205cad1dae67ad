// People write from right to left as well: wherever their words stand on the desk, they are read from their own beginning. The other
// pages: every-page.spec.ts.
import { createTeam, expect, openDesk, row, test } from './dashboard-stage.ts';
import { turned, writeInHebrew } from './right-to-left-stage.ts';

test('words from right to left begin where they begin, in every part of the desk', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await writeInHebrew(sql, team);
  const page = await enter(team.owner);
  const found: string[] = [];
  const look = async (where: string) =>
    found.push(...(await turned(page)).map((text) => `${where}: ${text}`));

  await openDesk(page, `${team.desk}?conv=${id}`);
  await expect(row(page, id)).toBeVisible();
  await page.getByLabel(/Reply to/).fill('שלום');
  await look('the desk');
  await page.getByLabel(/Reply to/).fill('/');
  await look('canned replies');
  await page.getByLabel(/Reply to/).fill('');
  await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await look('the timeline');
  await page.getByRole('button', { name: 'Assign', exact: true }).click();
  await look('who it can be given to');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+k');
  await look('the palette');
  expect(found).toEqual([]);
});
