// An alert to a member carries "I have it" and "Resolve". Scanners look at links as often as they like; what is pressed is done once, as
// whoever the mail was for.
import { mailsTo } from '../support/outbox.ts';
import { converse, createTeam, expect, test } from './dashboard-stage.ts';
import { SENT } from './story.ts';

test('an alert is acted on from the mail: looking changes nothing, pressing does it once and says who did', async ({
  page,
  stack,
  sql,
  request,
}) => {
  const team = await createTeam(stack, sql);
  const id = await converse(sql, team.chatbot_id);
  await expect.poll(async () => (await mailsTo(stack, team.owner.email)).length, SENT).toBe(1);
  const [mail] = await mailsTo(stack, team.owner.email);
  const linkTo = (act: string) => new RegExp(`\\S+/act/\\S+/${act}/\\S+`).exec(mail!.TextBody)![0];
  const episode = async () =>
    (await sql`select status, claimed_by, version from escalations where conversation_id = ${id}`)[0]!;

  const before = await episode();
  for (const act of ['claim', 'resolve']) {
    for (let look = 0; look < 5; look += 1) {
      expect((await request.get(linkTo(act))).status()).toBe(200);
      expect((await request.head(linkTo(act))).ok()).toBe(true);
    }
  }
  expect(await episode()).toEqual(before);

  await page.goto(linkTo('claim'));
  await page.getByRole('button', { name: 'I have it' }).click();
  await expect(page.getByText('It’s yours.')).toBeVisible();
  expect(await episode()).toMatchObject({ status: 'open', claimed_by: team.owner.id });
  await page.goto(linkTo('claim'));
  await expect(page.getByText('You have it already.')).toBeVisible();

  await page.goto(linkTo('resolve'));
  await page.getByRole('button', { name: 'Resolve' }).click();
  await expect(page.getByText('It’s resolved.')).toBeVisible();
  expect(await episode()).toMatchObject({ status: 'resolved' });
  await page.goto(linkTo('resolve'));
  await expect(page.getByText(/ has resolved it already\./)).toBeVisible();

  await page.goto(`${linkTo('claim')}x`);
  await expect(page.getByRole('heading', { name: 'This link isn’t valid any more' })).toBeVisible();
});
