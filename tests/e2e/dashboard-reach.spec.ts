// Every page for those who need it larger, or whose fingers are not a pointer's: at 400 % zoom nothing is cut and everything can be
// scrolled to, and whatever can be pressed is 24 × 24 px at least.
import {
  createTeam,
  converse,
  expect,
  furnish,
  open,
  openDesk,
  PAGES,
  baseOf,
  row,
  test,
  type Team,
} from './settings-stage.ts';
import { startReceiver } from '../support/outbox.ts';
import { outOfReach, smallTargets } from './reach-stage.ts';
import type { Page } from '@playwright/test';
import type { Sql } from 'postgres';

async function addressesOf(team: Team, sql: Sql): Promise<string[]> {
  const receiver = await startReceiver();
  const endpoint = await furnish(team, receiver.url);
  await receiver.stop();
  const [answer] = await sql`select id from answers where chatbot_id = ${team.chatbot_id} limit 1`;
  const conv = await converse(sql, team.chatbot_id, {
    name: 'Wilhelmina Featherstonehaugh',
    answer: 'See [our page](https://shop.example.com/returns).',
  });
  await converse(sql, team.chatbot_id, { isEscalated: false });
  const own = [
    ...PAGES,
    `webhooks/${endpoint}`,
    `answers/${answer!['id']}`,
    'human-support',
    `human-support?conv=${conv}`,
    'human-support/insights',
    `human-support/conversations/${conv}/print`,
  ];
  return [...own.map((path) => `${baseOf(team)}/${path}`), '/dashboard', '/account'];
}

const OUTSIDE = ['/', '/login', '/signup', '/recover', '/invite/nothing', '/nowhere'];

async function openAll(page: Page): Promise<void> {
  const hidden = page.locator('details:not([open]) > summary');
  while (await hidden.count()) await hidden.first().click();
}

test('at 400 % zoom every page is read by scrolling down, and nothing on it is cut or covered', async ({
  enter,
  page: outside,
  stack,
  sql,
}) => {
  test.setTimeout(600_000);
  const team = await createTeam(stack, sql);
  const addresses = await addressesOf(team, sql);
  const page = await enter(team.owner, { viewport: { width: 320, height: 256 } });
  await outside.setViewportSize({ width: 320, height: 256 });
  const found: string[] = [];
  for (const address of [...addresses, ...OUTSIDE]) {
    const on = OUTSIDE.includes(address) ? outside : page;
    await open(on, address);
    await openAll(on);
    for (const one of await outOfReach(on)) found.push(`${address.replace(baseOf(team), '')}: ${one}`);
  }
  expect(found).toEqual([]);
});

test('at 400 % zoom a case is found, read, answered and resolved', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id, { name: 'Wanda' });
  const page = await enter(team.agent, { viewport: { width: 320, height: 256 } });
  await openDesk(page, team.desk);
  const seen = async (what: ReturnType<Page['locator']>) => {
    await what.scrollIntoViewIfNeeded();
    const box = await what.boundingBox();
    expect(box!.height).toBeGreaterThan(120);
  };
  await seen(page.getByRole('list', { name: 'Cases' }));
  await row(page, id).click();
  await expect(page.getByRole('heading', { name: 'Wanda' })).toBeVisible();
  await seen(page.getByRole('log'));
  await page.getByLabel('Reply to Wanda').fill('It is on its way.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('log').getByText('It is on its way.')).toBeVisible();
  await page.getByRole('button', { name: 'Mark resolved' }).click();
  await expect(page.locator('.toaster').getByText('Wanda resolved.')).toBeVisible();
});

for (const width of [1280, 375]) {
  test(`whatever can be pressed is 24 px at least on every page, and the shell stays, ${width} px wide`, async ({
    enter,
    page: outside,
    stack,
    sql,
  }) => {
    test.setTimeout(600_000);
    const team = await createTeam(stack, sql);
    const addresses = await addressesOf(team, sql);
    // A case from before the window, so that "+1 older" is there.
    const old = await converse(sql, team.chatbot_id, { name: 'Oldest' });
    await sql`update escalations set escalated_at = now() - interval '40 days' where conversation_id = ${old}`;
    const options = { viewport: { width, height: 812 }, hasTouch: width < 800 };
    const page = await enter(team.owner, options);
    await outside.setViewportSize({ width, height: 812 });
    const found: string[] = [];
    for (const address of [...addresses, ...OUTSIDE]) {
      const on = OUTSIDE.includes(address) ? outside : page;
      await open(on, address);
      await openAll(on);
      const ill = await smallTargets(on);
      const rolls = await on.evaluate(
        () => document.querySelector('.shell') && document.documentElement.scrollHeight > innerHeight,
      );
      if (rolls) ill.push('the shell scrolls away');
      for (const one of ill) found.push(`${address.replace(baseOf(team), '')}: ${one}`);
    }
    expect(found).toEqual([]);
  });
}
