// The pages of an owner when something goes wrong, and closed to those whose role does not open them. As they are when all is well:
// every-page.spec.ts.
import { PAGES, barriers, baseOf, createTeam, expect, open, test } from './settings-stage.ts';

test('what is said when something goes wrong is legible for everybody: refused fields, a failing server, no way in', async ({
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
  for (const path of PAGES.filter((one) => !['members', 'proof', 'health'].includes(one))) {
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
