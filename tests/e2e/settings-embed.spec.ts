// What an owner sets, and the widget itself following it beside the form.
import { baseOf, createTeam, expect, open, preview, test, toast } from './settings-stage.ts';

test('the preview is the widget, shows what is not saved yet, and leaves the focus alone', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/appearance`);
  await expect(preview(page).getByText('AI assistant')).toBeVisible();
  const greeting = page.getByLabel('Greeting');
  await greeting.fill('Good morning, how can we help?');
  await expect(preview(page).getByText('Good morning, how can we help?')).toBeVisible();
  await expect(greeting).toBeFocused();
  await page.keyboard.type(' Ask away.');
  await expect(preview(page).getByText('Ask away.')).toBeVisible();
  await expect(greeting).toHaveValue('Good morning, how can we help? Ask away.');
  const [stored] = await sql`select greeting from chatbots where id = ${team.chatbot_id}`;
  expect(stored!['greeting']).toBeNull();
});

test('Human Support is tried out in the widget itself before it is saved, and nobody is alerted', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/human-support`);
  const log = preview(page).getByRole('log');
  const positive = log.getByRole('button', { name: 'That answered my question 👍' });
  await expect(positive).toBeVisible();
  await expect(log.getByRole('group', { name: 'Suggested questions' })).toBeVisible();
  await page.getByRole('switch', { name: 'Replace smart follow-ups with escalation' }).check();
  await page.getByLabel('Confirmation message').fill('We’ll reply within 1 business day.');
  await page.getByLabel('Request help label').fill('Connect to an agent');
  // The last thing written is what tells the last preview from those before it.
  const ask = log.getByRole('button', { name: 'Connect to an agent' });
  await expect(ask).toBeVisible();
  await expect(log.getByRole('group', { name: 'Suggested questions' })).toHaveCount(0);
  await ask.click();
  await expect(log.getByText('We’ll reply within 1 business day.')).toBeVisible();
  await page.getByRole('button', { name: 'Start again' }).click();
  await positive.click();
  await expect(positive).toHaveCount(0);
  await page.getByRole('switch', { name: 'Show escalation CTA' }).uncheck();
  await expect(preview(page).getByRole('button', { name: 'Talk to a human' })).toBeVisible();
  await expect(preview(page).getByRole('button', { name: 'Connect to an agent' })).toHaveCount(0);
  expect(await sql`select from conversations where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
});

test('a day half written is wrong when the day is left, not between its two fields', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/office-hours`);
  await page.getByRole('button', { name: 'Add hours on Monday' }).click();
  const ends = page.getByLabel('Monday, to');
  await ends.fill('');
  await page.getByLabel('Monday, from').focus();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'Add hours on Friday' }).focus();
  await expect(page.getByRole('alert')).toContainText('Enter a start and an end.');
});

test('a wrong field says so after it is left, and saving leads to it', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/appearance`);
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await name.blur();
  await expect(page.getByRole('alert')).toContainText('Give it a name');
  await page.getByLabel('Colour', { exact: true }).fill('#ffff00');
  await expect(page.getByText('On light pages the button is hard to see')).toBeVisible();
  await page.getByRole('button', { name: 'Save appearance' }).click();
  await expect(name).toBeFocused();
  await name.fill('متجر');
  await page.getByRole('button', { name: 'Save appearance' }).click();
  await expect(toast(page, 'Saved.')).toBeVisible();
  await expect(page.getByText('All changes saved')).toBeVisible();
  const [stored] = await sql`select name, accent_color from chatbots where id = ${team.chatbot_id}`;
  expect(stored).toEqual({ name: 'متجر', accent_color: '#ffff00' });
});

test('leaving with something unsaved asks first', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/install`);
  await page.getByLabel('Sites that can use this chatbot').fill('https://shop.example');
  const asked: string[] = [];
  page.once('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await page.getByRole('link', { name: 'Lead Form' }).click();
  await expect.poll(() => asked).toEqual(['Leave without saving the allowed sites?']);
  await expect(page).toHaveURL(/embed\/install$/);
});

test('the snippet can be copied, and the page notices when it is on a site', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner, { permissions: ['clipboard-read', 'clipboard-write'] });
  await open(page, `${baseOf(team)}/embed/install`);
  await page.getByRole('button', { name: 'Copy snippet' }).click();
  await expect(page.getByText('Copied the snippet.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`data-chatbot="${team.chatbot_id}"`);
  expect(copied).toContain(`data-api="${stack.api_url}"`);

  const sites = page.getByLabel('Sites that can use this chatbot');
  await sites.fill('https://shop.example\nshop.example/help');
  await page.getByRole('button', { name: 'Save sites' }).click();
  await expect(page.getByRole('alert')).toContainText('“shop.example/help” isn’t an origin');
  await sites.fill('https://shop.example/\nhttps://*.shop.example');
  await page.getByRole('button', { name: 'Save sites' }).click();
  await expect(toast(page, 'Only these sites')).toBeVisible();
  await expect(sites).toHaveValue('https://shop.example\nhttps://*.shop.example');

  await expect(page.getByText('Not seen on a site yet')).toBeVisible();
  const config = `${stack.api_url}/functions/v1/widget/config?chatbot_id=${team.chatbot_id}`;
  const [foreign, own] = await Promise.all(
    ['https://evil.example', 'https://www.shop.example'].map((origin) =>
      fetch(config, { headers: { origin } }),
    ),
  );
  expect([foreign!.status, own!.status]).toEqual([403, 200]);
  await expect(page.getByText('Seen on https://www.shop.example')).toBeVisible();
});

