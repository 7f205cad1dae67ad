// The password of an account: who may choose a new one, and what it opens afterwards.
import type { Page } from '@playwright/test';
import { mailsTo } from '../support/outbox.ts';
import {
  createTeam,
  escalate,
  converse,
  expect,
  fillLogin,
  open,
  openDesk,
  row,
  signUp,
  test,
  toast,
  type Person,
} from './settings-stage.ts';
import { SENT } from './story.ts';

const CHOSEN = 'staple-battery-horse';

async function choose(page: Page, password: string, present?: string): Promise<void> {
  if (present !== undefined) await page.getByLabel('Current password').fill(present);
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Change password' }).click();
}

async function cookies(page: Page): Promise<string> {
  const all = await page.context().cookies();
  return all.map(({ name, value }) => `${name}=${value}`).join('; ');
}

/** In a browser that knows nobody: the old password is refused, the new one opens the dashboard. */
async function opensWith(page: Page, { email, password }: Person, chosen: string): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).toHaveText('That e-mail address and password don’t match.');
  await fillLogin(page, { email, password: chosen });
  await expect(page).toHaveURL(/\/dashboard/);
}

test('whoever knows the present password chooses another, and the old one opens nothing any more', async ({
  enter,
  page: elsewhere,
  stack,
}) => {
  const person = await signUp(stack, 'Pia Person');
  const page = await enter(person);
  await open(page, '/account');
  await choose(page, CHOSEN, 'not-the-password');
  const present = page.getByLabel('Current password');
  await expect(page.getByRole('alert')).toHaveText('That’s not your current password.');
  await expect(present).toHaveAttribute('aria-invalid', 'true');
  // Without the field, as a program would ask: refused all the same.
  const origin = new URL(stack.app_url).origin;
  const answer = await page.context().request.post('/account?/password', {
    form: { password: CHOSEN },
    headers: { origin, accept: 'application/json' },
  });
  expect(await answer.json()).toMatchObject({ type: 'failure', status: 403 });
  // Nor does a cookie of one's own making stand for a link from the mailbox.
  const claimed = [
    person.id,
    `${person.id}.${Date.now() + 60_000}`,
    `${person.id}.9999999999999.${'A'.repeat(43)}`,
  ];
  for (const value of claimed) {
    const forged = await page.context().request.post('/account?/password', {
      form: { password: CHOSEN },
      headers: {
        origin,
        accept: 'application/json',
        cookie: `${await cookies(page)}; came_by_mail=${value}`,
      },
    });
    expect(await forged.json()).toMatchObject({ type: 'failure', status: 403 });
  }
  // The password is still the one it was, and the page is still somebody's.
  await choose(page, CHOSEN, person.password);
  await expect(toast(page, 'Password changed.')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(present).toHaveValue('');
  await page.reload();
  await expect(page.getByText(`Signed in as ${person.email}`)).toBeVisible();
  await opensWith(elsewhere, person, CHOSEN);
});

test('a new password ends every other sign-in of that person, and of nobody else', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const known = await converse(sql, team.chatbot_id, { name: 'Vera Visitor', isEscalated: false });
  // Somebody else has got into the agent's account: in a browser, and with a refresh token of their own in the agent's client.
  const [theirs, mine, owner] = [await enter(team.agent), await enter(team.agent), await enter(team.owner)];
  await Promise.all([theirs, owner].map((page) => openDesk(page, team.desk)));
  const before = await team.agent.db.auth.refreshSession();
  // What has been handed out and has not run out cannot be taken back; the page names this time.
  expect(before.data.session!.expires_in).toBeLessThanOrEqual(3600);

  await open(mine, '/account');
  await expect(mine.getByText('This signs you out everywhere else.')).toBeVisible();
  await choose(mine, CHOSEN, team.agent.password);
  await expect(toast(mine, 'Password changed. You’re signed out everywhere else.')).toBeVisible();
  const after = await team.agent.db.auth.refreshSession({
    refresh_token: before.data.session!.refresh_token,
  });
  expect(after.error?.code).toBe('refresh_token_not_found');

  // The next thing that happens makes every open dashboard read again.
  await escalate(sql, known);
  await expect(row(owner, known)).toBeVisible();
  await expect(theirs).toHaveURL(/\/login\?next=/);
  await mine.goto(team.desk);
  await expect(row(mine, known)).toBeVisible();
});

test('whoever forgot it chooses another by mail, once', async ({ page, browser, stack }) => {
  const person = await signUp(stack, 'Fred Forgot');
  await open(page, '/recover');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByRole('button', { name: 'Choose a new password' }).click();
  await expect(page.getByRole('heading', { name: 'Check your inbox' })).toBeVisible();
  await expect.poll(async () => (await mailsTo(stack, person.email)).length, SENT).toBe(1);
  const [mail] = await mailsTo(stack, person.email);
  await open(page, /https?:\/\/\S+/.exec(mail!.TextBody)![0]);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/account/);
  await expect(page.getByLabel('New password')).toBeVisible();
  await expect(page.getByLabel('Current password')).toHaveCount(0);
  await choose(page, CHOSEN);
  await expect(toast(page, 'Password changed.')).toBeVisible();
  // From here on the account is an open page again like any other.
  await expect(page.getByLabel('Current password')).toBeVisible();
  const other = await browser.newContext({ baseURL: stack.app_url });
  await opensWith(await other.newPage(), person, CHOSEN);
  await other.close();
});
