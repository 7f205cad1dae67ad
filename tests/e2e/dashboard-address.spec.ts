// Every view and every case has an address: it can be shared, it survives a reload, and Back means back.
import { expect } from './story.ts';
import { converse, createTeam, openDesk, row, test } from './dashboard-stage.ts';

test('search finds words of a transcript, and the address keeps the view', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const wanted = await converse(sql, team.chatbot_id, { question: 'The zipper of my anorak is stuck' });
  const other = await converse(sql, team.chatbot_id, { question: 'Do you ship to Malta?' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await page.getByLabel('Search transcripts, leads and sessions').fill('anorak');
  await expect(row(page, other)).toHaveCount(0);
  await expect(row(page, wanted)).toBeVisible();
  await expect(page).toHaveURL(/search=anorak/);
  await page.reload();
  await expect(row(page, wanted)).toBeVisible();
  await expect(row(page, other)).toHaveCount(0);
});

test('Back leads past a reload to what was shown before it', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const first = await converse(sql, team.chatbot_id, { name: 'Freda First' });
  const second = await converse(sql, team.chatbot_id, { name: 'Sami Second' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const heading = (name: string) => page.getByRole('heading', { name });
  await row(page, first).click();
  await expect(heading('Freda First')).toBeVisible();
  await row(page, second).click();
  await expect(heading('Sami Second')).toBeVisible();
  await page.reload();
  await expect(heading('Sami Second')).toBeVisible();
  await page.goBack();
  await expect(heading('Freda First')).toBeVisible();
  await page.goBack();
  await expect(heading('Freda First')).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`${team.desk}$`));
  await page.goForward();
  await expect(heading('Freda First')).toBeVisible();
});
