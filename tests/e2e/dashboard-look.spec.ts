// How the dashboard is laid out: the desk begins where every page does, the figures fold, the palette stands still and finds
// what people look for.
import {
  accessibilityFindings,
  converse,
  createTeam,
  expect,
  openDesk,
  row,
  test,
} from './dashboard-stage.ts';
import { edges } from './reach-stage.ts';

const PHONE = { viewport: { width: 375, height: 740 } };

test('the desk begins at the left edge at which every page does', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  await converse(sql, team.chatbot_id);
  const page = await enter(team.owner);
  await openDesk(page, team.desk);
  expect(await edges(page)).toEqual([77]);
});

test('the figures fold to what matters, stay as they were left, and leave the list more room', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id);
  await sql`update deliveries set status = 'failed', finished_at = now() where chatbot_id = ${team.chatbot_id}`;
  for (const options of [{}, PHONE]) {
    const page = await enter(team.owner, options);
    await openDesk(page, team.desk);
    const button = page.getByRole('button', { name: 'All figures' });
    await expect(button).toHaveAttribute('aria-expanded', 'true');
    await expect(page.getByText('Resolution rate')).toHaveCount(1);
    const top = async () => (await row(page, id).boundingBox())!.y;
    const before = await top();
    await button.focus();
    await page.keyboard.press('Enter');
    await expect(button).toHaveAttribute('aria-expanded', 'false');
    await expect(button).toBeFocused();
    await expect(page.getByText('Resolution rate', { exact: true })).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'Unresolved 1', exact: true })).toHaveCount(2);
    await expect(page.getByRole('link', { name: '1 failed' })).toBeVisible();
    await expect.poll(top).toBeLessThan(before - 24);
    expect(await accessibilityFindings(page)).toEqual([]);
    // The server draws it folded: nothing jumps.
    expect(await (await page.request.get(team.desk)).text()).not.toContain('Resolution rate</span>');
    await page.reload();
    await page.getByRole('button', { name: 'All figures' }).click();
    await expect(page.getByText('Resolution rate', { exact: true })).toHaveCount(1);
  }
});

test('the palette stands still while somebody types, and finds a case by what was asked, by address and by reference', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Petra Palette', question: 'Do you repair zips?' });
  await sql`update conversations set visitor_email = 'petra@zips.example' where id = ${id}`;
  await converse(sql, team.chatbot_id, { name: 'Somebody Else', question: 'Where is my parcel?' });
  const resolved = await converse(sql, team.chatbot_id, {
    name: 'Rita Resolved',
    question: 'Is the kayak back?',
  });
  await sql`update escalations set status = 'resolved', resolved_at = now() where conversation_id = ${resolved}`;
  const [made] = await sql<{ reference: string }[]>`select reference from conversations where id = ${id}`;
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  await page.keyboard.press('Control+k');
  const dialog = page.getByRole('dialog');
  const box = () => dialog.boundingBox();
  const still = await box();
  for (const typed of ['repair', 'petra@zips', made!.reference.toLowerCase(), 'zips repair']) {
    await page.getByRole('combobox', { name: 'Find a case or an action' }).fill(typed);
    await expect(page.getByRole('option', { name: /^Petra Palette/ })).toHaveCount(1);
    await expect(page.getByRole('option', { name: /^Somebody Else/ })).toHaveCount(0);
    expect(await box(), typed).toEqual(still);
  }
  // One that the list does not show.
  await page.getByRole('combobox', { name: 'Find a case or an action' }).fill('kayak');
  await expect(page.getByRole('option', { name: /^Rita Resolved/ })).toHaveCount(1);
  expect(await box()).toEqual(still);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('combobox', { name: 'Find a case or an action' }).fill('petra palette');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Petra Palette' })).toBeVisible();
});

test('the palette claims, assigns, exports and goes to another chatbot', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const { data, error } = await team.owner.db.rpc('create_chatbot', { name: 'Second Shop' });
  expect(error).toBeNull();
  const id = await converse(sql, team.chatbot_id, { name: 'Petra Palette' });
  const page = await enter(team.owner);
  await openDesk(page, `${team.desk}?conv=${id}`);
  await expect(page.getByRole('log')).toBeVisible();
  const run = async (typed: string, name: string | RegExp) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a case or an action' }).fill(typed);
    await page.getByRole('option', { name }).click();
  };
  const claimer = async () => {
    const [found] = await sql<
      { claimed_by: string | null }[]
    >`select claimed_by from conversations where id = ${id}`;
    return found!.claimed_by;
  };
  await run('claim', 'Claim this case');
  await expect.poll(claimer).toBe(team.owner.id);
  await run('ana', 'Assign to Ana Agent');
  await expect.poll(claimer).toBe(team.agent.id);
  await run('release', 'Release claim');
  await expect.poll(claimer).toBeNull();
  const [list] = await Promise.all([page.waitForEvent('download'), run('export', 'Export this list (CSV)')]);
  expect(list.suggestedFilename()).toMatch(/^handoff-/);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    run('export', 'Export this transcript (Excel)'),
  ]);
  expect(file.suggestedFilename()).toMatch(/^handoff-/);
  await run('second', /^Go to Second Shop/);
  await page.waitForURL(`**/chatbots/${data as string}/human-support`);
  await expect(page.getByRole('heading', { name: 'Second Shop' })).toBeVisible();
});

test('the cases and the settings of Human Support lead to each other, the settings for admins alone', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await openDesk(page, team.desk);
  await page.getByRole('link', { name: 'Human Support settings' }).click();
  await expect(page.getByRole('heading', { name: 'Human Support', exact: true })).toBeVisible();
  const title = page.getByText('Live preview', { exact: true });
  const again = page.getByRole('button', { name: 'Start again' });
  const middle = async (one: typeof again) => {
    const { y, height } = (await one.boundingBox())!;
    return y + height / 2;
  };
  expect(Math.abs((await middle(title)) - (await middle(again))), 'stands beside its title').toBeLessThan(2);
  await page.getByRole('link', { name: 'Open the cases' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing waiting' })).toBeVisible();
  const theirs = await enter(team.agent);
  await openDesk(theirs, team.desk);
  await expect(theirs.getByRole('link', { name: 'Human Support settings' })).toHaveCount(0);
});

test('the list of chatbots says who waits longest, who is on it, and how many asked in seven days', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id);
  await converse(sql, team.chatbot_id);
  await sql`update escalations set escalated_at = now() - interval '3 hours 5 minutes' where conversation_id = ${id}`;
  await sql`update conversations set escalated_at = now() - interval '3 hours 5 minutes' where id = ${id}`;
  const { error } = await team.agent.db.rpc('claim_escalation', {
    escalation_id: (await sql<{ id: string }[]>`select id from escalations where conversation_id = ${id}`)[0]!
      .id,
  });
  expect(error).toBeNull();
  const page = await enter(team.owner);
  await page.goto('/dashboard');
  const card = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Acme Help' });
  await expect(card).toContainText('2 waiting');
  await expect(card).toContainText('oldest 3 hours ago');
  await expect(card).toContainText('On it: Ana Agent');
  await expect(card).toContainText('2 requests in the last 7 days');
});

test('on a phone an open case gives its transcript two thirds of the screen, and the list begins early', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Paula Phone' });
  const page = await enter(team.agent, PHONE);
  await openDesk(page, team.desk);
  expect((await row(page, id).boundingBox())!.y).toBeLessThan(295);
  await row(page, id).click();
  await expect(async () => {
    expect((await page.getByRole('log').boundingBox())!.height).toBeGreaterThan((740 * 2) / 3);
  }).toPass();
});
