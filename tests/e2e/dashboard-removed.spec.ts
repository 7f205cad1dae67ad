// Somebody is taken off a team while their dashboard is open: the page says so and shows no case any more, their socket hears nothing
// after that, and the colleagues who stay go on hearing everything.
import type { Page } from '@playwright/test';
import {
  converse,
  createTeam,
  escalate,
  expect,
  openDesk,
  row,
  say,
  signUp,
  test,
} from './dashboard-stage.ts';

/** What comes over a page's sockets, from now on. */
function frames(page: Page): string[] {
  const heard: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => heard.push(Buffer.from(payload).toString('utf8'))),
  );
  return heard;
}

test('a removed member loses the open dashboard at once, and the others lose nothing', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const former = await signUp(stack, 'Fay Former');
  await sql`insert into chatbot_members (chatbot_id, user_id, role) values (${team.chatbot_id}, ${former.id}, 'agent')`;
  const known = await converse(sql, team.chatbot_id);
  const leaving = await enter(former);
  const staying = await enter(team.agent);
  await openDesk(leaving, `${team.desk}?conv=${known}`);
  await openDesk(staying, team.desk);
  await expect(row(leaving, known)).toBeVisible();

  const { error } = await team.owner.db.rpc('remove_member', {
    chatbot_id: team.chatbot_id,
    user_id: former.id,
  });
  expect(error).toBeNull();
  await expect(leaving.getByText('You’re no longer on that chatbot’s team')).toBeVisible();
  await expect(leaving.locator('[data-case]')).toHaveCount(0);
  expect((await leaving.goto(team.desk))?.status()).toBe(404);

  const next = await converse(sql, team.chatbot_id, { name: 'Nora Next' });
  await expect(row(staying, next)).toBeVisible();
});

test('a removed member whose page does not obey hears nothing more on its socket', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const former = await signUp(stack, 'Fay Former');
  await sql`insert into chatbot_members (chatbot_id, user_id, role) values (${team.chatbot_id}, ${former.id}, 'agent')`;
  const known = await converse(sql, team.chatbot_id);
  const leaving = await enter(former);
  const staying = await enter(team.agent);
  const heard: string[] = [];
  const heardByOthers = frames(staying);
  // A page that hides from itself that it was removed: it keeps its socket, and goes on listening.
  await leaving.routeWebSocket(/realtime/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => server.send(message));
    server.onMessage((message) => {
      heard.push(Buffer.from(message).toString('utf8'));
      if (!String(message).includes('member.removed')) socket.send(message);
    });
    socket.onClose(() => undefined);
  });
  await openDesk(staying, team.desk);
  await leaving.goto(team.desk);
  await expect.poll(() => heard.join()).toContain('presence_state');
  await say(sql, known, 'Before');
  // Both have: what comes over the colleague's socket from here on belongs to what is done from here on.
  for (const ear of [heard, heardByOthers]) await expect.poll(() => ear.join()).toContain('message.received');

  const joined = heardByOthers.length;
  await team.owner.db.rpc('remove_member', { chatbot_id: team.chatbot_id, user_id: former.id });
  await expect.poll(() => heard.join()).toContain('member.removed');
  // The colleague's page has followed the team.
  await expect.poll(() => heardByOthers.slice(joined).join()).toContain('presence_state');
  const before = heard.join().split('message.received').length;
  const told = heardByOthers.length;
  await say(sql, known, 'After, for the team alone');
  const [open] = await sql`select id from escalations where conversation_id = ${known}`;
  await team.owner.db.rpc('resolve_escalation', { escalation_id: open!['id'] as string });
  await escalate(sql, known);
  // The colleague's window has heard all of it: what has not come to the other by now is not coming.
  await expect
    .poll(() => heardByOthers.slice(told).join())
    .toMatch(/message\.received[\s\S]*conversation\.resolved[\s\S]*conversation\.escalated/);
  const after = heard.slice(heard.findIndex((frame) => frame.includes('member.removed')) + 1);
  expect(after.filter((frame) => /message\.|conversation\.|mail\./.test(frame))).toEqual([]);
  expect(heard.join().split('message.received')).toHaveLength(before);
});
