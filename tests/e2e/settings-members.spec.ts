// A team that grows and changes hands: every right counts from the moment it is given or taken.
import { mailsTo } from '../support/outbox.ts';
import { baseOf, createTeam, expect, open, signUp, test, toast } from './settings-stage.ts';
import { SENT } from './story.ts';

test('an invited person joins by the link in the mail, and by no other address', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const [noor, eve] = await Promise.all([signUp(stack, 'Noor New'), signUp(stack, 'Eve Other')]);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/members`);
  await page.getByLabel('E-mail', { exact: true }).fill('noor@');
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await expect(page.getByRole('alert')).toContainText('“noor@” isn’t a valid e-mail address.');
  await page.getByLabel('E-mail', { exact: true }).fill(noor.email);
  await page.getByLabel('Role', { exact: true }).selectOption('admin');
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await expect(toast(page, 'An invitation is on its way')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Invited' })).toContainText(noor.email);

  let link = '';
  await expect
    .poll(async () => {
      const [mail] = await mailsTo(stack, noor.email);
      link = /\/invite\/[\w-]+/.exec(mail?.TextBody ?? '')?.[0] ?? '';
      return link;
    }, SENT)
    .toMatch(/^\/invite\//);

  const wrong = await enter(eve);
  await open(wrong, link);
  await wrong.getByRole('button', { name: 'Join the team' }).click();
  await expect(wrong.getByRole('alert')).toContainText('sent to a different address');
  await wrong.getByRole('button', { name: 'Sign in with another address' }).click();
  await expect(wrong).toHaveURL(/\/login\?next=%2Finvite/);

  const right = await enter(noor);
  await open(right, link);
  await right.getByRole('button', { name: 'Join the team' }).click();
  await expect(right).toHaveURL(team.desk);
  const [joined] = await sql`select role from chatbot_members
    where chatbot_id = ${team.chatbot_id} and user_id = ${noor.id}`;
  expect(joined).toEqual({ role: 'admin' });

  await open(page, `${baseOf(team)}/members`);
  await page.getByLabel('Role of Noor New').selectOption('agent');
  await expect(toast(page, 'Role changed')).toBeVisible();
  expect((await right.goto(`${baseOf(team)}/webhooks`))?.status()).toBe(403);
  await page.getByRole('button', { name: 'Remove Noor New' }).click();
  await page.getByRole('button', { name: 'Remove now' }).click();
  await expect(toast(page, 'Removed.')).toBeVisible();
  expect((await right.goto(team.desk))?.status()).toBe(404);
});

test('an invitation says who can accept it and whether alerts come with it, and the owner switches them', async ({
  enter,
  page: nobody,
  stack,
  sql,
}) => {
  for (const page of [nobody, await enter(await signUp(stack, 'Nora Nobody'))]) {
    for (const link of ['/invite/nonsense', `/invite/${'x'.repeat(43)}`]) {
      if (page === nobody && link !== '/invite/nonsense') continue;
      await open(page, link);
      await expect(page.getByRole('heading', { name: 'This invitation isn’t valid' })).toBeVisible();
      await expect(page.getByRole('button', { name: 'Join the team' })).toHaveCount(0);
    }
  }
  const team = await createTeam(stack, sql);
  const noor = await signUp(stack, 'Noor New');
  await team.owner.db.rpc('invite_member', { chatbot_id: team.chatbot_id, email: noor.email, role: 'agent' });
  await expect.poll(async () => (await mailsTo(stack, noor.email)).length, SENT).toBe(1);
  const [mail] = await mailsTo(stack, noor.email);
  expect(mail!.TextBody).toContain(`Only ${noor.email} can accept it`);
  expect(mail!.TextBody).toContain('won’t get e-mail at this address');
  expect(mail!.TextBody).not.toContain('Whoever has this link');
  const theirs = await enter(noor);
  await open(theirs, /\/invite\/[\w-]+/.exec(mail!.TextBody)![0]);
  await expect(theirs.getByText('You won’t get e-mail when a visitor asks for a person')).toBeVisible();
  await theirs.getByRole('button', { name: 'Join the team' }).click();
  await expect(theirs).toHaveURL(team.desk);

  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/members`);
  await page.getByRole('button', { name: 'Send e-mail alerts to Noor New' }).click();
  await expect(toast(page, 'They’ll get an e-mail')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop e-mail alerts to Noor New' })).toBeVisible();
  expect(await sql`select email from escalation_recipients where chatbot_id = ${team.chatbot_id}`).toEqual([
    { email: noor.email },
  ]);
});

test('a withdrawn invitation opens nothing', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const noor = await signUp(stack, 'Noor New');
  await team.owner.db.rpc('invite_member', { chatbot_id: team.chatbot_id, email: noor.email, role: 'agent' });
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/members`);
  await page.getByRole('button', { name: `Withdraw the invitation for ${noor.email}` }).click();
  await expect(toast(page, 'withdrawn')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Invited' })).toHaveCount(0);
});

test('a chatbot changes hands, and is deleted only by its name', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/members`);
  await page.getByRole('button', { name: 'Transfer ownership…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Transfer ownership' })).toBeDisabled();
  await dialog.getByRole('textbox').fill(team.agent.email);
  await dialog.getByRole('button', { name: 'Transfer ownership' }).click();
  await expect(toast(page, 'Ownership transferred')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Danger zone' })).toHaveCount(0);

  const heir = await enter(team.agent);
  await open(heir, `${baseOf(team)}/members`);
  await heir.getByRole('button', { name: 'Delete chatbot…' }).click();
  const confirm = heir.getByRole('dialog');
  await confirm.getByRole('textbox').fill('Acme Hel');
  await expect(confirm.getByRole('button', { name: 'Delete chatbot' })).toBeDisabled();
  await confirm.getByRole('textbox').fill('Acme Help');
  await confirm.getByRole('button', { name: 'Delete chatbot' }).click();
  await expect(heir).toHaveURL(/\/dashboard$/);
  expect(await sql`select from chatbots where id = ${team.chatbot_id}`).toHaveLength(0);
});

test('whoever leaves has no way back in', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await open(page, `${baseOf(team)}/members`);
  await page.getByRole('button', { name: 'Leave this chatbot' }).click();
  await page.getByRole('button', { name: 'Leave now' }).click();
  await expect(page).toHaveURL(/\/dashboard$/);
  expect((await page.goto(team.desk))?.status()).toBe(404);
});
