// Lists and transcripts longer than what is read at once, and screens taller than that: everything can be reached, and whoever
// has scrolled far down still sees what others do.
import type { Page } from '@playwright/test';
import type { Sql } from 'postgres';
import { converse, createTeam, expect, openDesk, pill, row, say, test } from './dashboard-stage.ts';

const LIVE = { timeout: 20_000 };

/** Cases that asked for a person a minute apart; the first in the list is the newest. */
async function fillList(sql: Sql, chatbot_id: string, count: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    insert into conversations (chatbot_id, visitor_name)
    select ${chatbot_id}, 'Visitor ' || n from generate_series(1, ${count}) n returning id`;
  const ids = rows.map(({ id }) => id);
  await sql`insert into messages (conversation_id, role, text)
    select id, 'visitor', 'Where is my parcel?' from unnest(${ids}::uuid[]) id`;
  await sql`insert into escalations (conversation_id, trigger, escalated_at)
    select id, 'inline_cta', now() - n * interval '1 minute' from unnest(${ids}::uuid[]) with ordinality as l (id, n)`;
  const sorted = await sql<{ id: string }[]>`
    select id from conversations where chatbot_id = ${chatbot_id} order by escalated_at desc, id desc`;
  return sorted.map(({ id }) => id);
}

/** Scrolls the list down until it shows its last case. */
async function scrollTo(page: Page, id: string): Promise<void> {
  await expect(async () => {
    await page.getByRole('list', { name: 'Cases' }).evaluate((list) => list.scrollBy(0, 2000));
    await expect(row(page, id)).toBeInViewport({ timeout: 300 });
  }).toPass({ timeout: 60_000 });
}

test('a screen taller than a page of rows fills itself without scrolling', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const ids = await fillList(sql, team.chatbot_id, 57);
  const page = await enter(team.agent, { viewport: { width: 1280, height: 6000 } });
  await openDesk(page, team.desk);
  await expect(pill(page, 'unresolved')).toHaveText('57');
  await expect(row(page, ids.at(-1)!)).toBeVisible();
});

test('a transcript shorter than the screen shows its beginning without scrolling', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { question: 'The very first line' });
  await sql`insert into messages (conversation_id, role, text)
    select ${id}, 'visitor', 'Line ' || n from generate_series(1, 100) n`;
  const page = await enter(team.agent, { viewport: { width: 1280, height: 9000 } });
  await openDesk(page, `${team.desk}?conv=${id}`);
  await expect(page.getByRole('log').getByText('The very first line')).toBeVisible();
  await expect(page.getByRole('log').getByText('Line 100')).toBeVisible();
});

test('a case opens where its new messages begin, also when there are more than a screen and a page of them', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const other = await converse(sql, team.chatbot_id);
  const id = await converse(sql, team.chatbot_id, { question: 'The very first line' });
  await sql`insert into messages (conversation_id, role, text)
    select ${id}, 'visitor', 'Line ' || n from generate_series(1, 200) n`;
  await sql`insert into conversation_reads (conversation_id, user_id, chatbot_id, last_read_seq)
    values (${id}, ${team.agent.id}, ${team.chatbot_id}, (select last_seq from conversations where id = ${id}) - 120)`;
  const unread = async () => {
    const log = page.getByRole('log');
    await expect(log.getByText('120 new messages')).toBeInViewport();
    await expect(log.getByText('Line 81', { exact: true })).toBeInViewport();
    await expect(log.getByText('Line 200', { exact: true })).not.toBeInViewport();
    await page.getByRole('button', { name: 'Latest' }).click();
    await expect(log.getByText('Line 200', { exact: true })).toBeInViewport();
  };
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${id}`);
  await unread();
  const readUpTo = () => sql`
    select c.last_seq - r.last_read_seq as unread from conversations c
    join conversation_reads r on r.conversation_id = c.id where c.id = ${id}`;
  await expect.poll(readUpTo).toEqual([{ unread: '0' }]);
  await sql`update conversation_reads set last_read_seq = last_read_seq - 120 where conversation_id = ${id}`;
  await openDesk(page, `${team.desk}?conv=${other}`);
  await row(page, id).click();
  await unread();
});