test('follow-up buttons are ordered by the keyboard alone, and checked before they are sent', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/follow-up-buttons`);
  const add = page.getByRole('button', { name: 'Add button' });
  const card = (number: number) => page.getByRole('region', { name: `Button ${number}` });
  await add.click();
  await card(1).getByLabel('Label').fill('Where is my order?');
  await card(1).getByLabel('Message to send').fill('Where is my order?');
  await add.click();
  await card(2).getByLabel('What it does').selectOption('link');
  await card(2).getByLabel('Label').fill('Help pages');
  await card(2).getByLabel('Address').fill('http://www.example.com/help');
  await add.click();
  await card(3).getByLabel('What it does').selectOption('escalate');
  await card(3).getByLabel('Label').fill('Talk to us');

  await page.getByRole('button', { name: 'Save buttons' }).click();
  await expect(card(2).getByRole('alert')).toContainText('must start with https://');
  await expect(card(2).getByLabel('Address')).toBeFocused();
  await card(2).getByLabel('Address').fill('https://www.example.com/help');

  await page.getByRole('button', { name: 'Move button 3 up' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Move button 2 up' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Move button 1 down' })).toBeFocused();
  await expect(page.getByText('Talk to us is now number 1 of 3.')).toBeAttached();
  await expect(preview(page).getByRole('button', { name: 'Talk to us' })).toBeVisible();

  await page.getByRole('button', { name: 'Remove button 3' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Save buttons' }).click();
  await expect(toast(page, 'Saved.')).toBeVisible();
  const kept = await sql`select type, label, value from followup_buttons
    where chatbot_id = ${team.chatbot_id} order by position`;
  expect(kept.map((button) => [button['type'], button['label'], button['value']])).toEqual([
    ['escalate', 'Talk to us', null],
    ['message', 'Where is my order?', 'Where is my order?'],
    ['link', 'Help pages', 'https://www.example.com/help'],
  ]);
  for (let number = 4; number <= 6; number++) await add.click();
  await expect(add).toBeDisabled();
});

test('the lead form keeps its fields, its timing and its own labels', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/lead-form`);
  await page.getByLabel('Before the handoff is confirmed').check();
  await page.getByRole('button', { name: 'Save lead form' }).click();
  await expect(page.getByRole('alert')).toContainText('at least one field');
  await page.getByRole('button', { name: 'E-mail', exact: true }).click();
  await page.getByRole('button', { name: 'Custom field' }).click();
  await page.getByRole('button', { name: 'Save lead form' }).click();
  await expect(page.getByLabel('Custom field: label')).toBeFocused();
  await page.getByLabel('Custom field: label').fill('Order number');
  await page.getByRole('button', { name: 'Save lead form' }).click();
  await expect(toast(page, 'Saved.')).toBeVisible();
  const [form] = await sql`select timing, fields from lead_forms where chatbot_id = ${team.chatbot_id}`;
  expect(form!['timing']).toBe('before_escalation');
  expect(form!['fields']).toEqual([
    { key: 'email', label: null, is_required: true },
    {
      key: expect.stringMatching(/^custom_[0-9a-f]{8}$/),
      label: 'Order number',
      is_required: false,
    },
  ]);
});

test('office hours are kept as a week, a zone and days off', async ({ enter, stack, sql }) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/office-hours`);
  await page.getByLabel('Show office hours to visitors').check();
  await expect(page.getByText('No hours are set')).toBeVisible();
  await page.getByLabel('Time zone', { exact: true }).selectOption('Europe/Stockholm');
  await page.getByRole('button', { name: 'Add hours on Monday' }).click();
  await page.getByLabel('Monday, to').fill('09:00');
  await page.getByRole('button', { name: 'Save office hours' }).click();
  await expect(page.getByRole('alert')).toContainText('can’t be the same');
  await page.getByLabel('Monday, to').fill('16:30');
  await page.getByRole('button', { name: 'Copy Monday to Friday' }).click();
  await page.getByLabel('Date').fill('2030-12-25');
  await page.getByLabel('Date').press('Enter');
  await page.getByRole('button', { name: 'Save office hours' }).click();
  await expect(toast(page, 'Saved.')).toBeVisible();
  const [hours] = await sql`select is_enabled, time_zone, weekly, holidays::text[] from office_hours
    where chatbot_id = ${team.chatbot_id}`;
  const day = [['09:00', '16:30']];
  expect(hours).toEqual({
    is_enabled: true,
    time_zone: 'Europe/Stockholm',
    weekly: { '1': day, '2': day, '3': day, '4': day, '5': day },
    holidays: ['2030-12-25'],
  });
});

test('phrases of one’s own take the place of the built-in ones, and go again', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/phrases`);
  await page.getByLabel('Language', { exact: true }).selectOption('he');
  await expect(page).toHaveURL(/language=he/);
  await expect(page.getByText('לדבר עם נציג', { exact: false }).first()).toBeVisible();
  await page.getByLabel('Your own phrases').fill('בן אדם\nנציג');
  await page.getByRole('button', { name: 'Save phrases' }).click();
  await expect(toast(page, '2 phrases in Hebrew')).toBeVisible();
  await page.getByLabel('Your own phrases').fill('');
  await page.getByRole('button', { name: 'Save phrases' }).click();
  await expect(toast(page, 'The built-in Hebrew phrases are back in use.')).toBeVisible();
  expect(await sql`select from intent_phrases where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
});
