// A team whose words are Hebrew, and what a page makes of them.
import type { Page } from '@playwright/test';
import type { Sql } from 'postgres';
import { converse, expect, type Team } from './dashboard-stage.ts';

/** Gives the team words from right to left wherever people write some; returns the conversation that is in them. */
export async function writeInHebrew(sql: Sql, team: Team): Promise<string> {
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
  return id;
}

/** Texts in Hebrew that take their direction from the page instead of from themselves. */
export function turned(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      const around = node.parentElement;
      if (!/\p{Script=Hebrew}/u.test(text) || !around || around.closest('.sr-only, script, option, title'))
        continue;
      // A program's text is read as programs are.
      if (around.closest('pre[dir="ltr"]')) continue;
      // An initial stands alone.
      if (text.length === 1) continue;
      if (!around.closest('[dir="auto"], bdi') && !text.includes('\u2068')) found.push(text.slice(0, 60));
    }
    for (const field of document.querySelectorAll<HTMLInputElement>('input, textarea'))
      if (/\p{Script=Hebrew}/u.test(field.value) && field.dir !== 'auto') found.push(`field: ${field.value}`);
    return found;
  });
}
