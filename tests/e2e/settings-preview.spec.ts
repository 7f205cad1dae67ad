// What is tried in a preview is no conversation, on any page. And the previews that need the server's judgement: office hours and
// phrases, tried in the widget itself before they are saved.
import type { Page } from '@playwright/test';
import { baseOf, createTeam, expect, open, preview, test, toast } from './settings-stage.ts';

const log = (page: Page) => preview(page).getByRole('log');

/** The day after tomorrow by the clock of UTC, as the form and the widget call it. */
const later = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' }).format(
  Date.now() + 2 * 86_400_000,
);

test('who tries the widget beside the settings makes no conversation, and alerts nobody', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  for (const settings of ['install', 'appearance', 'follow-up-buttons', 'lead-form']) {
    await open(page, `${baseOf(team)}/embed/${settings}`);
    const input = preview(page).locator('textarea');
    await input.fill('Do you ship to Norway?');
    await input.press('Enter');
    await expect(log(page).getByText('Do you ship to Norway?')).toBeVisible();
    await log(page).getByRole('button', { name: 'Talk to a human' }).last().click();
    await expect(log(page).getByText('Sent! The team will follow up soon.'), settings).toBeVisible();
  }
  expect(await sql`select from conversations where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
  expect(await sql`select from deliveries where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
});

test('a lead form is filled in where it will stand, before it is saved, and what is written stays in the preview', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/lead-form`);
  const form = preview(page).getByRole('form');
  const submit = async (title: string) => {
    await expect(form).toHaveAccessibleName(title);
    await form.getByRole('textbox').fill('vera@example.test');
    await form.getByRole('button', { name: 'Submit' }).click();
    await expect(form).toHaveCount(0);
  };
  await page.getByRole('button', { name: 'E-mail', exact: true }).click();
  await page.getByLabel('Before the chat').check();
  await submit('Before we start');
  await expect(preview(page).locator('textarea')).toBeVisible();

  await page.getByLabel('Before the handoff is confirmed').check();
  await log(page).getByRole('button', { name: 'Talk to a human' }).click();
  await submit('How can we reach you?');
  await expect(log(page).getByText('Sent! The team will follow up soon.')).toBeVisible();
  expect(await sql`select from conversations where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
  expect(await sql`select from leads where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
});

test('office hours are read in the widget as somebody far away would, before they are saved', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner, { timezoneId: 'Asia/Tokyo' });
  await open(page, `${baseOf(team)}/embed/office-hours`);
  await expect(page.getByText('Office hours are off, so visitors see nothing about them.')).toBeVisible();
  await expect(log(page).getByText('Sent! The team will follow up soon.')).toBeVisible();
  await expect(log(page).getByText('Our team is back')).toHaveCount(0);

  await page.getByLabel('Show office hours to visitors').check();
  await expect(log(page).getByText('Our team isn’t available right now.')).toBeVisible();
  await page.getByRole('button', { name: `Add hours on ${later}` }).click();
  await expect(page.getByLabel('Visitor’s time zone')).toHaveValue('Asia/Tokyo');
  const told = log(page).getByText(/Our team is back/);
  await expect(told).toContainText(
    new RegExp(`back ${later} (at )?(09:00|9:00\\sAM), (18:00|6:00\\sPM) your time\\.`),
  );
  await page.getByLabel('Visitor’s time zone').selectOption('UTC');
  await expect(told).toContainText(new RegExp(`back ${later} (at )?(09:00|9:00\\sAM)\\.`));

  // Somebody is there all day but for one minute, which is hours away: before midnight, or in the afternoon before noon.
  const isMorning = new Date().getUTCHours() < 12;
  const [begins, ends] = isMorning ? ['00:00', '23:59'] : ['12:00', '11:59'];
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
    if (day !== later) await page.getByRole('button', { name: `Add hours on ${day}` }).click();
    await page.getByLabel(`${day}, from`).fill(begins);
    await page.getByLabel(`${day}, to`).fill(ends);
  }
  await expect(
    page.getByText(new RegExp(`somebody is there now, until \\w+ \\d+ \\w+(,? at|,)? ${ends} UTC`)),
  ).toBeVisible();
  await expect(told).toContainText(isMorning ? /(00:00|12:00\sAM)\./ : /12:00(\sPM)?\./);
  await page.getByRole('radio', { name: 'Now' }).check();
  // In one look: the preview is made anew, and while it is empty it says nothing either.
  await expect(log(page)).toHaveText(/^(?!.*Our team is back).*Sent!/s);
  const [stored] =
    await sql`select is_enabled, weekly from office_hours where chatbot_id = ${team.chatbot_id}`;
  expect(stored).toEqual({ is_enabled: false, weekly: {} });
});

test('hours that cannot be are not shown as if they could, and a preview that failed is made again', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/office-hours`);
  await page.getByLabel('Show office hours to visitors').check();
  await page.getByRole('button', { name: `Add hours on ${later}` }).click();
  await expect(log(page).getByText('Our team is back')).toBeVisible();
  const region = page.getByRole('region', { name: 'Preview' });
  await page.getByLabel(`${later}, to`).fill('');
  await expect(region).toContainText(`${later}: Enter a start and an end.`);
  await expect(page.locator('iframe')).toHaveCount(0);
  const answered = page.waitForResponse('**/office-hours/preview');
  await page.getByLabel(`${later}, to`).fill('17:00');
  await answered;
  await expect(log(page).getByText('Our team is back')).toBeVisible();

  await page.route('**/office-hours/preview', (route) => route.abort());
  await page.getByLabel(`${later}, to`).fill('18:00');
  await expect(region.getByRole('button', { name: 'Try again' })).toBeVisible();
  await page.unroute('**/office-hours/preview');
  await region.getByRole('button', { name: 'Try again' }).click();
  await expect(log(page).getByText('Our team is back')).toBeVisible();
});

