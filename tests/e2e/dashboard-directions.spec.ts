// People write from right to left as well: wherever their words stand, they are read from their own beginning.
import { converse, createTeam, expect, open, openDesk, PAGES, baseOf, row, test } from './settings-stage.ts';
import type { Page } from '@playwright/test';

/** Texts in Hebrew that take their direction from the page instead of from themselves. */
function turned(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      const around = node.parentElement;
      if (!/\p{Script=Hebrew}/u.test(text) || !around || around.closest('.sr-only, script, option, title'))
        continue;
      // An initial stands alone.
      if (text.length === 1) continue;
      if (!around.closest('[dir="auto"], bdi') && !text.includes('\u2068')) found.push(text.slice(0, 60));
    }
    for (const field of document.querySelectorAll<HTMLInputElement>('input, textarea'))
      if (/\p{Script=Hebrew}/u.test(field.value) && field.dir !== 'auto') found.push(`field: ${field.value}`);
    return found;
  });
}

test('words from right to left begin where they begin, on every page', async ({ enter, stack, sql }) => {
  test.setTimeout(600_000);
  const team = await createTeam(stack, sql);
  await sql`update chatbots set name = 'חנות הספרים' where id = ${team.chatbot_id}`;
  await sql`update profiles set display_name = 'דנה כהן' where user_id in (${team.owner.id}, ${team.agent.id})`;
  await sql`insert into answers (chatbot_id, question, answer) values (${team.chatbot_id}, 'איפה החבילה?', 'בדרך.')`;
  const saved = await team.owner.db.rpc('save_canned_reply', {
    chatbot_id: team.chatbot_id,
    id: null,
    shortcut: 'שלום',
    body: 'שלום רב',
  });
  expect(saved.error).toBeNull();
  const id = await converse(sql, team.chatbot_id, {
    name: 'יעל לוי',
    question: 'איפה החבילה שלי? הזמנתי לפני שבוע',
    answer: 'בדרך אליך',
  });
  await team.agent.db.rpc('add_note', { conversation_id: id, id: crypto.randomUUID(), text: 'להתקשר' });
  const [escalation] = await sql`select id from escalations where conversation_id = ${id}`;
  await team.agent.db.rpc('claim_escalation', { escalation_id: escalation!['id'] });
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
  for (const path of [...PAGES, 'human-support/insights', `human-support/conversations/${id}/print`]) {
    await open(page, `${baseOf(team)}/${path}`);
    await look(path);
  }
  for (const path of ['/dashboard', '/account']) {
    await open(page, path);
    await look(path);
  }
  expect(found).toEqual([]);
});
