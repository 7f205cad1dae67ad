// What the product was asked for, line by line: its sections "Escalation triggers" and "Configuration". The owner clicks through
// the dashboard; the visitor is on a page of another origin that has the strictest policy and hides every element it can name.
import type { Locator } from '@playwright/test';
import { mailsTo } from '../support/outbox.ts';
import {
  baseOf,
  createTeam,
  escalations,
  expect,
  open,
  openSettings,
  SETTINGS,
  test,
  type Widget,
} from './seed-stage.ts';
import { SENT } from './story.ts';

const positives = ({ log }: Widget) => log.getByRole('button', { name: 'That answered my question 👍' });
const compact = ({ panel }: Widget): Locator => panel.locator('.compact');
const suggestions = ({ log }: Widget) => log.getByRole('group', { name: 'Suggested questions' });

test('“Show escalation CTA”: two buttons after every bot reply, else a compact link below the input', async ({
  scene: { team, owner, widget, save },
  sql,
}) => {
  const shown = owner.getByRole('switch', { name: 'Show escalation CTA' });
  await shown.uncheck();
  await save();
  await expect(compact(widget)).toBeVisible(SETTINGS);
  await widget.say('How do I return boots?');
  await expect(widget.log.getByText('Returns are free')).toHaveCount(1);
  await widget.heard();
  await expect(widget.requestHelp).toHaveCount(0);
  const [input, link] = [await widget.input.boundingBox(), await compact(widget).boundingBox()];
  expect(link!.y).toBeGreaterThan(input!.y + input!.height - 1);

  await shown.check();
  await save();
  await expect(widget.requestHelp).toHaveCount(1, SETTINGS);
  await expect(compact(widget)).toBeHidden();
  await widget.ask('How do I clean boots?');
  await expect(positives(widget)).toHaveCount(2);

  await positives(widget).first().click();
  await expect(positives(widget)).toHaveCount(1);
  await expect(widget.requestHelp).toHaveCount(1);
  const rated = () => sql`select text from public.messages
    where chatbot_id = ${team.chatbot_id} and feedback = 'positive'`;
  await expect
    .poll(async () => (await rated()).map(({ text }) => text))
    .toEqual(['Returns are **free** within 60 days.']);
  expect(await escalations(sql, widget.shop)).toHaveLength(0);

  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  expect((await escalations(sql, widget.shop))[0]).toMatchObject({ trigger: 'inline_cta', status: 'open' });
});

test('the compact link escalates while the CTA is off', async ({ scene: { owner, widget, save }, sql }) => {
  await owner.getByRole('switch', { name: 'Show escalation CTA' }).uncheck();
  await save();
  await expect(compact(widget)).toHaveText('Talk to a human', SETTINGS);
  await compact(widget).click();
  await expect(widget.confirmation).toBeVisible();
  expect((await escalations(sql, widget.shop))[0]).toMatchObject({ trigger: 'compact_link' });
});

test('a persistent follow-up button of type Escalate, configured in Embed → Follow-up Buttons', async ({
  scene: { team, owner, widget },
  sql,
}) => {
  await openSettings(owner, `${baseOf(team)}/embed/follow-up-buttons`);
  await owner.getByRole('button', { name: 'Add button' }).click();
  const card = owner.getByRole('region', { name: 'Button 1' });
  await card.getByLabel('What it does').selectOption('escalate');
  await card.getByLabel('Label').fill('Get a person');
  await owner.getByRole('button', { name: 'Save buttons' }).click();
  const button = widget.panel.getByRole('button', { name: 'Get a person' });
  await expect(button).toBeVisible(SETTINGS);
  // Persistent: before the first message and after the answer.
  await widget.ask();
  await button.click();
  await expect(widget.confirmation).toBeVisible();
  expect((await escalations(sql, widget.shop))[0]).toMatchObject({ trigger: 'followup_button' });
});

