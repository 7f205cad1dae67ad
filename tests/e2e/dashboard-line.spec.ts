// Two windows and a socket that dies: while it is dead the other window and the visitors go on, and when it lives again the page
// shows, without a reload, what the database holds.
import type { Page, WebSocketRoute } from '@playwright/test';
import type { Sql } from 'postgres';
import {
  converse,
  createTeam,
  escalate,
  expect,
  openDesk,
  row,
  say,
  test,
  type Team,
} from './dashboard-stage.ts';

/** A window whose live line can be cut, and stays cut until it is mended. */
async function withCuttableLine(page: Page) {
  const sockets = new Set<WebSocketRoute>();
  let isCut = false;
  await page.routeWebSocket(/\/realtime\/v1\//, async (socket) => {
    if (isCut) return void (await socket.close());
    sockets.add(socket);
    socket.connectToServer();
  });
  return {
    async cut() {
      isCut = true;
      await Promise.all([...sockets].map((socket) => socket.close()));
      sockets.clear();
    },
    mend() {
      isCut = false;
    },
  };
}

/** What the page says: rows from the top with claimer and state, pills and figures. */
function shown(page: Page) {
  return page.evaluate(() => {
    const text = (selector: string) => document.querySelector(selector)?.textContent?.trim() ?? '';
    return {
      rows: [...document.querySelectorAll('[data-case]')].map((found) => ({
        id: found.getAttribute('data-case'),
        claimer: found.querySelector('.claimer')?.textContent?.trim() ?? '',
      })),
      pills: ['unresolved', 'resolved', 'all'].map((name) => text(`[data-pill="${name}"] .count`)),
      total: text('[data-figure="total"] .value'),
    };
  });
}

/** The same from the tables. */
async function stored(sql: Sql, { chatbot_id, agent }: Team) {
  const rows = await sql<{ id: string; claimer: string }[]>`
    select c.id, case when c.claimed_by is null then '' when c.claimed_by = ${agent.id} then 'You' else p.display_name end as claimer
    from conversations c left join profiles p on p.user_id = c.claimed_by
    where c.chatbot_id = ${chatbot_id} and c.escalation_status = 'open' order by c.escalated_at desc, c.id desc`;
  const [count] = await sql<{ open: string; resolved: string; all: string }[]>`
    select count(*) filter (where escalation_status = 'open') as open,
      count(*) filter (where escalation_status = 'resolved') as resolved, count(escalation_id) as all
    from conversations where chatbot_id = ${chatbot_id}`;
  const { open, resolved, all } = count!;
  return { rows: [...rows], pills: [open, resolved, all], total: all };
}

const ROUNDS = 10;

test('a window whose socket was killed shows what the database holds as soon as it is back', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ids: string[] = [];
  for (let n = 0; n < 2 * ROUNDS + 2; n++) ids.push(await converse(sql, team.chatbot_id));
  const [a, b] = await Promise.all([enter(team.agent), enter(team.owner)]);
  const line = await withCuttableLine(a);
  await Promise.all([a, b].map((page) => openDesk(page, team.desk)));
  await expect(row(a, ids[0]!)).toBeVisible();
  const took: number[] = [];
  // On a busy machine a round may be late for want of a processor; none waits on purpose.
  for (let round = 0; round < ROUNDS && Math.min(...took, Infinity) >= 2000; round++) {
    await line.cut();
    await expect(a.locator('[data-connection]').getByText('Not live.')).toBeVisible();
    // The other window goes on, and so do the visitors.
    // The row shows a claim at once; it counts when the server has it.
    const claimed = b.waitForResponse('**/claim');
    await row(b, ids[round]!).click();
    await b.getByRole('button', { name: 'Claim', exact: true }).click();
    await claimed;
    await expect(row(b, ids[round]!)).toContainText('You');
    await sql`update escalations set status = 'resolved' where conversation_id = ${ids[round + ROUNDS]!} and status = 'open'`;
    await say(sql, ids[2 * ROUNDS]!, `Message ${round}`);
    ids.push(await converse(sql, team.chatbot_id));
    const again = await converse(sql, team.chatbot_id);
    await sql`update escalations set status = 'resolved' where conversation_id = ${again}`;
    await escalate(sql, again);
    const truth = await stored(sql, team);
    expect(await shown(a)).not.toEqual(truth);
    line.mend();
    const mended = Date.now();
    await expect.poll(() => shown(a), { intervals: [50] }).toEqual(truth);
    took.push(Date.now() - mended);
    await expect(row(a, ids[2 * ROUNDS]!)).toContainText(`Message ${round}`);
    await expect(a.locator('[data-connection]').getByText('Not live.')).toHaveCount(0);
    // The other reads again once a second at most; it has been live all the time.
    await expect.poll(async () => (await shown(b)).pills).toEqual(truth.pills);
  }
  expect(Math.min(...took), `took ${took.join(', ')} ms`).toBeLessThan(2000);
});
