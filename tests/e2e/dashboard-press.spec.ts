// A press is answered at once and what it leads to is drawn after it; nobody may notice more of that than the speed.
import { converse, createTeam, expect, figure, openDesk, pill, row, test } from './dashboard-stage.ts';

test('a key that comes before the next frame is for the case that was asked for', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const oldest = await converse(sql, team.chatbot_id, { name: 'Olaf Oldest' });
  const middle = await converse(sql, team.chatbot_id, { name: 'Mia Middle' });
  const newest = await converse(sql, team.chatbot_id, { name: 'Nele Newest' });
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${newest}`);
  await expect(page.getByRole('log')).toContainText('Where is my parcel?');
  // From here on no frame is drawn.
  await page.evaluate(() => (window.requestAnimationFrame = () => 0));
  await page.keyboard.press('j');
  await page.keyboard.press('e');
  await expect
    .poll(
      () => sql`select escalation_status as status from conversations
        where id = any (${[oldest, middle, newest]}) order by escalated_at`,
    )
    .toEqual([{ status: 'open' }, { status: 'resolved' }, { status: 'open' }]);
});

test('a key that is held rushes past cases without reading each', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const last = await converse(sql, team.chatbot_id, { name: 'Lena Last' });
  for (let n = 0; n < 11; n++) await converse(sql, team.chatbot_id);
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  const read: string[] = [];
  page.on('request', (request) => {
    if (/\/conversations\/[^/]+$/.test(request.url())) read.push(request.url());
  });
  // Down and down again, without up between them, is a key that repeats.
  await Promise.all(Array.from({ length: 12 }, () => page.keyboard.down('j')));
  await page.keyboard.up('j');
  await expect(page.getByRole('heading', { name: 'Lena Last' })).toBeVisible();
  await expect(row(page, last)).toHaveAttribute('aria-current', 'true');
  await expect.poll(() => read.at(-1)).toContain(last);
  expect(read.length).toBeLessThan(12);
});

test('once a resolve is answered the figures never show again what was before it', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await converse(sql, team.chatbot_id, { name: 'Olaf Older' });
  const newer = await converse(sql, team.chatbot_id, { name: 'Nele Newer' });
  const page = await enter(team.agent);
  await openDesk(page, `${team.desk}?conv=${newer}`);
  await expect(figure(page, 'unresolved_in_window')).toHaveText('2');
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/overview**', async (route) => {
    await held;
    await route.continue();
  });
  await page.evaluate(() => {
    const shown: string[] = [];
    Object.assign(window, { shown });
    const strip = document.querySelector('[data-figure="unresolved_in_window"]')!;
    const look = () => shown.push(strip.querySelector('.value')!.textContent.trim());
    new MutationObserver(look).observe(strip, { subtree: true, childList: true, characterData: true });
  });
  const answered = page.waitForResponse('**/resolve');
  await page.keyboard.press('e');
  await (await answered).finished();
  // The next case has been opened and read since.
  await expect(page.getByRole('heading', { name: 'Olaf Older' })).toBeVisible();
  await expect(page.getByRole('log')).toContainText('Where is my parcel?');
  const read = page.waitForResponse('**/overview**');
  letGo();
  await (await read).finished();
  await expect(figure(page, 'unresolved_in_window')).toHaveText('1');
  const shown = () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  expect([...new Set(await shown())]).toEqual(['1']);
});

test('whoever wants less motion finds a case at its end all the same', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Lia Long' });
  await sql`insert into messages (conversation_id, role, text)
    select ${id}, (array['visitor', 'assistant']::message_role[])[1 + n % 2], 'Line ' || n || repeat(' and **more**', n)
    from generate_series(1, 20) n`;
  const page = await enter(team.agent, { reducedMotion: 'reduce' });
  // Unread the first time, and read the second.
  for (const time of ['first', 'second']) {
    await openDesk(page, team.desk);
    const opened = page.waitForResponse('**/open');
    await row(page, id).click();
    await (await opened).finished();
    await expect(page.getByRole('log').getByText(/^Line 20 and/), time).toBeInViewport();
    await expect(page.getByRole('button', { name: 'Latest' })).toHaveCount(0);
  }
});

test('a row that is pressed stays under the pointer while others arrive', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const older = await converse(sql, team.chatbot_id, { name: 'Olaf Older' });
  await converse(sql, team.chatbot_id, { name: 'Nele Newer' });
  const page = await enter(team.agent);
  await openDesk(page, team.desk);
  let isRead = () => {};
  const read = new Promise<void>((resolve) => (isRead = resolve));
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/overview**', async (route) => {
    const response = await route.fetch();
    if ((await response.text()).includes('Nora New')) {
      isRead();
      await held;
    }
    await route.fulfill({ response });
  });
  await converse(sql, team.chatbot_id, { name: 'Nora New' });
  await read;
  const box = (await row(page, older).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  letGo();
  await expect(pill(page, 'unresolved')).toHaveText('3');
  await page.mouse.up();
  await expect(page.getByRole('heading', { name: 'Olaf Older' })).toBeVisible();
  await expect(page.locator('[data-case]')).toHaveCount(3);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a case opened while a device tells its time zone stays open', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Tomo Tokyo' });
  const page = await enter(team.agent, { timezoneId: 'Asia/Tokyo' });
  await page.context().clearCookies({ name: 'time_zone' });
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route('**/__data.json**', async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest('**/__data.json**');
  await openDesk(page, team.desk);
  await asked;
  await row(page, id).click();
  const heading = page.getByRole('heading', { name: 'Tomo Tokyo' });
  await expect(heading).toBeVisible();
  letGo();
  await expect(row(page, id).locator('time')).toHaveAttribute('title', /GMT\+9/);
  await expect(heading).toBeVisible();
  await expect(row(page, id)).toHaveAttribute('aria-current', 'true');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});