test('“Replace smart follow-ups with escalation”: off by default, then both are there; on, the pair takes their place', async ({
  scene: { team, owner, widget, save },
  sql,
}) => {
  // With the one there is, four questions about boots besides the one that is asked, and one about something else.
  await sql`insert into public.answers (chatbot_id, question, answer)
    select ${team.chatbot_id}, question, 'Ask us.' from unnest(${[
      'Do you repair boots?',
      'Which boots keep water out?',
      'How do I lace boots?',
      'Where is my parcel?',
    ]}::text[]) as question`;
  const replaces = owner.getByRole('switch', { name: 'Replace smart follow-ups with escalation' });
  await expect(replaces).not.toBeChecked();
  await widget.ask();
  await expect(suggestions(widget).getByRole('button')).toHaveCount(3);
  const offered = await suggestions(widget).getByRole('button').allTextContents();
  for (const question of offered) expect(question).toMatch(/boots/);
  expect(new Set(offered).size).toBe(3);
  expect(offered).not.toContain('How do I return boots?');
  await expect(widget.requestHelp).toBeVisible();
  await replaces.check();
  await save();
  await expect(suggestions(widget)).toHaveCount(0, SETTINGS);
  await expect(positives(widget)).toHaveCount(1);
  await expect(widget.requestHelp).toHaveCount(1);

  // Not only where they had been: the next answer comes with the pair alone.
  await widget.ask('How do I clean boots?');
  await expect(positives(widget)).toHaveCount(2);
  await widget.heard();
  await expect(suggestions(widget)).toHaveCount(0);
  await replaces.uncheck();
  await save();
  await expect(suggestions(widget).getByRole('button')).toHaveCount(3, SETTINGS);
  await expect(widget.requestHelp).toHaveCount(2);
});

test('labels: the owner’s words, else the visitor’s own language', async ({
  scene: { owner, widget, save, visit },
  page,
}) => {
  await owner.getByLabel('Positive feedback label').fill('Merci 👌');
  await owner.getByLabel('Request help label').fill('Connect to an agent 👤');
  await owner.getByLabel('Confirmation message').fill('We’ll reply within 1 business day.');
  await save();
  await widget.say('How do I return boots?');
  await expect(widget.log.getByRole('button', { name: 'Merci 👌' })).toBeVisible();
  await widget.log.getByRole('button', { name: 'Connect to an agent 👤' }).click();
  await expect(widget.log.getByText('We’ll reply within 1 business day.')).toBeVisible();

  for (const label of ['Positive feedback label', 'Request help label', 'Confirmation message'])
    await owner.getByLabel(label).fill('');
  await save();
  await page.evaluate(() => localStorage.clear());
  await visit(page, { lang: 'de' });
  await widget.say('How do I return boots?');
  await expect(widget.log.getByRole('button', { name: 'Das beantwortet meine Frage 👍' })).toBeVisible();
  await widget.log.getByRole('button', { name: 'Mit einem Menschen sprechen' }).click();
  await expect(widget.log.getByText('Gesendet! Das Team meldet sich bald.')).toBeVisible();
});

test('recipients: Enter, Add and ×; ten are taken and the eleventh is not; all of them and the owner have mail', async ({
  scene: { team, owner, widget, save },
  stack,
}) => {
  const run = crypto.randomUUID().slice(0, 8);
  const address = (number: number) => `r${number}-${run}@example.test`;
  const field = owner.getByLabel('E-mail recipients');
  const chips = owner.getByRole('list', { name: 'Recipients' }).getByRole('listitem');
  for (let number = 1; number <= 10; number++) {
    await field.fill(address(number));
    if (number % 2) await field.press('Enter');
    else await owner.getByRole('button', { name: 'Add', exact: true }).click();
  }
  await expect(chips).toHaveCount(10);
  await field.fill(address(11));
  await field.press('Enter');
  await expect(
    owner.getByText(`You can add up to 10 addresses: “${address(11)}” wasn’t added.`),
  ).toBeVisible();
  await expect(chips).toHaveCount(10);
  await field.fill('');
  await owner.getByRole('button', { name: `Remove ${address(10)}` }).click();
  await expect(chips).toHaveCount(9);
  await save();

  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  for (const recipient of [team.owner.email, address(1), address(9)])
    await expect.poll(async () => (await mailsTo(stack, recipient)).length, SENT).toBe(1);
  expect(await mailsTo(stack, address(10))).toHaveLength(0);
});

test('notify_escalation off is a kill-switch: a member gets no mail on other people’s chatbots either, although listed there', async ({
  scene: { team, owner, widget, save },
  enter,
  stack,
  sql,
}) => {
  const elsewhere = await createTeam(stack, sql);
  await sql`insert into chatbot_members (chatbot_id, user_id, role)
    values (${team.chatbot_id}, ${elsewhere.owner.id}, 'agent')`;
  const away = await enter(elsewhere.owner);
  await open(away, '/account');
  await away.getByRole('switch', { name: 'Escalation e-mail' }).uncheck();
  const saves = away.getByRole('button', { name: 'Save account' });
  await saves.click();
  // Nothing is left to save.
  await expect(saves).toBeDisabled();
  await owner.getByLabel('E-mail recipients').fill(elsewhere.owner.email);
  await owner.getByRole('button', { name: 'Add', exact: true }).click();
  await save();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await expect.poll(async () => (await mailsTo(stack, team.owner.email)).length, SENT).toBe(1);
  const receipts = await sql`select status, reason from public.deliveries
    where chatbot_id = ${team.chatbot_id} and recipient = ${elsewhere.owner.email}`;
  expect(receipts.map(({ status }) => status as string)).toEqual(['skipped']);
  expect(await mailsTo(stack, elsewhere.owner.email)).toHaveLength(0);
});

