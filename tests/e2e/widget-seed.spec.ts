// What the product was asked for, line by line: its sections "Escalation triggers" and "Configuration". The owner clicks through
// the dashboard; the visitor is on a page of another origin that has the strictest policy and hides every element it can name.
import { mergeTests, type Locator, type Page } from '@playwright/test';
import { mailsTo } from '../support/outbox.ts';
import { baseOf, createTeam, expect, open, test as settings, toast, type Team } from './settings-stage.ts';
import { escalations, HOSTILE, strictPolicy, test as widgets, Widget } from './widget-stage.ts';

interface Scene {
  team: Team;
  /** The owner's page: Embed → Human Support. */
  owner: Page;
  /** The visitor's widget, on its hostile page. */
  widget: Widget;
  /** Clicks **Save Customization** and waits for the word that it is done. */
  save: () => Promise<void>;
}

const test = mergeTests(settings, widgets).extend<{ scene: Scene }>({
  scene: async ({ enter, page, host, stack, sql }, use) => {
    const team = await createTeam(stack, sql);
    await sql`insert into public.answers (chatbot_id, question, answer) values
      (${team.chatbot_id}, 'How do I return boots?', 'Returns are **free** within 60 days.'),
      (${team.chatbot_id}, 'How do I clean boots?', 'With **water**.')`;
    const owner = await enter(team.owner);
    await open(owner, `${baseOf(team)}/embed`);
    await owner
      .getByRole('navigation', { name: 'Embed' })
      .getByRole('link', { name: 'Human Support' })
      .click();
    await expect(owner.getByRole('heading', { name: 'In the chat' })).toBeVisible();
    await page.goto(await host({ policy: strictPolicy(stack), css: HOSTILE, chatbot: team.chatbot_id }));
    const widget = new Widget(page, { chatbotId: team.chatbot_id });
    await widget.open();
    await use({
      team,
      owner,
      widget,
      save: async () => {
        await owner.getByRole('button', { name: 'Save Customization' }).click();
        await expect(owner.getByText('Everything is saved')).toBeVisible();
      },
    });
  },
});

/** "Within a few seconds": five. */
const SETTINGS = { timeout: 5_000 };

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
  await expect(widget.log.getByText('Returns are free')).toBeVisible();
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
  await open(owner, `${baseOf(team)}/embed/follow-up-buttons`);
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
  scene: { owner, widget, save },
}) => {
  const replaces = owner.getByRole('switch', { name: 'Replace smart follow-ups with escalation' });
  await expect(replaces).not.toBeChecked();
  await widget.ask();
  await expect(suggestions(widget)).toBeVisible();
  await expect(widget.requestHelp).toBeVisible();
  await replaces.check();
  await save();
  await expect(suggestions(widget)).toHaveCount(0, SETTINGS);
  await expect(widget.requestHelp).toBeVisible();
});

test('labels: the owner’s words, else the visitor’s own language', async ({
  scene: { owner, widget, save, team },
  page,
  host,
  stack,
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
  const german = { policy: strictPolicy(stack), css: HOSTILE, chatbot: team.chatbot_id, lang: 'de' };
  await page.goto(await host(german));
  await widget.open();
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
  await expect(owner.getByText(`At most 10 addresses can be added: “${address(11)}” was not.`)).toBeVisible();
  await expect(chips).toHaveCount(10);
  await field.fill('');
  await owner.getByRole('button', { name: `Remove ${address(10)}` }).click();
  await expect(chips).toHaveCount(9);
  await save();

  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  for (const recipient of [team.owner.email, address(1), address(9)])
    await expect.poll(async () => (await mailsTo(stack, recipient)).length).toBe(1);
  expect(await mailsTo(stack, address(10))).toHaveLength(0);
});

test('notify_escalation off is a kill-switch: no mail as owner, and none as a listed recipient of another chatbot', async ({
  scene: { team, owner, widget, save },
  enter,
  stack,
  sql,
}) => {
  const elsewhere = await createTeam(stack, sql);
  const away = await enter(elsewhere.owner);
  await open(away, '/account');
  await away.getByRole('switch', { name: 'Escalation e-mail' }).uncheck();
  await away.getByRole('button', { name: 'Save account' }).click();
  await expect(toast(away, 'Account saved.')).toBeVisible();
  await owner.getByLabel('E-mail recipients').fill(elsewhere.owner.email);
  await owner.getByRole('button', { name: 'Add', exact: true }).click();
  await save();
  await widget.ask();
  await widget.requestHelp.click();
  await expect(widget.confirmation).toBeVisible();
  await expect.poll(async () => (await mailsTo(stack, team.owner.email)).length).toBe(1);
  const receipts = await sql`select status, reason from public.deliveries
    where chatbot_id = ${team.chatbot_id} and recipient = ${elsewhere.owner.email}`;
  expect(receipts.map(({ status }) => status as string)).toEqual(['skipped']);
  expect(await mailsTo(stack, elsewhere.owner.email)).toHaveLength(0);
});

test('what is no address is refused by name, and nothing is half saved', async ({
  scene: { team, owner },
  sql,
}) => {
  const field = owner.getByLabel('E-mail recipients');
  for (const wrong of ['a@', 'a b@c.d']) {
    await field.fill(wrong);
    await owner.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(owner.getByText(`“${wrong}” is not a valid e-mail address.`)).toBeVisible();
  }
  // As one entry these never leave the page; a program can send them.
  const save = (recipients: string[]) =>
    team.owner.db.rpc('save_human_support', {
      chatbot_id: team.chatbot_id,
      settings: { positive_label: 'Half saved' },
      recipients,
    });
  for (const wrong of ['a@', 'a b@c.d', 'a@b.c,d@e.f', 'a@b.example\nBcc: d@e.example']) {
    const { error } = await save(['fine@example.test', wrong]);
    expect(error?.code, wrong).toBe('RCPTA');
    expect(error?.message).toContain('is not a valid e-mail address');
  }
  const many = Array.from({ length: 11 }, (_, number) => `p${number}@example.test`);
  expect((await save(many)).error?.code).toBe('RCPTM');
  const [row] =
    await sql`select positive_label from human_support_settings where chatbot_id = ${team.chatbot_id}`;
  expect(row!['positive_label']).toBeNull();
  expect(await sql`select from escalation_recipients where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
  // Ana is one whatever the case, the owner takes no place, and ten besides are welcome.
  const ten = many.slice(0, 9);
  expect((await save(['ana@x.io', 'Ana@x.io', team.owner.email.toUpperCase(), ...ten])).error).toBeNull();
  const kept = await sql`select email from escalation_recipients where chatbot_id = ${team.chatbot_id}`;
  expect(kept).toHaveLength(10);
});
