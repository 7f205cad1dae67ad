// Every page is loaded once and asked everything that holds for all of them: whether it is legible for everybody on a phone and on a
// desk, in the light and in the dark, whether all of it can be reached and hit, begins at the same edge, and leaves words from right to
// left as they are. Loading a page takes longer than asking it, so whatever is to hold for every page belongs here.
import type { Page } from '@playwright/test';
import type { Sql } from 'postgres';
import { startReceiver } from '../support/outbox.ts';
import { openAll, reachFindings } from './reach-stage.ts';
import { turned, writeInHebrew } from './right-to-left-stage.ts';
import {
  barriers,
  baseOf,
  converse,
  createTeam,
  expect,
  furnish,
  open,
  PAGES,
  preview,
  signUp,
  test,
  type Team,
} from './settings-stage.ts';

test.describe.configure({ timeout: 600_000 });

/** The sizes at which pages are loaded, in turn; at the others they are looked at without being loaded again. */
const LOADED_AT = [
  { width: 1280, height: 812 },
  { width: 375, height: 812 },
  { width: 320, height: 256 },
];

/** Where pages begin on a desk and on a phone, in px from the left. */
const EDGE: [number, number] = [77, 16];

/** What is no page of settings: it fills the window, is printed, or has stories of its own about what axe finds. */
const OTHERWISE = /(?<!embed)\/human-support(\?|$)|\/print$|\/insights$|\/account\/health$/;

async function addressesOf(team: Team, sql: Sql): Promise<string[]> {
  const receiver = await startReceiver();
  const endpoint = await furnish(team, receiver.url);
  await receiver.stop();
  const [answer] = await sql`select id from answers where chatbot_id = ${team.chatbot_id} limit 1`;
  const hebrew = await writeInHebrew(sql, team);
  const conv = await converse(sql, team.chatbot_id, {
    name: 'Wilhelmina Featherstonehaugh',
    answer: 'See [our page](https://shop.example.com/returns).',
  });
  await converse(sql, team.chatbot_id, { isEscalated: false });
  // A case from before the window, so that "+1 older" is there.
  const old = await converse(sql, team.chatbot_id, { name: 'Oldest' });
  await sql`update escalations set escalated_at = now() - interval '40 days' where conversation_id = ${old}`;
  const own = [
    ...PAGES,
    'embed/alerts',
    'embed/replies',
    `webhooks/${endpoint}`,
    `answers/${answer!['id']}`,
    'human-support',
    `human-support?conv=${conv}`,
    'human-support/insights',
    `human-support/conversations/${conv}/print`,
    `human-support/conversations/${hebrew}/print`,
  ];
  return [
    ...own.map((path) => `${baseOf(team)}/${path}`),
    '/dashboard',
    '/account',
    '/account/health',
    '/verify',
  ];
}

/** Whether the page shows the widget beside what is set. */
const hasPreview = (address: string) =>
  address.includes('/embed/') && !/(alerts|replies|targets)$/.test(address);

async function findingsOn(page: Page, address: string, name: string): Promise<string[]> {
  if (hasPreview(address)) await expect(preview(page).locator('textarea')).toBeVisible();
  await openAll(page);
  const isOrdinary = !OTHERWISE.test(address);
  const beginsThere =
    !/(?<!embed)\/human-support(\?|$)|\/print$|^\/verify$|\/(webhooks|answers)\/[0-9a-f-]{36}$/.test(address);
  return [
    ...(await turned(page)).map((text) => `${name}, from right to left: ${text}`),
    ...(await reachFindings(page, name, beginsThere ? EDGE : undefined)),
    ...(isOrdinary ? await barriers(page, name) : []),
  ];
}

const PARTS = 4;
for (let part = 0; part < PARTS; part++) {
  test(`every page is legible, can be reached and hit, and begins where it should, part ${part + 1} of ${PARTS}`, async ({
    enter,
    stack,
    sql,
  }) => {
    const team = await createTeam(stack, sql);
    const addresses = await addressesOf(team, sql);
    const page = await enter(team.owner);
    const found: string[] = [];
    for (const [index, address] of addresses.entries()) {
      if (index % PARTS !== part) continue;
      const name = address.replace(baseOf(team), '');
      await test.step(name, async () => {
        await page.setViewportSize(LOADED_AT[index % LOADED_AT.length]!);
        await open(page, address);
        found.push(...(await findingsOn(page, address, name)));
      });
    }
    expect(found).toEqual([]);
  });
}

test('so is every page outside: signing in, invitations good and bad, what is not there', async ({
  page,
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const noor = await signUp(stack, 'Noor New');
  await team.owner.db.rpc('invite_member', { chatbot_id: team.chatbot_id, email: noor.email, role: 'agent' });
  const [sent] = await sql`select x.data ->> 'url' as url from private.delivery_data x
    join deliveries d on d.id = x.delivery_id where d.recipient = ${noor.email} and d.purpose = 'invite'`;
  const invitation = new URL(String(sent!['url'])).pathname;
  const found: string[] = [];
  const paths = ['/', '/login', '/signup', '/recover', '/invite/nothing', '/nowhere', invitation];
  for (const [index, path] of paths.entries()) {
    await test.step(path, async () => {
      await page.setViewportSize(LOADED_AT[index % LOADED_AT.length]!);
      await open(page, path);
      await openAll(page);
      found.push(...(await reachFindings(page, path)), ...(await barriers(page, path)));
    });
  }
  await open(page, '/login');
  await page.getByLabel('E-mail', { exact: true }).fill(noor.email);
  await page.getByLabel('Password').fill('not-the-password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  found.push(...(await barriers(page, 'a wrong password')));
  const stranger = await enter(team.agent);
  await open(stranger, invitation);
  await stranger.getByRole('button', { name: 'Join the team' }).click();
  await expect(stranger.getByRole('alert')).toBeVisible();
  found.push(...(await barriers(stranger, 'an invitation of somebody else')));
  expect(found).toEqual([]);
});
