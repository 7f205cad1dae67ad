// Every page of an owner: legible for everybody, on a phone and on a desk, in the light and in the dark; and closed to those
// whose role does not open it.
import {
  PAGES,
  barriers,
  baseOf,
  createTeam,
  expect,
  furnish,
  open,
  preview,
  signUp,
  test,
} from './settings-stage.ts';
import { startReceiver } from '../support/outbox.ts';

// Three at once, because each page is looked at on four screens, in two directions and two lights.
for (const part of [0, 1, 2]) {
  test(`every page is accessible and fits, part ${part + 1}`, async ({ enter, stack, sql }) => {
    test.setTimeout(600_000);
    const team = await createTeam(stack, sql);
    const receiver = await startReceiver();
    const endpoint = await furnish(team, receiver.url);
    const page = await enter(team.owner);
    const [answer] = await sql`select id from answers where chatbot_id = ${team.chatbot_id} limit 1`;
    const own = [...PAGES, `webhooks/${endpoint}`, `answers/${answer!['id']}`].map(
      (path) => `${baseOf(team)}/${path}`,
    );
    const all = [...own, '/dashboard', '/account'];
    const findings: string[] = [];
    for (const address of all.filter((_, index) => index % 3 === part)) {
      await open(page, address);
      // Targets are nothing that visitors see.
      if (address.includes('/embed/') && !address.endsWith('/targets'))
        await expect(preview(page).locator('textarea')).toBeVisible();
      const hidden = page.locator('details:not([open]) > summary');
      while (await hidden.count()) await hidden.first().click();
      findings.push(...(await barriers(page, address.replace(baseOf(team), ''))));
    }
    await receiver.stop();
    expect(findings).toEqual([]);
  });
}

test('so is every page outside: signing in, invitations good and bad, what is not there', async ({
  page,
  enter,
  stack,
  sql,
}) => {
  test.setTimeout(600_000);
  const team = await createTeam(stack, sql);
  const noor = await signUp(stack, 'Noor New');
  await team.owner.db.rpc('invite_member', { chatbot_id: team.chatbot_id, email: noor.email, role: 'agent' });
  const [sent] = await sql`select x.data ->> 'url' as url from private.delivery_data x
    join deliveries d on d.id = x.delivery_id where d.recipient = ${noor.email} and d.purpose = 'invite'`;
  const invitation = new URL(String(sent!['url'])).pathname;
  const findings: string[] = [];
  for (const path of ['/', '/login', '/signup', '/recover', '/invite/nothing', '/nowhere', invitation]) {
    await open(page, path);
    findings.push(...(await barriers(page, path)));
  }
  await open(page, '/login');
  await page.getByLabel('E-mail', { exact: true }).fill(noor.email);
  await page.getByLabel('Password').fill('not-the-password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  findings.push(...(await barriers(page, 'a wrong password')));
  const stranger = await enter(team.agent);
  await open(stranger, invitation);
  await stranger.getByRole('button', { name: 'Join the team' }).click();
  await expect(stranger.getByRole('alert')).toBeVisible();
  findings.push(...(await barriers(stranger, 'an invitation of somebody else')));
  expect(findings).toEqual([]);
});

test('so is what is said when something goes wrong: refused fields, a failing server, no way in', async ({
  enter,
  stack,
  sql,
}) => {
  test.setTimeout(600_000);
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  const findings: string[] = [];
  await open(page, `${baseOf(team)}/embed/appearance`);
  await page.getByLabel('Name', { exact: true }).fill('');
  await page.getByRole('button', { name: 'Save appearance' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  findings.push(...(await barriers(page, 'a refused field')));
  await page.getByLabel('Name', { exact: true }).fill('Acme Help');
  await page.route('**/embed/appearance', (route) =>
    route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' }),
  );
  await page.getByLabel('Greeting').fill('Hello');
  await page.getByRole('button', { name: 'Save appearance' }).click();
  await expect(page.getByRole('alert')).toContainText('What you typed is still here');
  await expect(page.getByLabel('Greeting')).toHaveValue('Hello');
  findings.push(...(await barriers(page, 'a server that fails while saving')));

  await page.unroute('**/embed/appearance');
  page.on('dialog', (dialog) => void dialog.accept());
  await open(page, `${baseOf(team)}/members`);
  await page.route('**/__data.json*', (route) => route.fulfill({ status: 500, json: { message: 'x' } }));
  await page.getByRole('link', { name: 'Answers' }).first().click();
  await expect(page.getByRole('heading', { name: 'Something went wrong' })).toBeVisible();
  findings.push(...(await barriers(page, 'a server that fails while loading')));
  await page.unroute('**/__data.json*');
  await open(page, `/dashboard/chatbots/${crypto.randomUUID()}/members`);
  findings.push(...(await barriers(page, 'a chatbot that is not there')));
  const agent = await enter(team.agent);
  await open(agent, `${baseOf(team)}/webhooks`);
  findings.push(...(await barriers(agent, 'a page that one’s role does not open')));
  expect(findings).toEqual([]);
});

test('an agent may see the members, and nothing that can be changed', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await open(page, `${baseOf(team)}/members`);
  await expect(page.getByText('Olive Owner')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send invitation' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Webhooks' })).toHaveCount(0);
  for (const path of PAGES.filter((one) => !['members', 'health'].includes(one))) {
    const response = await page.goto(`${baseOf(team)}/${path}`);
    expect(response?.status(), path).toBe(403);
    await expect(page.getByRole('heading', { name: 'Your role doesn’t include this page' })).toBeVisible();
  }
});

test('a stranger learns nothing from any page', async ({ enter, stack, sql }) => {
  const [mine, theirs] = await Promise.all([createTeam(stack, sql), createTeam(stack, sql)]);
  const page = await enter(mine.owner);
  for (const path of PAGES) {
    const foreign = await page.goto(`${baseOf(theirs)}/${path}`);
    expect(foreign?.status(), path).toBe(404);
  }
});