test('a sentence is tried on phrases that are not saved, in any language, and nobody is alerted', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  await team.owner.db.rpc('save_human_support', {
    chatbot_id: team.chatbot_id,
    settings: { intent_mode: 'offer', show_escalation_cta: false },
  });
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/phrases`);
  const say = async (text: string) => {
    const input = preview(page).locator('textarea');
    await input.fill(text);
    await input.press('Enter');
  };
  const offered = log(page).getByRole('button', { name: 'Talk to a human' });
  await say('Where are my boots?');
  await expect(page.getByText('“Where are my boots?” doesn’t ask for a person.')).toBeVisible();
  await expect(log(page).getByText('answers as usual')).toBeVisible();
  await expect(offered).toHaveCount(0);
  await say('May I SPEAK to a human, please?');
  await expect(page.getByText('It matches “speak to a human”')).toBeVisible();
  await expect(offered).toHaveCount(1);

  await page.getByLabel('Your own phrases').fill('call batman');
  await say('I want to speak to a human');
  await expect(page.getByText('“I want to speak to a human” doesn’t ask for a person.')).toBeVisible();
  await say('Call Bátman!');
  await expect(page.getByText('It matches “call batman”')).toBeVisible();
  await say('Ich will mit einem Menschen sprechen');
  await expect(page.getByText('It matches “mit einem menschen sprechen”')).toBeVisible();
  await offered.last().click();
  await expect(log(page).getByText('Sent! The team will follow up soon.')).toBeVisible();

  // What cannot be asked is never called understood, and the sentence is kept to be sent again.
  await page.getByRole('button', { name: 'Start again' }).click();
  await page.route('**/phrases/hear', (route) => route.abort());
  await say('Call batman');
  await expect(log(page).getByRole('button', { name: 'Try again' })).toBeVisible();
  await expect(page.getByText('“Call batman” asks')).toHaveCount(0);
  await page.unroute('**/phrases/hear');
  const again = log(page).getByRole('button', { name: 'Try again' });
  const asks = page.getByText('“Call batman” asks for a person. It matches “call batman”.');
  // Whoever is slow to press finds it sent by itself.
  await expect(async () => {
    if (await again.isVisible()) await again.click({ timeout: 1000 });
    await expect(asks).toBeVisible({ timeout: 1000 });
  }).toPass();

  await page.getByLabel('Your own phrases').fill('x'.repeat(201));
  await expect(page.getByRole('region', { name: 'Preview' })).toContainText('longer than 200 characters');
  expect(await sql`select from conversations where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
  expect(await sql`select from intent_phrases where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
});

test('phrases do in the preview what the owner has chosen: nothing live, an offer, a hand-over at once', async ({
  enter,
  stack,
  sql,
}) => {
  const team = await createTeam(stack, sql);
  const page = await enter(team.owner);
  await open(page, `${baseOf(team)}/embed/phrases`);
  await expect(page.getByText('On your site, nothing happens right now.')).toBeVisible();
  await page.getByRole('link', { name: 'Change what happens' }).click();
  await page.getByRole('radio', { name: 'Hand over right away' }).check();
  await page.getByRole('button', { name: 'Save Customization' }).click();
  await expect(toast(page, 'Saved.')).toBeVisible();
  await open(page, `${baseOf(team)}/embed/phrases?language=he`);
  await expect(page.getByText('On your site, nothing happens right now.')).toHaveCount(0);
  const input = preview(page).locator('textarea');
  await input.fill('אני רוצה לדבר עם נציג');
  await input.press('Enter');
  await expect(log(page).getByText('ABC-123')).toBeVisible();
  expect(await sql`select from escalations where chatbot_id = ${team.chatbot_id}`).toHaveLength(0);
});
