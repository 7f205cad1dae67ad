// Going through cases by key: what the others are told of it, and what it leaves behind.
import { converse, createTeam, expect, openDesk, row, test } from './dashboard-stage.ts';

test('thirty cases in six seconds leave the window live, and the others see where it came to rest', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ids: string[] = [];
  for (let made = 0; made < 31; made++)
    ids.unshift(await converse(sql, team.chatbot_id, { name: `Visitor ${made}` }));
  const agent = await enter(team.agent);
  const colleague = await enter(team.owner);
  const ended: string[] = [];
  agent.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (/"phx_(close|error)"/.test(String(payload))) ended.push(String(payload));
    }),
  );
  await openDesk(agent, `${team.desk}?conv=${ids[0]}`);
  await openDesk(colleague, team.desk);
  await expect(row(colleague, ids[0]!).locator('.present')).toBeVisible();

  const began = performance.now();
  for (let pressed = 1; pressed <= 30; pressed++) {
    await agent.keyboard.press('j');
    const rest = pressed * 200 - (performance.now() - began);
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  }
  await expect(agent.locator(`[data-case="${ids[30]}"]`)).toHaveAttribute('aria-current', 'true');
  await expect(row(colleague, ids[0]!).locator('.present')).toBeHidden();
  await row(colleague, ids[0]!).press('End');
  await colleague.getByRole('list', { name: 'Cases' }).hover();
  await colleague.mouse.wheel(0, 5000);
  await expect(row(colleague, ids[30]!).locator('.present')).toBeVisible();
  expect(ended).toEqual([]);
  await expect(agent.locator('[data-connection]')).toHaveAttribute('data-connection', 'live');
  await expect(agent.locator('[data-connection]').getByText('changed while you were away')).toBeHidden();
});

test('what was done from here is no news after a lost connection; what others did is', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const [theirs, mine] = [
    await converse(sql, team.chatbot_id, { name: 'Theirs' }),
    await converse(sql, team.chatbot_id, { name: 'Mine' }),
  ];
  const page = await enter(team.agent);
  let isDown = false;
  const open: { close: () => Promise<void> }[] = [];
  await page.routeWebSocket(/realtime/, (socket) => {
    if (isDown) return void socket.close();
    socket.connectToServer();
    open.push(socket);
  });
  await openDesk(page, `${team.desk}?conv=${mine}`);
  isDown = true;
  await Promise.all(open.map((socket) => socket.close()));
  await expect(page.locator('[data-connection="lost"]')).toBeVisible();
  await page.getByRole('button', { name: 'Mark resolved' }).click();
  await page.keyboard.press('z');
  await expect(row(page, mine)).toBeVisible();
  const [escalation] = await sql<
    { id: string }[]
  >`select id from escalations where conversation_id = ${theirs}`;
  await team.owner.db.rpc('claim_escalation', { escalation_id: escalation!.id });
  isDown = false;
  await expect(
    page.locator('[data-connection]').getByText('1 case changed while you were away'),
  ).toBeVisible();
});

test('Z takes back one resolve after the other, and the opened row has the focus', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const ids: string[] = [];
  for (const name of ['Dan', 'Cleo', 'Ben', 'Ana'])
    ids.unshift(await converse(sql, team.chatbot_id, { name }));
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${ids[0]}`);
  for (const next of ['Ben', 'Cleo', 'Dan']) {
    await page.keyboard.press('e');
    await expect(page.getByRole('heading', { name: next })).toBeVisible();
  }
  const toaster = page.locator('.toaster');
  await expect(toaster.locator('.toast')).toHaveCount(1);
  await expect(toaster).toContainText('3 cases resolved.');
  // It covers nothing that somebody may be writing in.
  const [message, composer] = [
    await toaster.locator('.toast').boundingBox(),
    await page.locator('.composer').boundingBox(),
  ];
  expect(message!.y + message!.height).toBeLessThanOrEqual(composer!.y);
  for (const id of [ids[2]!, ids[1]!, ids[0]!]) {
    await page.keyboard.press('z');
    await expect(row(page, id)).toHaveAttribute('aria-current', 'true');
    await expect(row(page, id)).toBeFocused();
  }
  const open =
    await sql`select count(*)::int as n from escalations where chatbot_id = ${team.chatbot_id} and status = 'open'`;
  expect(open[0]!['n']).toBe(4);
});

test('a selection that is resolved leaves the pane with the next case', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const ids: string[] = [];
  for (const name of ['Cleo', 'Ben', 'Ana']) ids.unshift(await converse(sql, team.chatbot_id, { name }));
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${ids[0]}`);
  await page.getByRole('checkbox', { name: 'Select Ana' }).check();
  await page.getByRole('checkbox', { name: 'Select Ben' }).check();
  await page.keyboard.press('e');
  await expect(page.getByRole('heading', { name: 'Cleo' })).toBeVisible();
});
