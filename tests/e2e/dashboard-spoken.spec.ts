// What a screen reader is told at the desk: the texts of its one live region, in the order in which they come.
import type { Page } from '@playwright/test';
import { converse, createTeam, escalate, expect, openDesk, row, say, test } from './dashboard-stage.ts';

/** Everything that is announced from now on. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const hear = () => {
      for (const region of document.querySelectorAll('[data-announcer]')) {
        const words = region.textContent ?? '';
        if (words && words !== region.getAttribute('data-heard')) heard.push(words);
        region.setAttribute('data-heard', words);
      }
    };
    new MutationObserver(hear).observe(document.body, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

test('a new case is told with its words, a burst of them as a number', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const heard = await listen(page);
  const wanda = await converse(sql, team.chatbot_id, { name: 'Wanda', isEscalated: false });
  await say(sql, wanda, 'May I speak to someone?');
  await escalate(sql, wanda);
  await expect.poll(heard).toEqual(['New case. Wanda: May I speak to someone?']);
  await Promise.all(['Ida', 'Jo', 'Kim'].map((name) => converse(sql, team.chatbot_id, { name })));
  await expect.poll(heard).toEqual(['New case. Wanda: May I speak to someone?', '3 new cases.\u00a0']);
});

test('opening a case tells its name, and then only what its visitor writes, once', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const wanda = await converse(sql, team.chatbot_id, { name: 'Wanda' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const heard = await listen(page);
  await row(page, wanda).click();
  const log = page.getByRole('log', { name: 'Transcript' });
  await expect(log).toContainText('Where is my parcel?');
  await expect.poll(heard).toEqual(['Wanda.']);
  await expect(log).toHaveAttribute('aria-live', 'off');
  // No other live region tells the same.
  await expect(log.locator('[role="status"], [aria-live="polite"]')).toHaveCount(0);
  await say(sql, wanda, 'Hello?');
  await expect.poll(heard).toEqual(['Wanda.', 'Wanda: Hello?\u00a0']);
  await say(sql, wanda, 'Hello?');
  await expect.poll(heard).toEqual(['Wanda.', 'Wanda: Hello?\u00a0', 'Wanda: Hello?']);
});

test('a search tells how many it found, a resolve how it is taken back, the palette what Enter would do', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const wanda = await converse(sql, team.chatbot_id, { name: 'Wanda' });
  await converse(sql, team.chatbot_id, { name: 'Ida', question: 'Do you ship to Malta?' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const heard = await listen(page);
  const latest = async () => (await heard()).at(-1)?.trim();
  await page.getByLabel('Search transcripts').fill('Malta');
  await expect.poll(latest).toBe('1 case found.');
  await page.getByLabel('Search transcripts').fill('Mars');
  await expect.poll(latest).toBe('Nothing found.');
  await page.getByLabel('Search transcripts').fill('');
  await row(page, wanda).click();
  await expect(page.getByRole('log')).toContainText('Where is my parcel?');
  await page.getByRole('button', { name: 'Mark resolved' }).click();
  await expect.poll(async () => (await heard()).join(' ')).toContain('Wanda resolved. Press Z to undo.');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a case' }).fill('manage');
  await expect.poll(latest).toMatch(/^Manage canned replies, 1 of \d/);
});
