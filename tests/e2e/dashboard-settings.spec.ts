// Embed → Human Support as an owner edits it, and the account: what is saved is said, what is wrong is named, nothing is half-saved.
import type { Page } from '@playwright/test';
import { createTeam, expect, open, test, type Team } from './settings-stage.ts';

const settings = (team: Team) => `/dashboard/chatbots/${team.chatbot_id}/embed/human-support`;
const chips = (page: Page) => page.getByRole('list', { name: 'Recipients' }).getByRole('listitem');

async function paste(page: Page, text: string): Promise<void> {
  await page.getByLabel('E-mail recipients').evaluate((input, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', pasted);
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test('addresses become chips by Enter, comma, Add and a pasted list, and are kept', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, settings(team));
  const field = page.getByLabel('E-mail recipients');
  await field.pressSequentially('sales@example.com');
  await field.press('Enter');
  await field.pressSequentially('support@example.com,');
  await field.pressSequentially('night@example.com');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await paste(page, 'a@example.com; b@example.com\nAna <c@example.com>');
  await expect(chips(page)).toHaveCount(6);
  await page.getByRole('button', { name: 'Remove night@example.com' }).click();
  await expect(chips(page)).toHaveCount(5);
  await page.getByRole('button', { name: 'Save Customization' }).click();
  await expect(page.getByText('Saved. The live widget updates within a few seconds.')).toBeVisible();
  await page.reload();
  await expect(chips(page)).toHaveText([/sales@/, /support@/, /a@/, /b@/, /c@/]);
});

test('the owner and duplicates take no place, the eleventh is named, and a wrong one stays to be corrected', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, settings(team));
  await expect(page.getByText(`The owner, ${team.owner.email}, is always notified`)).toBeVisible();
  await paste(page, `X@example.com, x@EXAMPLE.com, ${team.owner.email.toUpperCase()}`);
  await expect(chips(page)).toHaveCount(1);
  await paste(page, 'nobody@, two@example.com');
  await expect(page.getByText('“nobody@” isn’t a valid e-mail address.')).toBeVisible();
  await expect(page.getByLabel('E-mail recipients')).toHaveValue('nobody@');
  await page.getByRole('button', { name: 'Save Customization' }).click();
  await expect(page.getByLabel('E-mail recipients')).toBeFocused();
  const [{ n } = { n: -1 }] = await sql<{ n: number }[]>`
    select count(*)::int as n from escalation_recipients where chatbot_id = ${team.chatbot_id}`;
  expect(n).toBe(0);
  await page.getByLabel('E-mail recipients').fill('');
  await paste(page, Array.from({ length: 9 }, (_, index) => `p${index}@example.com`).join(','));
  await expect(chips(page)).toHaveCount(10);
  await expect(
    page.getByText('You can add up to 10 addresses: “p8@example.com” wasn’t added.'),
  ).toBeVisible();
});

test('what the server refuses is shown beside the address it names', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, settings(team));
  await paste(page, 'fine@example.com, other@example.com');
  await page.route('**/embed/human-support', async (route) => {
    const body = route.request().postData() ?? '';
    await route.continue({ postData: body.replaceAll('other%40example.com', 'other%40example') });
  });
  await page.getByRole('button', { name: 'Save Customization' }).click();
  await expect(page.getByText('“other@example” isn’t a valid e-mail address.')).toBeVisible();
  const [{ n } = { n: -1 }] = await sql<{ n: number }[]>`
    select count(*)::int as n from escalation_recipients where chatbot_id = ${team.chatbot_id}`;
  expect(n).toBe(0);
});

test('toggles and labels are saved; an emptied label is the widget’s own again', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, settings(team));
  await expect(page.getByLabel('Request help label')).toHaveAttribute('placeholder', 'Talk to a human');
  await page.getByRole('switch', { name: 'Show escalation CTA' }).uncheck();
  await page.getByRole('switch', { name: 'Replace smart follow-ups with escalation' }).check();
  await page.getByLabel('Positive feedback label').fill('Merci !');
  await page.getByLabel('Confirmation message').fill('We’ll reply within 1 business day.');
  await page.getByRole('button', { name: 'Save Customization' }).click();
  await expect(page.getByText('All changes saved')).toBeVisible();
  const read = async () => {
    const [found] = await sql`
      select show_escalation_cta, replace_followups, positive_label, request_help_label, confirmation_message
      from human_support_settings where chatbot_id = ${team.chatbot_id}`;
    return { ...found };
  };
  expect(await read()).toEqual({
    show_escalation_cta: false,
    replace_followups: true,
    positive_label: 'Merci !',
    request_help_label: null,
    confirmation_message: 'We’ll reply within 1 business day.',
  });
  await page.getByLabel('Positive feedback label').fill('   ');
  await page.getByRole('button', { name: 'Save Customization' }).click();
  await expect(async () => expect(await read()).toMatchObject({ positive_label: null })).toPass();
});

test('unsaved changes are named before the page is left', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, settings(team));
  await page.getByLabel('Request help label').fill('Ask us');
  await expect(page.getByText('Unsaved changes')).toBeVisible();
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void (asked.length === 1 ? dialog.dismiss() : dialog.accept());
  });
  await page.getByRole('link', { name: 'Human Support', exact: true }).first().click();
  await expect(page.getByLabel('Request help label')).toHaveValue('Ask us');
  await page.getByRole('link', { name: 'Human Support', exact: true }).first().click();
  await expect(page).toHaveURL(team.desk);
  expect(asked[0]).toContain('without saving');
});

test('an agent sees no settings and is refused their address', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await page.goto(team.desk);
  await expect(page.getByRole('link', { name: 'Embed' })).toHaveCount(0);
  await page.goto(settings(team));
  await expect(page.getByText('Only admins and the owner can change how the widget behaves.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Your role doesn’t include this page' })).toBeVisible();
  await expect(page.getByText('Something went wrong')).toHaveCount(0);
});

test('the account keeps name, kill-switch, zone, keys and theme', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.agent);
  await open(page, '/account');
  await page.getByLabel('Name').fill('Anabel Agent');
  await page.getByRole('switch', { name: 'Escalation e-mail' }).uncheck();
  await page.getByLabel('Time zone for e-mail').selectOption('Asia/Tokyo');
  await page.getByRole('button', { name: 'Save account' }).click();
  await expect(page.locator('.toaster').getByText('Account saved.')).toBeVisible();
  const [profile] = await sql`
    select display_name, notify_escalation, time_zone from profiles where user_id = ${team.agent.id}`;
  expect({ ...profile }).toEqual({
    display_name: 'Anabel Agent',
    notify_escalation: false,
    time_zone: 'Asia/Tokyo',
  });
  await page.getByLabel('Dark', { exact: true }).check();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  // The cookie is written before the server answers; a reload shows what it renders.
  await expect(async () => {
    expect((await page.context().cookies()).find(({ name }) => name === 'theme')?.value).toBe('dark');
  }).toPass();
  expect(await (await page.context().request.get('/account')).text()).toContain('data-theme="dark"');
});
