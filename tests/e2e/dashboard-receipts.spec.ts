// What could not be delivered is named on its case with the reason, and can be sent again by those who may.
import type { Page } from '@playwright/test';
import { converse, createTeam, expect, openDesk, test } from './dashboard-stage.ts';
import { SENT } from './story.ts';

async function openReceipts(page: Page, address: string): Promise<void> {
  await openDesk(page, address);
  await page.getByRole('button', { name: 'Details, timeline and receipts' }).click();
  await page.getByRole('tab', { name: 'Receipts' }).click();
}

test('a mail that failed is sent again from its receipt, and arrives', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id);
  const mail = () => sql<{ id: string; status: string }[]>`
    select id, status from deliveries where conversation_id = ${id} and recipient = ${team.owner.email} and purpose = 'alert'`;
  // The last word about it, so that none comes after what is written here.
  await expect.poll(async () => (await mail())[0]?.status, SENT).toBe('delivered');
  await sql`update deliveries set status = 'failed', reason = 'attempts_exhausted', next_attempt_at = null
    where id = ${(await mail())[0]!.id}`;

  const agent = await enter(team.agent);
  await openReceipts(agent, `${team.desk}?conv=${id}`);
  await expect(agent.getByText('failed', { exact: true })).toBeVisible();
  await expect(agent.getByRole('button', { name: 'Send again' })).toHaveCount(0);

  const owner = await enter(team.owner);
  await openReceipts(owner, `${team.desk}?conv=${id}`);
  await owner.getByRole('button', { name: 'Send again' }).click();
  await expect(owner.locator('.toaster').getByText('Queued to be sent again.')).toBeVisible();
  await expect.poll(async () => (await mail())[0]?.status, SENT).toMatch(/sent|delivered/);
  await expect(owner.getByRole('button', { name: 'Send again' })).toHaveCount(0);
});