test('whoever reads further up keeps the place, whatever comes below and above it', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id);
  await sql`insert into messages (conversation_id, role, text)
    select ${id}, 'visitor', 'Line ' || n || repeat(' and more', (n - 1) % 40) from generate_series(1, 150) n`;
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${id}`);
  const log = page.getByRole('log');
  await expect(log.getByText(/^Line 150/)).toBeInViewport();
  const scroller = log.locator('.scroller');
  const up = (pixels: number) => scroller.evaluate((node, by) => node.scrollBy(0, -by), pixels);
  /** The text in the middle of what is seen, and how far down it stands, once that is the same for some frames. */
  const place = () =>
    scroller.evaluate(async (node) => {
      const look = () => {
        const { top, height, left, width } = node.getBoundingClientRect();
        const found = document.elementFromPoint(left + width / 2, top + height / 2)?.closest('.item');
        return [found?.textContent, Math.round((found?.getBoundingClientRect().top ?? 0) - top)] as const;
      };
      let seen = look();
      for (let still = 0; still < 5; still++) {
        await new Promise(requestAnimationFrame);
        const now = look();
        if (now.join() !== seen.join()) still = -1;
        seen = now;
      }
      return seen;
    });

  await up(900);
  await expect(page.getByRole('button', { name: 'Latest' })).toBeVisible();
  const before = await place();
  await say(sql, id, 'And another thing');
  await expect(log).toContainText('And another thing');
  expect(await place()).toEqual(before);

  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/messages?before_seq=*', async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest('**/messages?before_seq=*');
  await up(100_000);
  await asked;
  const above = await place();
  // The first is the heading of the day.
  const first = log.locator('.item').nth(1);
  const oldest = (await first.textContent())!;
  letGo();
  await expect(first).not.toHaveText(oldest);
  expect(await place()).toEqual(above);
  await page.getByRole('button', { name: 'Latest' }).click();
  await expect(log.getByText('And another thing')).toBeInViewport();
});

test('a case of long answers opens at once, is drawn bit by bit, and can be read to its beginning and back', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { question: 'The very first line' });
  await sql`insert into messages (conversation_id, role, text)
    select ${id}, 'assistant', '**Answer ' || n || '**' || repeat(E'\\n\\n- [size](https://shop.example/size) *' || n || '*', 90)
    from generate_series(1, 24) n`;
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await row(page, id).click();
  const log = page.getByRole('log');
  const answer = (n: number) => log.getByText(`Answer ${n}`, { exact: true });
  await expect(answer(24)).toHaveCount(1);
  // Of as many short ones all would be there.
  await expect.poll(() => answer(20).count()).toBe(1);
  await expect(answer(5)).toHaveCount(0);
  const scroller = log.locator('.scroller');
  await expect(async () => {
    await scroller.evaluate((node) => node.scrollBy(0, -20_000));
    await expect(log.getByText('The very first line')).toBeInViewport({ timeout: 300 });
  }).toPass({ intervals: [50], timeout: 120_000 });
  await expect(answer(24)).toHaveCount(0);
  await page.getByRole('button', { name: 'Latest' }).click();
  await expect(answer(24)).toHaveCount(1);
  await expect.poll(() => scroller.evaluate((node) => Math.round(node.scrollTop))).toBe(0);
});

test('whoever has scrolled far down sees there what others do', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const ids = await fillList(sql, team.chatbot_id, 320);
  const back = ids[317]!;
  await sql`update escalations set status = 'resolved' where conversation_id = ${back}`;
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await scrollTo(page, ids[319]!);
  await expect(row(page, back)).toHaveCount(0);

  await sql`update escalations set status = 'open' where conversation_id = ${back}`;
  await expect(row(page, back)).toBeVisible(LIVE);

  await sql`update escalations set claimed_by = ${team.owner.id} where conversation_id = ${ids[316]!}`;
  await expect(row(page, ids[316]!)).toContainText('Olive Owner', LIVE);

  await sql`update escalations set status = 'resolved' where conversation_id = ${ids[315]!}`;
  await expect(row(page, ids[315]!)).toHaveCount(0, LIVE);
  await expect(row(page, ids[316]!)).toBeVisible();
});