test('the tenth recipient is taken, the eleventh refused; Ana is one, the owner takes no place', async ({
  scene: { team, owner, save },
  sql,
}) => {
  const field = owner.getByLabel('E-mail recipients');
  const chips = owner.getByRole('list', { name: 'Recipients' }).getByRole('listitem');
  const add = async (address: string) => {
    await field.fill(address);
    await owner.getByRole('button', { name: 'Add', exact: true }).click();
  };
  await add('Ana@x.io');
  await expect(chips).toHaveCount(1);
  await add('ana@x.io');
  await expect(owner.getByText('ana@x.io is already on the list.')).toBeVisible();
  await add(team.owner.email.toUpperCase());
  await expect(owner.getByText('is the owner’s address, which is always notified.')).toBeVisible();
  await expect(chips).toHaveCount(1);
  for (let number = 2; number <= 10; number++) await add(`p${number}@x.io`);
  await expect(chips).toHaveCount(10);
  await add('p11@x.io');
  await expect(owner.getByText('You can add up to 10 addresses: “p11@x.io” wasn’t added.')).toBeVisible();
  // It stays in the field, so saving leads back to it instead of saving the ten and forgetting it.
  await owner.getByRole('button', { name: 'Save Customization' }).click();
  await expect(field).toBeFocused();
  const kept = () => sql<{ email: string }[]>`select email from escalation_recipients
    where chatbot_id = ${team.chatbot_id} order by position`;
  expect(await kept()).toHaveLength(0);
  await field.fill('');
  await save();
  await owner.reload();
  await expect(chips).toHaveCount(10);
  expect((await kept()).map(({ email }) => email)).toEqual([
    'Ana@x.io',
    ...Array.from({ length: 9 }, (_, index) => `p${index + 2}@x.io`),
  ]);
});

test('what is no address is refused by name, in the page and by the server, and nothing is half saved', async ({
  scene: { team, owner },
  sql,
}) => {
  const field = owner.getByLabel('E-mail recipients');
  const chips = owner.getByRole('list', { name: 'Recipients' }).getByRole('listitem');
  const named = (wrong: string) => owner.getByText(`“${wrong}” isn’t a valid e-mail address.`);
  const stored = async () => {
    const [row] = await sql`select positive_label, (select count(*)::int from escalation_recipients r
        where r.chatbot_id = s.chatbot_id) as recipients
      from human_support_settings s where chatbot_id = ${team.chatbot_id}`;
    return row;
  };
  await owner.getByLabel('Positive feedback label').fill('Half saved');
  await field.fill('fine@example.test');
  await field.press('Enter');
  for (const [entry, ...wrong] of [
    ['a@', 'a@'],
    ['a b@c.d', 'a b@c.d'],
    ['a@b.c,d@e.f', 'a@b.c', 'd@e.f'],
  ] as const) {
    await field.fill(entry);
    await owner.getByRole('button', { name: 'Save Customization' }).click();
    for (const name of wrong) await expect(named(name)).toBeVisible();
    await expect(field).toBeFocused();
  }
  await field.evaluate((input) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'a@\nBcc: d@e.example');
    (input as HTMLInputElement).value = '';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(named('a@')).toBeVisible();
  await expect(named('Bcc: d@e.example')).toBeVisible();
  await expect(chips).toHaveCount(1);
  await field.fill('');

  // A page that was tampered with, or a program, sends each as one entry: the server judges for itself and names it.
  for (const wrong of ['a@', 'a b@c.d', 'a@b.c,d@e.f', 'a@b.example\nBcc: d@e.example']) {
    await chips
      .locator('input[name="recipients"]')
      .evaluate((input, value) => (input as HTMLInputElement).setAttribute('value', value), wrong);
    const [answer] = await Promise.all([
      owner.waitForResponse(
        (response) =>
          response.request().method() === 'POST' && response.url().endsWith('/embed/human-support'),
      ),
      owner.getByRole('button', { name: 'Save Customization' }).click(),
    ]);
    const { type, status } = (await answer.json()) as { type: string; status: number };
    expect({ type, status }, wrong).toEqual({ type: 'failure', status: 422 });
    const shown = wrong.replace('\n', ' ');
    await expect(owner.getByText(/isn’t a valid e-mail address/)).toContainText(shown.slice(0, 10));
    expect(await stored(), wrong).toEqual({ positive_label: null, recipients: 0 });
  }
});
