// Every view and every case has an address: it can be shared, it survives a reload, and Back means back.
import { expect } from './story.ts';
import { converse, createTeam, joinOf, openDesk, row, test } from './dashboard-stage.ts';

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

test('from a search Enter opens the first result, and the arrow down goes to it', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const older = await converse(sql, team.chatbot_id, {
    name: 'Nora',
    question: `${'Before it there are many words. '.repeat(10)}The anorak is stuck`,
    answer: 'Let me see.',
  });
  const newer = await converse(sql, team.chatbot_id, { name: 'Owen', question: 'Is the anorak blue?' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const search = page.getByLabel('Search transcripts, leads and sessions');
  expect((await search.boundingBox())!.width).toBeGreaterThan(180);
  await search.fill('anorak');
  await search.press('ArrowDown');
  await expect(row(page, newer)).toBeFocused();
  await expect(page.getByRole('log')).toHaveCount(0);
  // The row shows the words that were found, wherever in the transcript they are.
  await expect(row(page, older).locator('mark')).toHaveText('anorak');
  await search.focus();
  await search.press('Enter');
  await expect(page.getByRole('heading', { name: 'Owen' })).toBeVisible();
  await expect(row(page, newer)).toBeFocused();
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
  // Until its scripts are at work, a page that was loaded anew leaves going back to the browser.
  const joined = joinOf(page);
  await page.reload();
  await joined;
  await expect(heading('Sami Second')).toBeVisible();
  await page.goBack();
  await expect(heading('Freda First')).toBeVisible();
  await page.goBack();
  await expect(heading('Freda First')).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`${team.desk}$`));
  await page.goForward();
  await expect(heading('Freda First')).toBeVisible();
});
